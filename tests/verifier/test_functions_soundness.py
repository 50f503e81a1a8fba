"""Pairs of functions that are not equivalent, or not known to be, and were or might be taken for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from semantics.assumptions import assume
from semantics.liveset import LiveSet
from superopt.cli.pairs import Demands, Text, judge
from verifier.check import Checker
from verifier.verdict import Proved, Unsupported, Verdict

LIVE = LiveSet.of(["x0", "x30", "sp", "mem"])
ONE = "cbz x0, 1f\n mov x0, #1\n1: ret"
TWO = "cbz x0, 1f\n mov x0, #2\n1: ret"
SAVING = "str x30, [sp, #-16]!\n {}\n ldr x30, [sp], #16\n ret"
MOVED = "cbz x2, 1f\n nop\n1: mov x0, x1\n ret"
CONSTANT = "cbz x2, 1f\n nop\n1: mov x0, #1\n ret"
READER = "cbz x1, .L1\n adrp x0, .Lt\n add x0, x0, :lo12:.Lt\n ldr x0, [x0, #8]\n.L1: ret"
TABLE = ".section .rodata\n.Lt: .byte 1\n{}.xword 5\n"


@pytest.fixture(scope="module")
def checker() -> Iterator[Checker]:
    with Checker() as made:
        yield made


def _function(name: str, body: str) -> str:
    return f" .globl {name}\n .type {name}, %function\n{name}:\n {body}\n"


def _verdict(checker: Checker, original: str, candidate: str, *facts: str) -> Verdict:
    demands = Demands(live_out=LIVE, assume=tuple(assume(fact) for fact in facts))
    return judge(checker, Text(f" .text\n{original}".encode(), "a.s"), Text(f" .text\n{candidate}".encode(), "b.s"), demands)


@pytest.mark.parametrize(
    ("original", "candidate"),
    [
        (
            " .globl b\n" + _function("a", f"b:\n {ONE}") + _function("g", TWO),
            " .globl b\n" + _function("a", ONE) + _function("g", f"b:\n {TWO}"),
        ),
        (
            _function("a", ONE) + _function("g", TWO) + " .globl b\n .set b, a\n",
            _function("a", ONE) + _function("g", TWO) + " .globl b\n .set b, g\n",
        ),
        (
            _function("a", "cbz x1, 1f\n mov x0, #1\n.Lm: add x0, x0, #1\n1: ret") + " .globl b\n .set b, .Lm\n",
            _function("a", "cbz x1, 1f\n mov x0, #2\n.Lm:\n1: ret") + " .globl b\n .set b, .Lm\n",
        ),
    ],
    ids=["second label", "assigned", "assigned inside"],
)
def test_another_name_of_a_function_keeps_what_it_stands_for(checker: Checker, original: str, candidate: str) -> None:
    assert isinstance(_verdict(checker, original, candidate), Unsupported)


def test_another_name_of_the_same_function_is_no_hindrance(checker: Checker) -> None:
    text = _function("a", "b:\n {}") + _function("g", TWO) + " .globl b\n .globl c\n .set c, g\n"
    assert isinstance(_verdict(checker, text.format(ONE), text.format(f"nop\n {ONE}")), Proved)


@pytest.mark.parametrize("behind", ["", " .data\n .text\n"])
def test_bytes_that_control_runs_into_are_not_taken_for_equal(checker: Checker, behind: str) -> None:
    text = "f: cbz x0, 1f\n mov x0, #1\n1: nop\n{} .word {}\n"
    assert not isinstance(_verdict(checker, text.format(behind, "0xd65f03c0"), text.format(behind, "0xd61f0020")), Proved)


def test_bytes_behind_a_return_are_no_hindrance(checker: Checker) -> None:
    text = "f: cbz x0, 1f\n mov x0, #1\n1: ret\n .word 0\n"
    assert isinstance(_verdict(checker, text, text.replace("mov", "nop\n mov")), Proved)


@pytest.mark.parametrize("body", [SAVING.format("mov x1, #2\n bl g"), "mov x1, #2\n b g", "mov x1, #2"], ids=["call", "jump", "fall"])
def test_assumptions_say_nothing_where_functions_of_the_text_are_called(checker: Checker, body: str) -> None:
    caller = _function("f", body)
    assert not isinstance(_verdict(checker, caller + _function("g", MOVED), caller + _function("g", CONSTANT), "x1 == 1"), Proved)


def test_assumptions_say_nothing_of_recursion(checker: Checker) -> None:
    text = "cmp x1, #1\n b.ne 1f\n mov x1, #2\n bl f\n2: ldr x30, [sp], #16\n ret\n1: mov x0, {}\n b 2b"
    original, candidate = (_function("f", f"str x30, [sp, #-16]!\n {text.format(value)}") for value in ("x1", "#7"))
    assert not isinstance(_verdict(checker, original, candidate, "x1 == 1"), Proved)


def test_assumptions_hold_of_each_function_that_nobody_in_the_text_enters(checker: Checker) -> None:
    caller = _function("f", ONE)
    assert isinstance(_verdict(checker, caller + _function("g", MOVED), caller + _function("g", CONSTANT), "x1 == 1"), Proved)


@pytest.mark.parametrize("between", [".p2align 3\n", ".section .data\n"])
def test_data_laid_out_in_another_way_are_other_data(checker: Checker, between: str) -> None:
    original, candidate = (_function("f", READER) + TABLE.format(what) for what in ("", between))
    assert not isinstance(_verdict(checker, original, candidate), Proved)
