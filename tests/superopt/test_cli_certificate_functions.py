"""Certificates of functions: ``superopt check --certificate`` and ``superopt recheck`` on code with branches."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cli_tools import Cli

from semantics.liveset import LiveSet
from superopt.cli.function_certificates import derived
from verifier.certificates.functions import read, statement_text
from verifier.certificates.queries import Underivable
from verifier.certificates.recheck import installed
from verifier.check import CheckOptions
from verifier.functions.argument import BadArgument, relations_of

ENGINES = installed(("z3", "bitwuzla", "cvc5"))
LOOP = "f: mov x2, #0\n.L: add x2, x2, x0\n subs x1, x1, #1\n b.ne .L\n mov x0, x2\n ret\n"
RENAMED = LOOP.replace("x2", "x9")
DIAMOND = "f: cmp x0, x1\n b.lo .La\n mov x0, x1\n.La: ret\n"
SELECT = "f: cmp x0, x1\n csel x0, x0, x1, lo\n ret\n"
SLOW = "f: mov x2, #0\n.L: add x2, x2, #4\n mov x3, x2\n lsl x4, x0, #1\n add x4, x4, x0\n subs x1, x1, #1\n b.ne .L\n mov x0, x4\n ret\n"
QUICK = SLOW.replace("lsl x4, x0, #1\n add x4, x4, x0", "add x4, x0, x0, lsl #1\n nop")
ORDERED = (
    "add x2, x0, x1\nldar x3, [x4]\nand w5, w2, w3\norr w6, w2, w3\nadd w0, w5, w6\n",
    "add x2, x0, x1\nldar x3, [x4]\nadd w0, w2, w3\n",
)
FOUR = "f: mov x1, #4\n.L: add x0, x0, #3\n subs x1, x1, #1\n b.ne .L\n ret\n", "f: add x0, x0, #12\n ret\n"


def made(cli: Cli, original: str, candidate: str, *options: object) -> Path:
    folder = cli.folder / "c"
    ran = cli.check(original, candidate, "--live-out", "x0", "--certificate", folder, *options)
    assert (ran.status, ran.err, ran.out.splitlines()[0]) == (0, "", "equivalent")
    return folder


@pytest.mark.parametrize(
    ("texts", "queries"), [((LOOP, RENAMED), False), ((DIAMOND, SELECT), True), ((SLOW, QUICK), False), (ORDERED, True), (FOUR, None)]
)
def test_proofs_about_functions_are_written_and_proved_again(cli: Cli, texts: tuple[str, str], queries: bool | None) -> None:
    folder = made(cli, *texts)
    scripts = [path.name for path in folder.glob("segment-*.smt2")]
    assert queries is None or bool(scripts) == queries
    for engine in ENGINES:
        ran = cli("recheck", folder, "--engine", engine)
        assert (ran.status, ran.err, ran.out.splitlines()[-1]) == (0, "", "1 proved")
        assert ran.out.startswith(f"proved: {folder}: same queries, derived again with the simplifier")
        assert ran.out.count(" unsat ") == len(scripts)


def test_the_statement_tells_the_argument(cli: Cli) -> None:
    text = (made(cli, LOOP, RENAMED) / "statement.md").read_text()
    assert "- cut points of the original: .L (line 2)" in text
    assert "  - x9 of the candidate = x2 of the original" in text
    assert all(f"    {line}" in text for line in (*LOOP.splitlines(), *RENAMED.splitlines()))


def test_several_functions_assumptions_and_dead_stack(cli: Cli) -> None:
    texts = tuple(f"{a}g: cbz x0, .Lz\n ret\n.Lz: ret\n" for a in (DIAMOND, SELECT))
    folder = made(cli, *texts, "--assume", "x0 < 8", "--dead-stack")
    ran = cli("recheck", folder, "--json")
    assert ran.status == 0
    assert "assumptions.smt2" in ran.json["certificates"][0]["queries"]


def test_the_same_texts_need_no_query(cli: Cli) -> None:
    folder = made(cli, LOOP, f"// the same\n{LOOP}")
    assert cli("recheck", folder).status == 0


@pytest.mark.parametrize("name", ["original.s", "candidate.s", "segment-001.smt2", "statement.md", "meanings.md"])
def test_a_changed_file_is_found(cli: Cli, name: str) -> None:
    folder = made(cli, DIAMOND, SELECT)
    path = folder / name
    path.write_text(path.read_text() + "\n")
    ran = cli("recheck", folder)
    assert (ran.status, ran.out) == (2, "1 damaged\n")
    assert ran.err == f"{folder}: error: {name} is not the file that the certificate was made with\n"


def lie(folder: Path, change: Callable[[dict[str, Any]], object], files: dict[str, str] | None = None) -> None:
    """Change the record and files, and make all hashes and the statement fit."""
    record = json.loads((folder / "certificate.json").read_text())
    for name, text in (files or {}).items():
        (folder / name).write_text(text)
        record["files"].setdefault(name, {"role": "query"})
    change(record)
    texts = (folder / "original.s").read_bytes(), (folder / "candidate.s").read_bytes()
    (folder / "statement.md").write_text(statement_text(record, texts))
    for name, entry in record["files"].items():
        entry["sha256"] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    (folder / "certificate.json").write_text(json.dumps(record))
    read(folder)  # nothing is wrong by its looks


def _nothing(record: dict[str, Any]) -> None:
    pass


def _more_facts(record: dict[str, Any]) -> None:
    facts = record["argument"][0]["pairs"][0]["facts"]
    facts.append(["original", "x1", 64, [], 0, False])


def _fewer_cuts(record: dict[str, Any]) -> None:
    record["argument"][0].update(cuts=[[], []], pairs=[])


def _fewer_queries(record: dict[str, Any]) -> None:
    del record["files"]["segment-001.smt2"]


def _unrolled(record: dict[str, Any]) -> None:
    record["argument"] = [{"method": "unrolling", "rounds": 3, "all_or_nothing": True}]


def _described_otherwise(record: dict[str, Any]) -> None:
    record["described"].append("- and more")


@pytest.mark.parametrize(
    ("change", "files", "reason"),
    [
        (_nothing, {"candidate.s": RENAMED.replace("add x9, x9, x0", "sub x9, x9, x0")}, "is not the query"),
        (_nothing, {"original.s": LOOP.replace("#0", "#1")}, "is not the query"),
        (_nothing, {"candidate.s": SELECT}, "cannot be derived"),
        (_more_facts, {}, "is not the query"),
        (_fewer_cuts, {}, "cannot be derived"),
        (_unrolled, {}, "is not the query"),
        (_described_otherwise, {}, "the argument is not the one that is described"),
    ],
)
def test_consistent_lies_about_a_loop_are_found(
    cli: Cli, change: Callable[[dict[str, Any]], object], files: dict[str, str], reason: str
) -> None:
    folder = made(cli, LOOP, RENAMED)
    lie(folder, change, files)
    ran = cli("recheck", folder)
    assert ran.status == 2
    assert reason in ran.err


@pytest.mark.parametrize(
    ("change", "files"),
    [
        (_fewer_queries, {}),
        (_nothing, {"segment-001.smt2": "(set-logic ALL)\n(assert false)\n(check-sat)\n"}),
        (_nothing, {"candidate.s": SELECT.replace("lo", "hi")}),
    ],
)
def test_consistent_lies_about_queries_are_found(cli: Cli, change: Callable[[dict[str, Any]], object], files: dict[str, str]) -> None:
    folder = made(cli, DIAMOND, SELECT)
    lie(folder, change, files)
    ran = cli("recheck", folder)
    assert ran.status == 2
    assert "is not the query that the texts and the argument give" in ran.err


def test_a_lie_said_to_be_of_an_older_version_is_refuted(cli: Cli) -> None:
    folder = made(cli, DIAMOND, SELECT)
    lie(folder, lambda record: record.update(judge="0" * 64), {"candidate.s": SELECT.replace("lo", "hi")})
    ran = cli("recheck", folder)
    assert ran.status == 1
    assert ran.out.startswith(f"refuted: {folder}: other queries: meanings or judge changed since")


def test_facts_that_do_not_hold_are_refuted(cli: Cli) -> None:
    folder = made(cli, LOOP, RENAMED)
    lie(folder, lambda record: (_more_facts(record), record.update(judge="0" * 64)))
    ran = cli("recheck", folder)
    assert ran.status == 1
    assert " sat " in ran.out


def test_an_alignment_that_is_not_there_is_found(cli: Cli) -> None:
    code = LOOP.replace("mov x2, #0", "sub sp, sp, #8\n mov x2, #0").replace(" ret", " add sp, sp, #8\n ret")
    folder = made(cli, code, code.replace("x2", "x9"))
    assert cli("recheck", folder).status == 0
    lie(folder, lambda record: record["argument"][0]["pairs"][0].update(aligned=True))
    ran = cli("recheck", folder)
    assert ran.status == 2
    assert "sp need not be a multiple of 16" in ran.err


def test_lines_of_batches_are_refused(cli: Cli) -> None:
    lines = [{"original": LOOP, "candidate": RENAMED}, {"original": ORDERED[0], "candidate": ORDERED[1]}]
    file = cli.file("pairs.jsonl", "\n".join(json.dumps(line | {"live_out": ["x0"]}) for line in lines))
    ran = cli("check", "--batch", file, "--certificate", cli.folder / "many", "--jobs", "1")
    found = [json.loads(line) for line in ran.out.splitlines()]
    assert [line["verdict"] for line in found] == ["equivalent", "equivalent"]
    assert all("this proof has no certificate" in line["no_certificate"] for line in found)
    assert not list((cli.folder / "many").iterdir())


def test_an_older_version_with_the_same_queries_is_proved(cli: Cli) -> None:
    folder = made(cli, DIAMOND, SELECT)
    lie(folder, lambda record: record.update(judge="0" * 64))
    assert cli("recheck", folder).status == 0


def test_false_facts_give_queries_that_are_satisfiable() -> None:
    argument: dict[str, Any] = {"method": "simulation", "cuts": [[1], [1]], "peeled": [False, False]}
    facts = [[side, name, 64, [], 0, False] for side in ("original", "candidate") for name in ("x2", "x9")]
    facts.append(["candidate", "sp", 64, [[1, "original", "sp"]], 0, False])
    options = CheckOptions(live_out=LiveSet.parse("x0"))
    argument["pairs"] = [{"at": [1, 1], "aligned": True, "facts": facts}]
    found = derived(LOOP.encode(), RENAMED.encode(), [argument], options)
    assert found.queries  # the facts do not hold after a round: somebody has to be asked, and will say sat


@pytest.mark.parametrize(
    "fact",
    [
        ["candidate", "x77", 64, [], 0, False],
        ["nobody", "x0", 64, [], 0, False],
        ["candidate", "x0", 65, [], 0, False],
        ["candidate", "x0", 64, [], 0, True],
        ["candidate", "x0", 64, [[1, "original", "n"]], 0, False],
        ["candidate", "x0", 64, [["1", "original", "x1"]], 0, False],
        ["candidate", "x0", 64],
        ["candidate", "sp", 64, [], 0, False],
    ],
)
def test_facts_without_sense_are_refused(fact: list[Any]) -> None:
    stack = ["candidate", "sp", 64, [[1, "original", "sp"]], 0, False]
    relations_of({"pairs": [{"at": [1, 1], "aligned": False, "facts": [stack]}]})
    with pytest.raises(BadArgument):
        relations_of({"pairs": [{"at": [1, 1], "aligned": False, "facts": [stack, fact]}]})


def test_blocks_have_certificates_of_their_own() -> None:
    with pytest.raises(Underivable, match="single blocks"):
        derived(b"add x0, x0, x1\n", b"add x0, x1, x0\n", [], CheckOptions())


def test_every_source_of_meanings_is_refused(cli: Cli) -> None:
    folder = cli.folder / "c"
    ran = cli.check(DIAMOND, SELECT, "--live-out", "x0", "--semantics", "all", "--certificate", folder)
    assert ran.status == 2
    assert ran.err == f"{folder}: error: this proof has no certificate: it is one of functions under --semantics all\n"
    assert not folder.exists()


def test_a_foreign_folder_is_left_alone_and_an_older_certificate_is_replaced(cli: Cli) -> None:
    folder = made(cli, DIAMOND, SELECT)
    made(cli, LOOP, RENAMED)
    assert not (folder / "segment-001.smt2").exists()
    shutil.copy(folder / "original.s", folder / "mine.s")
    assert cli.check(LOOP, RENAMED, "--live-out", "x0", "--certificate", folder).status == 2
