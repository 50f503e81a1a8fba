"""Exact numbers rounded to a format or to an integer."""

from __future__ import annotations

from semantics.fp.format import Format

MODES = ("rne", "rm", "rp", "rz", "rna", "odd")
"""To nearest even, down, up, to zero, to nearest with ties away from zero, to odd (FPRounding_ODD)."""


def shifted(sign: int, magnitude: int, shift: int, mode: str) -> int:
    """``magnitude`` divided by ``2**shift`` and rounded to an integer; ``sign`` is that of the number."""
    if shift <= 0:
        return magnitude << -shift
    kept, rest = magnitude >> shift, magnitude & ((1 << shift) - 1)
    if not rest or mode == "rz":
        return kept
    half = 1 << (shift - 1)
    match mode:
        case "rne":
            return kept + (rest > half or (rest == half and kept & 1))
        case "rna":
            return kept + (rest >= half)
        case "rm":
            return kept + sign
        case "rp":
            return kept + (1 - sign)
        case _:
            return kept | 1


def rounded(form: Format, sign: int, magnitude: int, exponent: int, mode: str) -> int:
    """The bits of ``magnitude * 2**exponent`` with this sign, rounded; 0 gives the zero of that sign.

    A magnitude that stands for something between two multiples of ``2**exponent`` may have its last bit set
    instead, if it has at least two bits more than the format's precision.
    """
    top = exponent + magnitude.bit_length() - 1
    last = max(top - form.fraction, form.least)
    significand = shifted(sign, magnitude, last - exponent, mode)
    # The hidden bit, where there is one, adds 1 to the exponent field; so does a carry out of the significand.
    bits = ((last - form.least) << form.fraction) + significand if magnitude else 0
    if bits >= form.infinity:
        bits = form.infinity - (not _overflows_to_infinity(sign, mode))
    return sign << (form.width - 1) | bits


def _overflows_to_infinity(sign: int, mode: str) -> bool:
    match mode:
        case "rne" | "rna":
            return True
        case "rp":
            return not sign
        case "rm":
            return bool(sign)
        case _:
            return False
