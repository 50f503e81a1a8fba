"""Floating-point functions as an emulated core computes them: what the uninterpreted functions of VEX's meaning may stand for.

A proof with uninterpreted functions is sound if *some* functions make every instruction's words equal to what the
machine does. These are those functions: each is one scalar instruction, run on the emulator.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from functools import cache

import peer

from semantics.machine import MachineState
from semantics.run.uninterpreted import uninterpreted
from verifier.oracle import Emulator, Ran

LETTERS = {"f16": "h", "f32": "s", "f64": "d", "s32": "w", "u32": "w", "s64": "x", "u64": "x"}
PLAIN = {"max": "fmax", "min": "fmin", "recps": "frecps", "rsqrts": "frsqrts", "recpe": "frecpe", "rsqrte": "frsqrte"}
ROUNDED = {"add": "fadd", "sub": "fsub", "mul": "fmul", "div": "fdiv", "sqrt": "fsqrt", "recpx": "frecpx", "fma": "fmadd", "fms": "fmsub"}
ROUND = {"rne": "n", "rm": "m", "rp": "p", "rz": "z", "rna": "a"}


def instruction(name: str, count: int) -> str | None:
    """The scalar instruction that computes ``name`` of ``count`` arguments, registers 1 up, into register 0."""
    operation, *rest = name.removeprefix("fp:").split(".")
    if operation == "convert":
        source, target = LETTERS[rest[0]], LETTERS[rest[1]]
        mode = rest[2] if len(rest) > 2 else ""
        if target in "wx":
            return f"fcvt{ROUND[mode]}{rest[1][0]} {target}0, {source}1"
        if source in "wx":
            return f"{rest[0][0]}cvtf {target}0, {source}1" if mode in ("", "rne") else None
        return f"fcvt {target}0, {source}1" if mode in ("", "rne") else None
    if rest[0] == "u32":
        return f"u{operation} v0.2s, v1.2s"
    letter = LETTERS[rest[0]]
    registers = ", ".join(f"{letter}{i}" for i in range(count + 1))
    if operation == "rint":
        return f"frint{ROUND[rest[1]]} {registers}"
    if operation in PLAIN:
        return f"{PLAIN[operation]} {registers}"
    return f"{ROUNDED[operation]} {registers}" if rest[1] == "rne" else None


@cache
def code(text: str) -> bytes:
    (word,) = peer.assemble_all([text])
    assert isinstance(word, int), word
    return word.to_bytes(4, "little")


class Machine:
    """A function for :func:`semantics.run.ints.evaluate`; unknown names get an arbitrary fixed function."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.unknown: set[str] = set()
        self._known: dict[tuple[str, tuple[int, ...]], int] = {}

    def __call__(self, name: str, width: int, widths: Sequence[int], values: Sequence[int]) -> int:
        key = name, tuple(values)
        if key not in self._known:
            self._known[key] = self._compute(name, width, widths, values)
        return self._known[key]

    def _compute(self, name: str, width: int, widths: Sequence[int], values: Sequence[int]) -> int:
        if not name.startswith("fp:"):
            return uninterpreted(name, width, widths, values)
        if name.startswith("fp:mul.") and not name.endswith(".rne"):
            return scaled(values, width)
        text = instruction(name, len(values))
        if text is None:
            self.unknown.add(name)
            return uninterpreted(name, width, widths, values)
        state = MachineState.zero()
        for i, value in enumerate(values, 1):
            state = state.with_location(f"v{i}", value).with_location(f"x{i}", value)
        ran = self.emulator.run(code(text), state)
        assert isinstance(ran, Ran), text
        target = "x0" if text.split()[1][0] in "wx" else "v0"
        return ran.state.get(target) & ((1 << width) - 1)


def scaled(values: Sequence[int], width: int) -> int:
    """A number times a power of two at least 1: exact, or infinite if it overflows.

    Directed rounding would give the largest number where this gives infinity; the conversion to an integer that
    follows saturates both.
    """
    value, scale = values
    form, quiet = ("<f", 1 << 22) if width == 32 else ("<d", 1 << 51)
    number, factor = (struct.unpack(form, part.to_bytes(width // 8, "little"))[0] for part in (value, scale))
    assert factor >= 1 and math.frexp(factor)[0] == 0.5
    if math.isnan(number):
        return value | quiet
    try:
        product = struct.pack(form, math.ldexp(number, math.frexp(factor)[1] - 1))
    except OverflowError:
        product = struct.pack(form, math.copysign(math.inf, number))
    return int.from_bytes(product, "little")
