"""The functions of :mod:`semantics.fp.functions` on numpy columns of bits, many at once.

Single and double arithmetic that rounds to nearest is the processor's, with the NaNs put right afterwards; so are roundings
to integral values and conversions. What numpy has not (fused operations, other formats and modes, estimates) is computed
value by value, a hundred times slower: :func:`is_fast` tells which.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np

from semantics.fp.format import FORMATS, Format
from semantics.fp.functions import PREFIX, function
from semantics.fp.rounding import MODES

type Column = Any  # NDArray[uint64]; numpy's stubs lose the dtype in mixed arithmetic
type Columns = Callable[[Sequence[Column]], Column]

_FLOATS = {"f32": np.float32, "f64": np.float64}
_BITS = {"f32": np.uint32, "f64": np.uint64}
_ROUNDINGS: dict[str, Callable[[Any], Any]] = {"rne": np.rint, "rm": np.floor, "rp": np.ceil, "rz": np.trunc}


def is_fast(name: str) -> bool:
    """Whether :func:`on_columns` computes the function on whole arrays."""
    return _fast(name) is not None


@cache
def on_columns(name: str) -> Columns | None:
    """The function on uint64 columns that hold values of the arguments' widths; None for a name without meaning."""
    evaluate = function(name)
    if evaluate is None:
        return None
    fast = _fast(name)

    def run(args: Sequence[Column]) -> Column:
        if fast is not None and _environment_is_ieee():
            with np.errstate(all="ignore"):  # overflow, invalid operands and the like are no faults here
                return fast(args)
        return np.fromiter(map(evaluate, zip(*(arg.tolist() for arg in args), strict=True)), np.uint64, len(args[0]))

    return run


_LEFT = np.array([5e-324, 1.0, -1.0])
_RIGHT = np.array([5e-324, 1.5 * 2.0**-53, -1.5 * 2.0**-53])
_SUMS = np.array([0x2, 0x3FF0000000000001, 0xBFF0000000000001], dtype=np.uint64)


def _environment_is_ieee() -> bool:
    """Whether this thread rounds to nearest and keeps subnormal numbers: libraries compiled for speed switch them off."""
    return bool((np.add(_LEFT, _RIGHT).view(np.uint64) == _SUMS).all())


@cache
def _fast(name: str) -> Columns | None:
    operation, *rest = name.removeprefix(PREFIX).split(".")
    mode = rest.pop() if rest and rest[-1] in MODES else "rne"
    if function(name) is None or not all(part in _FLOATS or part in ("s32", "u32", "s64", "u64") for part in rest):
        return None
    if operation == "convert":
        return _conversion(rest[0], rest[1], mode)
    if rest[0] not in _FLOATS:
        return None
    form = FORMATS[rest[0]]
    if operation == "rint" and mode != "odd":
        return lambda args: _with_nans(form, args, _bits(form, _rint(mode, _numbers(form, args[0]))))
    if mode != "rne":
        return None
    operations: dict[str, Callable[..., Any]] = {
        "add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide, "sqrt": np.sqrt,
    }  # fmt: skip
    found = operations.get(operation)
    if found is None:
        return None
    return lambda args: _with_nans(form, args, _bits(form, found(*(_numbers(form, arg) for arg in args))))


def _numbers(form: Format, column: Column) -> Any:
    return column.astype(_BITS[form.name]).view(_FLOATS[form.name])


def _bits(form: Format, numbers: Any) -> Column:
    return numbers.view(_BITS[form.name]).astype(np.uint64)


def _nan(form: Format, column: Column) -> Any:
    return column & np.uint64(form.sign - 1) > form.infinity


def _with_nans(form: Format, args: Sequence[Column], result: Column) -> Column:
    """The result with the NaNs that AArch64 returns: the first signalling operand's, the first quiet one's, or the default."""
    result = np.where(_nan(form, result), np.uint64(form.default_nan), result)
    nans = [_nan(form, arg) for arg in args]
    for arg, nan in [*zip(args, nans, strict=True)][::-1]:
        result = np.where(nan, arg, result)
    for arg, nan in [*zip(args, nans, strict=True)][::-1]:
        result = np.where(nan & (arg & np.uint64(form.quiet) == 0), arg | np.uint64(form.quiet), result)
    return result


def _rint(mode: str, numbers: Any) -> Any:
    if mode in _ROUNDINGS:
        return _ROUNDINGS[mode](numbers)
    whole = np.trunc(numbers)  # the difference is exact
    return np.where(np.abs(numbers - whole) >= 0.5, whole + np.copysign(np.ones_like(whole), numbers), whole)


# --- conversions --------------------------------------------------------------------------------


def _conversion(source: str, target: str, mode: str) -> Columns | None:
    if source in _FLOATS and target not in _FLOATS:
        if mode == "odd":
            return None
        return lambda args: _to_integer(FORMATS[source], mode, args[0], int(target[1:]), target[0] == "s")
    if mode != "rne":
        return None
    if source in _FLOATS:
        return lambda args: _between(FORMATS[source], FORMATS[target], args[0])
    return lambda args: _from_integer(FORMATS[target], args[0], int(source[1:]), source[0] == "s")


def _between(source: Format, target: Format, column: Column) -> Column:
    result = _bits(target, _numbers(source, column).astype(_FLOATS[target.name]))
    gap = target.fraction - source.fraction
    payload = column & np.uint64(source.quiet - 1)
    payload = payload << np.uint64(gap) if gap >= 0 else payload >> np.uint64(-gap)
    sign = column >> np.uint64(source.width - 1) << np.uint64(target.width - 1)
    return np.where(_nan(source, column), sign | np.uint64(target.default_nan) | payload, result)


def _to_integer(form: Format, mode: str, column: Column, width: int, signed: bool) -> Column:
    numbers = _numbers(form, column)
    whole = _rint(mode, numbers.astype(np.float64))  # widening is exact
    top = 2.0 ** (width - 1 if signed else width)
    least, most = (1 << (width - 1), (1 << (width - 1)) - 1) if signed else (0, (1 << width) - 1)
    low, high = whole < (-top if signed else 0.0), whole >= top
    inside = np.where(low | high | np.isnan(whole), 0.0, whole)
    result = inside.astype(np.int64).view(np.uint64) if signed else inside.astype(np.uint64)
    result = np.where(low, np.uint64(least), np.where(high, np.uint64(most), result & np.uint64((1 << width) - 1)))
    return np.where(np.isnan(whole), np.uint64(0), result)


def _from_integer(form: Format, column: Column, width: int, signed: bool) -> Column:
    if signed:
        spare = np.int64(64 - width)
        return _bits(form, (column.view(np.int64) << spare >> spare).astype(_FLOATS[form.name]))
    return _bits(form, column.astype(_FLOATS[form.name]))
