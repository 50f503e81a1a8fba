"""``superopt fuzz``: it draws what it says, counts what it sees, goes on where it stopped, and shouts when it must."""

from __future__ import annotations

import json
import sqlite3
import struct
from pathlib import Path
from random import Random

import pytest
from cli_tools import Cli
from hypothesis import given, settings
from hypothesis import strategies as st

from semantics.assembler import assemble_text
from semantics.liveset import LiveSet
from superopt.fuzzing import outcome as outcomes
from superopt.fuzzing.campaign import Bench, Campaign
from superopt.fuzzing.corpus import corpus_of
from superopt.fuzzing.elf import sections_of
from superopt.fuzzing.errors import CorpusError
from superopt.fuzzing.outcome import Limits, observed, outcome_of
from superopt.fuzzing.trial import Draws, Trial, draw_trial
from verifier.check import Checker, CheckOptions
from verifier.mutation import OPERATORS
from verifier.verdict import Certificate, Proved, Refuted, Verdict

CODE = """
\t.text
\t.globl f
\t.type f, %function
f:
\tldr x3, [x1], #8
\tadd x0, x0, x3
\tadrp x4, table
\teor x0, x0, x2, lsl #3
\tstr x0, [x1]
\tcbz x2, f
\tdmb ish
\tmov x5, #7
\tret
"""


def block(text: str) -> tuple[object, ...]:
    return tuple(assemble_text(line) for line in text.split(";"))


def trial(original: str, candidate: str, kind: str = "mutant", live_out: str = "") -> Trial:
    live = LiveSet.parse(live_out) if live_out else LiveSet.everything()
    return Trial(kind, "a rule", "a.s", block(original), block(candidate), live, False)  # type: ignore[arg-type]


def test_listings_are_cut_where_a_linker_is_needed(tmp_path: Path) -> None:
    path = tmp_path / "a.s"
    path.write_text(CODE)
    pieces = corpus_of([path], 0).pieces
    assert [[str(i) for i in piece.block] for piece in pieces] == [
        ["ldr x3, [x1], #8", "add x0, x0, x3"],
        ["eor x0, x0, x2, lsl #3", "str x0, [x1]", "cbz x2, f"],
        ["dmb ish", "mov x5, #7", "ret"],
    ]
    assert "x3" not in pieces[0].live[-1] and "x3" in pieces[0].live[0]
    assert "x5" not in pieces[2].live[-1] and "x0" in pieces[2].live[-1]


def test_trials_are_reproducible_and_all_different(tmp_path: Path) -> None:
    path = tmp_path / "a.s"
    path.write_text(CODE)
    corpus, draws = corpus_of([path], 0), Draws(OPERATORS, 12, 2, 30)
    drawn = [draw_trial(corpus, 5, number, draws) for number in range(60)]
    assert drawn == [draw_trial(corpus, 5, number, draws) for number in range(60)]
    kinds = [trial.kind for trial in drawn if trial is not None]
    assert kinds.count("rewrite") == 12
    assert all(trial.original != trial.candidate for trial in drawn if trial is not None)
    assert {trial.source for trial in drawn if trial is not None} == {str(path), "rows"}


def test_what_the_emulator_sees() -> None:
    assert observed(trial("add x0, x1, x2", "sub x0, x1, x2"), 0, 16)[0] == "different"
    assert observed(trial("add x0, x1, x2", "add x0, x2, x1"), 0, 16)[0] == "alike"
    assert observed(trial("adds x0, x1, x2", "add x0, x1, x2", live_out="x0"), 0, 16)[0] == "alike"
    assert observed(trial("adr x0, f", "adr x0, g"), 0, 16)[0] == "not run"


class Gullible(Checker):
    """Calls everything equivalent, or everything different."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__()
        self.verdict = verdict

    def check(self, original: object, candidate: object, options: CheckOptions) -> Verdict:  # type: ignore[override]
        assert options.differential == 0
        return self.verdict


def test_a_judge_that_believes_everything_is_caught() -> None:
    with Gullible(Proved(Certificate("structural", "", (), "", {}, 0.0))) as checker:
        found = outcome_of(checker, trial("add x0, x1, x2", "sub x0, x1, x2"), 3, Limits(states=8))
        assert (found.seen, found.verdict) == ("different", "proved")
        assert found.finding is not None and "called equivalent" in found.finding.what
        assert outcome_of(checker, trial("add x0, x1, x2", "add x0, x2, x1"), 3, Limits(states=8)).finding is None


def test_a_judge_that_refutes_what_is_true_is_caught() -> None:
    from verifier.verdict import Counterexample, Difference

    example = Counterexample({"x1": 1}, {}, 0, (Difference("x0", "0x1", "0x2"),), False, "screening")
    with Gullible(Refuted(example)) as checker:
        for kind, what in (("rewrite", "are called different"), ("mutant", "that no run confirms")):
            found = outcome_of(checker, trial("add x0, x1, x2", "add x0, x2, x1", kind), 3, Limits(states=8))
            assert found.finding is not None and what in found.finding.what


def test_a_rule_at_fault_is_caught() -> None:
    with Gullible(Refuted(None)) as checker:  # type: ignore[arg-type]
        found = outcome_of(checker, trial("add x0, x1, x2", "sub x0, x1, x2", "rewrite"), 3, Limits(states=8))
        assert found.finding is not None and "the rule a rule" in found.finding.what


def test_a_campaign_counts_and_goes_on(cli: Cli) -> None:
    path, record = cli.file("a.s", CODE), cli.folder / "record.sqlite"
    options = ("--seed", "3", "--jobs", "1", "--states", "12", "--resume", record, "--json")
    first = cli("fuzz", path, "--count", "25", *options)
    assert first.status == 0, first.err
    data = first.json
    assert data["trials"] == 25 and data["complete"] and data["wrong_acceptances"] == 0
    assert sum(sum(counts.values()) for kind in ("mutants", "rewrites") for counts in data[kind].values()) == 25
    assert data["mutants"]["different"]["refuted"] > 5 and data["mutants"]["different"]["proved"] == 0
    assert data["rewrites"]["alike"]["refuted"] == 0
    second = cli("fuzz", path, "--count", "40", *options).json
    assert (second["trials"], second["runs"]) == (40, 2)
    with sqlite3.connect(record) as connection:
        assert connection.execute("SELECT trials FROM sessions").fetchall() == [(25,), (15,)]
    other = cli("fuzz", path, "--count", "40", "--seed", "4", "--jobs", "1", "--states", "12", "--resume", record)
    assert other.status == 2 and "begun with another seed" in other.err


def test_tables_for_people(cli: Cli) -> None:
    ran = cli("fuzz", cli.file("a.s", CODE), "--count", "10", "--jobs", "1", "--states", "8")
    assert ran.status == 0
    assert "wrong acceptances: 0" in ran.out and "by mutation operator" in ran.out


def test_several_processes_do_the_same_trials(cli: Cli) -> None:
    path = cli.file("a.s", CODE)
    runs = [cli("fuzz", path, "--count", "6", "--jobs", jobs, "--states", "8", "--json").json for jobs in ("1", "2")]
    assert runs[0]["mutants"] == runs[1]["mutants"] and runs[0]["rewrites"] == runs[1]["rewrites"]


def test_findings_are_loud_and_can_be_checked_again(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    proved = Proved(Certificate("structural", "", (), "", {}, 0.0))
    monkeypatch.setattr(Bench, "outcome", lambda self, number: outcome_of(self.checker, WRONG, number, Limits(states=8)))
    monkeypatch.setattr(outcomes, "_judged", lambda *arguments, **options: proved)
    folder = cli.folder / "findings"
    ran = cli("fuzz", cli.file("a.s", CODE), "--count", "1", "--jobs", "1", "--findings", folder)
    assert ran.status == 1
    assert "trial 0: a block that runs differently is called equivalent" in ran.err
    assert "wrong acceptances: 1" in ran.out
    monkeypatch.undo()
    command = next(line for line in (folder / "0.txt").read_text().splitlines() if line.startswith("superopt check"))
    again = cli("check", folder / "0.original.s", folder / "0.candidate.s", *command.split()[4:])
    assert again.status == 1


WRONG = trial("add x0, x1, x2", "sub x0, x1, x2", live_out="x0,x1,mem")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["missing.s"], "missing.s: error: no such file"),
        (["empty.s"], "no code that can be run alone"),
        (["bad.s"], "bad.s:1:"),
        (["bad.o"], "not a sound object file"),
        (["bad.a"], "not a sound archive"),
        (["a.s", "--count", "0"], "--count must be from 1"),
        (["a.s", "--states", "0"], "--states must be from 1"),
        (["a.s", "--longest", "65"], "--longest must be from 1 to 64"),
        (["a.s", "--steps", "9"], "--steps must be from 0 to 8"),
        (["a.s", "--invented", "101"], "--invented must be from 0 to 100"),
        (["a.s", "--timeout", "0"], "--timeout must be a positive number"),
        (["a.s", "--operators", "nonsense"], "unknown mutation operator 'nonsense'"),
        (["a.s", "--resume", "."], "error: unable to open database file"),
        (["a.s", "--resume", "a.s"], "error: file is not a database"),
        ([], "Missing argument"),
    ],
)
def test_bad_input(cli: Cli, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str) -> None:
    cli.file("a.s", CODE), cli.file("empty.s", "\t.text\n"), cli.file("bad.s", "add x0, [\n")
    cli.file("bad.o", b"\x7fELF" + bytes(10)), cli.file("bad.a", b"!<arch>\n" + b"x" * 80)
    monkeypatch.chdir(cli.folder)
    ran = cli("fuzz", *arguments)
    assert (ran.status, ran.out) == (2, "")
    (line,) = ran.err.splitlines()
    assert message in line


# --- object files -------------------------------------------------------------------------------


def object_file(words: list[int], relocations: dict[int, int] | None = None) -> bytes:
    """A relocatable file with a section of code, symbols ``f`` (its start), ``$x``, and ``callee``."""
    names = b"\0f\0$x\0callee\0"
    symbols = bytes(24) + b"".join(
        struct.pack("<IBBHQQ", name, info, 0, section, 0, 0) for name, info, section in ((1, 0x12, 1), (3, 0, 1), (6, 0x10, 0))
    )
    code = struct.pack(f"<{len(words)}I", *words)
    relocated = b"".join(struct.pack("<QQq", place, symbol << 32 | 283, 0) for place, symbol in (relocations or {}).items())
    parts = [b"", code, relocated, symbols, names]
    offsets, at = [0], 64
    for part in parts[1:]:
        offsets.append(at)
        at += len(part)
    kinds = [(0, 0, 0, 0), (1, 6, 0, 0), (4, 0, 3, 1), (2, 0, 4, 0), (3, 0, 0, 0)]
    table = b"".join(
        struct.pack("<IIQQQQIIQQ", 0, kind, flags, 0, offset, len(part), link, info, 4, 0)
        for (kind, flags, link, info), offset, part in zip(kinds, offsets, parts, strict=True)
    )
    header = struct.pack("<16sHHIQQQIHHHHHH", b"\x7fELF\x02\x01\x01", 1, 183, 1, 0, 0, at, 0, 64, 0, 0, 64, 5, 0)
    return header + b"".join(parts) + table


def archive(**members: bytes) -> bytes:
    found = b"!<arch>\n"
    for name, data in members.items():
        found += f"{name + '/':<16}{0:<12}{0:<6}{0:<6}{644:<8}{len(data):<10}`\n".encode() + data + b"\n" * (len(data) % 2)
    return found


def word(text: str) -> int:
    return assemble_text(text).code


WORDS = [word("add x0, x1, x2"), 0x94000000, word("sub x0, x0, #1"), 0xB5FFFFC0, word("mov x1, #5"), word("ret")]


def test_code_in_objects_and_archives(tmp_path: Path) -> None:
    path = tmp_path / "lib.a"
    path.write_bytes(archive(one=object_file(WORDS, {4: 3}), two=object_file([word("nop"), 0xFFFFFFFF, word("ret")])))
    pieces = {tuple(map(str, piece.block)) for piece in corpus_of([path], 0).pieces}
    assert pieces == {
        ("add x0, x1, x2",),
        ("bl callee",),  # the cbnz leads here
        ("sub x0, x0, #1", "cbnz x0, .L1"),
        ("mov x1, #5", "ret"),
        ("nop",),
        ("ret",),
    }


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2000), st.integers(0, 255), st.integers(0, 600), st.booleans())
def test_damaged_objects_are_refused_or_read(place: int, byte: int, length: int, whole: bool) -> None:
    data = bytearray(archive(one=object_file(WORDS, {4: 3})) if place % 2 else object_file(WORDS, {4: 3}))
    data[place % len(data)] = byte
    try:
        assert all(len(code.data) <= len(data) for code in sections_of(bytes(data if whole else data[:length]), "a.o"))
    except CorpusError as error:
        assert "a.o" in str(error)


def test_a_bench_closes_its_solvers(tmp_path: Path) -> None:
    path = tmp_path / "a.s"
    path.write_text(CODE)
    bench = Bench(Campaign((path,), limits=Limits(states=4)))
    try:
        assert bench.outcome(Random(0).randrange(10)) is not None
    finally:
        bench.close()


def test_json_is_json(cli: Cli) -> None:
    assert json.loads(cli("fuzz", cli.file("a.s", CODE), "--count", "2", "--jobs", "1", "--states", "4", "--json").out)["trials"] == 2
