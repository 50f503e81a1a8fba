"""``superopt optimize --certificates``: a certificate for each rewrite that is applied, and for nothing else."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cli_tools import Cli, Ran
from simple_proposers import Deleting

from grammars.listing import parse_listing
from proposer.proposal import Candidate, Context
from semantics.canonical import Canonical
from superopt import proposers
from superopt.cli import applied
from superopt.cli.certificates import NoCertificate
from superopt.cli.optimizing import Run, search_share
from superopt.optimizer.options import OptimizeOptions
from verifier.certificates.folder import read
from verifier.certificates.queries import queries

F = "\t.globl\tf\nf:\n\tadd x0, x0, 1\n\tmov x5, x5\n\teor x0, x0, x1\n\tret\n"
G = "\t.globl\tg\ng:\n\tneg x0, x0\n\tmov x0, x0\n\tret\n"
WRONG = "\t.globl\th\nh:\n\tneg x0, x0\n\tadd x0, x0, x1\n\tret\n"


class Interrupting(Deleting):
    """Is interrupted when asked about the second function."""

    def propose(self, block: Canonical, context: Context) -> Iterator[Candidate]:
        if "neg" in block.text:
            raise KeyboardInterrupt
        yield from super().propose(block, context)


@pytest.fixture(autouse=True)
def sources(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, factory in {"deleting": Deleting, "interrupting": Interrupting}.items():
        monkeypatch.setitem(globals(), f"make_{name}", factory)
        monkeypatch.setitem(proposers.SOURCES, name, proposers.Source(__name__, f"make_{name}", ""))


def optimize(cli: Cli, text: str, *options: object, who: str = "deleting") -> Ran:
    usual = ("--proposers", who, "--no-judge", "--jobs", 1, "--budget", 60, "-o", cli.folder / "out.s")
    return cli("optimize", cli.file("f.s", text), *usual, "--certificates", cli.folder / "certificates", *options)


def folders(cli: Cli) -> list[Path]:
    return sorted(path for path in (cli.folder / "certificates").iterdir() if path.is_dir())


def index(cli: Cli) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (cli.folder / "certificates" / applied.INDEX).read_text().splitlines()]


def test_each_applied_rewrite_has_one_and_nothing_else_has(cli: Cli) -> None:
    ran = optimize(cli, F + G + WRONG, "--no-cache", "--json")
    assert ran.status == 0
    assert [block["function"] for block in ran.json["improved"]] == ["f", "g"]
    assert [path.name for path in folders(cli)] == ["line-00003-1", "line-00009-1"]
    assert [(line["certificate"], line["function"], line["line"]) for line in index(cli)] == [
        ("line-00003-1", "f", 3),
        ("line-00009-1", "g", 9),
    ]
    steps = [step for block in ran.json["improved"] for step in block["steps"]]
    assert [(line["before"], line["after"]) for line in index(cli)] == [(step["before"], step["after"]) for step in steps]
    for folder, step in zip(folders(cli), steps, strict=True):
        stored = read(folder)
        assert [len(stored.statement.original), len(stored.statement.candidate)] == [len(step["before"]), len(step["after"])]
        assert {name: query.text for name, query in queries(stored.statement).items()} == dict(stored.scripts)


def test_they_are_proved_again(cli: Cli) -> None:
    assert optimize(cli, F + G, "--no-cache").status == 0
    ran = cli("recheck", cli.folder / "certificates", "--engine", "z3", "--json")
    assert (ran.status, ran.json["summary"]) == (0, {"proved": 2})
    assert {entry["derivation"] for entry in ran.json["certificates"]} == {"same query"}


def test_a_rewrite_from_the_cache_has_the_same_queries(cli: Cli) -> None:
    cache = ("--cache", cli.folder / "cache.sqlite")
    assert optimize(cli, F, *cache).status == 0
    (first,) = folders(cli)
    fresh = read(first)
    (cli.folder / "certificates").rename(cli.folder / "earlier")
    ran = optimize(cli, F, *cache, "--json")
    assert ran.json["improved"][0]["steps"][0]["cached"]
    (second,) = folders(cli)
    again = read(second)
    assert (again.statement, again.scripts) == (fresh.statement, fresh.scripts)
    assert again.record["proof"]["method"] == fresh.record["proof"]["method"]


def test_the_proof_is_of_what_is_live_there(cli: Cli) -> None:
    """A stack slot that is dead after the function's return is part of the statement."""
    text = "\t.globl\tf\nf:\n\tstr x1, [sp, #-16]!\n\tadd x0, x0, 1\n\tadd sp, sp, 16\n\tret\n"
    ran = optimize(cli, text, "--no-cache")
    assert ran.status == 0
    assert "str" not in (cli.folder / "out.s").read_text()
    statements = [read(folder).statement for folder in folders(cli)]
    assert any(statement.dead_stack is not None for statement in statements)


def test_two_blocks_on_one_line_do_not_share_a_folder(cli: Cli) -> None:
    text = "\t.globl\tf\nf:\n\tadd x0, x0, x2; mov x5, x5; cbz x0, 1f; eor x0, x0, x1; mov x6, x6\n1:\n\tret\n"
    assert optimize(cli, text, "--no-cache").status == 0
    assert [path.name for path in folders(cli)] == ["line-00003-1", "line-00003-2"]


def test_processes_hand_in_what_certificates_need(cli: Cli) -> None:
    options = OptimizeOptions(proposers=("deleting",), budget=60.0, use_judge=False)
    run = Run(parse_listing(F, "f.s"), options, True, None, None, False, 1)
    share = pickle.loads(pickle.dumps(search_share(run, 0, 1, lambda done, total: None)))
    (cli.folder / "c").mkdir()
    assert applied.certify(share.report, cli.folder / "c")
    assert (cli.folder / "c" / "line-00003-1" / "query.smt2").exists()


def test_an_interrupted_search_certifies_what_it_has_applied(cli: Cli) -> None:
    assert optimize(cli, F + G, "--no-cache", who="interrupting").status == 0
    assert [path.name for path in folders(cli)] == ["line-00003-1"]


def test_an_interrupt_leaves_whole_folders_only(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    write, written = applied.save, list[Path]()

    def interrupted(folder: Path, *arguments: Any) -> None:
        if written:
            monkeypatch.setattr("verifier.certificates.folder.os.fsync", _interrupt)
        written.append(folder)
        write(folder, *arguments)

    monkeypatch.setattr(applied, "save", interrupted)
    assert optimize(cli, F + G, "--no-cache").status == 130
    assert "mov" not in (cli.folder / "out.s").read_text()
    assert [path.name for path in (cli.folder / "certificates").iterdir()] == ["line-00003-1"]
    read(cli.folder / "certificates" / "line-00003-1")


def _interrupt(*arguments: object) -> None:
    raise KeyboardInterrupt


def test_a_rewrite_without_a_certificate_is_told(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    write = applied.save

    def refuse(folder: Path, *arguments: Any) -> None:
        if folder.name == "line-00003-1":
            raise NoCertificate(folder, "no query can be derived")
        write(folder, *arguments)

    monkeypatch.setattr(applied, "save", refuse)
    ran = optimize(cli, F + G, "--no-cache")
    assert ran.status == 2
    assert f"{cli.folder / 'certificates'}: 1 of 2 rewrites have no certificate: no query can be derived" in ran.err
    assert [(line["certificate"], line.get("reason")) for line in index(cli)] == [
        (None, "no query can be derived"),
        ("line-00009-1", None),
    ]


def test_a_folder_that_holds_something_is_refused_before_the_search(cli: Cli) -> None:
    (cli.folder / "certificates").mkdir()
    cli.file("certificates/mine.txt", "mine")
    ran = optimize(cli, F, "--no-cache")
    assert (ran.status, ran.err) == (2, f"{cli.folder / 'certificates'}: error: is not empty (mine.txt)\n")
    assert not (cli.folder / "out.s").exists()
    cli.file("certificates/mine.txt", "mine")


def test_nothing_applied_leaves_an_empty_index(cli: Cli) -> None:
    assert optimize(cli, WRONG, "--no-cache").status == 0
    assert (folders(cli), index(cli)) == ([], [])


def test_a_block_that_goes_round_has_no_certificate_of_a_block(cli: Cli) -> None:
    """One round of it, as a block, would demand less than the proof has shown."""
    loop = "1: add x2, x2, x1\n{}sub x0, x0, #1\ncbnz x0, 1b\n"
    folder = cli.folder / "c"
    texts = loop.format("mov x3, x2\n"), loop.format("")
    assert cli.check(*texts, "--live-out", "x2", "--certificate", cli.folder / "functions").status == 0
    assert (cli.folder / "functions" / "original.s").read_text() == texts[0]
    ran = cli.check(*texts, "--live-out", "x2", "--constant-time", "--certificate", folder)
    assert ran.out.startswith("equivalent")
    assert (ran.status, folder.exists()) == (2, False)
    assert "goes back to its own start" in ran.err
