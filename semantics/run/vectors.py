"""A writer of straight-line numpy code on arrays of 64-bit words and of truth values.

An operand is a Python int, a constant, or the name of an array: ``v1`` holds uint64, ``b1`` holds
bool. The methods fold constants and drop neutral operands, so that every emitted line has an
array among its operands (numpy warns when its *scalars* wrap; arrays wrap in silence). Equal lines
are emitted once, unused ones are dropped, and arrays are freed after their last use.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from semantics.memory_image import splitmix64, splitmix64_array

type Column = NDArray[np.uint64]
type Operand = int | str

MASK64 = (1 << 64) - 1
_SIGN = 1 << 63
_NAME = re.compile(r"\b[vb]\d+\b")


class Vectors:
    """Collects lines; the first letter of the methods' names tells flags (``f``) from words."""

    def __init__(self) -> None:
        self.scope: dict[str, Any] = dict(_HELPERS)
        self._lines: list[tuple[tuple[str, ...], str]] = []
        self._known: dict[str, tuple[str, ...]] = {}
        self._masked: dict[str, tuple[Operand, int]] = {}

    def emit(self, text: str, *, flag: bool = False) -> str:
        """An array computed by ``text``."""
        return self._emit(text, 1, "b" if flag else "v")[0]

    def emit_tuple(self, text: str, count: int) -> tuple[str, ...]:
        """``count`` arrays that ``text`` computes together."""
        return self._emit(text, count, "v", unpack=True)

    def _emit(self, text: str, count: int, kind: str, *, unpack: bool = False) -> tuple[str, ...]:
        found = self._known.get(text)
        if found is None:
            found = tuple(f"{kind}{len(self._known)}{i:02}" for i in range(count))
            self._known[text] = found
            self._lines.append((found, f"({', '.join(found)},) = {text}" if unpack else f"{found[0]} = {text}"))
        return found

    def text(self, value: Operand) -> str:
        """The operand as it stands in a line; a constant is a named 0-d array, the fastest kind for numpy."""
        if isinstance(value, str):
            return value
        name = f"c{value:x}"
        self.scope[name] = np.array(value, dtype=np.uint64)
        return name

    def input(self, name: str) -> str:
        """The input called ``name``; the name itself stays out of the text, which is searched for arrays."""
        key = f"n{name.encode().hex()}"
        self.scope[key] = name
        return f"inputs[{key}]"

    def source(self, results: list[str]) -> str:
        """The whole function ``run(inputs, seeds)``; ``results`` are the texts of what it returns."""
        live = set(_NAME.findall(" ".join(results)))
        body = list[str]()
        for names, line in reversed(self._lines):
            if live.isdisjoint(names):
                continue
            used = set(_NAME.findall(line))
            dead = sorted(used - live)
            body.append(f"    del {', '.join(dead)}" if dead else "")
            body.append(f"    {line}")
            live |= used
        lines = ["def run(inputs, seeds):", *filter(None, reversed(body)), f"    return [{', '.join(results)}]"]
        return "\n".join([*lines, ""])

    # --- words ---

    def and_(self, a: Operand, b: Operand) -> Operand:
        """Bitwise and."""
        if isinstance(a, int):
            a, b = b, a
        if isinstance(a, int) and isinstance(b, int):
            return a & b
        if b == 0:
            return 0
        if b == MASK64:
            return a
        result = self.emit(f"{a} & {self.text(b)}")
        if isinstance(b, int):
            self._masked[result] = (a, b)
        return result

    def or_(self, a: Operand, b: Operand) -> Operand:
        """Bitwise or."""
        if isinstance(a, int):
            a, b = b, a
        if isinstance(a, int) and isinstance(b, int):
            return a | b
        return a if b == 0 else b if b == MASK64 else self.emit(f"{a} | {self.text(b)}")

    def xor(self, a: Operand, b: Operand) -> Operand:
        """Bitwise exclusive or."""
        if isinstance(a, int):
            a, b = b, a
        if isinstance(a, int) and isinstance(b, int):
            return a ^ b
        return a if b == 0 else self.emit(f"~{a}" if b == MASK64 else f"{a} ^ {self.text(b)}")

    def add(self, a: Operand, b: Operand) -> Operand:
        """Sum modulo 2**64."""
        if isinstance(a, int):
            a, b = b, a
        if isinstance(a, int) and isinstance(b, int):
            return (a + b) & MASK64
        return a if b == 0 else self.emit(f"{a} + {self.text(b)}")

    def sub(self, a: Operand, b: Operand) -> Operand:
        """Difference modulo 2**64."""
        if isinstance(a, int) and isinstance(b, int):
            return (a - b) & MASK64
        return a if b == 0 else self.emit(f"{self.text(a)} - {self.text(b)}")

    def mul(self, a: Operand, b: Operand) -> Operand:
        """Product modulo 2**64."""
        if isinstance(a, int):
            a, b = b, a
        if isinstance(a, int) and isinstance(b, int):
            return a * b & MASK64
        if b == 0 or b == 1:
            return a if b else 0
        return self.emit(f"-{a}" if b == MASK64 else f"{a} * {self.text(b)}")

    def mulhi(self, a: Operand, b: Operand) -> Operand:
        """High half of the 128-bit product."""
        if isinstance(a, int) and isinstance(b, int):
            return a * b >> 64
        if a in (0, 1) or b in (0, 1):
            return 0
        return self.emit(f"mulhi({self.text(a)}, {self.text(b)})")

    def shl(self, a: Operand, k: int) -> Operand:
        """Left shift by a constant below 64; a mask below that only clears what falls out is skipped."""
        if isinstance(a, int):
            return a << k & MASK64
        source, mask = self._masked.get(a, (a, MASK64))
        if mask << k & MASK64 == MASK64 << k & MASK64:
            a = self.text(source)
        return a if k == 0 else self.emit(f"{a} << {self.text(k)}")

    def shr(self, a: Operand, k: int) -> Operand:
        """Logical right shift by a constant below 64."""
        if isinstance(a, int):
            return a >> k
        return a if k == 0 else self.emit(f"{a} >> {self.text(k)}")

    def sar(self, a: Operand, k: int) -> Operand:
        """Arithmetic right shift by a constant below 64."""
        if isinstance(a, int):
            return (a - (1 << 64) if a & _SIGN else a) >> k & MASK64
        return a if k == 0 else self.emit(f"({a}.view(int64) >> {k}).view(uint64)")

    def helper(self, name: str, *args: Operand) -> str:
        """A call of one of the helper functions, at least one argument being an array."""
        return self.emit(f"{name}({', '.join(map(self.text, args))})")

    def mix(self, a: Operand) -> Operand:
        """SplitMix64."""
        return splitmix64(a) if isinstance(a, int) else self.helper("splitmix", a)

    def where(self, condition: Operand, a: Operand, b: Operand) -> Operand:
        """``a`` where the flag holds, else ``b``."""
        if isinstance(condition, int):
            return a if condition else b
        return a if a == b else self.emit(f"where({condition}, {self.text(a)}, {self.text(b)})")

    # --- flags ---

    def flag(self, a: Operand) -> Operand:
        """Whether a word is not 0."""
        return int(a != 0) if isinstance(a, int) else self.emit(f"{a} != {self.text(0)}", flag=True)

    def word(self, f: Operand) -> Operand:
        """A flag as the word 0 or 1."""
        return f if isinstance(f, int) else self.emit(f"{f}.astype(uint64)")

    def eq(self, a: Operand, b: Operand) -> Operand:
        """Equality of words."""
        if isinstance(a, int) and isinstance(b, int):
            return int(a == b)
        return 1 if a == b else self.emit(f"{self.text(a)} == {self.text(b)}", flag=True)

    def lt(self, a: Operand, b: Operand) -> Operand:
        """Unsigned comparison of words."""
        if isinstance(a, int) and isinstance(b, int):
            return int(a < b)
        if a == b or b == 0:
            return 0
        return self.emit(f"{self.text(a)} < {self.text(b)}", flag=True)

    def slt(self, a: Operand, b: Operand) -> Operand:
        """Signed comparison of words."""
        if isinstance(a, int) and isinstance(b, int):
            return int((a ^ _SIGN) < (b ^ _SIGN))
        return self.emit(f"{self.text(a)}.view(int64) < {self.text(b)}.view(int64)", flag=True)

    def fand(self, f: Operand, g: Operand) -> Operand:
        """Both."""
        if isinstance(f, int):
            f, g = g, f
        if isinstance(g, int):
            return f if g else 0
        return self.emit(f"{f} & {g}", flag=True)

    def for_(self, f: Operand, g: Operand) -> Operand:
        """Either."""
        if isinstance(f, int):
            f, g = g, f
        if isinstance(g, int):
            return 1 if g else f
        return self.emit(f"{f} | {g}", flag=True)

    def fxor(self, f: Operand, g: Operand) -> Operand:
        """One but not the other."""
        if isinstance(f, int):
            f, g = g, f
        if isinstance(g, int):
            return self.fnot(f) if g else f
        return self.emit(f"{f} ^ {g}", flag=True)

    def fnot(self, f: Operand) -> Operand:
        """Not."""
        return 1 - f if isinstance(f, int) else self.emit(f"~{f}", flag=True)

    def fwhere(self, condition: Operand, f: Operand, g: Operand) -> Operand:
        """``f`` where the condition holds, else ``g``."""
        if isinstance(condition, int):
            return f if condition else g
        if isinstance(f, int) or isinstance(g, int):
            return self.for_(self.fand(condition, f), self.fand(self.fnot(condition), g))
        return self.emit(f"where({condition}, {f}, {g})", flag=True)


# --- what the lines call --------------------------------------------------------------------------

# Any below: numpy's stubs lose the dtype in mixed arithmetic of arrays and numbers.
_LOW32 = np.uint64(0xFFFFFFFF)
_SWAPS = ((1, 0x5555555555555555), (2, 0x3333333333333333), (4, 0x0F0F0F0F0F0F0F0F))


def _mulhi(a: Any, b: Any) -> Any:
    a0, a1, b0, b1 = a & _LOW32, a >> 32, b & _LOW32, b >> 32
    middle = a1 * b0 + (a0 * b0 >> 32)
    return a1 * b1 + (middle >> 32) + (a0 * b1 + (middle & _LOW32) >> 32)


def _popcount(a: Column) -> Column:
    return np.bitwise_count(a).astype(np.uint64)


def _clz(a: Any) -> Any:
    for k in (1, 2, 4, 8, 16, 32):
        a = a | a >> k
    return np.uint64(64) - np.bitwise_count(a)


def _rbit(a: Any) -> Any:
    for k, mask in _SWAPS:
        a = (a >> k) & np.uint64(mask) | (a & np.uint64(mask)) << k
    return a.byteswap()


def _udiv(a: Any, b: Any) -> Any:
    zero = b == 0
    return np.where(zero, np.uint64(0), a // np.where(zero, np.uint64(1), b))


def _read(seeds: Column, address: Any, size: int) -> list[Any]:
    """``size`` bytes of the initial memory that :mod:`semantics.memory_image` defines, as limbs, the low first."""
    first, shift = address >> 3, (address & 7) << 3
    count = (size + 14) // 8
    words = [splitmix64_array((first + np.uint64(i) & np.uint64(MASK64 >> 3)) ^ seeds) for i in range(count)]
    limbs = list[Any]()
    for i in range((size + 7) // 8):
        limb = words[i] >> shift
        if i + 1 < count:
            limb |= words[i + 1] << 1 << (63 - shift)
        limbs.append(limb)
    if size % 8:
        limbs[-1] &= np.uint64((1 << 8 * (size % 8)) - 1)
    return limbs


_HELPERS: dict[str, Any] = {
    "where": np.where, "int64": np.int64, "uint64": np.uint64, "minimum": np.minimum, "full": np.full,
    "splitmix": splitmix64_array, "mulhi": _mulhi, "popcount": _popcount, "clz": _clz, "rbit": _rbit, "udiv": _udiv,
    "read": _read,
}  # fmt: skip
