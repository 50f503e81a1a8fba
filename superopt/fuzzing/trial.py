"""One trial: a block of real code, something made of it, and a question to the judge; all drawn from a seed and a number."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from semantics.assembler import Instruction
from semantics.block import effects
from semantics.errors import SemanticsError
from semantics.liveset import LiveSet
from semantics.sampling import Choose
from superopt.fuzzing.corpus import Corpus, Piece
from verifier.mutation import CLASSES, Block, Operator, Rewrite, draw_block, draw_chain, draw_mutant

type Kind = Literal["mutant", "rewrite"]

REWRITE_EVERY = 5  # one trial in so many asks about blocks that are equivalent
_TRIES = 20
_MOST_INVENTED = 8  # instructions: all of them may touch the same memory


@dataclass(frozen=True, slots=True)
class Trial:
    """A pair to judge: a mutant, or an equivalent block by construction (then ``live_out`` spares what it leaves different)."""

    kind: Kind
    rule: str
    source: str
    original: Block
    candidate: Block
    live_out: LiveSet
    dead_stack: bool


@dataclass(frozen=True, slots=True)
class Draws:
    """What trials are drawn from, beside the corpus and the seed.

    Attributes:
        operators: mutation operators.
        longest: instructions of a block, at most.
        steps: equivalent rewrites before a mutation, at most, so that the mutant does not look like the original.
        invented: per cent of the blocks that are drawn from the rows of the instruction set rather than from the corpus.
    """

    operators: tuple[Operator, ...]
    longest: int
    steps: int
    invented: int


def draw_trial(corpus: Corpus, seed: int, number: int, draws: Draws) -> Trial | None:
    """Trial ``number``: the same for the same corpus, seed and draws. None if nothing applied to the blocks drawn."""
    choose = Random(f"{seed}:{number}").randrange
    for _ in range(_TRIES):
        piece = _invented(choose, draws.longest) if choose(100) < draws.invented else corpus.draw(choose, draws.longest)
        live_out, dead_stack = _live_out(piece, choose), choose(8) == 0
        right = number % REWRITE_EVERY == REWRITE_EVERY - 1
        made = draw_chain(piece.block, choose, choose(draws.steps + 1) + right)
        if made is None:
            if right or not piece.block:
                continue
            made = Rewrite("", piece.block, piece.block)
        live = live_out.without(made.dead) if made.dead else live_out
        if right:
            return Trial("rewrite", made.rule, piece.source, made.original, made.candidate, live, dead_stack)
        spoilt = draw_mutant(made.candidate, choose, draws.operators)
        if spoilt is not None and spoilt.block != made.original:
            return Trial("mutant", spoilt.operator, piece.source, made.original, spoilt.block, live, dead_stack)
    return None


def _invented(choose: Choose, longest: int) -> Piece:
    classes = ("integer", "flags", "memory", "memory") if choose(3) else CLASSES
    return Piece("rows", draw_block(choose, 1 + choose(min(longest, _MOST_INVENTED)), classes))


def _live_out(piece: Piece, choose: Choose) -> LiveSet:
    """Everything, what really is live after the piece, or some of what it writes."""
    way = choose(4)
    if way == 0:
        return LiveSet.everything()
    if piece.live and way < 3:
        return piece.live[-1].without(["fpsr"])
    written = sorted({name for instruction in piece.block for name in _writes(instruction)})
    chosen = [name for name in (*written, "mem") if choose(6)]
    return LiveSet.of(chosen) if chosen else LiveSet.everything()


def _writes(instruction: Instruction) -> frozenset[str]:
    try:
        return effects(instruction).writes - {"mem"}
    except SemanticsError:
        return frozenset()
