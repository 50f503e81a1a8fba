"""Random graphs of raw words, for testing what simplifies and what interprets them.

A graph is drawn as a list of steps, each an operation on words made before, so that Hypothesis
can shrink it; widths are fitted by raw extractions and extensions. Nothing here simplifies.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from semantics import simplify
from semantics.run.arrays import Column, join, split
from semantics.words import Word, intern, topological, variables

BINARY = ("mul", "udiv", "sdiv", "shl", "lshr", "ashr")
BITWISE = ("and", "or", "xor")
UNARY = ("not", "clz", "rbit", "popcount")
COMPARISONS = ("eq", "ult", "slt")
SLICING = ("concat", "extract", "zext", "sext", "mask", "shift", "rotate", "bit")
PURE = (*BITWISE, *BITWISE, "not", "lin", "lin", "ite", *COMPARISONS, *SLICING, *SLICING, *BINARY, *UNARY)
CHEAP = (*BITWISE, *BITWISE, "not", "lin", "lin", "ite", *COMPARISONS, *SLICING, *SLICING, "shl", "lshr", "ashr")
OPEN = ("load", "load", "uf")


@dataclass(frozen=True)
class Step:
    """One more word: an operation, three choices among earlier words, and a number for its constants."""

    op: str
    picks: tuple[int, int, int]
    number: int


def steps(ops: Sequence[str], most: int) -> st.SearchStrategy[list[Step]]:
    picks = st.tuples(*[st.integers(0, 30)] * 3)
    numbers = st.one_of(st.integers(0, 130), st.integers(0, (1 << 130) - 1))
    return st.lists(st.builds(Step, st.sampled_from(ops), picks, numbers), min_size=1, max_size=most)


def constant(number: int, width: int) -> Word:
    """A constant that looks like code's: small, a run of ones, a negative, or anything."""
    kind, rest = number % 5, number // 5
    run = ((1 << (rest % width + 1)) - 1) << (rest // width % width)
    value = (rest % 9, run, -1 - rest % 9, ~run, rest)[kind]
    return intern("const", width, (), (value & ((1 << width) - 1),))


def fitted(word: Word, width: int, number: int = 0) -> Word:
    """``word`` brought to ``width`` by one raw node, if it has another width."""
    if word.width > width:
        return intern("extract", width, (word,), (number % (word.width - width + 1),))
    return word if word.width == width else intern("sext" if number & 1 else "zext", width, (word,))


def build(drawn: Sequence[Step], widths: Sequence[int]) -> list[Word]:
    """Every word made by the steps, over inputs ``a``, ``b`` of each width."""
    pool = [intern("var", width, (), (f"{name}{width}",)) for width in widths for name in "ab"]
    for step in drawn:
        pool.append(_step(step, pool, widths))
    return pool[2 * len(widths) :]


def _step(step: Step, pool: Sequence[Word], widths: Sequence[int]) -> Word:
    number = step.number
    x, y, z = (pool[-1 - pick % len(pool)] for pick in step.picks)
    if number % 7 == 0:
        y = constant(number // 7, y.width)
    if number % 11 == 0:
        z = constant(number // 11, z.width)
    width = x.width
    match step.op:
        case "load":
            return intern("load", 8 * (number % 16 + 1), (_address(fitted(x, 64, number), number),), (number % 16 + 1,))
        case "uf":
            return intern("uf", width, (x, y) if number & 1 else (x,), ("f",))
        case "zext" | "sext":
            return fitted(x, max([w for w in widths if w >= width] or [width]), step.op == "sext")
        case "lin":
            ones = (1 << width) - 1
            c = (constant(number, width).value, (1, ones, 4, 8, 3)[number % 5] & ones)
            return intern("lin", width, (x, fitted(y, width, number)), (c, constant(number // 25, width).value))
        case "ite":
            return intern("ite", width, (fitted(z, 1, number), x, fitted(y, width, number)))
        case op if op in SLICING:
            return _slice(op, number, x, (x, y, z) if number & 1 else (x, y))
        case op if op in UNARY:
            return intern(op, width, (x,))
        case op if op in COMPARISONS:
            return intern(op, 1, (x, fitted(y, width, number)))
        case op:
            third = (fitted(z, width, number),) if op in BITWISE and number & 1 else ()
            return intern(op, width, (x, fitted(y, width, number), *third))


def _slice(op: str, number: int, x: Word, parts: tuple[Word, ...]) -> Word:
    width = x.width
    match op:
        case "concat":
            total = sum(part.width for part in parts)
            return intern("concat", total, parts) if total <= 256 else x
        case "extract":
            size = number % width + 1
            return intern("extract", size, (x,), (number // width % (width - size + 1),))
        case "bit":
            return intern("extract", 1, (x,), (number % width,))
        case "mask":
            return intern("and", width, (x, constant(5 * number + (1, 3)[number & 1], width)))
        case "shift":
            amount = number // 3 % (width + 1) & ((1 << width) - 1)
            return intern(("shl", "lshr", "ashr")[number % 3], width, (x, intern("const", width, (), (amount,))))
        case _:
            k = number % width
            halves = (intern("extract", k, (x,), (0,)), intern("extract", width - k, (x,), (k,))) if k else (x,)
            return intern("concat", width, halves)


def _address(word: Word, number: int) -> Word:
    offset = (number // 16 % 64 - 32) % (1 << 64)
    return intern("lin", 64, (word,), ((1,), offset))


def simplified(roots: Sequence[Word]) -> list[Word]:
    """The roots built again through the simplifying constructors."""
    made: dict[Word, Word] = {}
    for word in topological(roots):
        made[word] = simplify.rebuild(word.op, word.width, [made[arg] for arg in word.args], word.attrs)
    return [made[root] for root in roots]


def interesting(width: int, rng: random.Random) -> int:
    """A value of ``width`` bits, a corner one half of the time."""
    ones = (1 << width) - 1
    corners = (0, 1, ones, ones >> 1, ones ^ ones >> 1, width, rng.randrange(140), ones - rng.randrange(9))
    return rng.choice(corners) & ones if rng.random() < 0.5 else rng.getrandbits(width)


def environments(roots: Sequence[Word], rng: random.Random, count: int) -> list[dict[str, int]]:
    """``count`` values for every input below ``roots``."""
    inputs = variables(roots)
    return [{name: interesting(word.width, rng) for name, word in inputs.items()} for _ in range(count)]


def columns(roots: Sequence[Word], envs: Sequence[Mapping[str, int]]) -> dict[str, Column]:
    """The environments as columns for compiled array code."""
    return {name: column([env[name] for env in envs], word.width) for name, word in variables(roots).items()}


def column(values: Sequence[int], width: int) -> Column:
    limbs = [np.array(part, dtype=np.uint64) for part in zip(*(split(v, width) for v in values), strict=True)]
    return limbs[0] if width <= 64 else tuple(limbs)


def integers(values: Column) -> list[int]:
    """A column back as ints."""
    if isinstance(values, tuple):
        return [join(limbs) for limbs in zip(*(part.tolist() for part in values), strict=True)]
    return values.tolist()


def reproducer(root: Word) -> str:
    """Python text that builds ``root`` raw again."""
    names: dict[Word, str] = {}
    lines = ["from semantics.words import intern"]
    for word in topological([root]):
        names[word] = f"t{len(names)}"
        args = "".join(f"{names[arg]}, " for arg in word.args)
        lines.append(f"{names[word]} = intern({word.op!r}, {word.width}, ({args}), {word.attrs!r})")
    return "\n".join(lines)
