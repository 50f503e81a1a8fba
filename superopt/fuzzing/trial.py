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
from verifier.mutation import Block, Operator, draw_mutant, draw_rewrite

type Kind = Literal["mutant", "rewrite"]

REWRITE_EVERY = 5  # one trial in so many asks about blocks that are equivalent
_TRIES = 20


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


def draw_trial(corpus: Corpus, seed: int, number: int, operators: tuple[Operator, ...], longest: int) -> Trial | None:
    """Trial ``number``: the same for the same corpus, seed and limits. None if nothing applied to the blocks drawn."""
    choose = Random(f"{seed}:{number}").randrange
    for _ in range(_TRIES):
        piece = corpus.draw(choose, longest)
        live_out, dead_stack = _live_out(piece, choose), choose(8) == 0
        if number % REWRITE_EVERY == REWRITE_EVERY - 1:
            made = draw_rewrite(piece.block, choose)
            if made is not None:
                live = live_out.without(made.dead) if made.dead else live_out
                return Trial("rewrite", made.rule, piece.source, made.original, made.candidate, live, dead_stack)
        else:
            spoilt = draw_mutant(piece.block, choose, operators)
            if spoilt is not None:
                return Trial("mutant", spoilt.operator, piece.source, piece.block, spoilt.block, live_out, dead_stack)
    return None


def _live_out(piece: Piece, choose: Choose) -> LiveSet:
    """Everything, what really is live after the piece, or some of what it writes."""
    way = choose(4)
    if way == 0:
        return LiveSet.everything()
    if piece.live and way < 3:
        return piece.live[-1].without(["fpsr"])
    written = sorted({name for instruction in piece.block for name in _writes(instruction)})
    chosen = [name for name in (*written, "mem") if choose(3)]
    return LiveSet.of(chosen) if chosen else LiveSet.everything()


def _writes(instruction: Instruction) -> frozenset[str]:
    try:
        return effects(instruction).writes - {"mem"}
    except SemanticsError:
        return frozenset()
