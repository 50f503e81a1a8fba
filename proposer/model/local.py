"""The proposer ``model``: samples replacements from a causal language model on this machine.

Any checkpoint folder that transformers can load will do. A folder with this project's ``vocabulary.json`` is sampled word
by word under the grammar; any other is given plain text, and lines that are no instructions are counted and dropped.
"""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from grammars.errors import GrammarError
from proposer.errors import ProposerUnavailable
from proposer.model.decoding import Constraint, Limits, Sample, sample
from proposer.model.grammar import Grammar
from proposer.model.vocabulary import FILE as VOCABULARY_FILE
from proposer.model.vocabulary import Prompt, Vocabulary
from proposer.model.words import WordsError
from proposer.proposal import Block, Candidate, Context, Outcome, Tally
from semantics.assembler import assemble
from semantics.canonical import Canonical
from semantics.errors import SemanticsError

if TYPE_CHECKING:
    from proposer.model.network import Network
    from proposer.model.text import TextModel

SHIPPED = Path(__file__).parent / "shipped"
BATCH = 32
MAX_BATCHES = 8
LONGEST_PROMPT = 400  # words; longer blocks get no candidates
_TEMPERATURES = (0.8, 1.0, 1.2)


class ModelProposer:
    """Proposes what a language model writes; see the module.

    Attributes:
        model: folder of the checkpoint, or a name on the hub if ``online``.
        online: allow transformers to download.
        device: ``cpu``, ``cuda`` or ``auto``.
        tally: what became of the samples, by kind.
    """

    def __init__(self, model: str | Path = SHIPPED, *, online: bool = False, device: str = "auto", batches: int = MAX_BATCHES) -> None:
        self.model, self.online, self.device, self.batches = model, online, device, batches
        self.tally = Tally()

    @property
    def name(self) -> str:
        """The name on the command line."""
        return "model"

    def propose(self, block: Canonical, context: Context) -> Iterator[Candidate]:
        """Candidates in order of probability, one batch after another; raises ProposerUnavailable."""
        deadline = time.monotonic() + context.budget
        if len(block.instructions) < 2:
            return
        if not (Path(self.model) / VOCABULARY_FILE).exists():
            yield from self._text.propose(block, context, deadline, self.tally)
            return
        try:
            prompt = self.prompt(block, context)
        except WordsError:
            self.tally.add("outside the vocabulary")
            return
        seen: set[Block] = {block.instructions}
        for number in range(self.batches):
            if time.monotonic() > deadline:
                return
            found = self.draw(block, context, prompt, number, lambda: time.monotonic() > deadline)
            for candidate, score in self._blocks(found, prompt):
                if candidate == block.instructions:
                    self.tally.add("copies")
                if candidate not in seen:
                    seen.add(candidate)
                    yield Candidate(candidate, self.name, f"log-probability {score:.2f}")

    def answers(self, block: Canonical, context: Context) -> Iterator[Block | None]:
        """The answers of the first batch as they are, repeats and copies too: for measuring. None is a malformed one."""
        try:
            prompt = self.prompt(block, context)
        except WordsError:
            return
        for drawn in self.draw(block, context, prompt, 0, lambda: False):
            yield next((found for found, _ in self._blocks([drawn], prompt)), None)

    def learn(self, block: Canonical, candidate: Candidate, outcome: Outcome, message: str) -> None:
        """Count what became of a candidate."""
        self.tally.add(outcome)

    def prompt(self, block: Canonical, context: Context) -> Prompt:
        """The block as the model reads it; raises WordsError where the vocabulary does not suffice."""
        prompt = self._vocabulary.prompt(block.instructions, block.live_out, context.objective, dead_stack=context.dead_stack is not None)
        if len(prompt.ids) > LONGEST_PROMPT:
            raise WordsError(f"{len(prompt.ids)} words, the limit is {LONGEST_PROMPT}")
        return prompt

    def draw(self, block: Canonical, context: Context, prompt: Prompt, number: int, out_of_time: Callable[[], bool]) -> list[Sample]:
        """One batch of answers, the most probable first; the first of batch 0 is the greedy one."""
        registers = frozenset(int(name[1:]) for name in block.names if name[0] == "x")
        spare = range(len(registers), min(len(registers) + context.scratch[0], 31))
        limits = Limits(registers | frozenset(spare), lines=len(block.instructions) + 1)
        constraint = Constraint(self._grammar, self._vocabulary, prompt, limits)
        temperature = _TEMPERATURES[min(number, len(_TEMPERATURES) - 1)]
        found = sample(
            self._network,
            constraint,
            prompt.ids,
            count=BATCH,
            temperature=temperature,
            seed=context.seed * 1009 + number,
            greedy_first=number == 0,
            out_of_time=out_of_time,
        )
        greedy, rest = (found[:1], found[1:]) if number == 0 else ([], found)
        return greedy + sorted(rest, key=lambda drawn: -drawn.score)

    def _blocks(self, found: list[Sample], prompt: Prompt) -> Iterator[tuple[Block, float]]:
        for drawn in found:
            self.tally.add("samples")
            try:
                yield tuple(assemble(operation) for operation in self._vocabulary.operations(drawn.ids, prompt.constants)), drawn.score
            except (WordsError, SemanticsError, GrammarError):
                self.tally.add("malformed")

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return Vocabulary.load(Path(self.model))

    @cached_property
    def _grammar(self) -> Grammar:
        return Grammar.load(Path(self.model), self._vocabulary)

    @cached_property
    def _network(self) -> Network:
        require_packages()
        from proposer.model.network import Network

        return Network(str(self.model), online=self.online, device=self.device)

    @cached_property
    def _text(self) -> TextModel:
        require_packages()
        from proposer.model.text import TextModel

        return TextModel(str(self.model), online=self.online, device=self.device)


def require_packages() -> None:
    """Raise ProposerUnavailable unless torch and transformers are installed."""
    missing = [name for name in ("torch", "transformers", "safetensors") if importlib.util.find_spec(name) is None]
    if missing:
        raise ProposerUnavailable("model", f"{' and '.join(missing)} not installed", "pip install 'superopt[llm]'")
