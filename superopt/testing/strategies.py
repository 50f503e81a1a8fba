"""Strategies of blocks, of their mutants and of equivalent blocks; all drawn from the rows of the instruction set."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from semantics.assembler import Instruction, rows
from semantics.block import effects
from semantics.errors import SemanticsError
from semantics.row import Row
from semantics.sampling import Choose, NoInstance, draw_fields, instance
from superopt.testing.errors import InvalidArgument, between
from verifier.mutation import BY_NAME, REWRITES, Block, Mutant, Rewrite, draw_mutant, draw_rewrite

CLASSES = ("integer", "flags", "memory", "neon")
"""Kinds of instructions: on general registers alone; that read or write flags; loads and stores; on vector registers."""

_MOST = 64  # instructions of a block
_REGISTERS = frozenset({"d", "n", "m", "a", "t", "t2", "vt", "vt2"})
_OFFSETS = frozenset({"imm12", "imm9", "imm7"})
_PLACED = frozenset({"target", "immhi", "imm19"})
_FLOAT = re.compile(r"f.*|[su]cvtf|b?f.*cvt.*|[su]?[qr]*recpe|ursqrte")
_FLAGS = re.compile(r"(add|sub|and|bic|adc|sbc)s|adc|sbc|cs(el|inc|inv|neg)|ccm[np]|cfinv")
_TRIES = 50


@cache
def rows_of(kind: str) -> tuple[Row, ...]:
    """The rows of a class; floating-point arithmetic and ordered instructions are in none."""
    return tuple(row for row in rows() if _class(row) == kind)


def _class(row: Row) -> str | None:
    if row.ordered or _PLACED & row.encoding.fields.keys() or _FLOAT.fullmatch(row.mnemonic) or row.mnemonic in ("br", "blr", "ret"):
        return None
    shape = row.shape
    if "m" in shape:
        return "memory" if row.function is not None else None
    if any(letter in shape for letter in "vfl"):
        return "neon"
    flags = _FLAGS.fullmatch(row.mnemonic) is not None
    return "flags" if flags else "integer"


def draw_block_instruction(kind: str, registers: int, choose: Choose) -> Instruction | None:
    """An instruction of a class over the first few registers, with small offsets; None if a few draws gave none."""
    table = rows_of(kind)
    for _ in range(_TRIES):
        row = table[choose(len(table))]
        try:
            fields = draw_fields(row, choose)
        except NoInstance:
            continue
        for name in fields:
            width = row.encoding.fields[name][0][1]
            if name in _REGISTERS and width == 5 and fields[name] != 31:
                fields[name] %= registers
            elif name in _OFFSETS and kind == "memory":
                fields[name] = (choose(9) - 4) & ((1 << width) - 1)
        made = instance(row, fields)
        if row.valid(fields) and _has_meaning(made):
            return made
    return None


def _has_meaning(instruction: Instruction) -> bool:
    try:
        return effects(instruction).exit is None and bool(instruction.text)
    except (SemanticsError, KeyError):
        return False


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
        return draw_block_instruction(kind, registers, _chooser(draw))

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
