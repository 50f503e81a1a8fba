"""The table of mutation operators, and mutants drawn or listed by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from semantics.sampling import Choose
from verifier.errors import VerifierError
from verifier.mutation import immediates, mnemonics, needles, registers, sequence
from verifier.mutation.base import Block, Draft, Mutant, Operator, assembled, one

OPERATORS: tuple[Operator, ...] = (
    one("operand-swap", registers.swapped_operands),
    Operator("register-substitution", registers.substituted_register),
    one("width", registers.changed_width),
    one("lane-arrangement", registers.changed_arrangement),
    one("element-index", registers.changed_element),
    one("condition-inversion", mnemonics.inverted_condition),
    one("condition-neighbour", mnemonics.neighbouring_condition),
    one("off-by-one", immediates.off_by_one),
    one("bit-flip", immediates.flipped_bit),
    one("number", immediates.dropped_number),
    one("extension", mnemonics.wrong_extension),
    one("operand-shift", immediates.changed_shift),
    one("shift", mnemonics.other_shift),
    one("sign", mnemonics.other_sign),
    one("flags", mnemonics.other_flags),
    one("operation", mnemonics.like_operation),
    one("address-mode", immediates.changed_mode),
    Operator("writeback-order", immediates.writeback_on_its_own),
    one("access-size", mnemonics.other_size),
    one("load-extension", mnemonics.sign_extending_load),
    Operator("drop", sequence.dropped),
    Operator("duplicate", sequence.duplicated),
    Operator("exchange", sequence.exchanged),
    Operator("move", sequence.moved),
    Operator("drop-store", sequence.dropped_store),
    Operator("duplicate-store", sequence.duplicated_store),
    Operator("reorder-stores", sequence.reordered_stores),
    Operator("load-across-store", sequence.load_across_store),
    Operator("added-access", sequence.added_access),
    Operator("drop-barrier", sequence.dropped_barrier),
    one("weaker-barrier", mnemonics.weaker_barrier),
    one("plain-access", mnemonics.plain_access),
    Operator("branch-target", sequence.other_target),
    one("branch-kind", mnemonics.other_branch),
    Operator("needle", needles.needle),
    Operator("lost-carry", needles.lost_carry),
)
BY_NAME: Mapping[str, Operator] = {operator.name: operator for operator in OPERATORS}


class UnknownOperator(VerifierError):
    """No mutation operator has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"unknown mutation operator {name!r}; known: {', '.join(BY_NAME)}")
        self.name = name


def operators_named(names: Sequence[str]) -> tuple[Operator, ...]:
    """The operators with these names. Raises UnknownOperator."""
    for name in names:
        if name not in BY_NAME:
            raise UnknownOperator(name)
    return tuple(BY_NAME[name] for name in names)


def mutants(block: Block, operators: Sequence[Operator] = OPERATORS) -> Iterator[Mutant]:
    """Every mutant that one application of one operator makes, without repeats."""
    seen = {block}
    for operator in operators:
        for at in range(len(block)):
            for draft in operator.edit(block, at):
                made = assembled(draft)
                if made is not None and made not in seen:
                    seen.add(made)
                    yield Mutant(operator.name, made)


def draw_mutant(block: Block, choose: Choose, operators: Sequence[Operator] = OPERATORS) -> Mutant | None:
    """A mutant by an operator drawn first, so that rare operators are as common as fertile ones; None if none applies."""
    for operator in _shuffled(operators, choose):
        for at in _shuffled(range(len(block)), choose):
            made = _first_valid(block, list(operator.edit(block, at)), choose)
            if made is not None:
                return Mutant(operator.name, made)
    return None


def _first_valid(block: Block, drafts: list[Draft], choose: Choose) -> Block | None:
    while drafts:
        made = assembled(drafts.pop(choose(len(drafts))))
        if made is not None and made != block:
            return made
    return None


def _shuffled[T](items: Sequence[T], choose: Choose) -> Iterator[T]:
    rest = list(items)
    while rest:
        yield rest.pop(choose(len(rest)))
