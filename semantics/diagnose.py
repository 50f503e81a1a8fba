"""Why an operation is no instruction: the best explanation over all rows and aliases that nearly fit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from grammars.operands import Memory, Modifier, Name, Operand, Operation, Symbol
from grammars.printing import format_operand, format_operation
from semantics import aliases
from semantics.errors import EncodingError, UnsupportedInstruction
from semantics.mnemonics import KNOWN
from semantics.operands.base import Mismatch, shape_of
from semantics.row import Row

_WORD = re.compile(r"[a-z][a-z0-9_]*")
_SCALABLE = re.compile(r"(z|p|pn|za|zt)\d")
_REGISTER_LIKE = re.compile(r"[a-z]\d{1,2}")
_TAKES_LABELS = re.compile(r"b|bl|b\..*|b\w\w|cbn?z|tbn?z|adrp?|ldr|ldrsw|prfm|bc\..*")

type Rank = tuple[bool, int, bool]


def explain(operation: Operation, candidates: Sequence[tuple[Operation, Sequence[Row]]]) -> EncodingError | UnsupportedInstruction:
    """The error to raise for an operation that no row matches.

    ``candidates`` are the operation and its expansions, each with the rows of its mnemonic.
    """
    beyond = _beyond(operation)
    if beyond is not None:
        return UnsupportedInstruction(format_operation(operation), beyond)
    best: tuple[Rank, Mismatch] | None = None
    for rank, mismatch in _mismatches(operation, candidates):
        if best is None or rank > best[0]:
            best = rank, mismatch
    if best is not None:
        return EncodingError(f"{operation.mnemonic}: {best[1].message}", best[1].operand)
    if operation.mnemonic in KNOWN:
        return UnsupportedInstruction(format_operation(operation), "this instruction is not modelled")
    return EncodingError(f"unknown instruction {operation.mnemonic!r}")


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
    if operation.mnemonic in KNOWN and any(isinstance(operand, Name) for operand in operation.operands):
        return "its operands are not modelled"
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
