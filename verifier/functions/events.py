"""Events: calls and ordered instructions, at which two functions must do the same thing in the same state.

An event may change memory in any way, and whatever it writes to registers is unknown, but the same on both sides, since
what it read was the same. Where reads and writes are not known, they are everything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from semantics.assembler import Instruction
from semantics.items import Item, Opaque
from semantics.locations import WIDTHS
from semantics.row import Row

type Role = tuple[tuple[str, ...], tuple[str, ...]]

_ROLES: tuple[tuple[str, Role], ...] = (
    (r"ld(a|la|ap|x|ax)r[bh]?", (("n",), ("t",))),
    (r"ldapur(s?[bh]|sw)?", (("n",), ("t",))),
    (r"stl(l|u)?r[bh]?", (("n", "t"), ())),
    (r"st(l)?xr[bh]?", (("n", "t"), ("s",))),
    (r"ld(a)?xp", (("n",), ("t", "t2"))),
    (r"st(l)?xp", (("n", "t", "t2"), ("s",))),
    (r"cas(a|al|l)?[bh]?", (("n", "t", "s"), ("s",))),
    (r"(ld(add|clr|eor|set|smax|smin|umax|umin)|swp)(a|al|l)?[bh]?", (("n", "s"), ("t",))),
)
"""Mnemonics of single-copy atomic accesses, with the register fields that they read and write (Arm ARM C6.2)."""

_FLOATING_STATE = ("fpcr", "fpsr", "fpmr")


@dataclass(frozen=True, slots=True)
class Event:
    """What happens at an event.

    Attributes:
        kind: ``call`` or ``ordered``.
        reads: locations with the low bits that matter, in the order of the operands; None for everything.
        writes: locations overwritten, in the order of the operands; None for everything.
        shape: what else must be the same on both sides.
    """

    kind: Literal["call", "ordered"]
    reads: tuple[tuple[str, int], ...] | None
    writes: tuple[str, ...] | None
    shape: tuple[object, ...]


def call(instruction: Instruction, target: str | None) -> Event:
    """A call: of the code called ``target``, or through a register."""
    register = dict(instruction.fields).get("n")
    return Event("call", None, None, ("bl", target) if target is not None else ("blr", register))


def ordered_event(item: Item, instruction: Instruction) -> Event | None:
    """The event that an ordered, barrier or system instruction is; None if its effects on later code are not modelled."""
    row, fields = instruction.row, dict(instruction.fields)
    if any(word in row.template for word in _FLOATING_STATE):
        return None
    role = next((role for pattern, role in _ROLES if re.fullmatch(pattern, row.mnemonic)), None)
    if role is not None:
        widths = _register_widths(row)
        if widths.keys() >= ({*role[0], *role[1]} - {"n"}):
            return _atomic(row, fields, role, widths)
    if isinstance(item, Opaque) and item.effects is not None:
        reads = tuple((location, WIDTHS[location]) for location in sorted(item.effects.reads & set(WIDTHS)))
        return Event("ordered", reads, tuple(sorted(item.effects.writes & set(WIDTHS))), (row.name, instruction.fields))
    return Event("ordered", None, None, (row.name, instruction.fields))


def _register_widths(row: Row) -> dict[str, int]:
    """The placeholders that are general registers, with their widths."""
    found = re.findall(r"\{(\w+):([WX])\}", row.template)
    return {name: 32 if kind == "W" else 64 for name, kind in found}


def _atomic(row: Row, fields: dict[str, int], role: Role, widths: dict[str, int]) -> Event:
    """Registers may differ between the two sides as long as their values agree; register 31 stands for itself."""
    read, written = role
    base = "sp" if fields["n"] == 31 else f"x{fields['n']}"
    reads = [(base, 64), *((f"x{fields[name]}", widths[name]) for name in read if name != "n" and fields[name] != 31)]
    writes = [f"x{fields[name]}" for name in written if fields[name] != 31]
    registers = {"n", *widths}
    rest = tuple((name, value) for name, value in fields.items() if name not in registers)
    zeros = tuple(name for name in sorted(registers) if fields.get(name) == 31)
    same = tuple(fields[name] == fields[other] for name in written for other in written)
    return Event("ordered", tuple(reads), tuple(writes), (row.name, rest, zeros, same))
