"""``superopt check`` on functions: what is printed, exit statuses, batches."""

from __future__ import annotations

import json

import pytest
from cli_tools import Cli

SUM = "f: mov x2, #0\n.L: add x2, x2, x0\n subs x1, x1, #1\n b.ne .L\n mov x0, x2\n ret\n"
RENAMED = SUM.replace("x2", "x9")
PRODUCT = "f: mul x0, x0, x1\n ret\n"
TABLE = "f: cbz x0, .Lr\n adr x1, .Lt\n ldr x1, [x1, x0, lsl #3]\n br x1\n.Lr: ret\n.Lt: .quad .Lr\n"


def test_a_loop_is_proved_by_simulation(cli: Cli) -> None:
    ran = cli.check(SUM, RENAMED, "--live-out", "x0")
    assert ran.status == 0
    assert ran.out.splitlines()[0] == "equivalent"
    assert ran.out.splitlines()[1].startswith("proof: simulation: ")


def test_what_has_no_counterpart_is_named(cli: Cli) -> None:
    ran = cli.check(SUM, PRODUCT, "--live-out", "x0", "--timeout", "3")
    assert ran.status == 3
    assert ran.out.splitlines()[0] == "unknown"
    assert "the loop at .L (line 2)" in ran.out


def test_bounded_is_said_as_what_it_is(cli: Cli) -> None:
    ran = cli.check(SUM, PRODUCT, "--live-out", "x0", "--unroll", "2", "--timeout", "3")
    assert (ran.status, ran.out.splitlines()[0]) == (3, "equivalent up to 2 iterations")
    found = cli.check(SUM, PRODUCT, "--live-out", "x0", "--unroll", "2", "--timeout", "3", "--json").json
    assert (found["verdict"], found["rounds"]) == ("bounded", 2)


@pytest.mark.parametrize("rounds", ["-1", "65", "x"])
def test_rounds_are_a_small_number(cli: Cli, rounds: str) -> None:
    ran = cli.check(SUM, PRODUCT, "--unroll", rounds)
    assert ran.status == 2
    assert "--unroll" in ran.err


def test_a_difference_is_shown(cli: Cli) -> None:
    ran = cli.check(SUM, SUM.replace("#0", "#1"), "--live-out", "x0")
    assert (ran.status, ran.out.splitlines()[0]) == (1, "different")
    assert "counterexample found by execution, and shown again on the emulator" in ran.out


def test_the_same_text_is_equivalent_whatever_it_is(cli: Cli) -> None:
    assert cli.check(TABLE, f"// the same\n{TABLE}").status == 0
    assert cli.check(TABLE, TABLE.replace("lsl #3", "lsl #0")).status == 3


def test_bad_input_is_an_error_in_functions_too(cli: Cli) -> None:
    assert cli.check(SUM, SUM.replace("mov x0, x2", "mov x0, x2, x3")).status == 2


def test_constant_time_is_asked_of_blocks(cli: Cli) -> None:
    ran = cli.check(SUM, RENAMED, "--live-out", "x0", "--constant-time")
    assert (ran.status, ran.out.splitlines()[0]) == (3, "unsupported")


def test_a_batch_of_functions(cli: Cli) -> None:
    lines = [
        {"id": 1, "original": SUM, "candidate": RENAMED, "live_out": ["x0"]},
        {"id": 2, "original": SUM, "candidate": PRODUCT, "live_out": ["x0"], "unroll": 2, "timeout": 3},
        {"id": 3, "original": SUM, "candidate": PRODUCT, "unroll": True},
    ]
    path = cli.file("pairs.jsonl", "\n".join(map(json.dumps, lines)))
    answers = [json.loads(line) for line in cli("check", "--batch", path, "--jobs", 1).out.splitlines()]
    assert [answer["verdict"] for answer in answers] == ["equivalent", "bounded", "error"]
