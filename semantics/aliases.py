"""Aliases: how a spelling expands to the mnemonic of a row, and which spelling is preferred.

The tables are data. An expansion rewrites the operands of a mnemonic; it gives an operation that a row may match, or
None where another spelling is meant, or raises Mismatch with what is wrong. A preference gives the preferred alias of
a row's operation, if any: that of the Arm ARM, as llvm-mc prints it. Operations with and without vector or
floating-point registers have tables of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from grammars.operands import Operation
from semantics.operands.base import Mismatch, shape_of
from semantics.spelling import expansions, preferences, vectors
from semantics.spelling.parts import Expansion, Preference


def uses_vectors(operation: Operation) -> bool:
    """Whether a vector register, or a scalar view of one, is among the operands."""
    return any(shape_of(operand) in "vlf" for operand in operation.operands)


def mnemonics() -> frozenset[str]:
    """Every mnemonic that has an expansion."""
    return frozenset(expansions.EXPANSIONS) | frozenset(vectors.EXPANSIONS)


def expand(operation: Operation) -> Iterator[Operation]:
    """Operations in terms of rows that this spelling may stand for, most likely first."""
    for expansion in _expansions(operation):
        try:
            found = expansion(operation.operands)
        except Mismatch:
            continue
        if found is not None:
            yield found


def refusals(operation: Operation) -> Iterator[Mismatch]:
    """Why expansions of this spelling's mnemonic do not apply, as far as they say so."""
    for expansion in _expansions(operation):
        try:
            expansion(operation.operands)
        except Mismatch as mismatch:
            yield mismatch


def prefer(operation: Operation) -> Operation:
    """The preferred spelling of a row's operation."""
    table: Mapping[str, Sequence[Preference]] = vectors.PREFERENCES if uses_vectors(operation) else preferences.PREFERENCES
    for preference in table.get(operation.mnemonic, ()):
        found = preference(operation.operands)
        if found is not None:
            return found
    return operation


def _expansions(operation: Operation) -> Sequence[Expansion]:
    table = vectors.EXPANSIONS if uses_vectors(operation) else expansions.EXPANSIONS
    return table.get(operation.mnemonic, ())
