"""Goals narrowed by premises: equal to the goals wherever the premises hold, and decided where they should be."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from semantics import simplify as s
from semantics.assembler import Instruction, assemble_text
from semantics.assumptions import assume
from semantics.liveset import LiveSet
from semantics.run.ints import evaluate
from semantics.words import Word
from verifier.check import Checker, CheckOptions
from verifier.intervals import Interval, Ranges
from verifier.verdict import Certificate, Proved, Refuted

X, Y = s.var("x", 8), s.var("y", 8)
BASES: tuple[Callable[[], Word], ...] = (lambda: X, lambda: Y, lambda: X - Y, lambda: Y - X, lambda: X + Y)

sums = st.builds(lambda base, constant: base() + constant, st.sampled_from(BASES), st.integers(0, 255))
constants = st.builds(lambda value: s.const(value, 8), st.integers(0, 255))
comparisons = st.builds(
    lambda op, left, right, swap, negate: ~op(*((right, left) if swap else (left, right))) if negate else op(left, right),
    st.sampled_from([s.ult, s.eq]),
    sums,
    st.one_of(constants, sums),
    st.booleans(),
    st.booleans(),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(comparisons, min_size=1, max_size=4), st.lists(comparisons, min_size=1, max_size=3))
def test_narrowed_goals_are_equal_under_the_premises(premises: list[Word], goals: list[Word]) -> None:
    goals = [s.ite(goals[0], X, Y).__add__(1).__xor__(s.zext(goal, 8)) for goal in goals]
    narrowed = Ranges.of(premises).narrowed(goals)
    for x in range(0, 256, 3):
        for y in (0, 1, 2, 7, 8, 100, 127, 128, 129, 200, 254, 255, x, x + 1 & 255, x - 3 & 255):
            values = evaluate([*premises, *goals, *narrowed], {"x": x, "y": y}, _no_memory)
            held, rest = values[: len(premises)], values[len(premises) :]
            assert not all(held) or rest[: len(goals)] == rest[len(goals) :]


def _no_memory(address: int, size: int) -> int:
    raise AssertionError("nothing is loaded")


@pytest.mark.parametrize(
    ("interval", "by", "moved"),
    [
        (Interval(1, 5), 3, Interval(4, 8)),
        (Interval(250, 255), 6, Interval(0, 5)),
        (Interval(250, 255), 3, None),
        (Interval(3, 9), -4, None),
        (Interval(3, 9), -10, Interval(249, 255)),
    ],
)
def test_moving(interval: Interval, by: int, moved: Interval | None) -> None:
    assert interval.moved(by, 8) == moved


COPY = "ldr x2, [x1]; str x2, [x0]; ldr x2, [x1, #8]; str x2, [x0, #8]; ldr x2, [x1, #16]; str x2, [x0, #16]; ldr x2, [x1, #24]"
COPY += "; str x2, [x0, #24]"
VECTORS = "ldp q0, q1, [x1]; stp q0, q1, [x0]"


@pytest.mark.parametrize(
    ("original", "candidate", "assumption", "method"),
    [
        (COPY, VECTORS, "noalias(x0, x1, 32)", "structural"),
        (COPY, VECTORS, "noalias(x0, 32, x1, 32)", "structural"),
        (COPY, VECTORS, "noalias(x0, x1, 31)", "refuted"),
        (COPY, VECTORS, "noalias(x0, 1, x1, 32)", "structural"),  # copied upwards, only a destination behind the source matters
        (COPY, VECTORS, "noalias(x0, 32, x1, 31)", "refuted"),
        (COPY, VECTORS, "x0 - x1 >= 32", "structural"),
        (COPY, VECTORS, "x1 - x0 < 1000", "structural"),
        (COPY, VECTORS, "x1 - x0 >= 32", "refuted"),
        ("str x2, [x0]; str x3, [x1]", "str x3, [x1]; str x2, [x0]", "noalias(x0, x1, 8)", "structural"),
        ("str x2, [x0]; str x3, [x1]", "str x3, [x1]; str x2, [x0]", "noalias(x0, x1, 7)", "refuted"),
        ("and w0, w1, #63", "mov w0, w1", "x1 < 64", "solver"),
        ("cmp x1, #64; cset w0, lo", "mov w0, #1", "x1 < 64", "structural"),
        ("cmp x1, #63; cset w0, lo", "mov w0, #1", "x1 < 64", "refuted"),
    ],
)
def test_what_premises_decide(original: str, candidate: str, assumption: str, method: str) -> None:
    live_out = LiveSet.parse("mem" if "str" in original else "w0")
    options = CheckOptions(live_out=live_out, premises=(assume(assumption).word,), timeout=20.0)
    with Checker() as checker:
        verdict = checker.check(_block(original), _block(candidate), options)
    match verdict:
        case Proved(Certificate() as certificate):
            assert certificate.method == method
        case _:
            assert isinstance(verdict, Refuted) and method == "refuted", verdict


def _block(text: str) -> tuple[Instruction, ...]:
    return tuple(assemble_text(part.strip()) for part in text.split(";"))
