"""Words built without rules: the same values, no rule applied, and what is relied on is claimed."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from word_trees import PURE, build, steps

from semantics import simplify as s
from semantics.assembler import assemble_text
from semantics.block import execute
from semantics.memory import distance, split
from semantics.plain import plain
from semantics.run.ints import evaluate
from semantics.words import Word, topological

X, Y, C = s.var("x", 64), s.var("y", 64), s.var("c", 1)


def test_outside_everything_is_as_before() -> None:
    with pytest.raises(RuntimeError), plain():
        assert X + X - X is not X
        raise RuntimeError
    assert X + X - X is X


BOUND = {"add": s.add, "udiv": s.udiv, "lshr": s.lshr}


def test_tables_made_before_are_switched_as_well() -> None:
    four = s.const(4, 64)
    with plain():
        assert [BOUND[name](X, four).op for name in ("add", "udiv", "lshr")] == ["lin", "udiv", "lshr"]
        inside = s.sub
    assert BOUND["udiv"](X, four).op == "zext"
    assert inside(X, X) is s.const(0, 64)


def test_no_rule_applies_inside() -> None:
    with plain():
        words = [X + 0, (X + Y) - Y, ~~X, X & X, X ^ X, s.shl(X, s.const(3, 64)), s.truncate(s.zext(s.var("w", 32), 64), 32)]
        words += [s.ult(X, s.const(0, 64)), s.concat(s.extract(X, 32, 32), s.extract(X, 0, 32)), s.mul(X, s.const(1, 64))]
        assert all(word.op not in ("const", "var") for word in words)
        shifted = s.shl(X, s.const(3, 64))
        assert [word.op for word in topological([shifted])] == ["var", "const", "shl"]


def test_what_is_computed_all_the_same() -> None:
    with plain():
        assert s.const(3, 8) + 250 is s.const(253, 8)
        assert s.eq(X, X) is s.TRUE
        assert s.ite(s.TRUE, X, Y) is X
        assert s.ite(C, X, X) is X
        assert s.extract(X, 0, 64) is X and s.zext(X, 64) is X and s.concat(X) is X and s.or_(X) is X
        assert s.ite(C, X, Y).op == "ite"


BINARY = ("add", "sub", "mul", "udiv", "sdiv", "shl", "lshr", "ashr", "ror", "and_", "or_", "xor", "eq", "ult", "slt")
UNARY = ("not_", "neg", "clz", "rbit", "popcount")


@pytest.mark.parametrize("name", [*BINARY, *UNARY])
def test_each_constructor_means_what_the_simplifying_one_means(name: str) -> None:
    """For all values of four bits."""
    x, y = s.var("x", 4), s.var("y", 4)
    arguments = (x, y) if name in BINARY else (x,)
    simplified = getattr(s, name)(*arguments)
    with plain():
        word = getattr(s, name)(*arguments)
    for a, b in itertools.product(range(16), repeat=2):
        values = evaluate([simplified, word], {"x": a, "y": b}, lambda address, size: 0)
        assert values[0] == values[1], (a, b)


@settings(max_examples=100, deadline=None)
@given(drawn=steps(PURE, 12), values=st.lists(st.integers(0, (1 << 64) - 1), min_size=8, max_size=8))
def test_rebuilding_with_the_rules_keeps_the_value(drawn: list[object], values: list[int]) -> None:
    words = build(drawn, (8, 16, 32, 64))  # type: ignore[arg-type]
    with plain() as claims:
        pairs = [(word, claims.simplified(word)) for word in words[-3:]]
    inputs = {str(w.attrs[0]): v for w, v in zip([w for w in topological(words) if w.op == "var"], itertools.cycle(values), strict=False)}
    for word, simple in pairs:
        assert evaluate([word], inputs, lambda a, n: 0) == evaluate([simple], inputs, lambda a, n: 0)


# --- claims ---------------------------------------------------------------------------------------


def test_a_distance_is_claimed() -> None:
    with plain() as claims:
        address = (X + 16) - 8
        assert distance(address, X) == 8
        assert distance(X, Y) is None
        assert distance(X, X) == 0
        (claim,) = claims.words()
    assert evaluate([claim], {"x": (1 << 64) - 3}, lambda a, n: 0) == [1]
    assert claim.op == "eq"


def test_bases_are_shared_and_claimed() -> None:
    with plain() as claims:
        first, second = s.shl(X, s.const(3, 64)) + Y, (Y + 24) + s.shl(X, s.const(3, 64))
        base, offset = split(first)
        other, further = split(second)
        assert base is other and (further - offset) & ((1 << 64) - 1) == 24
        assert len(claims.words()) == 1
        assert split(X + 5) == (X, 5) and split(s.const(7, 64))[1] == 7


def test_a_wrong_claim_would_be_seen() -> None:
    """Were the rules to say a wrong distance, the claim would be a word that is 0 in some state."""
    with plain() as claims:
        claims._claim(X + 8, X, 16)  # pyright: ignore[reportPrivateUsage]
        (claim,) = claims.words()
    assert evaluate([claim], {"x": 0}, lambda a, n: 0) == [0]


def test_instructions_are_followed_literally() -> None:
    """Pushing and popping leaves sp as a sum of two steps; the simplified meaning is sp itself."""
    block = [assemble_text(text) for text in ("str x0, [sp, #-16]!", "ldr x1, [sp], #16")]
    with plain():
        literal = execute(block)
    assert literal.get("sp") is not execute(block).get("sp")
    assert _value(literal.get("sp")) == _value(execute(block).get("sp"))
    assert literal.get("x1") is execute(block).get("x1")


def _value(word: Word) -> int:
    return evaluate([word], {"sp": 0x1230}, lambda address, size: 0)[0]


@pytest.mark.parametrize("source", ["rows", "vex"])
@pytest.mark.parametrize(
    "text",
    [
        "add w0, w1, w2, lsl #3",
        "subs x0, x1, x2",
        "ror x0, x1, x2",
        "udiv w0, w1, w2",
        "ccmp x0, #5, #3, lt",
        "clz w0, w1",
        "rev x0, x1",
        "ldrsw x0, [x1, w2, sxtw #2]",
        "stp x0, x1, [x2, #-16]!",
        "adcs x0, x1, x2",
        "umulh x0, x1, x2",
        "bfi x0, x1, #3, #9",
        "cbz x0, here",
        "csinc x0, x1, x2, hi",
        "add v0.4s, v1.4s, v2.4s",
        "crc32b w0, w1, w2",
    ],
)
def test_literal_and_simplified_meanings_are_equal_in_random_states(text: str, source: str) -> None:
    from verifier.states import random_columns

    instruction = assemble_text(text)
    simplified = execute([instruction], source)  # type: ignore[arg-type]
    with plain():
        literal = execute([instruction], source)  # type: ignore[arg-type]
    assert simplified.registers.keys() == literal.registers.keys()
    names = sorted({str(w.attrs[0]) for w in topological([*literal.registers.values(), *simplified.registers.values()]) if w.op == "var"})
    columns = random_columns(64, 7, [name for name in names if name != "label:here"])
    for row in range(64):
        env = {"label:here": 64}
        for name in names:
            column = columns.get(name)
            if column is not None:
                env[name] = int(column[0][row]) | int(column[1][row]) << 64 if isinstance(column, tuple) else int(column[row])
        for location, word in simplified.registers.items():
            values = evaluate(
                [word, literal.registers[location]], env, lambda address, size: address * 0x9E3779B97F4A7C15 & ((1 << 8 * size) - 1)
            )
            assert values[0] == values[1], (location, env)
