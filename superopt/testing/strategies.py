"""Strategies of blocks, of their mutants and of equivalent blocks; all drawn from the rows of the instruction set."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from semantics.assembler import Instruction
from semantics.sampling import Choose
from superopt.testing.errors import InvalidArgument, between
from verifier.mutation import BY_NAME, CLASSES, REWRITES, Block, Mutant, Rewrite, draw_instruction_of, draw_mutant, draw_rewrite

_MOST = 64  # instructions of a block


def blocks(
    *, classes: Collection[str] = ("integer", "flags", "memory"), min_size: int = 1, max_size: int = 6, registers: int = 4
) -> SearchStrategy[Block]:
    """Straight-line blocks of valid instructions with a meaning, over few registers so that they depend on each other.

    Args:
        classes: which kinds of instructions, of :data:`CLASSES`.
        min_size: instructions, at least.
        max_size: instructions, at most 64.
        registers: how many general and how many vector registers (the first ones), beside register 31.

    Raises InvalidArgument.
    """
    unknown = [name for name in classes if name not in CLASSES]
    if unknown or not classes:
        raise InvalidArgument("classes", f"{unknown[0]!r} is none of {', '.join(CLASSES)}" if unknown else "none is named")
    between("min_size", min_size, 0, _MOST)
    between("max_size", max_size, min_size, _MOST)
    between("registers", registers, 1, 31)
    kinds = [name for name in CLASSES if name in classes]

    @st.composite
    def instructions(draw: DrawFn) -> Instruction | None:
        kind = draw(st.sampled_from(kinds))
        return draw_instruction_of(kind, registers, _chooser(draw))

    valid = instructions().filter(lambda made: made is not None)
    return st.lists(valid, min_size=min_size, max_size=max_size).map(_block)


def _block(made: Sequence[Instruction | None]) -> Block:
    return tuple(instruction for instruction in made if instruction is not None)


def mutations(block: Sequence[Instruction], *, operators: Collection[str] | None = None) -> SearchStrategy[Mutant]:
    """The block with one small change that usually makes it wrong; ``.operator`` names the change, ``.block`` is the result.

    Args:
        block: instructions, as :func:`blocks` draws them.
        operators: names out of :data:`verifier.mutation.BY_NAME`; all by default.

    Raises InvalidArgument for unknown names, and for a block to which no operator applies.
    """
    for name in operators or ():
        if name not in BY_NAME:
            raise InvalidArgument("operators", f"{name!r} is none of {', '.join(BY_NAME)}")
    chosen = [operator for name, operator in BY_NAME.items() if operators is None or name in operators]
    fixed = tuple(block)
    if draw_mutant(fixed, lambda n: 0, chosen) is None:
        raise InvalidArgument("block", "no mutation applies to it")

    @st.composite
    def drawn(draw: DrawFn) -> Mutant:
        found = draw_mutant(fixed, _chooser(draw), chosen)
        assert found is not None  # the same operators apply whatever is drawn
        return found

    return drawn()


def rewrites(block: Sequence[Instruction]) -> SearchStrategy[Rewrite]:
    """Pairs of blocks made of ``block`` that are equivalent by construction, but for what ``.dead`` names.

    Raises InvalidArgument for a block that no rule can change.
    """
    fixed = tuple(block)
    if draw_rewrite(fixed, lambda n: 0) is None:
        raise InvalidArgument("block", f"none of {len(REWRITES)} rules applies to it")

    @st.composite
    def drawn(draw: DrawFn) -> Rewrite:
        found = draw_rewrite(fixed, _chooser(draw))
        assert found is not None  # the same rules apply whatever is drawn
        return found

    return drawn()


def _chooser(draw: DrawFn) -> Choose:
    return lambda n: draw(st.integers(0, n - 1))
