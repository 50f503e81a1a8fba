"""Rates and latencies of the pipeline's stages, on compiler output and on the pairs of the text tests."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Table, quantile, seconds
from grammars.listing import parse_listing, read_listing
from semantics.assembler import Instruction, assemble_text
from semantics.block import execute
from semantics.canonical import canonicalise
from semantics.liveset import LiveSet
from semantics.program import Program
from semantics.windows import windows

ROOT = Path(__file__).resolve().parent.parent
DEMO = sorted((ROOT / "examples" / "demo").glob("[bgp]*.s"))

PAIRS = (
    ("add x0, x1, x2; add x0, x0, x3", "add x0, x3, x2; add x0, x0, x1", "x0"),
    ("asr w8, w0, #31; eor w9, w0, w8; sub w0, w9, w8", "cmp w0, #0; cneg w0, w0, mi", "w0"),
    ("eor x2, x0, x1; and x3, x0, x1; add x0, x3, x2, lsr #1", "adds x0, x0, x1; adc x1, xzr, xzr; extr x0, x1, x0, #1", "x0"),
    ("sub x8, x0, #1; and x0, x0, x8; cmp x0, #0; cset w0, eq", "sub x8, x0, #1; tst x0, x8; cset w0, eq", "w0"),
    ("ldr x0, [x1]; ldr x2, [x1, #8]", "ldp x0, x2, [x1]", "x0,x2"),
    ("str w0, [x1]; str w2, [x3]; ldr w0, [x1]", "str w0, [x1]; str w2, [x3]; ldr w0, [x1, #0]", "x0,mem"),
    ("str x0, [sp, #-16]!; ldr x1, [sp], #16", "str x0, [sp, #-16]!; mov x1, x0; add sp, sp, #16", "x1,mem"),
    ("mov w8, #10; udiv w0, w0, w8", "mov w8, #52429; movk w8, #52428, lsl #16; umull x8, w0, w8; lsr x0, x8, #35", "w0"),
    ("and w8, w0, #0xff; and w9, w1, #0xff; cmp w8, w9; cset w0, lo", "uxtb w8, w0; cmp w8, w1, uxtb; cset w0, cc", "w0"),
    ("add v0.4s, v1.4s, v2.4s; add v0.4s, v0.4s, v3.4s", "add v0.4s, v3.4s, v2.4s; add v0.4s, v0.4s, v1.4s", "v0"),
    ("rev w0, w0; lsr w0, w0, #16", "rev16 w0, w0; and w0, w0, #0xffff", "w0"),
    ("cmp x0, x1; csel x2, x0, x1, lt; csel x3, x1, x0, lt", "cmp x0, x1; csel x2, x1, x0, ge; csel x3, x0, x1, ge", "x2,x3"),
    ("mul x2, x0, x1; umulh x3, x0, x1", "umulh x3, x1, x0; mul x2, x1, x0", "x2,x3"),
    ("lsl x1, x0, #8; orr x0, x1, x0, lsr #56", "ror x0, x0, #56", "x0"),
)


def block(text: str) -> tuple[Instruction, ...]:
    """Instructions from a text with semicolons."""
    return tuple(assemble_text(part.strip()) for part in text.split(";"))


def compiled_windows() -> Iterator[tuple[Instruction, ...]]:
    """The windows of the demo files, at most a dozen instructions each."""
    for path in DEMO:
        for part in Program.from_listing(read_listing(path)).blocks:
            for window in windows(part):
                for start in range(0, len(window.instructions), 12):
                    yield window.instructions[start : start + 12]


def parsing() -> Table:
    """Assembly lines a second, every line seen for the first time."""
    lines = "\n".join(f"\tadd\tx{i % 29}, x{i % 23}, #{i % 4096}\n\tldr\tw{i % 31}, [x{i % 17}, #{i % 4096 * 4}]" for i in range(6000))
    once = time.perf_counter()
    parse_listing(lines)
    fresh = 12000 / (time.perf_counter() - once)
    known = 12000 / seconds(lambda: parse_listing(lines))
    rows = [("distinct lines", f"{fresh:,.0f}"), ("lines met before", f"{known:,.0f}")]
    return Table("Parsing", "python -m benchmarks parse", ("text", "lines a second"), rows)


def tracing() -> Table:
    """Instructions run on the symbolic state a second."""
    blocks = list(compiled_windows())
    count = sum(map(len, blocks))
    rate = count / seconds(lambda: [execute(b) for b in blocks])
    rows = [(f"{len(blocks)} windows of compiler output", f"{rate:,.0f}")]
    return Table("Symbolic execution", "python -m benchmarks trace", ("input", "instructions a second"), rows)


def screening() -> Table:
    """Block-states a second on numpy columns, per core."""
    from semantics.run.arrays import compile_arrays
    from semantics.words import variables
    from verifier.states import MEMORY_SEED, random_columns

    rows = list[tuple[str, ...]]()
    for name, text in (
        ("5 integer instructions", "add x0, x1, x2; eor x0, x0, x3; lsl x4, x0, #3; sub x4, x4, x1; and x0, x4, x0"),
        ("5 with a load", "ldr x0, [x1]; add x0, x0, x2; eor x0, x0, x3; lsr x4, x0, #7; add x0, x4, x0"),
        ("4 vector instructions", "add v0.4s, v1.4s, v2.4s; eor v0.16b, v0.16b, v3.16b; shl v0.4s, v0.4s, #3; sub v0.4s, v0.4s, v1.4s"),
    ):
        state = execute(block(text))
        words = list(state.registers.values())
        run = compile_arrays(words)
        columns = random_columns(2048, 1, sorted(variables(words)), ["x1"] if "ldr" in text else [])
        seeds = columns[MEMORY_SEED]
        assert not isinstance(seeds, tuple)
        rows.append((name, f"{2048 / seconds(lambda run=run, columns=columns, seeds=seeds: run(columns, seeds), 20):,.0f}"))
    return Table("Screening", "python -m benchmarks screen", ("block", "block-states a second"), rows)


def proving() -> Table:
    """Latency of whole checks of true pairs, first and again, in milliseconds."""
    from verifier.check import Checker, CheckOptions
    from verifier.verdict import Proved

    first, again, proved = list[float](), list[float](), 0
    with Checker() as checker:
        for times in (first, again, again):
            for original, candidate, live in PAIRS:
                started = time.perf_counter()
                verdict = checker.check(block(original), block(candidate), CheckOptions(live_out=LiveSet.parse(live)))
                times.append((time.perf_counter() - started) * 1000)
                proved += isinstance(verdict, Proved)
    rows = [
        (name, *(f"{quantile(times, part):.1f}" for part in (0.5, 0.9, 1.0)))
        for name, times in (("first time (meanings compared with VEX too)", first), ("again", again))
    ]
    title = f"Proofs ({proved} of {3 * len(PAIRS)} checks of true pairs proved)"
    return Table(title, "python -m benchmarks prove", ("check", "median ms", "90% ms", "slowest ms"), rows)


def starting() -> Table:
    """`superopt check` on a small pair as a whole process, beside a bare interpreter."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("a.s", "b.s")]
        for path, text in zip(paths, PAIRS[1][:2], strict=True):
            path.write_text("".join(f"\t{line.strip()}\n" for line in text.split(";")))
        command = [sys.executable, "-m", "superopt", "check", *map(str, paths), "--live-out", "w0"]
        check = seconds(lambda: subprocess.run(command, check=True, capture_output=True), 5)
        bare = seconds(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True), 5)
    rows = [("superopt check", f"{check:.2f}"), ("python -c pass", f"{bare:.2f}")]
    return Table("Cold start", "python -m benchmarks start", ("process", "seconds"), rows)


def sampling() -> Table:
    """Candidates of the shipped model a second."""
    from proposer.errors import ProposerUnavailable
    from proposer.proposal import Context
    from superopt.cost import Objective, machine
    from superopt.pricing import cost_of
    from superopt.proposers import make

    columns = ("blocks", "candidates", "candidates a second")
    try:
        model = make("model")
    except ProposerUnavailable as error:
        return Table("Model", "python -m benchmarks model", columns, [(str(error), "-", "-")])
    blocks = [canonicalise(block(original), LiveSet.parse(live)) for original, _, live in PAIRS if " v0" not in original]
    cost = cost_of(machine("neoverse-n1"), Objective.CYCLES)
    started, count = time.perf_counter(), 0
    for part in blocks:
        count += sum(1 for _ in model.propose(part, Context("neoverse-n1", "cycles", cost, 5.0)))
    rate = count / (time.perf_counter() - started)
    return Table("Model", "python -m benchmarks model", columns, [(str(len(blocks)), str(count), f"{rate:.1f}")])


def whole_file() -> Table:
    """The optimiser on the demo files, in a fresh cache."""
    import json

    rows = list[tuple[str, ...]]()
    for path in DEMO:
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-m", "superopt", "optimize", str(path), "-o", f"{folder}/out.s", "--budget", "60"]
            command += ["--json", "--no-cache"]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
        report = json.loads(done.stdout or done.stderr)
        ratios = (f"{report['count_ratio']:.3f}", f"{report['cycle_ratio']:.3f}")
        rows.append((path.name, f"{len(report['improved'])} of {report['considered']}", *ratios, f"{report['seconds']:.0f}"))
    columns = ("file", "blocks improved", "instructions after/before", "predicted cycles after/before", "seconds")
    return Table("Whole files", "python -m benchmarks file", columns, rows)
