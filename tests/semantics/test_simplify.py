"""The simplifying constructors against the definitions of the operations, and against z3."""

from __future__ import annotations

import random
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
import z3
from hypothesis import given, note, settings
from hypothesis import strategies as st
from word_trees import CHEAP, OPEN, PURE, Step, build, environments, reproducer, simplified, steps

from semantics import simplify as s
from semantics.errors import WidthError
from semantics.memory_image import MemoryImage
from semantics.ops import OPS
from semantics.run.ints import evaluate
from semantics.run.z3 import to_z3
from semantics.simplify import slices
from semantics.words import Word, intern, topological

X, Y = s.var("x0", 64), s.var("x1", 64)


def c(value: int, width: int = 64) -> Word:
    return s.const(value, width)


def agree(drawn: list[Step], widths: tuple[int, ...], seed: int) -> None:
    raw = build(drawn, widths)
    made = simplified(raw)
    rng = random.Random(seed)
    for env in environments(raw, rng, 6):
        memory = MemoryImage(rng.getrandbits(64)).read
        wanted, got = evaluate(raw, env, memory), evaluate(made, env, memory)
        for before, after, left, right in zip(raw, made, wanted, got, strict=True):
            if left != right:
                note(reproducer(before))
            assert (left, before.width) == (right, after.width), f"{before!r} became {after!r} under {env}"


@settings(max_examples=400, deadline=None)
@given(steps(PURE, 14), st.integers(0, 1 << 32))
def test_meaning_is_kept(drawn: list[Step], seed: int) -> None:
    agree(drawn, (64, 32, 8, 1), seed)


@settings(max_examples=400, deadline=None)
@given(steps(CHEAP, 20), st.integers(0, 1 << 32))
def test_slices_masks_and_sums_keep_their_meaning(drawn: list[Step], seed: int) -> None:
    agree(drawn, (64,), seed)


@settings(max_examples=200, deadline=None)
@given(steps(PURE, 12), st.integers(0, 1 << 32))
def test_meaning_is_kept_at_odd_widths(drawn: list[Step], seed: int) -> None:
    agree(drawn, (4, 1, 16, 65, 128), seed)


@settings(max_examples=200, deadline=None)
@given(steps((*CHEAP, *OPEN, *OPEN), 12), st.integers(0, 1 << 32))
def test_loads_and_functions_keep_their_meaning(drawn: list[Step], seed: int) -> None:
    agree(drawn, (64, 8), seed)


@settings(max_examples=150, deadline=None)
@given(steps(CHEAP, 8), st.sampled_from([(8,), (16,), (8, 1), (4, 16), (3, 7)]))
def test_z3_proves_the_simplified_word_equal(drawn: list[Step], widths: tuple[int, ...]) -> None:
    before = build(drawn, widths)[-1]
    after = simplified([before])[0]
    solver = z3.Solver()
    solver.set("timeout", 5000)
    solver.add(to_z3(before) != to_z3(after))
    if solver.check() == z3.sat:
        note(reproducer(before))
        pytest.fail(f"{before!r} became {after!r}: {solver.model()}")


@settings(max_examples=60, deadline=None)
@given(steps((*CHEAP, "load", "load", "load"), 6))
def test_z3_proves_loads_equal(drawn: list[Step]) -> None:
    before = build([*drawn, Step("load", (0, 0, 0), 7)], (64,))[-1]
    after = simplified([before])[0]
    solver = z3.Solver()
    solver.set("timeout", 5000)
    solver.add(to_z3(before) != to_z3(after))
    assert solver.check() != z3.sat, reproducer(before)


def test_every_operation_can_be_rebuilt() -> None:
    drawn = [Step(op, (pick, 1 - pick % 2, 2), n) for op in (*PURE, *OPEN) for n in range(1, 6) for pick in range(4)]
    raw = [word for step in drawn for word in build([step], (64, 1))]
    assert {word.op for word in topological(raw)} == set(OPS)
    assert {word.op for word in topological(simplified(raw))} == set(OPS)


# --- normal forms: spellings that must come out as one object --------------------------------------

SAME = {
    "association": (X + (Y + 1), (X + 1) + Y),
    "subtraction of a complement": (X - ~Y, X + Y + 1),
    "negation": (-X, ~X + 1),
    "shift as multiple": (s.shl(X, c(3)) + X, X * 9),
    "shift twice": (s.lshr(s.lshr(X, c(3)), c(4)), s.lshr(X, c(7))),
    "mask as extension": (X & 0xFF, s.zext(s.extract(X, 0, 8), 64)),
    "shift pair as mask": (s.lshr(s.shl(X, c(8)), c(8)), X & (1 << 56) - 1),
    "rotation by shifts": (s.shl(X, c(8)) | s.lshr(X, c(56)), s.ror(X, c(56))),
    "truncated sum": (s.truncate(X + Y, 32), s.truncate(X, 32) + s.truncate(Y, 32)),
    "xor cancels": (X ^ Y ^ X, Y),
    "and with itself": (X & Y & X, Y & X),
    "equation of differences": (s.eq(X - Y, c(0)), s.eq(X, Y)),
    "unsigned below one": (s.ult(X, c(1)), s.eq(X, c(0))),
    "flag as select": (s.ite(s.ult(X, Y), c(1), c(0)), s.zext(s.ult(X, Y), 64)),
    "bytes of a load": (s.extract(s.load(X, 8), 16, 16), s.load(X + 2, 2)),
    "adjacent loads": (s.concat(s.load(X + 4, 4), s.load(X, 4)), s.load(X, 8)),
    "adjacent loads around the end": (s.concat(s.load(c(0), 4), s.load(c(-4), 4)), s.load(c(-4), 8)),
    "load from a wrapped address": (s.extract(s.load(c(-1), 2), 8, 8), s.load(c(0), 1)),
}


@pytest.mark.parametrize("name", SAME)
def test_spellings_of_one_value_are_one_object(name: str) -> None:
    left, right = SAME[name]
    assert left is right


def test_loads_that_are_not_adjacent_stay_apart() -> None:
    high, low = s.load(X + 5, 4), s.load(X, 4)
    assert s.concat(high, low).args == (high, low)


@pytest.mark.parametrize(
    "make",
    [
        lambda: X + s.var("w", 32),
        lambda: s.extract(X, 60, 5),
        lambda: s.extract(X, -1, 5),
        lambda: s.zext(X, 32),
        lambda: s.sext(X, 32),
        lambda: s.ite(X, X, X),
        lambda: s.load(s.var("w", 32), 4),
        lambda: s.concat(*[X] * 9),
        lambda: s.eq(X, s.var("w", 32)),
    ],
)
def test_widths_that_do_not_fit_are_refused(make: object) -> None:
    assert callable(make)
    with pytest.raises(WidthError):
        make()


# --- long chains: linear work, no deep recursion ---------------------------------------------------


def _lshr(x: Word, k: int) -> Word:
    return s.lshr(x, c(k, x.width))


def _shl(x: Word, k: int) -> Word:
    return s.shl(x, c(k, x.width))


def xorshift(x: Word) -> Word:
    x = x ^ _shl(x, 13)
    x = x ^ _lshr(x, 7)
    return x ^ _shl(x, 17)


def narrow_xorshift(x: Word) -> Word:
    for k in (13, -17, 5):
        w = s.truncate(x, 32)
        x = s.zext(w ^ (_shl(w, k) if k > 0 else _lshr(w, -k)), 64)
    return x


def swar_popcount(x: Word) -> Word:
    x = x - (_lshr(x, 1) & 0x5555555555555555)
    x = (x & 0x3333333333333333) + (_lshr(x, 2) & 0x3333333333333333)
    x = (x + _lshr(x, 4)) & 0x0F0F0F0F0F0F0F0F
    return _lshr(x * 0x0101010101010101, 56) * Y + Y


def bit_reversal(x: Word) -> Word:
    for k, mask in ((1, 0x5555555555555555), (2, 0x3333333333333333), (4, 0x0F0F0F0F0F0F0F0F)):
        x = _lshr(x, k) & mask | _shl(x & mask, k)
    return x + Y


def crc_step(x: Word) -> Word:
    return _lshr(x, 1) ^ (0xEDB88320 & -(x & 1))


def truncated_mix(x: Word) -> Word:
    x = (x + Y) ^ _shl(Y, 3)
    x = s.ite(s.ult(x, Y), x | _lshr(x, 5), ~x * Y)
    return s.zext(s.truncate(x, 32), 64) - _lshr(Y, 9)


def quarter_round(x: Word) -> Word:
    a, b, d = s.truncate(x, 32), s.extract(x, 32, 32), s.truncate(Y, 32)
    for k in (16, 20, 24, 25):
        a = a + b
        d = s.ror(d ^ a, c(k, 32))
        b = s.ror(b ^ (d + a), c(k, 32))
    return s.concat(b ^ d, a)


def selection(x: Word) -> Word:
    return ~s.ite(s.eq(X, x + 1), c(7), x)


ROUNDS = [xorshift, narrow_xorshift, swar_popcount, bit_reversal, crc_step, truncated_mix, quarter_round, selection]


@pytest.mark.parametrize("one_round", ROUNDS, ids=lambda f: f.__name__)
def test_long_chains_stay_small_and_right(one_round: object) -> None:
    assert callable(one_round)
    chain = [X]
    for _ in range(100):
        chain.append(one_round(chain[-1]))
    calls = sum(1 for _ in topological([chain[-1]]))
    assert calls < 10_000
    env = {"x0": 0x0123456789ABCDEF, "x1": 0xFEDCBA9876543210}
    rounds = evaluate(chain, env, MemoryImage().read)
    for before, after in pairwise(rounds):
        stepped = one_round(s.var("x", 64))
        assert evaluate([stepped], env | {"x": before}, MemoryImage().read) == [after]


def shifted_sums(registers: list[Word], rng: random.Random) -> None:
    """The worst known case: every slice of a register asks for many slices of the others."""
    a, b = rng.sample(range(4), 2)
    registers[rng.randrange(4)] = registers[a] ^ _shl(registers[b], rng.randrange(1, 32))


@pytest.mark.parametrize("seed", range(3))
def test_extractions_of_shared_chains_are_bounded(seed: int) -> None:
    before = len(slices._extracted)
    registers, rng = [s.var(f"r{seed}.{i}", 64) for i in range(4)], random.Random(seed)
    for _ in range(100):
        registers[0] = xorshift(registers[0])
    for _ in range(300):
        shifted_sums(registers, rng)
    assert len(slices._extracted) - before < 30_000


def test_deep_words_need_no_recursion() -> None:
    x = X
    for i in range(5000):
        x = s.ite(s.eq(Y, c(i)), c(i * 3), x)
    limit = sys.getrecursionlimit()
    assert limit < 5000
    for made in (~x, x + 1, s.truncate(x, 32), s.extract(x, 7, 9), s.sext(x, 128), s.eq(x, Y), x & 0xFF):
        assert made.width in (64, 32, 9, 128, 1)


def test_long_sums_can_be_complemented() -> None:
    long = sum((s.var(f"v{i}", 64) for i in range(8)), X) + sum((s.var(f"u{i}", 64) for i in range(8)), Y)
    assert len(long.args) > s.MAX_TERMS
    names = {w.attrs[0]: 3 for w in topological([long]) if w.op == "var"}
    values = evaluate([long, ~long, -long, long - ~long, ~long ^ Y], {str(k): v for k, v in names.items()}, MemoryImage().read)
    ones = (1 << 64) - 1
    assert values[1:] == [values[0] ^ ones, -values[0] & ones, (2 * values[0] + 1) & ones, values[0] ^ ones ^ 3]


def test_raw_words_are_left_alone_by_intern() -> None:
    assert intern("and", 8, (c(1, 8), c(2, 8))).op == "and"


@pytest.mark.parametrize("module", ["semantics.words", "semantics.simplify", "semantics.simplify.slices", "semantics.ops"])
def test_any_module_can_be_imported_first(module: str) -> None:
    check = f"import {module}; from semantics.words import intern; print(intern('var', 8, (), ('a',)) + 1)"
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-W", "error", "-c", check], cwd=root, check=True, capture_output=True, text=True)
    assert done.stdout == "<8: a + 1>\n"


def test_an_order_and_an_equality_are_one_order() -> None:
    other, flag = s.var("x2", 64), s.var("c", 1)
    for right in (Y, c(7), X * 5):
        below, same = s.ult(X, right), s.eq(X, right)
        assert s.or_(below, same) is ~s.ult(right, X)
        assert s.and_(~below, ~same) is s.ult(right, X)
        assert s.or_(below, flag, same) is s.or_(~s.ult(right, X), flag)
        assert s.or_(below, s.eq(other, right)) is not ~s.ult(right, X)
    assert s.and_(s.ult(X, Y), ~s.eq(X, Y)).op == "and"
