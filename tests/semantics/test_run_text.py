"""Words as readable text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from word_trees import OPEN, PURE, Step, build, steps

from semantics import simplify as s
from semantics.run.text import show, show_block
from semantics.words import Word

X, Y, N = s.var("x0", 64), s.var("x1", 64), s.var("n", 1)


def c(value: int, width: int = 64) -> Word:
    return s.const(value, width)


EXAMPLES: list[tuple[Word, str]] = [
    (c(9), "9"),
    (c(255), "0xff"),
    (X + Y * 4 - 1, "x0 + 4*x1 - 1"),
    (Y - X, "x1 - x0"),
    (-X, "-x0"),
    (X * 0x10 + 0xFFFF, "0x10*x0 + 0xffff"),
    ((X ^ Y) * 3 + Y, "x1 + 3*(x0 ^ x1)"),
    (s.lshr(X, c(3)), "x0 >> 3"),
    (s.ashr(X, c(12)), "x0 >>s 0xc"),
    (s.shl(X, c(3)), "x0 << 3"),
    (s.shl(X, Y), "x0 << x1"),
    (s.ror(X, c(9)), "ror(x0, 9)"),
    (s.extract(X, 8, 8), "x0[15:8]"),
    (s.bit(X, 63), "x0[63]"),
    (s.extract(s.lshr(X, Y), 3, 2), "(x0 >> x1)[4:3]"),
    (s.zext(s.truncate(X, 32), 64), "zext64(x0[31:0])"),
    (s.sext(s.truncate(X, 32), 64), "sext64(x0[31:0])"),
    (s.concat(c(5, 8), s.truncate(X, 56)), "{8'5, x0[55:0]}"),
    (s.concat(Y, X), "{x1, x0}"),
    (X & ~Y, "x0 & ~x1"),
    (X | (X & Y), "x0 | (x0 & x1)"),
    (s.mul(X, Y) + 1, "x0*x1 + 1"),
    (s.udiv(X, Y + 1), "x0 /u (x1 + 1)"),
    (s.sdiv(X, Y), "x0 /s x1"),
    (s.ult(X, Y + 1), "x0 <u x1 + 1"),
    (s.not_(s.ult(X, Y)), "x0 >=u x1"),
    (s.slt(X, Y), "x0 <s x1"),
    (s.not_(s.eq(X, Y)), "x0 != x1"),
    (s.ite(s.eq(X, Y), X, ~Y), "x0 == x1 ? x0 : ~x1"),
    (s.ite(N, X, s.ite(s.slt(X, Y), Y, X)), "n ? x0 : (x0 <s x1 ? x1 : x0)"),
    (s.load(X + 8, 8), "mem64[x0 + 8]"),
    (s.load(s.load(X, 8), 1), "mem8[mem64[x0]]"),
    (s.uf("fadd", 64, [X, Y + 1]), "fadd(x0, x1 + 1)"),
    (s.uf("counter", 64, []), "counter()"),
    (s.clz(X), "clz(x0)"),
    (s.popcount(s.rbit(X)), "popcount(rbit(x0))"),
]


@pytest.mark.parametrize(("word", "wanted"), EXAMPLES, ids=[wanted for _, wanted in EXAMPLES])
def test_examples(word: Word, wanted: str) -> None:
    assert show(word) == wanted


def doubling(rounds: int) -> Word:
    word = X
    for _ in range(rounds):
        word = s.mul(word, word) + (word ^ Y)
    return word


def test_a_limit_cuts_the_text_exactly() -> None:
    whole = show(X + Y * 4 - 1)
    for limit in range(20):
        cut = show(X + Y * 4 - 1, limit=limit)
        assert len(cut) <= limit
        assert cut == (whole if len(whole) <= limit else (whole[: limit - 1] + "…" if limit else ""))


@settings(max_examples=100, deadline=None)
@given(steps((*PURE, *OPEN), 8), st.integers(0, 40))
def test_a_cut_text_begins_like_the_whole(drawn: list[Step], limit: int) -> None:
    word = build(drawn, (64, 8, 1))[-1]
    whole, cut = show(word, limit=1_000_000), show(word, limit=limit)
    assert len(cut) <= limit
    assert whole == cut or whole.startswith(cut[:-1])


def test_shared_subterms_do_not_explode() -> None:
    word = doubling(200)
    assert len(show(word, limit=60)) == 60
    assert len(show(word)) < 20_000
    assert len(repr(word)) < 250


def test_a_block_names_what_is_shared() -> None:
    shared = X ^ Y
    assert show_block({"x0": shared + 4, "x1": shared - 1, "x2": X}) == "t1 = x0 ^ x1\nx0 = t1 + 4\nx1 = t1 - 1\nx2 = x0"


def test_a_block_names_two_equal_results_once() -> None:
    assert show_block({"a": X + Y, "b": X + Y}) == "t1 = x0 + x1\na = t1\nb = t1"


def test_names_given_to_subterms_are_fresh() -> None:
    shared = s.var("t1", 64) ^ Y
    assert show_block({"r": s.mul(shared, shared)}) == "tt1 = x1 ^ t1\nr = tt1*tt1"


def test_long_chains_are_printed_without_recursion() -> None:
    word = X
    for i in range(3000):
        word = s.ite(s.eq(Y, c(i)), ~word, word)
    assert show(word).count(";") > 1000
    assert show(word, limit=30).endswith("…")
