"""The language of assumptions: places in errors, and meanings against a second reading on Python ints."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grammars.assumptions import MAX_OPERATORS, MAX_TEXT, AssumptionError
from semantics import simplify as s
from semantics.assumptions import Assumption, assume
from semantics.memory_image import MemoryImage
from semantics.run.ints import evaluate
from semantics.words import variables

TOP = 1 << 64


def truth(assumption: Assumption, **values: int) -> bool:
    """Whether the assumption holds; registers not named are 0."""
    inputs = {name: values.get(name, 0) for name in variables([assumption.word])}
    return evaluate([assumption.word], inputs, MemoryImage(0).read)[0] == 1


@pytest.mark.parametrize(
    ("text", "column", "reason"),
    [
        ("", 1, "ends too early"),
        ("x0 ==", 6, "ends too early"),
        ("x0 == 1 and", 12, "ends too early"),
        ("x0 = 3", 4, "equality is =="),
        ("x0 < = 3", 6, "unexpected '='"),
        ("x0 == 1 @", 9, "unexpected '@'"),
        ("x31 == 1", 1, "unexpected 'x31'"),
        ("x0 == y", 7, "unexpected 'y'"),
        ("x0 == 08", 7, "leading zero"),
        ("x0 == 18446744073709551616", 7, "does not fit in 64 bits"),
        ("x0 == w1", 7, "operands of 64 and 32 bits"),
        ("x0 + w1 == 3", 4, "operands of 64 and 32 bits"),
        ("w0 == 5000000000", 7, "does not fit in 32 bits"),
        ("z == 2", 6, "does not fit in 1 bits"),
        ("x0 < -1", 6, "<s is the signed one"),
        ("w0 <s 0xffffffff", 7, "in a signed comparison of 32 bits"),
        ("x0 % x1 == 0", 6, "positive number"),
        ("x0 / 0 == 0", 6, "positive number"),
        ("1 << 999 == x0", 6, "a shift by 999"),
        ("aligned(x0, 12)", 13, "a power of two"),
        ("aligned(x0, x1)", 13, "a power of two"),
        ("aligned(x0)", 1, "aligned takes (p, n)"),
        ("aligned(w0, 4)", 9, "32 bits where 64 are needed"),
        ("noalias(x0, x1)", 1, "noalias takes"),
        ("noalias(x0, x1, w2)", 17, "32 bits where 64 are needed"),
        ("noalias(x0, x1, -8)", 17, "as an address or a number of bytes"),
        ("noalias(x0, x1, n)", 17, "1 bits where 64 are needed"),  # n is the flag
        ("uxtw(z) == x0", 6, "uxtw of a value of 1 bits"),
        ("x0", 3, "ends too early"),
        ("x0 == 1 or fpsr == 0", 12, "FPCR = 0"),
        ("fpcr=any", 1, "FPCR = 0"),
        ("fpcr == 0", 1, "FPCR = 0"),
        ("[x0] == 1", 1, "unexpected '['"),
        ("x0 == 1; x1 == 2", 8, "unexpected ';'"),
        ("x0 == 1\nx1 == 2", 8, "unexpected"),
    ],
)
def test_errors_name_the_place_and_the_cause(text: str, column: int, reason: str) -> None:
    with pytest.raises(AssumptionError) as caught:
        assume(text, "--assume")
    assert str(caught.value).startswith(f"--assume:1:{column}: error: ")
    assert reason in caught.value.message


@pytest.mark.parametrize("text", ["x0 == 1 " * MAX_TEXT, "(" * (MAX_OPERATORS + 1) + "x0 == 1", "x0 == " + "-" * (MAX_OPERATORS + 1) + "1"])
def test_texts_without_end_are_refused(text: str) -> None:
    with pytest.raises(AssumptionError):
        assume(text)


def test_the_deepest_text_is_read() -> None:
    deep = "(" * (MAX_OPERATORS // 2) + "x0 == 1" + ")" * (MAX_OPERATORS // 2)
    assert assume(deep).word is assume("x0 == 1").word
    assert truth(assume("not " * MAX_OPERATORS + "x0 == 1"), x0=1)
    assert truth(assume("x0 == " + "+".join(["1"] * MAX_OPERATORS)), x0=MAX_OPERATORS)


@given(st.text(alphabet="xw0123 <>=!&|^+-*/%()~,suandort", max_size=30))
@example("noalias(x0,x1,16)and x2<s-3")
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = assume(text)
    except AssumptionError as error:
        assert error.line == 1
        assert 1 <= error.column <= len(text) + 1
    else:
        assert assume(found.text) == found  # its own spelling says the same


SIGNED = {0: 0, 1: 1, TOP - 1: -1, TOP // 2: -(TOP // 2), TOP // 2 - 1: TOP // 2 - 1}
COMPARISONS = {"==": int.__eq__, "!=": int.__ne__, "<": int.__lt__, "<=": int.__le__, ">": int.__gt__, ">=": int.__ge__}


@pytest.mark.parametrize("relation", COMPARISONS)
@pytest.mark.parametrize("left", SIGNED)
@pytest.mark.parametrize("right", SIGNED)
def test_orders(relation: str, left: int, right: int) -> None:
    compare = COMPARISONS[relation]
    assert truth(assume(f"x0 {relation} x1"), x0=left, x1=right) == compare(left, right)
    if relation in ("==", "!="):
        return
    assert truth(assume(f"x0 {relation}u x1"), x0=left, x1=right) == compare(left, right)
    assert truth(assume(f"x0 {relation}s x1"), x0=left, x1=right) == compare(SIGNED[left], SIGNED[right])
    assert truth(assume(f"x0 {relation}s {SIGNED[right]}"), x0=left) == compare(SIGNED[left], SIGNED[right])


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("1 <= x2 < 64", {"x2": 0}, False),
        ("1 <= x2 < 64", {"x2": 63}, True),
        ("1 <= x2 < 64", {"x2": 64}, False),
        ("x1 & 7 == 0", {"x1": 8}, True),  # Python's order of operators, not C's
        ("x1 & 7 == 0", {"x1": 9}, False),
        ("x0 + 1 << 1 == 4", {"x0": 1}, True),
        ("x0 | 1 ^ 1 & 1 == 0", {"x0": 0}, True),
        ("x0 - 8 == -8", {"x0": 0}, True),
        ("x0 + 8 <= x1", {"x0": TOP - 4, "x1": 4}, True),  # sums wrap around
        ("x0 % 12 == 5", {"x0": 29}, True),
        ("x0 / 7 == 3", {"x0": 27}, True),
        ("~x0 == 0", {"x0": TOP - 1}, True),
        ("w0 == 1", {"x0": TOP - (1 << 32) + 1}, True),
        ("sxtw(w0) == x0", {"x0": 1 << 31}, False),
        ("uxtw(w0) == x0", {"x0": 1 << 31}, True),
        ("sxtb(x0) <s 0", {"x0": 128}, True),
        ("not z == 1", {"z": 0}, True),
        ("not z == 1 or c == 1", {"z": 1, "c": 1}, True),
        ("not (z == 1 or c == 1)", {"z": 0, "c": 1}, False),
        ("z == 1 or c == 1 and n == 1", {"z": 1}, True),  # and binds closer
        ("nzcv == 0b0110", {"z": 1, "c": 1}, True),
        ("sp == x29", {"sp": 16, "x29": 16}, True),
        ("fp == 16 and lr == 3", {"x29": 16, "x30": 3}, True),
        ("xzr == x0", {"x0": 1}, False),
        ("d0 == 1", {"v0": (7 << 64) + 1}, True),
        ("v0 == 1", {"v0": (7 << 64) + 1}, False),
        ("aligned(x0 + 8, 16)", {"x0": 24}, True),
        ("aligned(sp, 16)", {"sp": 24}, False),
        ("aligned(x0, 1)", {"x0": 3}, True),
        ("X0 == 1", {"x0": 1}, True),
        ("2 < 1", {}, False),
    ],
)
def test_meanings(text: str, values: dict[str, int], expected: bool) -> None:
    assert truth(assume(text), **values) == expected


ADDRESSES = st.integers(0, 40) | st.integers(TOP - 40, TOP - 1)


@given(ADDRESSES, ADDRESSES, st.integers(0, 40) | ADDRESSES, st.integers(0, 40))
@example(TOP - 16, 0, 16, 16)  # a range may end at 2^64
@example(TOP - 15, 0, 16, 16)
@example(8, 0, 8, 16)
@example(8, 0, 0, 16)  # nothing lies within
def test_noalias_is_about_the_bytes(p: int, q: int, n: int, m: int) -> None:
    inside = p + n <= TOP and q + m <= TOP
    expected = inside and (n == 0 or m == 0 or p + n <= q or q + m <= p)
    assert truth(assume("noalias(x0, x1, x2, x3)"), x0=p, x1=n, x2=q, x3=m) == expected
    assert truth(assume(f"noalias(x0, {n}, x2, {m})"), x0=p, x2=q) == expected
    both = p + n <= TOP and q + n <= TOP and (n == 0 or p + n <= q or q + n <= p)
    assert truth(assume("noalias(x0, x1, x2)"), x0=p, x1=q, x2=n) == both
    assert truth(assume(f"nowrap(x0, {n})"), x0=p) == (p + n <= TOP)


def test_a_tautology_is_no_premise() -> None:
    assert assume("1 == 1").word is s.TRUE
    assert assume("x0 == x0").word is s.TRUE
