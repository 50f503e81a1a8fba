"""Random C functions without branches, as raw material for training pairs: compilers turn them into long and short code.

The functions are small leaves as they stand in real programs: arithmetic on arguments, bit tricks, field packing,
comparisons used as numbers, loads and stores through pointers, a few named temporaries.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

PRELUDE = """\
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;
typedef signed char i8;
typedef short i16;
typedef int i32;
typedef long i64;
"""
BITS = {"u8": 8, "u16": 16, "u32": 32, "u64": 64, "i8": 8, "i16": 16, "i32": 32, "i64": 64}
_WIDE = ("u32", "u32", "u32", "i32", "u64", "u64", "i64")
_NARROW = ("u8", "u16", "i8", "i16")
_BINARY = ("+", "+", "+", "-", "-", "&", "&", "|", "|", "^", "^", "*")
_COMPARE = ("==", "!=", "<", "<=", ">", ">=")
_SMALL = (1, 1, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 16, 24, 31, 32, 63, 64, 100, 127, 128, 255, 1000, 4095, 0xFFFF)
_MASKS = (0x0F, 0xFF, 0xFFFF, 0xFF00, 0x55555555, 0x33333333, 0x0F0F0F0F, 0x00FF00FF, 0x01010101, 0x7FFFFFFF, 0x80000000, 0xFFFFFF)

type Maker = Callable[["_Function", int], str]


@dataclass
class _Function:
    """One function in the making: its random source, type of computation, and the values at hand."""

    random: Random
    type: str
    values: list[str]
    pointers: list[str] = field(default_factory=list[str])

    @property
    def bits(self) -> int:
        return BITS[self.type]

    def leaf(self) -> str:
        if self.pointers and self.random.random() < 0.35:
            return f"{self.random.choice(self.pointers)}[{self.random.randrange(4)}]"
        return self.random.choice(self.values)

    def shift(self) -> int:
        return self.random.choice((1, 2, 3, 4, 7, 8, 16, 24, 31, self.bits - 1, self.random.randrange(1, self.bits))) % self.bits or 1

    def constant(self) -> str:
        kind = self.random.random()
        if kind < 0.6:
            value = self.random.choice(_SMALL)
        elif kind < 0.85:
            value = self.random.choice(_MASKS)
        else:
            value = self.random.getrandbits(self.random.choice((8, 12, 16, 20, 32)))
        return f"({self.type}){value}u"

    def expression(self, depth: int) -> str:
        if depth <= 0 or self.random.random() < 0.08:
            return self.leaf()
        return self.random.choices(_MAKERS, _WEIGHTS)[0](self, depth - 1)


def _arithmetic(f: _Function, depth: int) -> str:
    return f"({f.expression(depth)} {f.random.choice(_BINARY)} {f.expression(depth)})"


def _with_constant(f: _Function, depth: int) -> str:
    return f"({f.expression(depth)} {f.random.choice(_BINARY)} {f.constant()})"


def _shifted(f: _Function, depth: int) -> str:
    return f"({f.expression(depth)} {f.random.choice(('<<', '>>'))} {f.shift()})"


def _unary(f: _Function, depth: int) -> str:
    return f"({f.random.choice('-~')}{f.expression(depth)})"


def _comparison(f: _Function, depth: int) -> str:
    right = f.expression(depth) if f.random.random() < 0.6 else f.constant()
    return f"({f.type})({f.expression(depth)} {f.random.choice(_COMPARE)} {right})"


def _rotation(f: _Function, depth: int) -> str:
    x, k, unsigned = f.expression(depth), f.shift(), "u" + f.type[1:]
    return f"({f.type})((({unsigned}){x} << {k}) | (({unsigned}){x} >> {f.bits - k}))"


def _narrowing(f: _Function, depth: int) -> str:
    return f"({f.type})({f.random.choice((*_NARROW, 'u32', 'i32'))}){f.expression(depth)}"


def _bit_field(f: _Function, depth: int) -> str:
    return f"(({f.expression(depth)} >> {f.shift()}) & {(1 << f.random.randrange(1, 17)) - 1}u)"


def _insertion(f: _Function, depth: int) -> str:
    width = f.random.choice((1, 2, 4, 5, 8, 12, 16))
    low = f.random.randrange(0, f.bits - width)
    mask = (1 << width) - 1
    return f"(({f.expression(depth)} & ~(({f.type}){mask} << {low})) | (({f.expression(depth)} & {mask}u) << {low}))"


def _bit_trick(f: _Function, depth: int) -> str:
    x, y, k = f.leaf(), f.expression(depth), f.shift()
    top, one = f.bits - 1, f"({f.type})1"
    signed = "i" + f.type[1:]
    return f.random.choice(
        (
            f"({x} & ({x} - 1))",
            f"({x} & -{x})",
            f"({x} | ({x} + 1))",
            f"({x} ^ ({x} - 1))",
            f"(~{x} & ({x} - 1))",
            f"(({x} & {y}) + (({x} ^ {y}) >> 1))",
            f"(({x} | {y}) - (({x} ^ {y}) >> 1))",
            f"(({x} & {y}) + ({x} | {y}))",
            f"(({x} ^ {y}) + 2 * ({x} & {y}))",
            f"(({x} | {y}) - ({x} & {y}))",
            f"(~(~{x} | ~{y}))",
            f"(~(~{x} & ~{y}))",
            f"({x} ^ {y} ^ {x})",
            f"({x} + ~{y} + 1)",
            f"({f.type})(({signed}){x} >> {top})",
            f"(({f.type})(({signed}){x} >> {top}) ^ {x}) - ({f.type})(({signed}){x} >> {top})",
            f"(({x} << {k}) >> {k})",
            f"(({x} >> {k}) << {k})",
            f"(({x} >> {k}) & {one})",
            f"({x} | ({one} << {k}))",
            f"({x} & ~({one} << {k}))",
            f"({x} ^ (-({f.type})({y} < {f.leaf()}) & ({x} ^ {y})))",
            f"(-({f.type})({x} == 0))",
            f"(!{x})",
            f"(!!{x})",
            f"({x} * {f.random.randrange(2, 34)})",
            f"({x} * {f.random.randrange(2, 18)} + {y} * {f.random.randrange(2, 18)})",
        )
    )


def _bytes_joined(f: _Function, depth: int) -> str:
    x, y = f.expression(depth), f.leaf()
    return f"((({f.type})(u8){x} << 8) | (u8){y})"


def _division(f: _Function, depth: int) -> str:
    return f"({f.expression(depth)} {f.random.choice('/%')} {1 << f.random.randrange(1, 7)})"


_MAKERS: tuple[Maker, ...] = (
    _arithmetic, _with_constant, _shifted, _unary, _comparison, _rotation, _narrowing, _bit_field, _insertion, _bit_trick,
    _bytes_joined, _division,
)  # fmt: skip
_WEIGHTS = (30, 18, 14, 6, 5, 2, 5, 4, 2, 10, 1, 1)


def function(random: Random, name: str) -> str:
    """The text of one function, terminated by a line feed."""
    kind = random.choice(_WIDE)
    parameters, f = _parameters(random, kind)
    lines: list[str] = []
    for i in range(random.choice((0, 0, 0, 1, 1, 2, 3))):
        lines.append(f"{kind} t{i} = {f.expression(random.choice((1, 1, 2)))};")
        f.values += [f"t{i}"] * 4
    result = kind if random.random() < 0.85 else random.choice((*_WIDE, *_NARROW))
    depth = random.choice((1, 1, 2, 2, 2, 3))
    if f.pointers and random.random() < 0.5:
        lines += [f"{random.choice(f.pointers)}[{random.randrange(4)}] = {f.expression(depth)};" for _ in range(random.choice((1, 1, 2)))]
        result = "void"
    else:
        lines.append(f"return {f.expression(depth)};")
    return f"{result} {name}({', '.join(parameters)}) {{ {' '.join(lines)} }}\n"


def _parameters(random: Random, kind: str) -> tuple[list[str], _Function]:
    f = _Function(random, kind, [])
    parameters: list[str] = []
    for i in range(random.choice((1, 2, 2, 2, 3, 3, 4))):
        if random.random() < 0.12:
            parameters.append(f"{random.choice((kind, kind, *_NARROW))} *p{i}")
            f.pointers.append(f"p{i}")
        else:
            parameters.append(f"{kind if random.random() < 0.85 else random.choice((*_WIDE, *_NARROW))} a{i}")
            f.values.append(f"a{i}")
    f.values = f.values or [f"{pointer}[0]" for pointer in f.pointers]
    return parameters, f


def translation_unit(seed: int, count: int) -> str:
    """A C file of ``count`` functions ``f0``, ``f1``, ...; the same for the same seed."""
    random = Random(seed)
    return PRELUDE + "".join(function(random, f"f{i}") for i in range(count))
