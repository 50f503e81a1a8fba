"""Our proofs with one solver and with two, and beside the straightforward checker on angr, on the pairs of the text tests."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import Table, quantile
from grammars.listing import parse_listing
from semantics.assembler import Instruction, assemble
from semantics.block import effects
from semantics.errors import SemanticsError
from semantics.liveset import LiveSet
from superopt.cli.blocks import aligned, block_of
from tests.srctgt.cases import all_cases
from verifier.check import Checker, CheckOptions
from verifier.obligations import live_registers
from verifier.verdict import Proved, Refuted, Unknown, Unsupported, Verdict

TIMEOUT = 10.0  # seconds for one pair
ANGR = "ANGR_PYTHON"  # environment variable: an interpreter that has angr; its pinned z3 is not ours


@dataclass(frozen=True, slots=True)
class Pair:
    """Two blocks and what must come out equal."""

    name: str
    original: tuple[Instruction, ...]
    candidate: tuple[Instruction, ...]
    live_out: LiveSet
    equivalent: bool


def pairs() -> Iterator[Pair]:
    """The text tests of one block without options, whose verdict is a proof or a refutation."""
    for case in all_cases():
        if case.headers["expect"] not in ("equivalent", "different") or case.headers.keys() & {"dead-stack", "semantics", "assume"}:
            continue
        try:
            left, right = (block_of(parse_listing(text)) for text in (case.source, case.target))
            candidate = tuple(assemble(operation) for operation in aligned(left, right))
        except SemanticsError:
            continue
        if any(instruction.row.ordered for instruction in (*left.instructions, *candidate)):
            continue  # judged as functions
        live = case.headers.get("live-out")
        live_out = LiveSet.parse(live) if live else LiveSet.everything()
        yield Pair(case.name, left.instructions, candidate, live_out, case.headers["expect"] == "equivalent")


def engines() -> Table:
    """What each solver alone and both together prove of the true pairs, and how fast."""
    true = [pair for pair in pairs() if pair.equivalent]
    rows = list[tuple[str, ...]]()
    for chosen in (("z3",), ("bitwuzla",), ("z3", "bitwuzla")):
        times, reasons = list[float](), Counter[str]()
        with Checker() as checker:
            for pair in true:
                judged(checker, pair, ("z3", "bitwuzla"))  # so that what is remembered about instructions does not count
            for pair in true:
                verdict, seconds = judged(checker, pair, chosen)
                times.append(seconds * 1000)
                reasons[outcome(verdict)] += 1
        columns = (f"{quantile(times, part):.1f}" for part in (0.5, 0.9, 0.99, 1.0))
        unknown = ", ".join(f"{count} {reason}" for reason, count in reasons.items() if reason != "proved") or "none"
        rows.append((" and ".join(chosen), f"{reasons['proved']} of {len(true)}", *columns, unknown))
    columns = ("engines", "proved", "median ms", "90% ms", "99% ms", "slowest ms", "others")
    return Table("Solvers, alone and together", "python -m benchmarks engines", columns, rows)


def judged(checker: Checker, pair: Pair, engines: tuple[str, ...]) -> tuple[Verdict, float]:
    """One verdict and its seconds."""
    started = time.perf_counter()
    options = CheckOptions(live_out=pair.live_out, timeout=TIMEOUT, engines=engines, explain=False)
    verdict = checker.check(pair.original, pair.candidate, options)
    return verdict, time.perf_counter() - started


def outcome(verdict: Verdict) -> str:
    """The verdict with its reason, for counting."""
    match verdict:
        case Proved():
            return "proved"
        case Refuted():
            return "different"
        case Unknown(reason):
            return f"unknown: {reason}"
        case Unsupported(what):
            return f"unsupported: {what}"


def angr() -> Table:
    """Ours and the checker on angr in turns, on pairs without memory and branches, which it can express soundly."""
    columns = ("checker", "right", "wrong", "none", "median ms", "90% ms", "slowest ms", "all, s")
    command = "ANGR_PYTHON=PYTHON_WITH_ANGR python -m benchmarks angr"
    python = os.environ.get(ANGR) or shutil.which("angr-python")
    if python is None:
        return Table("Beside angr", command, columns, [(f"{ANGR} is not set", *("-" for _ in columns[1:]))])
    chosen = [pair for pair in pairs() if registers_only(pair)]
    script = str(Path(__file__).with_name("angr_peer.py"))
    ours, theirs = list[tuple[str, float]](), list[tuple[str, float]]()
    with Checker() as checker, subprocess.Popen([python, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as peer:
        assert peer.stdin is not None and peer.stdout is not None
        version = json.loads(peer.stdout.readline())["version"]
        for pair in chosen:
            verdict, seconds = judged(checker, pair, ("z3", "bitwuzla"))
            ours.append((grade("equivalent" if isinstance(verdict, Proved) else _word(verdict), pair), seconds))
            peer.stdin.write(json.dumps(_question(pair)) + "\n")
            peer.stdin.flush()
            answer = json.loads(peer.stdout.readline())
            theirs.append((grade(answer["verdict"], pair), answer["seconds"]))
        peer.stdin.close()
    median = quantile([b / a for (_, a), (_, b) in zip(ours, theirs, strict=True)], 0.5)
    whole = sum(seconds for _, seconds in theirs) / sum(seconds for _, seconds in ours)
    speed = f"ours {median:.0f} times faster on the median pair, {whole:.0f} times in all"
    title = f"Beside angr {version}: {len(chosen)} pairs without memory, {speed}"
    return Table(title, command, columns, [_line("superopt, from nothing", ours), _line("angr", theirs)])


def registers_only(pair: Pair) -> bool:
    """Whether nothing but general and vector registers matters."""
    wanted = {name[0] for name, _ in live_registers(pair.live_out)}
    if "mem" in pair.live_out or not wanted <= {"x", "v"}:
        return False
    both = [effects(i) for i in (*pair.original, *pair.candidate)]
    return not any(effect.uses_memory or effect.exit for effect in both)


def grade(verdict: str, pair: Pair) -> str:
    """``right``, ``wrong`` or ``none``."""
    if verdict not in ("equivalent", "different"):
        return "none"
    return "right" if (verdict == "equivalent") == pair.equivalent else "wrong"


def _word(verdict: Verdict) -> str:
    return "different" if isinstance(verdict, Refuted) else "unknown"


def _question(pair: Pair) -> dict[str, object]:
    codes = {name: b"".join(i.bytes for i in block).hex() for name, block in (("original", pair.original), ("candidate", pair.candidate))}
    return codes | {"live_out": [(name.replace("v", "q"), bits) for name, bits in live_registers(pair.live_out)]}


def _line(name: str, results: list[tuple[str, float]]) -> tuple[str, ...]:
    counts = Counter(grade for grade, _ in results)
    times = [1000 * seconds for _, seconds in results]
    shown = (f"{quantile(times, part):.1f}" for part in (0.5, 0.9, 1.0))
    return name, *(str(counts[key]) for key in ("right", "wrong", "none")), *shown, f"{sum(times) / 1000:.1f}"
