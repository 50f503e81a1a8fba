"""The floating-point functions on Python ints against the emulator's instructions, and against Python's own arithmetic."""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator, Sequence
from functools import cache
from random import Random

import pytest
from fp_corners import corners, instructions, operand
from peer import assemble_all, needs_llvm_mc

from semantics.fp.format import DOUBLE, FORMATS, SINGLE, is_nan
from semantics.fp.functions import function
from semantics.machine import MachineState
from verifier.oracle import Emulator, Ran

SLOTS = 7  # instances in one run of the emulator, each on registers of its own
RUNS = int(os.environ.get("SUPEROPT_FP_RUNS", "40"))  # 15000 for a thorough run: 100,000 cases for each function
TABLE = instructions()


@cache
def emulator() -> Emulator:
    return Emulator()


@cache
def code() -> dict[str, bytes]:
    """Machine code by function: SLOTS instances, instance i on registers 4i to 4i+3."""
    lines, names = list[str](), list[str]()
    for name, (template, _, _) in TABLE.items():
        for slot in range(SLOTS):
            parts = template.split()
            registers = iter(range(4 * slot, 4 * slot + 4))
            operands = [part.replace("#", str(next(registers))) if not part.startswith("#") else part for part in parts[1:]]
            lines.append(f"{parts[0]} {', '.join(operands)}")
            names.append(name)
    found: dict[str, bytes] = {}
    for name, line, word in zip(names, lines, assemble_all(lines), strict=True):
        assert isinstance(word, int), (line, word)
        found[name] = found.get(name, b"") + word.to_bytes(4, "little")
    return found


def executed(name: str, cases: Sequence[Sequence[int]]) -> list[int]:
    """What the emulator computes for up to SLOTS cases."""
    template, _, width = TABLE[name]
    x, vector = [0] * 31, [0] * 32
    for slot, case in enumerate(cases):
        for i, value in enumerate(case, 1):
            vector[4 * slot + i] = value
            x[4 * slot + i] = value
    ran = emulator().run(code()[name], MachineState.zero().replace(x=tuple(x), vector=tuple(vector)))
    assert isinstance(ran, Ran), name
    results = ran.state.x if template.split()[1][0] in "wx" else ran.state.vector
    return [results[4 * slot] & ((1 << width) - 1) for slot in range(len(cases))]


def drawn(name: str, random: Random) -> Iterator[tuple[int, ...]]:
    _, widths, _ = TABLE[name]
    integer = name.startswith(("fp:convert.s", "fp:convert.u")) or name.endswith(".u32")
    while True:
        case: list[int] = []
        for width in widths:
            case.append(operand(random, width, integer, case[-1] if case else None))
        yield tuple(case)


@needs_llvm_mc
@pytest.mark.parametrize("name", TABLE)
def test_it_computes_what_the_emulator_does(name: str) -> None:
    evaluate = function(name)
    assert evaluate is not None
    random = Random(zlib.crc32(name.encode()))
    cases = drawn(name, random)
    _, widths, _ = TABLE[name]
    queue: list[tuple[int, ...]] = [(value,) for value in corners(FORMATS[f"f{widths[0]}"])] if widths in ((16,), (32,), (64,)) else []
    for _ in range(RUNS):
        while len(queue) < SLOTS:
            queue.append(next(cases))
        batch, queue = queue[:SLOTS], queue[SLOTS:]
        for case, expected in zip(batch, executed(name, batch), strict=True):
            assert evaluate(case) == expected, (name, [hex(value) for value in case], hex(evaluate(case)), hex(expected))


@needs_llvm_mc
@pytest.mark.parametrize("name", [name for name, (_, widths, _) in TABLE.items() if widths in ((16, 16), (32, 32), (64, 64))])
def test_every_pair_of_a_few_corners(name: str) -> None:
    evaluate = function(name)
    assert evaluate is not None
    form = FORMATS[f"f{TABLE[name][1][0]}"]
    few = [
        bits
        for bits in corners(form)
        if is_nan(form, bits) or bits & ~form.sign in (0, 1, form.infinity, form.infinity - 1, form.bias << form.fraction)
    ]
    pairs = [(a, b) for a in few for b in few]
    for start in range(0, len(pairs), SLOTS):
        batch = pairs[start : start + SLOTS]
        assert [evaluate(case) for case in batch] == executed(name, batch)


def _bits(form: str, number: float) -> int:
    return int.from_bytes(struct.pack(form, number), "little")


def _number(form: str, bits: int) -> float:
    return struct.unpack(form, bits.to_bytes(8 if form == "<d" else 4, "little"))[0]


def test_doubles_add_and_multiply_as_python_does() -> None:
    random = Random(5)
    add, mul, narrow = function("fp:add.f64.rne"), function("fp:mul.f64.rne"), function("fp:convert.f64.f32.rne")
    assert add is not None and mul is not None and narrow is not None
    for _ in range(3000):
        a, b = (operand(random, 64, False) for _ in range(2))
        if is_nan(DOUBLE, a) or is_nan(DOUBLE, b):
            continue
        total, product = _number("<d", a) + _number("<d", b), _number("<d", a) * _number("<d", b)
        if total == total:
            assert add((a, b)) == _bits("<d", total)
        if product == product:
            assert mul((a, b)) == _bits("<d", product)
        if abs(_number("<d", a)) < 3e38:
            assert narrow((a,)) == _bits("<f", _number("<d", a))


def test_directed_rounding_brackets_the_exact_sum() -> None:
    """Modes that no instruction sets with FPCR = 0, but VEX's fixed-point conversions do."""
    random = Random(6)
    down, up, zero = (function(f"fp:add.f32.{mode}") for mode in ("rm", "rp", "rz"))
    assert down is not None and up is not None and zero is not None
    strict = 0
    for _ in range(3000):
        a, b = (operand(random, 32, False) for _ in range(2))
        if any(value & ~SINGLE.sign >= SINGLE.infinity for value in (a, b)):
            continue
        low, high, middle = (_number("<f", found((a, b))) for found in (down, up, zero))
        exact = _number("<f", a) + _number("<f", b)  # in double: exact unless the exponents are far apart
        assert low <= exact <= high and middle == (low if exact > 0 else high)
        strict += low < high
    assert strict > 500


@pytest.mark.parametrize(
    "name", ["fp:add.f128.rne", "add.f64.rne", "fp:nothing.f64", "fp:convert.s32.s64", "fp:convert.f32", "fp:fma", "fp:rint16.f32.rz"]
)
def test_a_name_without_meaning(name: str) -> None:
    assert function(name) is None
