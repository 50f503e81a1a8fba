"""Instances of a form: each edge of each immediate, register 31 everywhere, equal registers, and random ones."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from random import Random

from semantics.assembler import Instruction
from semantics.operands.base import Fields
from semantics.operands.memory import PcLiteral
from semantics.row import Row
from semantics.sampling import NoInstance, draw_fields, instance
from verifier.conformance.forms import Form
from verifier.qemu import ARENA, CODE

INSTANCES = 40
"""Instances of a form, at most."""

_REGISTERS = frozenset({"d", "n", "m", "a", "t", "t2", "s", "vt", "vt2"})
_COMPLETIONS = 12  # random completions of a partial assignment before it is given up as invalid


def instances(form: Form, seed: int, count: int = INSTANCES) -> list[Instruction]:
    """At most ``count`` distinct instances, the same for the same seed. Raises NoInstance if there is none."""
    random = Random(f"{seed} {form.key}")
    found: dict[tuple[tuple[str, int], ...], Instruction] = {}
    for wanted in _wanted(form.row, random, count):
        fields = _completed(form, wanted, random)
        if fields is not None:
            made = instance(form.row, fields)
            found.setdefault(made.fields, made)
        if len(found) == count:
            break
    if not found:
        raise NoInstance(form.row)
    return list(found.values())


def _wanted(row: Row, random: Random, count: int) -> Iterator[Fields]:
    """Partial assignments: a few plain ones first, then the edges, then nothing in particular."""
    widths = {name: places[0][1] for name, places in row.encoding.fields.items() if name != "sf"}
    registers = [name for name, width in widths.items() if name in _REGISTERS and width in (4, 5)]
    literal = any(isinstance(kind, PcLiteral) for _, kind in row.placeholders)
    yield from ({}, {"imm19": (ARENA - CODE) // 4 + 5} if literal else {}, {})
    yield {name: 31 & ((1 << widths[name]) - 1) for name in registers}
    yield from ({name: 31} for name in registers if widths[name] == 5)
    yield {name: 7 for name in registers}
    yield from ({one: number, other: number} for one, other in combinations(registers, 2) for number in (random.randrange(16),))
    edges = [{name: value} for name, width in widths.items() if name not in registers for value in _edges(width)]
    if literal:
        near = (0, 1, 1022, 1023, 1024, 2047, 3056, *(random.randrange(3056) for _ in range(13)))
        yield from ({"imm19": (ARENA - CODE) // 4 + words} for words in near)
    random.shuffle(edges)  # where there are more than fit, each seed tries others
    yield from edges
    yield from ({} for _ in range(2 * count))


def _edges(width: int) -> list[int]:
    """0, 1, the largest values, the sign bit and what lies beside it; everything up to 3 bits."""
    size = 1 << width
    if size <= 8:
        return list(range(size))
    return sorted({0, 1, 2, size - 1, size - 2, size >> 1, (size >> 1) - 1})


def _completed(form: Form, wanted: Fields, random: Random) -> Fields | None:
    """Valid fields with these values among them, or None if none are found."""
    for _ in range(_COMPLETIONS if wanted else 4 * _COMPLETIONS):
        fields = draw_fields(form.row, random.randrange) | wanted
        if form.sf is not None:
            fields["sf"] = form.sf
        if form.row.valid(fields):
            return fields
    return None
