"""``superopt check --assume``, ``--constant-time`` and ``--same-access-size``, alone and in batches."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cli_tools import Cli

RANGE = "cmp x2, #64\ncset x0, lo\n", "mov x0, #1\n"
COPY = "ldr x2, [x0]\nstr x2, [x1]\nldr x2, [x0, #8]\nstr x2, [x1, #8]\n", "ldp x3, x2, [x0]\nstp x3, x2, [x1]\n"
SELECTED = "ldr x2, [x0]\nldr x3, [x1]\ncmp x4, #0\ncsel x5, x2, x3, eq\n", "cmp x4, #0\ncsel x6, x0, x1, eq\nldr x5, [x6]\n"
MERGED = "ldr x2, [x0]\nldr x3, [x0, #8]\n", "ldp x2, x3, [x0]\n"


def test_an_assumption_decides_and_is_told(cli: Cli) -> None:
    assert cli.check(*RANGE, "--live-out", "x0").status == 1
    ran = cli.check(*RANGE, "--live-out", "x0", "--assume", "x2<64")
    assert (ran.status, ran.err) == (0, "")
    assert "assuming x2 < 64" in ran.out
    data = cli.check(*RANGE, "--live-out", "x0", "--assume", "x2<64", "--json").json
    assert data["certificate"]["assumptions"] == ["x2 < 64"]
    assert cli.check(*RANGE, "--live-out", "x0", "--assume", "x2 <= 64").status == 1


def test_assumptions_add_up(cli: Cli) -> None:
    given = ["--live-out", "x0,x1,mem", "--assume", "noalias(x0, x1, x5)"]
    assert cli.check(*COPY, *given).status == 1
    assert cli.check(*COPY, *given, "--assume", "16 <= x5 < 4096").status == 0


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["x0 <"], "--assume:1:5: error: 'x0 <' ends too early"),
        (["x0 == 1", "y == 1"], "--assume:1:1: error: unexpected 'y'"),
        (["fpcr=any"], "--assume:1:1: error: fpcr: floating point is judged with FPCR = 0 only"),
        (["x0 < 3", "x0 > 5"], "superopt: error: no state satisfies the assumptions 'x0 < 3', 'x0 > 5'"),
        (["x1 == 1", "x0 < 0"], "superopt: error: no state satisfies the assumption 'x0 < 0'"),
    ],
)
@pytest.mark.parametrize("candidate", ["add x0, x1, #1\n", "add x0, x1, #2\n"])
def test_bad_assumptions_are_bad_input(cli: Cli, texts: list[str], message: str, candidate: str) -> None:
    options = [part for text in texts for part in ("--assume", text)]
    ran = cli.check("add x0, x1, #1\n", candidate, *options)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(message)
    assert ran.err.count("\n") == 1
    as_json = cli.check("add x0, x1, #1\n", candidate, *options, "--json")
    assert (as_json.status, as_json.json["verdict"]) == (2, "error")


def batch(cli: Cli, lines: list[dict[str, Any]], *options: str) -> dict[int, Any]:
    """The verdicts by identity."""
    pairs = cli.file("pairs.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
    ran = cli("check", "--batch", pairs, "--jobs", "1", *options)
    assert (ran.status, ran.err) == (0, "")
    return {data["id"]: data for data in map(json.loads, ran.out.splitlines())}


def test_a_bad_assumption_for_a_whole_batch_is_bad_usage(cli: Cli) -> None:
    pairs = cli.file("pairs.jsonl", '{"original": "nop", "candidate": "nop"}\n')
    ran = cli("check", "--batch", pairs, "--assume", "x0 = 1")
    assert (ran.status, ran.out) == (2, "")
    assert "equality is ==" in ran.err


def test_assumptions_of_batch_lines(cli: Cli) -> None:
    pair = {"original": RANGE[0], "candidate": RANGE[1], "live_out": ["x0"]}
    lines = [
        pair | {"id": 0, "assume": ["x2 < 64"]},
        pair | {"id": 1, "assume": "x2 < 64"},
        pair | {"id": 2, "assume": []},
        pair | {"id": 3},
        pair | {"id": 4, "assume": ["x2 < "]},
        pair | {"id": 5, "assume": [7]},
        pair | {"id": 6, "assume": ["x2 < 0"]},
        pair | {"id": 7, "assume": {}},
    ]
    found = batch(cli, lines, "--assume", "x2 == 3")
    verdicts = [found[i]["verdict"] for i in range(8)]
    assert verdicts == ["equivalent", "equivalent", "different", "equivalent", "error", "error", "error", "error"]
    assert found[0]["certificate"]["assumptions"] == ["x2 < 64"]
    assert found[3]["certificate"]["assumptions"] == ["x2 == 3"]
    assert found[4]["reason"].startswith("assume:1:6: error:")
    assert found[6]["reason"] == "no state satisfies the assumption 'x2 < 0'"


def test_constant_time(cli: Cli) -> None:
    assert cli.check(*SELECTED, "--live-out", "x5").status == 0
    ran = cli.check(*SELECTED, "--live-out", "x5", "--constant-time")
    assert ran.status == 1
    assert "second initial state" in ran.out
    assert "constant time: address of access 1" in ran.out
    data = cli.check(*SELECTED, "--live-out", "x5", "--constant-time", "--json").json["counterexample"]
    assert data["second"]["inputs"]["x4"] != data["inputs"]["x4"]


def test_same_access_size(cli: Cli) -> None:
    assert cli.check(*MERGED).status == 0
    ran = cli.check(*MERGED, "--same-access-size")
    assert ran.status == 1
    assert "access 1: a read of 8 bytes becomes a read of 2 times 8 bytes" in ran.out
    kept = cli.check("ldr x2, [x0]\n", "mov x9, x0\nldr x2, [x9]\n", "--live-out", "x2,mem", "--same-access-size", "--constant-time")
    assert kept.status == 0
    assert "also constant-time and same-access-size" in kept.out


def test_what_is_demanded_besides_in_batches(cli: Cli) -> None:
    lines = [
        {"id": 0, "original": MERGED[0], "candidate": MERGED[1], "same_access_size": True},
        {"id": 1, "original": SELECTED[0], "candidate": SELECTED[1], "live_out": ["x5"], "constant_time": True},
        {"id": 2, "original": "nop", "candidate": "nop", "constant_time": True},
        {"id": 3, "original": "nop", "candidate": "nop", "constant_time": 1},
    ]
    found = batch(cli, lines)
    assert [found[i]["verdict"] for i in range(4)] == ["different", "different", "equivalent", "error"]
    assert found[2]["certificate"]["further"] == ["constant-time"]
    assert found[1]["counterexample"]["second"]["inputs"]


def test_functions_are_not_judged_under_stricter_demands(cli: Cli) -> None:
    function = "f:\n cbz x0, 1f\n add x1, x1, #{}\n1:\n ret\n"
    ran = cli.check(function.format(1), function.replace("add x1, x1, #{}", "add x1, x1, #2\n sub x1, x1, #1"), "--constant-time")
    assert ran.status == 3
    assert "single blocks" in ran.out


LOOP = "f: udiv x10, x9, x9\n ldr x1, [x0], #8\n{} subs x2, x2, #1\n b.ne f\n"


@pytest.mark.parametrize("option", ["--constant-time", "--same-access-size"])
@pytest.mark.parametrize("assumed", [[], ["--assume", "x9 == 1"]])
def test_stricter_demands_hold_in_every_round(cli: Cli, option: str, assumed: list[str]) -> None:
    """What the first round leaves in x9, which is not live at the end, is what the second one divides by, or reads from."""
    body = LOOP if option == "--constant-time" else LOOP.replace("udiv x10, x9, x9", "ldr x10, [x9]")
    secret = "mov x9, x1\n" if option == "--constant-time" else "mov x9, x0\n"
    live = ("--live-out", "x0,x1,x2,nzcv,mem")
    ran = cli.check(body.format(""), body.format(secret), *live, option, *assumed)
    assert (ran.status, ran.out.splitlines()[0]) == (3, "unknown")
    assert cli.check(body.format(""), body.format("mov x10, #0\n"), *live, option).status == 0
