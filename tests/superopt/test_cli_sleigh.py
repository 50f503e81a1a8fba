"""``superopt check --semantics sleigh`` and the third vote in ``all``."""

from __future__ import annotations

import importlib.util
import json
from importlib.util import find_spec

import pytest
from cli_tools import Cli

from superopt.cli.pairs import with_third
from verifier.verdict import Certificate, Counterexample, Proved, Refuted, Unknown, Unsupported, Verdict

needs_pypcode = pytest.mark.skipif(find_spec("pypcode") is None, reason="pypcode is not installed")

SUM = "and w2, w0, w1\norr w3, w0, w1\nadd w0, w2, w3\n"
LIVE = ("--live-out", "w0")


@needs_pypcode
def test_a_proof_and_a_refutation_with_sleigh_alone(cli: Cli) -> None:
    proved = cli.check(SUM, "add w0, w0, w1\n", *LIVE, "--semantics", "sleigh")
    assert proved.status == 0 and "4 SLEIGH alone" in proved.out
    assert cli.check(SUM, "orr w0, w0, w1\n", *LIVE, "--semantics", "sleigh").status == 1


@needs_pypcode
@pytest.mark.parametrize("block", ["fadd d0, d1, d2", "ldrsb w0, [x1]", "crc32b w0, w1, w2"])
def test_what_sleigh_does_not_know_is_unsupported_and_all_says_so(cli: Cli, block: str) -> None:
    pair = f"{block}\nadd x3, x4, x5\n", f"{block}\nadd x3, x5, x4\n"
    alone = cli.check(*pair, "--semantics", "sleigh")
    assert alone.status == 3 and block in alone.out
    together = cli.check(*pair, "--semantics", "all")
    assert together.status == 0 and f"not with SLEIGH (unsupported: {block}: " in together.out


@needs_pypcode
def test_all_says_that_sleigh_proves_it_too(cli: Cli) -> None:
    found = cli.check(SUM, "add w0, w0, w1\n", *LIVE, "--semantics", "all", "--json")
    assert found.status == 0
    assert set(found.json["certificate"]["sources"].values()) == {"row = VEX, proved with each, and with SLEIGH"}


@needs_pypcode
def test_lines_of_a_batch_may_ask_sleigh(cli: Cli) -> None:
    pair = {"original": "add x0, x1, x2", "candidate": "add x0, x2, x1", "semantics": "sleigh"}
    ran = cli("check", "--batch", cli.file("pairs.jsonl", json.dumps(pair)), "--jobs", "1")
    assert ran.status == 0 and ran.json["verdict"] == "equivalent"


@needs_pypcode
def test_a_proof_by_sleigh_has_a_certificate(cli: Cli) -> None:
    folder = cli.folder / "proof"
    pair = "udiv x3, x4, x5\ncmp x1, x2\ncsel x0, x1, x2, hi\n", "udiv x3, x4, x5\ncmp x1, x2\ncsel x0, x2, x1, ls\n"
    assert cli.check(*pair, "--semantics", "sleigh", "--certificate", folder).status == 0
    assert "Effect, by SLEIGH" in (folder / "meanings.md").read_text()
    assert cli("recheck", folder).status == 0


def test_without_pypcode_it_is_one_clear_line(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("superopt.cli.check.find_spec", lambda name: None if name == "pypcode" else importlib.util.find_spec(name))
    ran = cli.check("nop", "nop", "--semantics", "sleigh")
    assert ran.status == 2 and ran.err.count("\n") == 1 and "pypcode" in ran.err


def test_an_unknown_source_is_one_clear_line(cli: Cli) -> None:
    ran = cli.check("nop", "nop", "--semantics", "ghidra")
    assert ran.status == 2 and "rows, vex, sleigh or all" in ran.err


PROVED = Proved(Certificate("solver", "q", ("z3",), "0", {"nop": "row = VEX, proved with each"}, 1.0))
SHOWN = Refuted(Counterexample({}, {}, 0, (), True, "screening"))
NOT_SHOWN = Refuted(Counterexample({}, {}, 0, (), None, "screening"))
UNKNOWN = Unknown("timeout", 1.0)
UNSUPPORTED = Unsupported("fadd d0, d1, d2: p-code operation FLOAT_ADD")


@pytest.mark.parametrize(
    ("verdict", "sleigh", "kind"),
    [
        (PROVED, PROVED, Proved),
        (PROVED, UNKNOWN, Proved),
        (PROVED, UNSUPPORTED, Proved),
        (PROVED, SHOWN, Unknown),
        (PROVED, NOT_SHOWN, Unknown),
        (SHOWN, PROVED, Unknown),
        (SHOWN, SHOWN, Refuted),
        (SHOWN, UNSUPPORTED, Refuted),
        (UNKNOWN, PROVED, Unknown),
        (UNSUPPORTED, PROVED, Unsupported),
        (UNKNOWN, SHOWN, Refuted),
        (UNSUPPORTED, SHOWN, Refuted),
        (UNKNOWN, NOT_SHOWN, Unknown),
        (UNSUPPORTED, UNKNOWN, Unsupported),
    ],
)
def test_the_third_vote_confirms_or_contradicts_and_proves_nothing_alone(verdict: Verdict, sleigh: Verdict, kind: type) -> None:
    assert type(with_third(verdict, sleigh)) is kind


def test_the_third_vote_is_in_the_certificate() -> None:
    for vote, said in ((PROVED, "and with SLEIGH"), (UNKNOWN, "unknown: timeout"), (UNSUPPORTED, "unsupported: fadd d0, d1, d2")):
        together = with_third(PROVED, vote)
        assert isinstance(together, Proved) and said in together.certificate.sources["nop"]
