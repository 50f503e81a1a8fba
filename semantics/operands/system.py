"""Words of the instruction set as operands: fixed words, barrier options, prefetch operations. None has a value."""

from __future__ import annotations

from dataclasses import dataclass

from grammars.operands import Immediate, Name, Operand, Symbol
from semantics.operands.base import Fields, Kind, Matching


@dataclass(frozen=True, slots=True)
class Literal(Kind):
    """One fixed word, which has no field: the ``c`` of ``bti c``."""

    text: str

    @property
    def shape(self) -> str:
        return "n"

    def fields(self, name: str) -> tuple[str, ...]:
        return ()

    def match(self, name: str, matching: Matching) -> None:
        if matching.take(Name, self.text).text != self.text:
            raise matching.fail(f"expected {self.text}")

    def render(self, name: str, fields: Fields, symbol: Symbol | None) -> list[Operand]:
        return [Name(self.text)]


BARRIERS = {
    "oshld": 1, "oshst": 2, "osh": 3, "nshld": 5, "nshst": 6, "nsh": 7, "ishld": 9, "ishst": 10, "ish": 11, "ld": 13, "st": 14, "sy": 15,
}  # fmt: skip
BARRIER_NAMES = {number: name for name, number in BARRIERS.items()}


@dataclass(frozen=True, slots=True)
class Barrier(Kind):
    """The option of dmb and dsb: a word, or a number from 0 to 15."""

    @property
    def shape(self) -> str:
        return "n"

    def match(self, name: str, matching: Matching) -> None:
        if isinstance(matching.peek(), Immediate):
            value = matching.take(Immediate, "a barrier option").value
        else:
            value = BARRIERS.get(matching.take(Name, "a barrier option").text, -1)
        if not 0 <= value <= 15:
            raise matching.fail("not a barrier option")
        matching.put(name, value)

    def render(self, name: str, fields: Fields, symbol: Symbol | None) -> list[Operand]:
        number = fields[name]
        return [Name(BARRIER_NAMES[number]) if number in BARRIER_NAMES else Immediate(number)]


@dataclass(frozen=True, slots=True)
class OptionalBarrier(Kind):
    """The option of isb and clrex: left out for 15, the only one in use."""

    @property
    def shape(self) -> str:
        return ""

    def match(self, name: str, matching: Matching) -> None:
        if matching.peek() is None:
            matching.put(name, 15)
            return
        if isinstance(matching.peek(), Name):
            Literal("sy").match(name, matching)
            matching.put(name, 15)
            return
        value = matching.take(Immediate, "a number").value
        if not 0 <= value <= 15:
            raise matching.fail(f"immediate {value} is out of range 0 to 15", close=True)
        matching.put(name, value)

    def render(self, name: str, fields: Fields, symbol: Symbol | None) -> list[Operand]:
        return [] if fields[name] == 15 else [Immediate(fields[name])]


PREFETCHES = {
    f"{kind}{level}{policy}": number << 3 | depth << 1 | streaming
    for number, kind in enumerate(("pld", "pli", "pst"))
    for depth, level in enumerate(("l1", "l2", "l3", "slc"))
    for streaming, policy in enumerate(("keep", "strm"))
}
PREFETCH_NAMES = {number: name for name, number in PREFETCHES.items()}


@dataclass(frozen=True, slots=True)
class Prefetch(Kind):
    """The operation of prfm: a word such as ``pldl1keep``, or a number from 0 to 31."""

    @property
    def shape(self) -> str:
        return "n"

    def match(self, name: str, matching: Matching) -> None:
        if isinstance(matching.peek(), Immediate):
            value = matching.take(Immediate, "a prefetch operation").value
        else:
            value = PREFETCHES.get(matching.take(Name, "a prefetch operation").text, -1)
        if not 0 <= value <= 31:
            raise matching.fail("not a prefetch operation")
        matching.put(name, value)

    def render(self, name: str, fields: Fields, symbol: Symbol | None) -> list[Operand]:
        number = fields[name]
        return [Name(PREFETCH_NAMES[number]) if number in PREFETCH_NAMES else Immediate(number)]
