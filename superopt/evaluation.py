"""Measures proposers on held-out blocks: what part of them gets a cheaper replacement that is proved.

Copies, malformed answers, refuted, undecided and not cheaper ones are counted apart and never as successes; a block
without a proved improvement counts with the original's cost.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from random import Random

from proposer.model.pairs import Pair, Price, Prove, read_folder
from proposer.proposal import Block, Context, Proposer, Tally
from semantics.canonical import Canonical, canonicalise

type Draw = Callable[[Canonical, Context], Iterator[Block | None]]
"""Answers for a block, most promising first, repeats and all; None for a malformed one."""

KS = (1, 8, 32)


@dataclass
class Score:
    """What one proposer did on a set of blocks.

    Attributes:
        solved: blocks with a proved improvement among the first k answers, by k.
        kinds: answers by what became of them.
        logs: sum over blocks of the logarithm of best proved cost over original cost.
        reached: blocks whose best proved cost is the reference's or less.
        best: the best proved cost by the key of the pair, for pairs that were improved.
    """

    name: str
    blocks: int = 0
    solved: dict[int, int] = field(default_factory=lambda: dict.fromkeys(KS, 0))
    kinds: Tally = field(default_factory=Tally)
    logs: float = 0.0
    reached: int = 0
    seconds: float = 0.0
    by_source: dict[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])
    best: dict[str, float] = field(default_factory=dict[str, float])

    def row(self) -> str:
        """One line of the Markdown table."""
        n = max(self.blocks, 1)
        rates = " | ".join(f"{100 * self.solved[k] / n:.1f}%" for k in KS)
        means = f"{100 * self.reached / n:.1f}% | {math.exp(self.logs / n):.3f} | {self.seconds / n:.2f}"
        return f"| {self.name} | {self.blocks} | {rates} | {means} |"


HEADER = (
    "| proposer | blocks | improved @1 | @8 | @32 | as cheap as the reference | mean cost ratio | seconds a block |\n"
    "| --- | --- | --- | --- | --- | --- | --- | --- |"
)


@dataclass(frozen=True, slots=True)
class Bench:
    """Held-out pairs and what judges answers for them."""

    pairs: Sequence[Pair]
    prove: Prove
    price: Price
    cpu: str
    objective: str = "cycles"
    budget: float = 20.0
    seed: int = 0

    def run(self, name: str, draw: Draw) -> Score:
        """Score one proposer."""
        score = Score(name)
        for pair in self.pairs:
            self._block(pair, draw, score)
        return score

    def context(self, pair: Pair) -> Context:
        """The context in which a proposer is asked."""
        return Context(
            self.cpu,
            self.objective,
            lambda block: self.price(self.objective, block),
            self.budget,
            dead_stack=pair.dead_stack,
            seed=self.seed,
        )

    def _block(self, pair: Pair, draw: Draw, score: Score) -> None:
        original, reference = pair.blocks
        block = canonicalise(original, pair.live)
        before, best, first = self.price(self.objective, original), self.price(self.objective, original), 0
        verdicts: dict[Block, str] = {}
        started = time.monotonic()
        answers = list(islice(draw(block, self.context(pair)), KS[-1]))
        score.seconds += time.monotonic() - started
        for number, answer in enumerate(answers, 1):
            kind = "malformed" if answer is None else verdicts.get(answer) or self._judge(pair, block, answer)
            score.kinds.add(kind)
            if answer is not None:
                verdicts[answer] = kind
                if kind == "proved":
                    first = first or number
                    best = min(best, self.price(self.objective, answer))
        score.blocks += 1
        for k in KS:
            score.solved[k] += 0 < first <= k
        score.logs += math.log(max(best[0], 1e-3) / max(before[0], 1e-3))
        if first:
            score.best[pair.key] = best[0]
        score.reached += best <= self.price(self.objective, reference)
        count, solved = score.by_source.get(pair.source, (0, 0))
        score.by_source[pair.source] = count + 1, solved + (first > 0)

    def _judge(self, pair: Pair, block: Canonical, answer: Block) -> str:
        if answer == block.instructions:
            return "copy"
        if not self.price(self.objective, answer) < self.price(self.objective, block.instructions):
            return "not cheaper"
        return self.prove(block.instructions, answer, block.live_out, pair.dead_stack)


def drawing(proposer: Proposer) -> Draw:
    """Any proposer as a source of answers; it drops repeats and copies itself."""
    return lambda block, context: (candidate.instructions for candidate in proposer.propose(block, context))


def copying(block: Canonical, context: Context) -> Iterator[Block]:
    """The baseline that answers with the question."""
    yield block.instructions


def held_out(folder: Path, count: int, seed: int) -> list[Pair]:
    """At most ``count`` held-out pairs whose replacement is cheaper in cycles, drawn evenly from their sources."""
    _, kept = read_folder(folder)
    kept = sorted((pair for pair in kept if "cycles" in pair.objectives), key=lambda pair: pair.key)
    Random(seed).shuffle(kept)
    sources: dict[str, list[Pair]] = {}
    for pair in kept:
        sources.setdefault(pair.source, []).append(pair)
    chosen = list[Pair]()
    while len(chosen) < count and any(sources.values()):
        chosen += [pairs.pop() for pairs in sources.values() if pairs]
    return chosen[:count]


def table(scores: Sequence[Score]) -> str:
    """The scores as Markdown: rates, then answers by kind, then blocks solved by source."""
    kinds = sorted({kind for score in scores for kind in score.kinds.counts})
    lines = [HEADER, *(score.row() for score in scores), "", f"| answers | {' | '.join(kinds)} |", "| --- |" + " --- |" * len(kinds)]
    lines += [f"| {s.name} | {' | '.join(str(s.kinds.counts.get(kind, 0)) for kind in kinds)} |" for s in scores]
    sources = sorted({source for score in scores for source in score.by_source})
    lines += ["", f"| improved @32 by source | {' | '.join(sources)} |", "| --- |" + " --- |" * len(sources)]
    for s in scores:
        shares = ("{1}/{0}".format(*s.by_source.get(source, (0, 0))) for source in sources)
        lines.append(f"| {s.name} | {' | '.join(shares)} |")
    lines += ["", "| against the others | improved by it alone | cheapest where others improved too |", "| --- | --- | --- |"]
    lines += [f"| {s.name} | {_alone(s, scores)} | {_cheapest(s, scores)} |" for s in scores]
    return "\n".join(lines)


def _alone(score: Score, scores: Sequence[Score]) -> int:
    others = {key for other in scores if other is not score for key in other.best}
    return len(set(score.best) - others)


def _cheapest(score: Score, scores: Sequence[Score]) -> int:
    """Blocks that both this and another proposer improved, and this one by more than each other."""
    others = [other for other in scores if other is not score]
    rivals = {key: min(other.best[key] for other in others if key in other.best) for other in others for key in other.best}
    return sum(cost < rivals[key] for key, cost in score.best.items() if key in rivals)
