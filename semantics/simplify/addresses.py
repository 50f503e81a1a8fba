"""Where addresses stand to each other: base and constant offset, and constant distances."""

from __future__ import annotations

from semantics.simplify import sums
from semantics.words import Word


def base_and_offset(address: Word) -> tuple[Word, int]:
    """``address`` as a base word and a constant offset below 2**64 (base 0 for a constant)."""
    if address.op not in ("lin", "const"):
        return address, 0
    terms, constant = sums.linear_form(address)
    base = sums.linear([(c, term) for term, c in terms.items()], 0, 64)
    return base, constant & ((1 << 64) - 1)


def apart(address: Word, other: Word) -> int | None:
    """``address - other`` modulo 2**64, or None if it is not a constant."""
    difference = sums.sub(address, other)
    return difference.value if difference.is_const else None
