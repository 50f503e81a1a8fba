"""Where addresses stand to each other: base and constant offset, and constant distances."""

from __future__ import annotations

from semantics.simplify import sums
from semantics.words import Word

STEPS = 4  # times a constant is looked for in what is left of an address; more than once is rare


def base_and_offset(address: Word) -> tuple[Word, int]:
    """``address`` as a base word and a constant offset below 2**64 (base 0 for a constant).

    Not sums alone have a constant: ``~x`` is ``-x - 1``, and a shifted sum may have one. Words at a constant distance have
    one base, as far as the rules show it.
    """
    base, offset = address, 0
    for _ in range(STEPS):
        terms, constant = sums.linear_form(base)
        rest = sums.linear([(c, term) for term, c in terms.items()], 0, 64)
        if rest is base:
            break
        base, offset = rest, offset + constant
    return base, offset & ((1 << 64) - 1)


def apart(address: Word, other: Word) -> int | None:
    """``address - other`` modulo 2**64, or None if it is not a constant."""
    difference = sums.sub(address, other)
    return difference.value if difference.is_const else None
