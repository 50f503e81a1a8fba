"""Which word may follow which, so that every line the model writes is an instruction.

A line is a word of a regular language, derived from the rows: their sampled spellings give the *shapes* (mnemonic and
kinds of operands), and the assembler is asked which registers and immediates each place of a shape takes. The automaton
is built once and stored beside the model; a digest of the rows tells when it has to be built again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import combinations, product
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from grammars.operands import CONDITIONS, MODIFIERS, Operation
from proposer.model.vocabulary import LINE, Vocabulary, VocabularyError, model_rows, spellings
from proposer.model.words import OPEN, WordsError, is_immediate, operation_of, words_of
from semantics import aliases
from semantics.conditions import condition_number
from semantics.errors import SemanticsError
from semantics.operands.base import Mismatch
from semantics.row import Row

FILE = "grammar.json"
CONSTANT = "const:"  # pseudo-words: a constant of the block, by the class of places that take it

type Words = tuple[str, ...]


@cache
def _rows_by_mnemonic() -> dict[str, list[Row]]:
    table: dict[str, list[Row]] = {}
    for row in model_rows():
        table.setdefault(row.mnemonic, []).append(row)
    return table


@lru_cache(maxsize=1 << 16)
def well_formed(line: Words) -> bool:
    """Whether these words are an instruction of the set: what ``assemble`` takes, without its explanations."""
    try:
        operation = operation_of(line, lambda word: int(word[1:]))
        candidates = [operation, *aliases.expand(operation)]
    except (WordsError, SemanticsError):
        return False
    return any(_matches(row, candidate) for candidate in candidates for row in _rows_by_mnemonic().get(candidate.mnemonic, ()))


def _matches(row: Row, operation: Operation) -> bool:
    try:
        row.match(operation.operands)
    except Mismatch:
        return False
    return True


def is_place_of_register(word: str) -> bool:
    """Whether the word stands for a general register in a shape: ``x`` or ``w``."""
    return word in ("x", "w")


def shapes() -> dict[Words, Row]:
    """The shapes of lines: registers as ``x`` and ``w``, immediates as ``#``, conditions as ``cond``; each with a row."""
    found: dict[Words, Row] = {}
    for row in model_rows():
        if row.mnemonic in ("adr", "adrp"):
            continue
        for instruction in spellings(row):
            shape = tuple(map(_abstract, words_of(instruction.operation, lambda value: f"#{value}")))
            if not _literal_load(shape):
                found.setdefault(shape, row)
    return found


def _literal_load(shape: Words) -> bool:
    return shape[0].startswith("ldr") and OPEN not in shape


def _abstract(word: str) -> str:
    if word in ("sp", "xzr") or (word[0] == "x" and word[1:].isdigit()):
        return "x"
    if word in ("wsp", "wzr") or (word[0] == "w" and word[1:].isdigit()):
        return "w"
    if word in CONDITIONS:
        return "cond"
    return "#" if is_immediate(word) else word


@dataclass(frozen=True, slots=True)
class Line:
    """A set of lines: the words that may stand in each place, and pairs of places whose registers must differ.

    ``open`` says that a constant of the block may stand for a number, if it is right in the shape's probe.
    """

    places: tuple[frozenset[str], ...]
    distinct: tuple[tuple[int, int], ...] = ()
    open: bool = True


_GENERAL = {letter: frozenset(f"{letter}{i}" for i in range(31)) for letter in "xw"}
_SPECIAL = {"x": ("sp", "xzr"), "w": ("wsp", "wzr")}
_CONDITIONS = frozenset(name for name in CONDITIONS if condition_number(name) is not None and name not in ("cs", "cc", "al", "nv"))


class _Shape:
    """Turns one shape into sets of lines, by asking the assembler."""

    def __init__(self, shape: Words, immediates: Sequence[str], known: dict[Words, frozenset[str]], operands: str) -> None:
        self.shape, self.immediates = shape, immediates
        self.known, self.key = known, (operands, *shape[1:])  # shapes that differ in their mnemonic take the same numbers
        self.registers = [i for i, word in enumerate(shape) if i and is_place_of_register(word)]
        self.numbers = [i for i, word in enumerate(shape) if word == "#"]
        self.base = [f"{word}{i}" if i in self.registers else "eq" if word == "cond" else word for i, word in enumerate(shape)]

    @property
    def open_place(self) -> int | None:
        """The place of a number that may be any constant of a block: the only one, or the first of ``#1 lsl #16``."""
        if len(self.numbers) == 2 and self.shape[self.numbers[1] - 1] not in MODIFIERS:
            return None
        return self.numbers[0] if self.numbers else None

    def lines(self) -> Iterator[Line]:
        """The sets of lines of this shape."""
        for values in self._numbers():
            yield from self._registers(values)

    def _fits(self, changes: dict[int, str]) -> bool:
        return well_formed(tuple(changes.get(i, word) for i, word in enumerate(self.base)))

    def _numbers(self) -> Iterator[dict[int, frozenset[str]]]:
        """Immediates for every place of one, as sets that are right in any combination."""
        if not self.numbers:
            yield {}
        elif len(self.numbers) == 1:
            place = self.numbers[0]
            if self.key not in self.known:
                self.known[self.key] = frozenset(word for word in self.immediates if self._fits({place: word}))
            if self.known[self.key]:
                yield {place: self.known[self.key]}
        else:
            yield from self._joint(*self.numbers[:2])

    def _joint(self, first: int, second: int) -> Iterator[dict[int, frozenset[str]]]:
        small = [f"#{value}" for value in range(65)]
        wide = small
        if self.shape[second - 1] in MODIFIERS:
            wide = self.immediates
            small = [other for other in small if self._fits({first: "#1", second: other})]
        groups: dict[frozenset[str], set[str]] = {}
        for word in wide:
            after = frozenset(other for other in small if self._fits({first: word, second: other}))
            if after:
                groups.setdefault(after, set()).add(word)
        for after, words in groups.items():
            yield {first: frozenset(words), second: after}

    def _registers(self, values: dict[int, frozenset[str]]) -> Iterator[Line]:
        """Lines for every choice of general register, sp and zero register that the assembler takes."""
        sample = {place: min(words) for place, words in values.items()}
        distinct = self._distinct(sample)
        for kinds in product((0, 1, 2), repeat=len(self.registers)):
            if sum(kind > 0 for kind in kinds) > 2:
                continue
            special = {place: _SPECIAL[self.shape[place]][kind - 1] for place, kind in zip(self.registers, kinds, strict=True) if kind}
            if not self._fits({**sample, **special}):
                continue
            narrowed = self._again(values, special) if values and self._matters(special) else values
            if all(narrowed.values()):
                yield Line(tuple(self._place(i, special, narrowed) for i in range(len(self.shape))), distinct, narrowed == values)

    def _matters(self, special: dict[int, str]) -> bool:
        """Whether special registers may change which numbers are right: not in addresses, nor as sources of zero."""
        return OPEN not in self.shape and any(word in ("sp", "wsp") or place == 1 for place, word in special.items())

    def _again(self, values: dict[int, frozenset[str]], special: dict[int, str]) -> dict[int, frozenset[str]]:
        """The immediates that also go with a stack pointer, place by place."""
        sample = {place: min(words) for place, words in values.items()}
        key = (*self.key, self.shape[0], str(special), *sample.values())
        if len(values) == 1 and key in self.known:
            return {place: self.known[key] for place in values}
        found = {place: frozenset(w for w in words if self._fits({**sample, **special, place: w})) for place, words in values.items()}
        self.known[key] = next(iter(found.values()))
        return found

    def _distinct(self, sample: dict[int, str]) -> tuple[tuple[int, int], ...]:
        def clash(a: int, b: int) -> bool:
            return not self._fits({**sample, a: self.shape[a] + "7", b: self.shape[b] + "7"})

        return tuple((a, b) for a, b in combinations(self.registers, 2) if clash(a, b))

    def _place(self, place: int, special: dict[int, str], values: dict[int, frozenset[str]]) -> frozenset[str]:
        if place in values:
            return values[place]
        if place in special:
            return frozenset((special[place],))
        if place in self.registers:
            return _GENERAL[self.shape[place]]
        return _CONDITIONS if self.shape[place] == "cond" else frozenset((self.shape[place],))


def all_lines(vocabulary: Vocabulary) -> tuple[list[Line], dict[str, Words]]:
    """Every set of lines, with pseudo-words for constants; and for each of those a line to try values in (at ``?``)."""
    immediates = [word for word in vocabulary.words if word[0] == "#"]
    lines, probes, names = list[Line](), dict[str, Words](), dict[frozenset[str], str]()
    known: dict[Words, frozenset[str]] = {}
    for shape, row in shapes().items():
        maker = _Shape(shape, immediates, known, row.template.partition(" ")[2])
        place = maker.open_place
        for line in maker.lines():
            if place is not None and line.open:
                key = line.places[place] | {shape[0] if shape[0].startswith("mov") else ""}
                name = names.setdefault(key, f"{CONSTANT}{len(names)}")
                probes.setdefault(name, tuple("?" if i == place else min(words) for i, words in enumerate(line.places)))
                line = Line(tuple(words | {name} if i == place else words for i, words in enumerate(line.places)), line.distinct)
            lines.append(line)
    alphabet = frozenset((*vocabulary.words, *probes))
    return [line for line in (_within(line, alphabet) for line in lines) if all(line.places)], probes


def _within(line: Line, alphabet: frozenset[str]) -> Line:
    """The line with the words that the vocabulary has."""
    return Line(tuple(words & alphabet for words in line.places), line.distinct)


@dataclass(frozen=True)
class Grammar:
    """A deterministic automaton over the words of one line.

    Attributes:
        words: the alphabet: the vocabulary's words, then the pseudo-words of constants.
        edges: for each state, the next state by number of the word. State 0 starts a line and ends it.
        distinct: for each state, the places of the line whose registers may not be repeated here.
        probes: for each pseudo-word, a line with ``?`` where values are tried.
        digest: of the rows that the automaton was derived from.
    """

    words: tuple[str, ...]
    edges: tuple[dict[int, int], ...]
    distinct: tuple[tuple[int, ...], ...]
    probes: dict[str, Words]
    digest: str

    @classmethod
    def build(cls, vocabulary: Vocabulary) -> Self:
        """Derive the automaton from the rows; takes some seconds."""
        lines, probes = all_lines(vocabulary)
        words = (*vocabulary.words, *probes)
        edges, distinct = _determinise(lines, {word: i for i, word in enumerate(words)})
        return cls(words, edges, distinct, probes, rows_digest())

    @classmethod
    def load(cls, folder: Path, vocabulary: Vocabulary) -> Self:
        """Read ``grammar.json``, or build it where it is missing or the rows have changed since."""
        try:
            found = json.loads((folder / FILE).read_text("utf-8"))
            if found["digest"] == rows_digest() and tuple(found["words"][: len(vocabulary)]) == vocabulary.words:
                edges = tuple({int(word): state for word, state in row.items()} for row in map(_unpack, found["edges"]))
                probes = {name: tuple(line) for name, line in found["probes"].items()}
                return cls(tuple(found["words"]), edges, tuple(map(tuple, found["distinct"])), probes, found["digest"])
        except FileNotFoundError:
            pass
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise VocabularyError(f"{folder / FILE}: {error}") from error
        return cls.build(vocabulary)

    def save(self, folder: Path) -> None:
        """Write ``grammar.json``."""
        edges = [_pack(row) for row in self.edges]
        found = {"digest": self.digest, "words": self.words, "distinct": self.distinct, "probes": self.probes, "edges": edges}
        (folder / FILE).write_text(json.dumps(found, separators=(",", ":")) + "\n", "utf-8")

    @cached_property
    def table(self) -> NDArray[np.int32]:
        """[states, words] next states, -1 where a word may not come."""
        table = np.full((len(self.edges), len(self.words)), -1, np.int32)
        for state, row in enumerate(self.edges):
            for word, following in row.items():
                table[state, word] = following
        return table

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Columns by word."""
        return {word: i for i, word in enumerate(self.words)}

    def classes_of(self, value: int) -> Iterable[int]:
        """The columns of the pseudo-words that a constant may stand for."""
        for name in _classes(tuple(self.probes.items()), value):
            yield self.numbers[name]


@lru_cache(maxsize=4096)
def _classes(probes: tuple[tuple[str, Words], ...], value: int) -> tuple[str, ...]:
    return tuple(name for name, line in probes if well_formed(tuple(f"#{value}" if word == "?" else word for word in line)))


def rows_digest() -> str:
    """SHA-256 over the syntax and encoding of the rows that lines are derived from; their meaning does not matter here."""
    return hashlib.sha256("\n".join(f"{row.template} = {row.pattern}" for row in model_rows()).encode()).hexdigest()


def _pack(row: dict[int, int]) -> dict[str, list[int]]:
    """Words by next state: most words of a state lead to the same place."""
    packed: dict[str, list[int]] = {}
    for word, following in row.items():
        packed.setdefault(str(following), []).append(word)
    return packed


def _unpack(row: dict[str, list[int]]) -> dict[int, int]:
    return {word: int(following) for following, words in row.items() for word in words}


type _Rest = tuple[int, tuple[frozenset[str], ...], tuple[tuple[int, int], ...]]
"""What is left of a line: the place reached, the words that may follow, and the demands on registers still to come."""


def _determinise(lines: Sequence[Line], numbers: dict[str, int]) -> tuple[tuple[dict[int, int], ...], tuple[tuple[int, ...], ...]]:
    """Subset construction over what is left of lines, so that lines with equal ends share states."""
    rests: dict[_Rest, int] = {}
    start = frozenset(rests.setdefault((0, line.places, line.distinct), len(rests)) for line in lines)
    states: dict[frozenset[int], int] = {start: 0}
    edges, distinct, waiting = list[dict[int, int]](), list[tuple[int, ...]](), [start]
    known = list(rests)
    for state in waiting:
        following: dict[str, set[int]] = {}
        for place, places, demands in (known[number] for number in state):
            if not places:
                following.setdefault(LINE, set())
                continue
            rest = place + 1, places[1:], tuple(pair for pair in demands if pair[1] > place)
            number = rests.setdefault(rest, len(rests))
            if number == len(known):
                known.append(rest)
            for word in places[0]:
                following.setdefault(word, set()).add(number)
        row: dict[int, int] = {}
        for word, targets in following.items():
            target = start if word == LINE else frozenset(targets)
            if target not in states:
                states[target] = len(states)
                waiting.append(target)
            row[numbers[word]] = states[target]
        edges.append(row)
        distinct.append(tuple(sorted({a for number in state for a, b in known[number][2] if b == known[number][0]})))
    return tuple(edges), tuple(distinct)


def check(grammar: Grammar, accepts: Callable[[Words], bool] = well_formed) -> list[Words]:
    """One line along every edge of the automaton; those that are no instruction, which must be none."""
    reached: dict[int, Words] = {0: ()}
    order = [0]
    for state in order:
        for word, following in grammar.edges[state].items():
            if following not in reached:
                reached[following] = (*reached[state], grammar.words[word])
                order.append(following)
    return [line for state, line in reached.items() if grammar.numbers[LINE] in grammar.edges[state] and not accepts(line)]
