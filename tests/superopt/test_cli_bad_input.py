"""Whatever is given, the answer is one line that names the place, status 2, and nothing half done."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from cli_tools import Cli, spawn

GOOD = "add x0, x1, x2\n"

BAD = {
    "unknown mnemonic": ("\tadd x0, x1, x2\n\n\t\tfrobnicate x0, x1\n", r"a\.s:3:3: error: unknown instruction 'frobnicate'"),
    "wrong width": ("add x0, w1, x2\n", r"a\.s:1:9: error: add: "),
    "wrong width of the last operand": ("eor w0, w1, x2\n", r"a\.s:1:13: error: eor: "),
    "immediate out of range": ("nop\nadd x0, x1, #99999\n", r"a\.s:2:13: error: add: immediate 99999"),
    "immediate behind a post-indexed address": ("ldr x0, [x1], #9999\n", r"a\.s:1:9: error: ldr: "),
    "bitmask that is none": ("  and x0, x1, #5\n", r"a\.s:1:15: error: and: "),
    "shift out of range": ("lsl w0, w1, #32\n", r"a\.s:1:13: error: lsl: "),
    "no such register": ("add x0, x1, x31\n", r"a\.s:1:\d+: error: "),
    "missing operand": ("add x0,\n", r"a\.s:1:\d+: error: "),
    "too many operands": ("neg x0, x1, x2, x3\n", r"a\.s:1:\d+: error: "),
    "truncated": ("add x0, x1, x2\nldr x0, [x1", r"a\.s:2:\d+: error: "),
    "unfinished comment": ("add x0, x1, x2 /* and so on\n", r"a\.s:1:\d+: error: "),
    "unfinished string": ('.ascii "abc\nadd x0, x1, x2\n', r"a\.s:1:\d+: error: "),
    "unfinished macro": (".macro m\nadd x0, x1, x2\n", r"a\.s:1:1: error: "),
    "empty": ("", r"a\.s: error: no instructions"),
    "comments only": ("// nothing\n\n", r"a\.s: error: no instructions"),
    "directives only": (".text\n.globl f\nf:\n", r"a\.s: error: no instructions"),
    "NUL": ("add x0, x1, x2\n\0\n", r"a\.s:2:1: error: NUL"),
    "byte order mark": (b"\xff\xfea\0d\0d\0", r"a\.s:1:1: error: byte order mark"),
    "ELF": (b"\x7fELF\x02\x01\x01" + bytes(9) + os.urandom(200), r"a\.s:\d+:\d+: error: "),
    "invalid UTF-8": (b"add\xff\xfe x0, x1, x2\n", r"a\.s:1:\d+: error: "),
    "a very long line": ("add x0, x1, x2" + " " * 10_000_000 + "\n", r"a\.s:1:1: error: line of 1000001\d characters"),
    "a very long instruction": ("add x0, x1, " + "x" * 100_000 + "\n", r"a\.s:1:\d+: error: "),
    "deep parentheses": ("add x0, x1, #" + "(" * 5000 + "1" + ")" * 5000 + "\n", r"a\.s:1:\d+: error: "),
    "huge number": ("mov x0, #" + "9" * 5000 + "\n", r"a\.s:1:\d+: error: "),
    "lone carriage return": ("add x0, x1, x2\rsub x0, x1, x2\n", r"a\.s:1:\d+: error: carriage return"),
    "terminal escapes": ("add x0, x1, \x1b[31mred\n", r"a\.s:1:\d+: error: "),
}


def assert_one_line(text: str, pattern: str) -> None:
    (line,) = text.splitlines()
    assert re.search(pattern, line), line
    assert line.isprintable()


@pytest.mark.parametrize("name", BAD)
def test_check_refuses(cli: Cli, name: str) -> None:
    content, pattern = BAD[name]
    ran = cli.check(content, GOOD)
    assert (ran.status, ran.out) == (2, "")
    assert_one_line(ran.err, pattern)


def test_the_candidate_is_named_too(cli: Cli) -> None:
    assert_one_line(cli.check(GOOD, "bogus\n").err, r"b\.s:1:1: error: ")


@pytest.mark.parametrize("name", ["truncated", "unfinished comment", "unfinished macro", "empty", "NUL", "ELF", "a very long line"])
def test_optimize_and_explain_refuse(cli: Cli, name: str) -> None:
    content, pattern = BAD[name]
    path, output = cli.file("a.s", content), cli.file("out.s", "as before\n")
    for ran in (cli("optimize", path, "-o", output, "--no-cache"), cli("explain", path)):
        assert (ran.status, ran.out) == (2, "")
        assert_one_line(ran.err, pattern)
    assert output.read_text() == "as before\n"


def test_files_that_are_none(cli: Cli, tmp_path: Path) -> None:
    good = cli.file("a.s", GOOD)
    for bad, reason in ((tmp_path / "missing.s", "no such file or directory"), (tmp_path, "is a directory"), ("", "no such file")):
        for arguments in (("check", bad, good), ("check", good, bad), ("optimize", bad), ("explain", bad), ("check", "--batch", bad)):
            ran = cli(*arguments)
            assert (ran.status, ran.out) == (2, "")
            assert_one_line(ran.err, f"error: {reason}")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["check"], "needs ORIGINAL and CANDIDATE"),
        (["check", "a.s"], "needs ORIGINAL and CANDIDATE"),
        (["check", "-", "-"], "only one of the two"),
        (["check", "a.s", "b.s", "c.s"], "[Uu]nexpected extra argument"),
        (["check", "a.s", "b.s", "--frobnicate"], "No such option"),
        (["check", "a.s", "b.s", "--timeout", "soon"], "--timeout"),
        (["check", "a.s", "b.s", "--timeout", "-1"], "--timeout must be a positive number"),
        (["check", "a.s", "b.s", "--timeout", "nan"], "--timeout must be a positive number"),
        (["check", "a.s", "b.s", "--semantics", "mine"], "--semantics must be"),
        (["check", "a.s", "b.s", "--live-out", "x0,x99"], "column 4: 'x99' is no register"),
        (["check", "a.s", "b.s", "--live-out", ""], "the list is empty"),
        (["check", "--batch", "a.s", "b.s"], "either --batch or ORIGINAL"),
        (["check", "--batch", "a.s", "--jobs", "0"], "--jobs must be"),
        (["optimize"], "Missing argument"),
        (["optimize", "a.s", "--cpu", "z80"], "unknown CPU 'z80'; known: "),
        (["optimize", "a.s", "--objective", "beauty"], "--objective must be one of cycles, size, count"),
        (["optimize", "a.s", "--proposers", "model,wizard"], "unknown proposer 'wizard'; known: model, endpoint, enumerate"),
        (["optimize", "a.s", "--proposers", ""], "unknown proposer ''"),
        (["optimize", "a.s", "--budget", "0"], "--budget must be a positive number"),
        (["optimize", "a.s", "--window", "0"], "--window must be from 1"),
        (["optimize", "a.s", "--scratch", "all"], "--scratch must be function or aapcs"),
        (["optimize", "a.s", "--cache", "c", "--no-cache"], "either --cache or --no-cache"),
        (["optimize", "a.s", "--live-out", "y0"], "'y0' is no register"),
        (["optimize", "a.s", "-o", "no/such/folder/out.s"], "out.s: error: no such directory"),
        (["optimize", "a.s", "-o", "."], "error: is a directory"),
        (["explain", "a.s", "--cpu", "z80"], "unknown CPU"),
        (["cache", "show", "abc", "--cache", "missing.sqlite"], "missing.sqlite: error: rewrite cache: no such file"),
        (["frobnicate"], "No such command"),
    ],
)
def test_usage(cli: Cli, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str) -> None:
    cli.file("a.s", GOOD), cli.file("b.s", GOOD)
    monkeypatch.chdir(cli.folder)
    ran = cli(*arguments)
    assert (ran.status, ran.out) == (2, "")
    assert_one_line(ran.err, message)


def test_help_and_version(cli: Cli) -> None:
    assert re.fullmatch(r"superopt \d+\.\d+\.\d+\n", cli("--version").out)
    for verb in ("check", "optimize", "explain", "doctor", "cache"):
        ran = cli(verb, "--help")
        assert (ran.status, ran.err) == (0, "")
        assert ran.out.startswith(f"Usage: superopt {verb}")
    ran = cli()
    assert (ran.status, ran.out) == (2, "")
    assert "Commands:" in ran.err


def test_faults_of_ours_have_a_status_of_their_own(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object) -> None:
        raise ZeroDivisionError("a planted fault")

    monkeypatch.setattr("superopt.cli.pairs.judge", broken)
    ran = cli.check(GOOD, GOOD)
    assert (ran.status, ran.out) == (70, "")
    assert_one_line(ran.err, "internal error: ZeroDivisionError: a planted fault")


def test_a_reader_that_goes_away_is_no_reason_for_noise(cli: Cli) -> None:
    pairs = cli.file("pairs.jsonl", '{"original": "nop", "candidate": "nop"}\n' * 20_000)
    process = spawn("check", "--batch", pairs, "--jobs", "1")
    assert process.stdout is not None and process.stderr is not None and process.stdin is not None
    assert process.stdout.readline()
    process.stdout.close()
    assert process.wait(timeout=60) == 141
    assert process.stderr.read() == b""
    process.stderr.close(), process.stdin.close()
