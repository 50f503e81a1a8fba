"""One straight-line block out of a listing, or a clear refusal.

Labels may stand in front of the first instruction and behind the last, a branch only at the end. Around the block a file
may hold what compilers write: symbol attributes, unwind tables, other sections with data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from grammars.errors import GrammarError, SourceError
from grammars.listing import Listing, decode_listing, parse_listing
from grammars.operands import Memory, Operation, Symbol
from grammars.statements import Directive, Instruction, LabelDef, Position, Statement
from semantics.assembler import Instruction as Meaning
from semantics.assembler import assemble
from semantics.block import MAX_INSTRUCTIONS
from semantics.canonical import map_operation
from semantics.errors import EncodingError, SemanticsError
from semantics.items import Opaque, ends_block, item_of
from semantics.layout import Effect, effect_of

MAX_LINES = 20_000  # of a text that is to hold one block

_ASSIGNMENTS = frozenset([".set", ".equ", ".equiv", ".eqv", "=", ".weakref"])
_RETURNING = frozenset([".popsection", ".previous", ".subsection"])  # these may lead back to the block's own section
_LOCAL = re.compile(r"(\d+)([bf])")


class NotOneBlock(SemanticsError):
    """Code that cannot be judged as one block: where, and what stands in the way."""

    def __init__(self, source: str, place: Position | None, reason: str) -> None:
        super().__init__(f"{source}:{place.line}:{place.column}: {reason}" if place is not None else f"{source}: {reason}")
        self.source = source
        self.place = place
        self.reason = reason


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """The block of one file.

    Attributes:
        operations: what is written, in order.
        instructions: the same with their meanings; empty where ``unsupported`` says why one has none.
        symbols: where the file puts the symbols that it defines: ``start``, ``end``, ``data`` or an assignment's text.
        data: the directives of its data sections, as text.
    """

    source: str
    operations: tuple[Operation, ...]
    instructions: tuple[Meaning, ...]
    unsupported: str | None
    symbols: Mapping[str, str]
    data: tuple[str, ...]


def block_in(data: bytes, source: str) -> CodeBlock:
    """Read the one block in a file's bytes. Raises GrammarError and SourceError for bad input, NotOneBlock."""
    if data.count(b"\n") > MAX_LINES:
        raise NotOneBlock(source, None, f"more than {MAX_LINES} lines; one block has at most {MAX_INSTRUCTIONS} instructions")
    return block_of(parse_listing(decode_listing(data, source), source))


def block_of(listing: Listing) -> CodeBlock:
    """The one block of a listing. Raises GrammarError, SourceError and NotOneBlock."""
    statements = listing.statements
    places = [i for i, statement in enumerate(statements) if isinstance(statement, Instruction)]
    if not places:
        raise SourceError(listing.source, "no instructions")
    _check_directives(listing)
    _check_inside(listing, places)
    if len(places) > MAX_INSTRUCTIONS:
        raise NotOneBlock(listing.source, None, f"{len(places)} instructions in one block, the limit is {MAX_INSTRUCTIONS}")
    instructions, unsupported = list[Meaning](), None
    for i in places:
        statement = statements[i]
        assert isinstance(statement, Instruction)
        try:
            instructions.append(_meaning(listing, statement))
        except NotOneBlock as error:
            unsupported = unsupported or str(error)
    _check_exits(listing, places)
    symbols, data = _surroundings(listing, places[0], places[-1])
    operations = tuple(s.operation for s in statements if isinstance(s, Instruction))
    return CodeBlock(listing.source, operations, tuple(instructions) if unsupported is None else (), unsupported, symbols, data)


def check_instructions(listing: Listing) -> None:
    """Look at every instruction of a text that need not be one block. Raises GrammarError for what is none, SourceError."""
    found = [statement for statement in listing.statements if isinstance(statement, Instruction)]
    if not found:
        raise SourceError(listing.source, "no instructions")
    for statement in found:
        try:
            _meaning(listing, statement)
        except NotOneBlock:
            continue


# --- structure ----------------------------------------------------------------------------------


def _check_directives(listing: Listing) -> None:
    for statement in listing.statements:
        if isinstance(statement, Directive):
            effect = effect_of(statement)
            if effect in (Effect.HIDDEN, Effect.CONDITION) or statement.name == ".tlsdesccall":
                raise NotOneBlock(listing.source, statement.position, f"what {statement.name} stands for is not known here")


def _check_inside(listing: Listing, places: Sequence[int]) -> None:
    """Between the first instruction and the last: no label, no data, no other section."""
    for statement in listing.statements[places[0] : places[-1]]:
        if isinstance(statement, LabelDef):
            reason = f"the label {statement.name} starts a second block; one block is judged at a time"
            raise NotOneBlock(listing.source, statement.position, reason)
        if isinstance(statement, Directive) and effect_of(statement) in (Effect.SECTION, Effect.DATA, Effect.BOUNDARY):
            raise NotOneBlock(listing.source, statement.position, f"{statement.name} stands between the instructions of the block")


def _check_exits(listing: Listing, places: Sequence[int]) -> None:
    for i in places[:-1]:
        statement = listing.statements[i]
        assert isinstance(statement, Instruction)
        if ends_block(item_of(statement.operation)):
            text = f"{statement.operation.mnemonic} ends a block, and more instructions follow; one block is judged at a time"
            raise NotOneBlock(listing.source, statement.position, text)


def _surroundings(listing: Listing, first: int, last: int) -> tuple[dict[str, str], tuple[str, ...]]:
    """Where symbols are, and the data of the file. Raises NotOneBlock where bytes stand next to the block's code."""
    statements = listing.statements
    sections = list(_sections(statements))
    home = sections[first]
    symbols, data = dict[str, str](), list[str]()
    for i, statement in enumerate(statements):
        away = sections[i] != home and sections[i] not in _RETURNING
        if isinstance(statement, Directive):
            effect = effect_of(statement)
            if statement.name in _ASSIGNMENTS:
                name, _, value = statement.arguments.partition("=" if statement.name == "=" else ",")
                symbols[name.strip()] = f"= {value.strip()}"
            elif effect is Effect.DATA and statement.name != ".end":
                if not away and not _apart(statements, i, first, last):
                    raise NotOneBlock(listing.source, statement.position, f"{statement.name} may be part of the block")
                data.append(f"{statement.name} {statement.arguments}")
        elif isinstance(statement, LabelDef):
            place = "data" if away or _beyond_data(statements, i, first, last) else "start" if i < first else "end"
            symbols[_reference(statement.name, i < first)] = place
            if away:
                data.append(f"{statement.name}:")
    return symbols, tuple(data)


def _reference(name: str, before: bool) -> str:
    """How the block refers to a label in front of it or behind it."""
    return name + ("b" if before else "f") if name.isdecimal() else name


def _apart(statements: Sequence[Statement], data: int, first: int, last: int) -> bool:
    """Whether a label stands between bytes and the block behind them, or control never gets from it to bytes behind it."""
    if data < first:
        return any(isinstance(statement, LabelDef) for statement in statements[data:first])
    leaving = statements[last]
    return isinstance(leaving, Instruction) and leaving.operation.mnemonic in ("b", "br", "ret")


def _beyond_data(statements: Sequence[Statement], label: int, first: int, last: int) -> bool:
    between = statements[label:first] if label < first else statements[last:label]
    return any(isinstance(s, Directive) and effect_of(s) is Effect.DATA for s in between)


def _sections(statements: Sequence[Statement]) -> Iterator[str]:
    """The section of each statement, by name; what only GNU as's stack of sections knows has a name of its own."""
    section = ".text"
    for statement in statements:
        if isinstance(statement, Directive) and effect_of(statement) is Effect.SECTION:
            section = statement.arguments.partition(",")[0].strip().strip('"') if statement.name == ".section" else statement.name
        yield section


# --- instructions -------------------------------------------------------------------------------


def _meaning(listing: Listing, statement: Instruction) -> Meaning:
    """The instruction; GrammarError at its place if there is none such, NotOneBlock if it has no meaning here."""
    operation = statement.operation
    try:
        found = assemble(operation)
    except EncodingError as error:
        column = statement.position.column + operand_offset(listing.text[slice(*statement.span)], operation, error.operand)
        raise GrammarError(listing.source, statement.position.line, column, error.message) from None
    except SemanticsError as error:
        raise NotOneBlock(listing.source, statement.position, str(error)) from None
    item = item_of(operation)
    if isinstance(item, Opaque):
        reason = item.reason if item.reason.startswith(operation.mnemonic) else f"{operation.mnemonic}: {item.reason}"
        raise NotOneBlock(listing.source, statement.position, reason)
    return found


def operand_offset(text: str, operation: Operation, operand: int | None) -> int:
    """Where an operand starts in the text of its instruction; 0 if that cannot be told."""
    if operand is None or not 0 <= operand < len(operation.operands):
        return 0
    starts = list(_pieces(text))
    # A post-indexed address is one operand of two pieces.
    piece = operand + sum(isinstance(o, Memory) and o.mode == "post" for o in operation.operands[:operand])
    return starts[piece] if piece < len(starts) else 0


def _pieces(text: str) -> Iterator[int]:
    """Offsets of the texts between the commas that stand outside of brackets."""
    head = re.match(r"\S+\s*", text)
    start, depth = (head.end() if head else 0), 0
    yield start
    for offset in range(start, len(text)):
        character = text[offset]
        depth += (character in "[{(") - (character in "]})")
        if character == "," and depth == 0:
            rest = text[offset + 1 :]
            yield offset + 1 + len(rest) - len(rest.lstrip())


# --- two blocks side by side --------------------------------------------------------------------


def conflict(original: CodeBlock, candidate: CodeBlock) -> str | None:
    """Why names of the two files cannot be compared: a symbol that both use stands for different things; or None."""
    for name in sorted({*_names(original.operations), *_names(candidate.operations)}):
        left, right = original.symbols.get(name), candidate.symbols.get(name)
        if left is None or right is None:
            continue
        if left != right:
            return f"{name} is not the same in both files: {left} in {original.source}, {right} in {candidate.source}"
        if left == "data" and original.data != candidate.data:
            return f"{name} is data, and the files do not hold the same data"
    return None


def _names(operations: Sequence[Operation]) -> Iterator[str]:
    for operation in operations:
        for operand in operation.operands:
            inner = operand.offset if isinstance(operand, Memory) else operand
            if isinstance(inner, Symbol):
                yield inner.name


def aligned(original: CodeBlock, candidate: CodeBlock) -> tuple[Operation, ...]:
    """The candidate's operations, its own labels at the start and end renamed to the original's."""
    new = dict[str, str]()
    for place in ("start", "end"):
        old = next((name for name, where in original.symbols.items() if where == place and not _LOCAL.fullmatch(name)), None)
        own = (name for name, where in candidate.symbols.items() if where == place and not _LOCAL.fullmatch(name))
        new |= {name: old for name in own if old is not None and name not in original.symbols}
    used = set(_names(original.operations))
    if not new or used & new.keys():
        return candidate.operations

    def renamed(symbol: Symbol) -> Symbol:
        return Symbol(new.get(symbol.name, symbol.name), symbol.specifier, symbol.addend)

    return tuple(map_operation(operation, lambda location: location, renamed) for operation in candidate.operations)
