"""The floating-point functions that words call, by name: what each computes on Python ints.

A name is ``fp:OPERATION.FORMAT[.MODE]`` or ``fp:convert.SOURCE.TARGET[.MODE]``, with formats ``f16``, ``f32``, ``f64``, and
integers ``s32``, ``u64q5`` (5 fraction bits) and the like. Without a mode the operation is exact or rounds to nearest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache

from semantics.fp import arithmetic, convert, estimate
from semantics.fp.format import FORMATS, Format
from semantics.fp.rounding import MODES

type Evaluate = Callable[[Sequence[int]], int]

PREFIX = "fp:"
BINARY = {"add": arithmetic.add, "sub": arithmetic.sub, "mul": arithmetic.mul, "div": arithmetic.div, "mulx": arithmetic.mulx}
STEPS = {"recps": arithmetic.recps, "rsqrts": arithmetic.rsqrts}
ESTIMATES = {"recpe": estimate.recpe, "rsqrte": estimate.rsqrte, "recpx": estimate.recpx}
INTEGER_ESTIMATES = {"recpe": estimate.recpe_integer, "rsqrte": estimate.rsqrte_integer}

_INTEGER = re.compile(r"([su])(16|32|64)(?:q(\d+))?")
_SIZED = re.compile(r"rint(32|64)")


@cache
def function(name: str) -> Evaluate | None:
    """What ``name`` computes from its arguments' bits; None for a name that means nothing here."""
    if not name.startswith(PREFIX):
        return None
    operation, *rest = name.removeprefix(PREFIX).split(".")
    mode = rest.pop() if rest and rest[-1] in MODES else "rne"
    if operation == "convert":
        return _conversion(rest[0], rest[1], mode) if len(rest) == 2 else None
    if rest == ["u32"] and operation in INTEGER_ESTIMATES:
        integer = INTEGER_ESTIMATES[operation]
        return lambda a: integer(a[0])
    form = FORMATS.get(rest[0]) if len(rest) == 1 else None
    return _arithmetic(operation, form, mode) if form is not None else None


def _arithmetic(operation: str, form: Format, mode: str) -> Evaluate | None:
    if operation in BINARY:
        binary = BINARY[operation]
        return lambda a: binary(form, mode, a[0], a[1])
    if operation in STEPS:
        step = STEPS[operation]
        return lambda a: step(form, a[0], a[1])
    if operation in ESTIMATES:
        estimated = ESTIMATES[operation]
        return lambda a: estimated(form, a[0])
    sized = _SIZED.fullmatch(operation)
    if sized:
        return lambda a: convert.rint_sized(form, mode, a[0], int(sized[1]))
    match operation:
        case "jcvt":
            return lambda a: convert.to_integer_modulo(form, a[0], 32)
        case "fma":
            return lambda a: arithmetic.fma(form, mode, a[0], a[1], a[2])
        case "sqrt":
            return lambda a: arithmetic.sqrt(form, mode, a[0])
        case "rint":
            return lambda a: convert.rint(form, mode, a[0])
        case _:
            return None


def _conversion(source: str, target: str, mode: str) -> Evaluate | None:
    one, other = FORMATS.get(source), FORMATS.get(target)
    if one is not None and other is not None:
        return lambda a: convert.convert(one, other, mode, a[0])
    integer = _INTEGER.fullmatch(target if one is not None else source)
    if integer is None or (one is None and other is None):
        return None
    signed, width, fraction = integer[1] == "s", int(integer[2]), int(integer[3] or 0)
    if one is not None:
        return lambda a: convert.to_integer(one, mode, a[0], width, signed, fraction)
    if other is not None:
        return lambda a: convert.from_integer(other, mode, a[0], width, signed, fraction)
    return None
