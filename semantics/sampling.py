"""Instances of a row: valid field values, drawn so that register 31, equal registers and edge immediates are common.

Everything is drawn through a ``Choose``, a function from n to a number below n. ``random.Random(seed).randrange`` is
one; ``lambda n: draw(integers(0, n - 1))`` makes a Hypothesis strategy, which then shrinks towards register 0.
"""

from __future__ import annotations

from collections.abc import Callable

from semantics.assembler import Instruction
from semantics.errors import SemanticsError
from semantics.operands.base import Fields
from semantics.row import Row

type Choose = Callable[[int], int]

TRIES = 1000  # draws before a row is said to have no valid fields; one draw in 30 is valid at worst


class NoInstance(SemanticsError):
    """No valid fields were found for a row."""

    def __init__(self, row: Row) -> None:
        super().__init__(f"{row.template}: no valid fields in {TRIES} draws")
        self.row = row


def draw_fields(row: Row, choose: Choose) -> Fields:
    """Valid values for all encoding fields of ``row``; raises NoInstance."""
    for _ in range(TRIES):
        fields: Fields = {}
        for name, places in row.encoding.fields.items():
            fields[name] = _draw(places[0][1], [fields[other] for other in fields], choose)
        if row.valid(fields):
            return fields
    raise NoInstance(row)


def draw_instruction(row: Row, choose: Choose) -> Instruction:
    """An instance of ``row`` without relocated operands; raises NoInstance."""
    return instance(row, draw_fields(row, choose))


def instance(row: Row, fields: Fields) -> Instruction:
    """The instruction with these fields, as ``assemble`` and ``decode`` give it."""
    return Instruction(row, tuple((name, fields[name]) for name in row.encoding.fields))


def samples(row: Row, choose: Choose, count: int) -> list[Instruction]:
    """At most ``count`` distinct instances of ``row``, first one with every field at 0 or 31 where that is valid."""
    found: dict[tuple[tuple[str, int], ...], Instruction] = {}
    for corner in (0, 31, -1):
        fields = {name: corner & ((1 << places[0][1]) - 1) for name, places in row.encoding.fields.items()}
        if row.valid(fields):
            made = instance(row, fields)
            found[made.fields] = made
    for _ in range(20 * count):
        if len(found) >= count:
            break
        made = draw_instruction(row, choose)
        found[made.fields] = made
    return list(found.values())[:count]


def _draw(width: int, earlier: list[int], choose: Choose) -> int:
    """A value of ``width`` bits: anything, an edge, a power of two, or the value of another field."""
    size = 1 << width
    match choose(6):
        case 1:
            return (0, size - 1, size >> 1, (size >> 1) - 1)[choose(4)] & (size - 1)
        case 2:
            return 1 << choose(width)
        case 3 if earlier:
            return earlier[choose(len(earlier))] & (size - 1)
        case _:
            return choose(size)
