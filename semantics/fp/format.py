"""The binary formats, the classes of their values, and which NaN comes out (Arm ARM J1.3, shared/functions/float)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, init=False)
class Format:
    """A binary interchange format: ``exponent`` and ``fraction`` are widths in bits of its fields.

    Attributes:
        width: bits of a value.
        bias: what is subtracted from the exponent field.
        least: exponent of the last place of subnormal numbers, and the least of any last place.
        sign: the sign bit. ``infinity``: the bits of plus infinity. ``quiet``: the bit that tells quiet NaNs.
        default_nan: the NaN that invalid operations return.
    """

    name: str
    width: int
    exponent: int
    fraction: int
    bias: int
    least: int
    sign: int
    infinity: int
    quiet: int
    default_nan: int

    def __init__(self, exponent: int, fraction: int) -> None:
        bias = (1 << (exponent - 1)) - 1
        infinity, quiet = ((1 << exponent) - 1) << fraction, 1 << (fraction - 1)
        values = {
            "name": f"f{1 + exponent + fraction}", "width": 1 + exponent + fraction, "exponent": exponent, "fraction": fraction,
            "bias": bias, "least": 1 - bias - fraction, "sign": 1 << (exponent + fraction), "infinity": infinity,
            "quiet": quiet, "default_nan": infinity | quiet,
        }  # fmt: skip
        for name, value in values.items():
            object.__setattr__(self, name, value)


HALF, SINGLE, DOUBLE = Format(5, 10), Format(8, 23), Format(11, 52)
FORMATS = {form.name: form for form in (HALF, SINGLE, DOUBLE)}
BY_WIDTH = {form.width: form for form in FORMATS.values()}


def is_nan(form: Format, bits: int) -> bool:
    """Whether the bits are a NaN of either kind."""
    return bits & ~form.sign > form.infinity


def is_quiet(form: Format, bits: int) -> bool:
    """Whether the bits are a quiet NaN."""
    return bits & form.default_nan == form.default_nan


def is_signalling(form: Format, bits: int) -> bool:
    """Whether the bits are a signalling NaN."""
    return is_nan(form, bits) and not bits & form.quiet


def propagated(form: Format, *operands: int) -> int | None:
    """The NaN that an operation on these operands returns: the first signalling one, made quiet, or the first quiet one.

    FPProcessNaNs with FPCR.DN = 0; None if no operand is a NaN.
    """
    for bits in operands:
        if is_signalling(form, bits):
            return bits | form.quiet
    for bits in operands:
        if is_nan(form, bits):
            return bits
    return None


def unpack(form: Format, bits: int) -> tuple[int, int, int]:
    """``(sign, significand, exponent)`` of a finite number: its magnitude is significand times 2**exponent."""
    field = bits >> form.fraction & ((1 << form.exponent) - 1)
    fraction = bits & ((1 << form.fraction) - 1)
    sign = bits >> (form.width - 1)
    if field == 0:
        return sign, fraction, form.least
    return sign, fraction | 1 << form.fraction, form.least + field - 1
