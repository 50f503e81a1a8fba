"""Sampling under the grammar: batches of answers, every line of which is an instruction with registers of the block."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from proposer.model.grammar import Grammar
from proposer.model.vocabulary import EOS, LINE, Prompt, Vocabulary

_FORBIDDEN = np.float32(-1e9)


class Language(Protocol):
    """A causal language model over a batch of answers to one prompt, seen from the sampler."""

    def start(self, prompt: Sequence[int], count: int) -> NDArray[np.float32]:
        """Read the prompt and prepare ``count`` answers; returns [count, words] scores of the next word."""
        ...

    def advance(self, rows: NDArray[np.int64], words: NDArray[np.int64]) -> NDArray[np.float32]:
        """Keep the answers ``rows`` of those at hand, append one word to each, return the next scores."""
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """What an answer may be: ``registers`` numbers of general registers, ``lines`` and ``words`` at most."""

    registers: frozenset[int]
    lines: int
    words: int = 160


@dataclass(frozen=True, slots=True)
class Sample:
    """An answer's words, without ``<eos>``, and its log-probability under the grammar."""

    ids: tuple[int, ...]
    score: float


class Constraint:
    """The words that may come next, for answers to one prompt."""

    def __init__(self, grammar: Grammar, vocabulary: Vocabulary, prompt: Prompt, limits: Limits) -> None:
        self.vocabulary, self.limits = vocabulary, limits
        self.size = len(vocabulary)
        self.eos, self.line = vocabulary.ids[EOS], vocabulary.ids[LINE]
        self.table = _with_constants(grammar, vocabulary, prompt)
        self.distinct = grammar.distinct
        self.register = np.array([_register_number(word) for word in vocabulary.words])
        self.table[:, np.isin(self.register, [n for n in range(31) if n not in limits.registers])] = -1

    def mask(self, walk: Walk) -> NDArray[np.bool_]:
        """[words] whether each may come next."""
        allowed = self.table[walk.state] >= 0
        for place in self.distinct[walk.state]:
            number = self.register[walk.line[place]]
            if number >= 0:
                allowed &= self.register != number
        if walk.state == 0:
            allowed[self.eos] = True
            if walk.lines >= self.limits.lines or len(walk.ids) >= self.limits.words:
                allowed[:] = False
                allowed[self.eos] = True
        return allowed


class Walk:
    """One answer in the making: its words, where the automaton is, the words of the line begun."""

    __slots__ = ("finished", "ids", "line", "lines", "score", "state")

    def __init__(self) -> None:
        self.ids: list[int] = []
        self.line: list[int] = []
        self.state = self.lines = 0
        self.score = 0.0
        self.finished = False

    def take(self, word: int, score: float, constraint: Constraint) -> None:
        """Append a word that the mask allows."""
        self.score += score
        if word == constraint.eos:
            self.finished = True
            return
        self.ids.append(word)
        self.line.append(word)
        self.state = int(constraint.table[self.state, word])
        if word == constraint.line:
            self.lines += 1
            self.line = []


def sample(
    language: Language,
    constraint: Constraint,
    prompt: Sequence[int],
    *,
    count: int,
    temperature: float,
    seed: int,
    greedy_first: bool = False,
    out_of_time: Callable[[], bool] = lambda: False,
) -> list[Sample]:
    """``count`` answers, drawn independently; the first one greedily if asked. Answers that break off are left out."""
    random = np.random.default_rng(seed)
    walks = [Walk() for _ in range(count)]
    active = list(range(count))
    scores = language.start(prompt, count)
    while active and not out_of_time():
        masks = np.stack([constraint.mask(walks[i]) for i in active])
        stuck = ~masks.any(axis=1)
        logs = _log_softmax(np.where(masks, scores[:, : constraint.size], _FORBIDDEN))
        noise = random.gumbel(size=logs.shape).astype(np.float32)
        if greedy_first and active[0] == 0:
            noise[0] = 0.0
        words = np.where(masks, logs / temperature + noise, -np.inf).argmax(axis=1)
        for row, i in enumerate(active):
            if not stuck[row]:
                walks[i].take(int(words[row]), float(logs[row, words[row]]), constraint)
        rows = [
            row
            for row, i in enumerate(active)
            if not stuck[row] and not walks[i].finished and len(walks[i].ids) < 2 * constraint.limits.words
        ]
        if rows:
            scores = language.advance(np.array(rows), words[rows])
        active = [active[row] for row in rows]
    return [Sample(tuple(walk.ids), walk.score) for walk in walks if walk.finished]


def _with_constants(grammar: Grammar, vocabulary: Vocabulary, prompt: Prompt) -> NDArray[np.int32]:
    """The table with columns for this block's constants, and without the pseudo-words."""
    table = grammar.table[:, : len(vocabulary)].copy()
    for i, value in enumerate(prompt.constants.values):
        column = table[:, vocabulary.ids[f"c{i}"]]
        for pseudo in grammar.classes_of(value):
            following = grammar.table[:, pseudo]
            column[(column < 0) & (following >= 0)] = following[(column < 0) & (following >= 0)]
    return table


def _register_number(word: str) -> int:
    return int(word[1:]) if word[:1] in "xw" and word[1:].isdigit() else -1


def _log_softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    shifted = scores - scores.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
