"""Pairs as the model reads them: sequences of word numbers in batches of similar length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from proposer.model.pairs import Pair, read
from proposer.model.vocabulary import Vocabulary
from proposer.model.words import WordsError

LONGEST = 320  # words of a prompt and its answer


@dataclass(frozen=True, slots=True)
class Example:
    """Word numbers of prompt and answer; the answer starts at ``answer``."""

    ids: tuple[int, ...]
    answer: int


def examples(pair: Pair, vocabulary: Vocabulary) -> tuple[Example, ...]:
    """The pair as an example for each of its objectives; none where the vocabulary or ``LONGEST`` does not allow it."""
    original, replacement = pair.blocks
    found = list[Example]()
    for objective in pair.objectives:
        try:
            prompt = vocabulary.prompt(original, pair.live, objective, dead_stack=pair.dead_stack is not None)
            answer = vocabulary.answer(replacement, prompt.constants)
        except WordsError:
            return ()
        ids = (*prompt.ids, *answer)
        if len(ids) > LONGEST:
            return ()
        found.append(Example(ids, len(prompt.ids)))
    return tuple(found)


@dataclass
class Reader:
    """The training examples of a folder to which files may still be added.

    Attributes:
        folder: where the pairs are.
        vocabulary: how they are written.
        tasks: the examples of each task, by the task's key.
    """

    folder: Path
    vocabulary: Vocabulary
    tasks: dict[str, tuple[Example, ...]] = field(default_factory=dict[str, tuple[Example, ...]])
    _kept: set[str] = field(default_factory=set[str])
    _read: set[Path] = field(default_factory=set[Path])

    def refresh(self) -> int:
        """Read files that are new; returns the number of tasks."""
        for path in sorted(set(self.folder.glob("*.jsonl")) - self._read):
            self._read.add(path)
            for pair in read(path):
                self._add(pair)
        for key in self._kept & set(self.tasks):
            del self.tasks[key]
        return len(self.tasks)

    def _add(self, pair: Pair) -> None:
        if pair.held_out:
            self._kept.add(pair.key)
        elif pair.key not in self.tasks and (made := examples(pair, self.vocabulary)):
            self.tasks[pair.key] = made

    def epoch(self, random: Random) -> list[Example]:
        """One example of each task, in random order, with a random objective."""
        chosen = [random.choice(made) for made in self.tasks.values()]
        random.shuffle(chosen)
        return chosen


def batches(chosen: Sequence[Example], budget: int, random: Random, pool: int = 2048) -> Iterator[list[Example]]:
    """Batches of examples of similar length, at most ``budget`` words each with padding."""
    for start in range(0, len(chosen), pool):
        made = list[list[Example]]()
        batch = list[Example]()
        for example in sorted(chosen[start : start + pool], key=lambda example: len(example.ids)):
            if batch and len(example.ids) * (len(batch) + 1) > budget:
                made.append(batch)
                batch = []
            batch.append(example)
        if batch:
            made.append(batch)
        random.shuffle(made)
        yield from made
