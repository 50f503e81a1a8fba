"""What mutation operators are made of: blocks, edits that may turn out to be no instructions, and how edits become blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from grammars.operands import Operand, Operation
from semantics.assembler import Instruction, assemble
from semantics.block import MAX_INSTRUCTIONS, effects
from semantics.errors import SemanticsError

type Block = tuple[Instruction, ...]
type Draft = Sequence[Instruction | Operation]
"""A block in which some instructions are only written down; whether they exist is found out by assembling them."""

type Alter = Callable[[Operation], Iterator[Operation]]
"""Other instructions in the place of one; they need not exist."""

type Edit = Callable[[Block, int], Iterator[Draft]]
"""Other blocks, each changed at one position; they need not exist."""


@dataclass(frozen=True, slots=True)
class Operator:
    """One way to spoil a block.

    Attributes:
        name: what it is called in reports and on the command line.
        edit: the changed blocks for one position, cheap to make: only the one that is used gets assembled.
    """

    name: str
    edit: Edit


@dataclass(frozen=True, slots=True)
class Mutant:
    """A block that was changed by the operator of this name."""

    operator: str
    block: Block


def one(name: str, alter: Alter) -> Operator:
    """An operator that replaces one instruction by one other."""

    def edit(block: Block, at: int) -> Iterator[Draft]:
        for operation in alter(block[at].plain):
            yield (*block[:at], operation, *block[at + 1 :])

    return Operator(name, edit)


def assembled(draft: Draft) -> Block | None:
    """The block that a draft stands for; None if an instruction does not exist or a branch is not at the end."""
    if len(draft) > MAX_INSTRUCTIONS:
        return None
    try:
        block = tuple(assemble(item) if isinstance(item, Operation) else item for item in draft)
    except SemanticsError:
        return None
    return None if any(leaves(instruction) for instruction in block[:-1]) else block


def leaves(instruction: Instruction) -> bool:
    """Whether an instruction may leave its block; ordered and system instructions are taken not to."""
    try:
        return effects(instruction).exit is not None
    except SemanticsError:
        return False


def renamed(operation: Operation, mnemonic: str) -> Operation:
    """The same operands under another mnemonic."""
    return replace(operation, mnemonic=mnemonic)


def with_operand(operation: Operation, index: int, operand: Operand) -> Operation:
    """The operation with one operand replaced."""
    operands = operation.operands
    return replace(operation, operands=(*operands[:index], operand, *operands[index + 1 :]))


def with_operands(operation: Operation, change: Callable[[Operand], Operand]) -> Operation:
    """The operation with every operand changed."""
    return replace(operation, operands=tuple(change(operand) for operand in operation.operands))
