"""The functions of a listing as control-flow graphs over instructions.

Points are numbers: point i is the place before instruction i, and point ``len(lines)`` is the end. Whatever is not known for
certain (hidden code, computed jumps, labels whose address is taken) makes the text no function: nothing is approximated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from grammars.listing import Listing
from grammars.operands import Symbol
from grammars.statements import Directive, LabelDef, Position, Statement
from grammars.statements import Instruction as Written
from semantics.assembler import Instruction, assemble
from semantics.block import MAX_INSTRUCTIONS, effects
from semantics.errors import SemanticsError
from semantics.items import Opaque, item_of
from semantics.layout import Effect, Place, Symbols, effect_of, is_assignment, is_string, sections_of, symbols_of
from semantics.words import Word
from verifier.functions.errors import NotAFunction
from verifier.functions.events import Event, call, ordered_event

_WORD = re.compile(r"[\w.$]+")

SELF = "<itself>"
"""What a function calls itself, whatever its name."""


@dataclass(frozen=True, slots=True)
class Line:
    """One instruction of a function.

    ``target`` is where a direct branch goes: a point, or the name of a place elsewhere; None for anything else.
    """

    instruction: Instruction
    place: Position
    event: Event | None
    target: int | str | None


@dataclass(frozen=True, slots=True)
class Function:
    """A piece of code entered at point 0.

    Attributes:
        name: its symbol, or None for code without one.
        source: the text it is from.
        lines: its instructions.
        labels: the names of points, for people.
        following: what stands behind the end: the name of a function, "" for the end of the text, None for something else.
        siblings: the names of all functions in the text.
        references: symbols whose addresses are used, each with where the text puts it ("" for elsewhere).
        entries: every name by which others reach its first instruction.
    """

    name: str | None
    source: str
    lines: tuple[Line, ...]
    labels: Mapping[int, str]
    following: str | None
    siblings: frozenset[str]
    references: Mapping[str, str]
    entries: frozenset[str] = frozenset()

    def successors(self, point: int) -> tuple[int, ...]:
        """The points that control may go to from a point, within the function."""
        if point >= len(self.lines):
            return ()
        line = self.lines[point]
        leave = None if line.event is not None else effects(line.instruction).exit
        if leave is None:
            return (point + 1,)
        there = (line.target,) if isinstance(line.target, int) else ()
        return there if leave.condition is None else tuple(dict.fromkeys((*there, point + 1)))

    def ends(self) -> bool:
        """Whether control may run off behind the last instruction, as far as the branches show."""
        seen, pending = {0}, [0]
        while pending:
            fresh = set(self.successors(pending.pop())) - seen
            seen |= fresh
            pending += fresh
        return len(self.lines) in seen

    def describe(self, point: int) -> str:
        """A point for people: its label and line."""
        if point >= len(self.lines):
            return "the end"
        label, line = self.labels.get(point), self.lines[point].place.line
        return f"{label} (line {line})" if label else f"line {line}"


@dataclass(frozen=True, slots=True)
class Region:
    """The statements of one function: from its label to the next function's."""

    name: str | None
    start: int
    stop: int
    instructions: tuple[int, ...]


def functions_of(listing: Listing) -> tuple[Function, ...]:
    """The functions of a listing, in order. Raises NotAFunction where something is not known for certain."""
    statements = listing.statements
    symbols = symbols_of(statements)
    _check_directives(listing, symbols)
    regions = list(_regions(statements, symbols))
    if not regions:
        raise NotAFunction(listing.source, None, "no instructions")
    return tuple(_Reader(listing, symbols, regions, number).read() for number in range(len(regions)))


def data_of(listing: Listing) -> tuple[str, ...]:
    """What a listing holds besides code, as text: what symbols of data stand for."""
    found = list[str]()
    for index, statement in enumerate(listing.statements):
        if isinstance(statement, LabelDef):
            if not _before_code(listing.statements, index):
                found.append(f"{statement.name}:")
        elif isinstance(statement, Directive) and (_lays_out(listing.statements, index) or is_assignment(statement)):
            found.append(f"{statement.name} {statement.arguments}")
    return tuple(found)


def _lays_out(statements: Sequence[Statement], index: int) -> bool:
    """Whether a directive is data, or aligns or moves the data behind it."""
    statement = statements[index]
    effect = effect_of(statement) if isinstance(statement, Directive) else Effect.NONE
    return effect is Effect.DATA or (effect in (Effect.BOUNDARY, Effect.SECTION) and not _before_code(statements, index + 1))


def _before_code(statements: Sequence[Statement], label: int) -> bool:
    """Whether what comes next behind a label is an instruction, or the end."""
    for statement in statements[label:]:
        if isinstance(statement, Written):
            return True
        if isinstance(statement, Directive) and effect_of(statement) in (Effect.SECTION, Effect.DATA):
            return False
    return True


def _check_directives(listing: Listing, symbols: Symbols) -> None:
    sections = sections_of(listing.statements)[1]
    for statement, section in zip(listing.statements, sections, strict=True):
        if not isinstance(statement, Directive):
            continue
        effect = effect_of(statement)
        if effect in (Effect.HIDDEN, Effect.CONDITION) or statement.name in (".tlsdesccall", "#define"):
            raise NotAFunction(listing.source, statement.position, f"what {statement.name} stands for is not known here")
        if statement.name == ".cfi_lsda":
            raise NotAFunction(listing.source, statement.position, "calls may come back in handlers of exceptions")
        if effect is Effect.DATA and not is_string(statement) and not section.startswith(".debug"):
            for name in sorted(set(_WORD.findall(statement.arguments)) & symbols.labels.keys()):
                if any(_before_code(listing.statements, index) for index in symbols.labels[name]) and name not in symbols.functions:
                    raise NotAFunction(listing.source, statement.position, f"the address of {name}, a place in the code, is taken")


def _regions(statements: Sequence[Statement], symbols: Symbols) -> Iterator[Region]:
    known = symbols.exported | symbols.functions
    name, start, inside = None, 0, list[int]()
    for index, statement in enumerate(statements):
        if isinstance(statement, Written):
            inside.append(index)
        elif isinstance(statement, LabelDef) and statement.name in known:
            if inside:
                yield Region(name, start, index, tuple(inside))
                name, start, inside = statement.name, index, []
            elif name is None:
                name, start = statement.name, index
    if inside:
        yield Region(name, start, len(statements), tuple(inside))


class _Reader:
    """Reads one function of a listing."""

    def __init__(self, listing: Listing, symbols: Symbols, regions: Sequence[Region], number: int) -> None:
        self.listing, self.symbols, self.regions = listing, symbols, regions
        self.number, self.region = number, regions[number]
        self.statements = listing.statements
        self.points = {index: point for point, index in enumerate(self.region.instructions)}
        self.references: dict[str, str] = {}

    def read(self) -> Function:
        """The function."""
        region = self.region
        if len(region.instructions) > MAX_INSTRUCTIONS:
            raise self.refuse(None, f"{len(region.instructions)} instructions in one function, the limit is {MAX_INSTRUCTIONS}")
        self.check_between()
        lines = tuple(self.line(index) for index in region.instructions)
        siblings = frozenset(name for other in self.regions if (name := other.name) is not None)
        following, entries = self.following(), self.entries()
        return Function(region.name, self.listing.source, lines, self.labels(), following, siblings, self.references, entries)

    def entries(self) -> frozenset[str]:
        """The names by which others reach the function; one that leads to another place in code is refused."""
        known = self.symbols.exported | self.symbols.functions
        first = self.region.instructions[0]
        own = {s.name for s in self.statements[self.region.start : first] if isinstance(s, LabelDef) and s.name in known}
        for name in sorted(known & self.symbols.assigned.keys()):
            found = self.symbols.find(name, len(self.statements))
            if isinstance(found, int) and not _before_code(self.statements, found):
                continue
            entered = [region for region in self.regions if isinstance(found, int) and region.start <= found <= region.instructions[0]]
            if not entered:
                raise self.refuse(None, f"{name} is another name for a place that is not where a function of the text starts")
            own |= {name} if entered[0] is self.region else set()
        return frozenset(own)

    def refuse(self, place: Position | None, reason: str) -> NotAFunction:
        return NotAFunction(self.listing.source, place, reason)

    def check_between(self) -> None:
        first, last = self.region.instructions[0], self.region.instructions[-1]
        for statement in self.statements[self.region.start if self.region.name is not None else first : last]:
            if isinstance(statement, Directive) and effect_of(statement) in (Effect.SECTION, Effect.DATA):
                raise self.refuse(statement.position, f"{statement.name} stands between the instructions of the function")
        for statement in reversed(self.statements[:first] if self.region.name is None else ()):
            effect = effect_of(statement) if isinstance(statement, Directive) else Effect.NONE
            if effect is Effect.DATA:
                raise self.refuse(statement.position, "bytes stand in front of the first instruction, and may be part of the code")
            if isinstance(statement, LabelDef) or effect is Effect.SECTION:
                return

    def labels(self) -> dict[int, str]:
        found = dict[int, str]()
        for index in range(self.region.start, self.region.stop):
            statement = self.statements[index]
            if isinstance(statement, LabelDef) and (point := self.point_of(index)) is not None:
                found[point] = found[point] if point in found and not found[point].startswith(".LF") else statement.name
        return found

    def point_of(self, label: int) -> int | None:
        """The point that the label statement names; None if bytes or a section stand between it and the code."""
        if not self.region.start <= label < self.region.stop:
            return None
        for index in range(label, self.region.stop):
            statement = self.statements[index]
            if isinstance(statement, Written):
                return self.points[index]
            if isinstance(statement, Directive) and effect_of(statement) in (Effect.SECTION, Effect.DATA):
                return None
        return len(self.points) if self.number == len(self.regions) - 1 else None

    def following(self) -> str | None:
        """What control runs into behind the last instruction."""
        last = self.number == len(self.regions) - 1
        if last and self.data_behind():
            return None
        for statement in self.statements[self.region.instructions[-1] : self.region.stop]:
            effect = effect_of(statement) if isinstance(statement, Directive) else Effect.NONE
            if effect is Effect.DATA and isinstance(statement, Directive) and statement.name != ".end":
                return None
            if effect is Effect.SECTION:
                return "" if last else None
        return "" if last else self.regions[self.number + 1].name

    def data_behind(self) -> bool:
        """Whether bytes follow the last instruction in its section, perhaps after others."""
        at, sections = self.region.instructions[-1], sections_of(self.statements)[1]
        behind = (s for s, section in zip(self.statements[at:], sections[at:], strict=True) if section == sections[at])
        return any(isinstance(s, Directive) and effect_of(s) is Effect.DATA and s.name != ".end" for s in behind)

    # --- instructions ---------------------------------------------------------------------------

    def line(self, index: int) -> Line:
        statement = self.statements[index]
        assert isinstance(statement, Written)
        item = item_of(statement.operation)
        try:
            instruction = assemble(statement.operation)
        except SemanticsError as error:
            raise self.refuse(statement.position, str(error)) from None
        if isinstance(item, Opaque):
            event = None if item.may_branch or instruction.symbol is not None else ordered_event(item, instruction)
            if event is None or not (instruction.row.ordered or item.effects is not None):
                raise self.refuse(statement.position, f"{statement.operation.mnemonic}: {item.reason}")
            return Line(instruction, statement.position, event, None)
        return self.plain(index, instruction, statement.position)

    def plain(self, index: int, instruction: Instruction, place: Position) -> Line:
        leave = effects(instruction).exit
        if leave is None:
            if instruction.symbol is not None:
                self.refer(index, instruction.symbol, place)
            return Line(instruction, place, None, None)
        if isinstance(leave.target, int):
            raise self.refuse(place, f"{instruction.text}: a place counted from an instruction")
        if isinstance(leave.target, Word):
            if leave.kind == "jump":
                raise self.refuse(place, f"{instruction.text}: where a computed jump goes is not known")
            return Line(instruction, place, call(instruction, None) if leave.kind == "call" else None, None)
        target = self.target(index, leave.target, place)
        if leave.kind != "call":
            return Line(instruction, place, None, target)
        if isinstance(target, int) and target != 0:
            raise self.refuse(place, f"{instruction.text}: a call into the middle of the function")
        return Line(instruction, place, call(instruction, SELF if isinstance(target, int) else target), None)

    def target(self, index: int, symbol: Symbol, place: Position) -> int | str:
        """Where a branch goes: a point of this function, or another place by name."""
        if symbol.addend or symbol.specifier is not None:
            raise self.refuse(place, f"{symbol.name}{symbol.addend:+}: a place counted from a label")
        if symbol.name == ".":
            return self.points[index]
        found = self.symbols.find(symbol.name, index)
        if isinstance(found, int):
            point = self.point_of(found)
            if point is not None:
                return point
            owner = self.entered(found)
            if owner is None:
                raise self.refuse(place, f"{symbol.name} is not a place in this function")
            return owner
        known = symbol.name in self.symbols.labels or symbol.name[:1].isdecimal()
        if symbol.name in self.symbols.assigned or (found is Place.UNKNOWN and known):
            raise self.refuse(place, f"where {symbol.name} is cannot be told")
        return symbol.name

    def entered(self, label: int) -> str | None:
        """The name of the function whose first instruction the label names."""
        for region in self.regions:
            if region.name is not None and region.start <= label <= region.instructions[0]:
                return region.name
        return None

    def refer(self, index: int, symbol: Symbol, place: Position) -> None:
        """An address is used: of data, or of something elsewhere, but not of a place in the code."""
        name = symbol.name
        found = self.symbols.find(name, index) if name != "." else Place.UNKNOWN
        if isinstance(found, int):
            if name[:1].isdecimal() or _before_code(self.statements, found):
                raise self.refuse(place, f"the address of {name}, a place in the code, is taken")
            self.references[name] = "data"
        elif name == "." or (name[:1].isdecimal() and name[-1:] in "bf"):
            raise self.refuse(place, f"the address of {name}, a place in the code, is taken")
        else:
            known = name in self.symbols.labels or name in self.symbols.assigned
            self.references[name] = "data" if known else ""
