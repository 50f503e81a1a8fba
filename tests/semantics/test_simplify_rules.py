"""Every constructor on every pair of operand shapes that some rule looks at, at a small width."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from itertools import product

import pytest
from word_trees import interesting

from semantics import simplify as s
from semantics.memory_image import MemoryImage
from semantics.ops import OPS
from semantics.run.ints import evaluate
from semantics.words import Word

WIDTH = 6
A, B, H, F, G = s.var("a", WIDTH), s.var("b", WIDTH), s.var("h", 3), s.var("f", 1), s.var("g", 1)
P = s.var("p", 64)


def c(value: int, width: int = WIDTH) -> Word:
    return s.const(value, width)


CONSTANTS = [c(value) for value in (0, 1, 2, 3, 6, 7, 8, 31, 32, 56, 62, 63)]
SHAPES = [
    *(A, B, *CONSTANTS),
    *(~A, -A, A + 1, A + B, A - B, A * 4, A * 5 - 3, ~(A & B), A & B, A | B, A ^ B, ~A & B, A ^ 63),
    *(A & 7, A & 56, A & 24, A | 7, s.shl(A, c(2)), s.lshr(A, c(2)), s.ashr(A, c(2)), s.shl(A, B), s.mul(A, B)),
    *(s.zext(H, WIDTH), s.sext(H, WIDTH), s.zext(F, WIDTH), s.sext(F, WIDTH), s.concat(H, c(5, 3)), s.concat(H, H)),
    *(s.zext(s.truncate(A, 3), WIDTH), s.sext(s.truncate(A, 3), WIDTH), s.concat(s.truncate(A, 4), s.extract(A, 4, 2))),
    *(s.ite(F, A, B), s.ite(F, c(7), c(56)), s.ite(F, c(3), A), s.ite(s.not_(F), A, c(62)), s.ite(F, s.ite(G, A, B), A)),
    *(s.zext(s.ite(F, H, c(3, 3)), WIDTH), s.rbit(A), s.clz(A), s.popcount(A), s.udiv(A, B)),
]
BITS = [F, G, s.not_(F), c(0, 1), c(1, 1), s.eq(A, B), s.ult(A, B), s.slt(A, B), s.not_(s.eq(A, B)), s.bit(A, 2), s.xor(F, G), s.and_(F, G)]

BINARY: dict[str, Callable[[Word, Word], Word]] = {
    "and": s.and_,
    "or": s.or_,
    "xor": s.xor,
    "mul": s.mul,
    "udiv": s.udiv,
    "sdiv": s.sdiv,
    "shl": s.shl,
    "lshr": s.lshr,
    "ashr": s.ashr,
    "eq": s.eq,
    "ult": s.ult,
    "slt": s.slt,
    "concat": s.concat,
}


def environments(count: int) -> list[dict[str, int]]:
    rng = random.Random(count)
    widths = {"a": WIDTH, "b": WIDTH, "h": 3, "f": 1, "g": 1}
    drawn = [{name: interesting(width, rng) for name, width in widths.items()} for _ in range(count - 4)]
    return [*drawn, *({"a": 63 * i, "b": 63 * j, "h": 7 * j, "f": i, "g": j} for i, j in product((0, 1), repeat=2))]


ENVS = environments(28)
VALUES = {word: [evaluate([word], env, MemoryImage().read)[0] for env in ENVS] for word in (*SHAPES, *BITS, H)}


def check(made: Word, op: str, width: int, args: Sequence[Word], attrs: tuple[int, ...] = ()) -> None:
    """The made word has the value that the definition of ``op`` gives on the values of ``args``."""
    definition = OPS[op].evaluate
    assert definition is not None
    assert made.width == width
    widths = [arg.width for arg in args]
    for i, env in enumerate(ENVS):
        wanted = definition(width, widths, [VALUES[arg][i] for arg in args], attrs)
        assert evaluate([made], env, MemoryImage().read) == [wanted], f"{op} of {args!r} became {made!r}, wrong under {env}"


@pytest.mark.parametrize("op", BINARY)
def test_binary_constructors(op: str) -> None:
    for left, right in product(SHAPES, repeat=2):
        width = {"concat": 2 * WIDTH, "eq": 1, "ult": 1, "slt": 1}.get(op, WIDTH)
        check(BINARY[op](left, right), op, width, (left, right))


@pytest.mark.parametrize("op", BINARY)
def test_binary_constructors_on_bits(op: str) -> None:
    for left, right in product(BITS, repeat=2):
        check(BINARY[op](left, right), op, 2 if op == "concat" else 1, (left, right))


@pytest.mark.parametrize(("left", "right", "constant"), [(1, 1, 0), (1, -1, 0), (4, 1, 60), (-1, -1, -1), (32, 32, 5)])
def test_sums(left: int, right: int, constant: int) -> None:
    coefficients = (left % 64, right % 64)
    for x, y in product(SHAPES, repeat=2):
        made = s.linear([(left, x), (right, y)], constant, WIDTH)
        wanted = [(left * i + right * j + constant) % 64 for i, j in zip(VALUES[x], VALUES[y], strict=True)]
        assert [evaluate([made], env, MemoryImage().read)[0] for env in ENVS] == wanted, (coefficients, x, y, made)


def test_selections() -> None:
    for condition, then, other in product(BITS, SHAPES[::2], SHAPES[1::2]):
        check(s.ite(condition, then, other), "ite", WIDTH, (condition, then, other))
    for condition, then, other in product(BITS, repeat=3):
        check(s.ite(condition, then, other), "ite", 1, (condition, then, other))


def test_unary_constructors() -> None:
    for word in (*SHAPES, *BITS):
        for op, make in {"not": s.not_, "clz": s.clz, "rbit": s.rbit, "popcount": s.popcount}.items():
            check(make(word), op, word.width, (word,))
        for width in range(word.width, word.width + 9):
            check(s.zext(word, width), "zext", width, (word,))
            check(s.sext(word, width), "sext", width, (word,))


def slices(word: Word) -> Iterator[tuple[int, int]]:
    yield from ((low, size) for low in range(word.width) for size in range(1, word.width - low + 1))


def test_extractions() -> None:
    for word in SHAPES:
        for low, size in slices(word):
            check(s.extract(word, low, size), "extract", size, (word,), (low,))


def test_extractions_of_extensions_and_concatenations() -> None:
    for word in [A, H, F, A + B, s.bit(A, 5), s.ite(F, A, c(3))]:
        for wide in (s.zext(word, 9), s.sext(word, 9), s.concat(word, H, c(6, 3)), s.concat(c(0, 2), word, word)):
            VALUES[wide] = [evaluate([wide], env, MemoryImage().read)[0] for env in ENVS]
            for low, size in slices(wide):
                check(s.extract(wide, low, size), "extract", size, (wide,), (low,))


def test_concatenations_of_slices() -> None:
    pieces = [s.extract(word, low, size) for word in (A, A + B) for low, size in slices(A)]
    for piece in pieces:
        VALUES[piece] = [evaluate([piece], env, MemoryImage().read)[0] for env in ENVS]
    for high, low in product(pieces, repeat=2):
        check(s.concat(high, low), "concat", high.width + low.width, (high, low))


def test_rotations() -> None:
    x, amount = s.var("x", 8), s.var("k", 8)
    for value, k in product((0x01, 0x96, 0xFF), range(256)):
        wanted = (value >> k % 8 | value << (8 - k % 8)) & 0xFF
        env = {"x": value, "k": k}
        assert evaluate([s.ror(x, amount), s.ror(x, s.const(k, 8))], env, MemoryImage().read) == [wanted, wanted]


@pytest.mark.parametrize("base", [0, 1000, (1 << 64) - 3])
def test_concatenations_of_loads(base: int) -> None:
    read = MemoryImage(base + 5).read
    reach, sizes = range(-3, 5), (1, 2, 3)
    for i, j, n, m in product(reach, reach, sizes, sizes):
        for address in (P, s.const(base, 64)):
            made = s.concat(s.load(address + i, n), s.load(address + j, m))
            wanted = read(base + i, n) << (8 * m) | read(base + j, m)
            assert evaluate([made], {"p": base}, read) == [wanted], made
            assert (made.op == "load") == (i == j + m)


def test_slices_of_loads() -> None:
    image = MemoryImage(3)
    whole = image.read((1 << 64) - 2, 4)
    for low, size in slices(s.var("w", 32)):
        made = s.extract(s.load(P, 4), low, size)
        assert evaluate([made], {"p": (1 << 64) - 2}, image.read) == [whole >> low & ((1 << size) - 1)]
        assert (made.op == "load") == (low % 8 == size % 8 == 0)
