"""Why an operation is no instruction: the best explanation over all rows and aliases that nearly fit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from grammars.operands import Memory, Modifier, Name, Operand, Operation, Symbol
from grammars.printing import format_operand, format_operation
from semantics import aliases
from semantics.errors import EncodingError, UnsupportedInstruction
from semantics.mnemonics import ALSO_GENERAL, exists
from semantics.operands.base import Mismatch, shape_of
from semantics.row import Row

_WORD = re.compile(r"[a-z][a-z0-9_]*")
_SCALABLE = re.compile(r"(z|p|pn|za|zt)\d")
_REGISTER_LIKE = re.compile(r"[a-z]\d{1,2}")
_TAKES_LABELS = re.compile(r"b|bl|b\..*|b\w\w|cbn?z|tbn?z|adrp?|ldr|ldrsw|prfm|bc\..*")

EXPECTED = "expected "
FOUND = ", found "

type Rank = tuple[bool, int, bool]


def explain(operation: Operation, candidates: Sequence[tuple[Operation, Sequence[Row]]]) -> EncodingError | UnsupportedInstruction:
    """The error to raise for an operation that no row matches.

    ``candidates`` are the operation and its expansions, each with the rows of its mnemonic.
    """
    beyond = _beyond(operation)
    if beyond is not None:
        return UnsupportedInstruction(format_operation(operation), beyond)
    found = list(_mismatches(operation, candidates))
    if found:
        best = max(rank for rank, _ in found)
        return _combined(operation.mnemonic, [mismatch for rank, mismatch in found if rank == best])
    if exists(operation.mnemonic):
        return UnsupportedInstruction(format_operation(operation), "this instruction is not modelled")
    if operation.mnemonic in aliases.mnemonics():
        return EncodingError(f"{operation.mnemonic}: no form takes these operands", 0 if operation.operands else None)
    return EncodingError(f"unknown instruction {operation.mnemonic!r}")


def _combined(mnemonic: str, equals: Sequence[Mismatch]) -> EncodingError:
    """One message of equally good explanations: what else could stand there, or the first."""
    messages = list(dict.fromkeys(mismatch.message for mismatch in equals))
    operand = equals[0].operand
    if len(messages) == 1 or not all(message.startswith(EXPECTED) for message in messages):
        return EncodingError(f"{mnemonic}: {messages[0]}", operand)
    parts = [message.removeprefix(EXPECTED).partition(FOUND) for message in messages]
    wanted, found = dict.fromkeys(part[0] for part in parts), {part[1] + part[2] for part in parts}
    ending = found.pop() if len(found) == 1 else ""
    return EncodingError(f"{mnemonic}: {EXPECTED}{_listed([*wanted])}{ending}", operand)


def _listed(wanted: Sequence[str]) -> str:
    """``arrangement .8b, .16b, .4h``: alternatives of which those that begin alike are put together."""
    groups: dict[str, list[str]] = {}
    for text in wanted:
        start, _, end = text.rpartition(" ")
        groups.setdefault(start, []).append(end)
    return " or ".join(f"{start} {', '.join(ends)}".strip() for start, ends in groups.items())


def _mismatches(operation: Operation, candidates: Sequence[tuple[Operation, Sequence[Row]]]) -> Iterator[tuple[Rank, Mismatch]]:
    for candidate, rows in candidates:
        shape = _shape(candidate.operands)
        for row in rows:
            try:
                row.match(candidate.operands)
            except Mismatch as mismatch:
                place = _place(mismatch.operand, candidate.operands, operation.operands)
                yield (row.shape == shape, mismatch.operand, mismatch.close), Mismatch(mismatch.message, place, mismatch.close)
    for mismatch in aliases.refusals(operation):
        yield (mismatch.close, mismatch.operand, mismatch.close), mismatch


def _shape(operands: Sequence[Operand]) -> str:
    return "".join(shape_of(operand) for operand in operands if not isinstance(operand, Modifier))


def _place(index: int, expanded: Sequence[Operand], written: Sequence[Operand]) -> int:
    """Where the operand at ``index`` of an expansion was written: the same object, else the same distance from the end."""
    near = index - (len(expanded) - len(written))
    if index >= len(expanded):
        return len(written)
    for place in (near, index, *range(len(written))):
        if 0 <= place < len(written) and written[place] is expanded[index]:
            return place
    return min(max(near, 0), len(written) - 1)


def _beyond(operation: Operation) -> str | None:
    """Why the operation may well be one, but not one that is modelled; None if nothing tells so."""
    if exists(operation.mnemonic) and any(isinstance(operand, Name) for operand in operation.operands):
        return "its operands are not modelled"
    if operation.mnemonic in ALSO_GENERAL and not aliases.uses_vectors(operation):
        return "this form is not modelled"
    for operand in operation.operands:
        if isinstance(operand, Name) and _SCALABLE.match(operand.text):
            return "SVE and SME are not modelled"
        if isinstance(operand, Name) and not _WORD.fullmatch(operand.text):
            return f"the operand {operand.text} is not modelled"
        symbol = operand.offset if isinstance(operand, Memory) else operand
        if not isinstance(symbol, Symbol):
            continue
        if symbol.specifier == "=":
            return "a load from the literal pool is not modelled"
        if symbol.specifier is not None:
            continue
        labelled = _TAKES_LABELS.fullmatch(operation.mnemonic) and not isinstance(operand, Memory)
        if not labelled and not _REGISTER_LIKE.fullmatch(symbol.name):
            return f"the value of the symbol {format_operand(symbol)} is not known here"
    return None
