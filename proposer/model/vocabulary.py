"""The closed vocabulary of the model, and how prompts and answers are written in it.

A prompt is ``<bos> <cycles> [<dead-stack>] <live> x0 w1 mem <code> line <nl> line <nl> <best>``, and the answer is the
lines of the replacement and ``<eos>``. Blocks with words outside the vocabulary have no prompt.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product
from pathlib import Path
from typing import Self

from grammars.operands import CONDITIONS, MODIFIERS, Operation
from proposer.errors import ProposerError
from proposer.model.words import CLOSE, CLOSE_POST, CLOSE_PRE, OPEN, Constants, WordsError, immediates_in, operation_of, words_of
from semantics.assembler import Instruction, base_rows
from semantics.liveset import LiveSet
from semantics.row import Row
from semantics.sampling import instance, samples

FILE = "vocabulary.json"
PAD, BOS, EOS, LIVE, CODE, BEST, LINE, DEAD_STACK = "<pad>", "<bos>", "<eos>", "<live>", "<code>", "<best>", "<nl>", "<dead-stack>"
OBJECTIVES: Mapping[str, str] = {"cycles": "<cycles>", "size": "<size>", "count": "<count>"}
SAMPLES = 60
_SPARE = tuple(f"<spare{i}>" for i in range(8))
_SPECIAL = (PAD, BOS, EOS, LIVE, CODE, BEST, LINE, DEAD_STACK, *OBJECTIVES.values(), *_SPARE)
_LIVE = ("mem", "nzcv", "n", "z", "c", "v", "fpsr")
_SYMBOLS = tuple(prefix + f"sym{i}" for prefix in ("", ":lo12:", ":got:", ":got_lo12:") for i in range(4))


class VocabularyError(ProposerError):
    """A vocabulary file that cannot be used."""


def _patterns() -> Iterator[int]:
    """Repeating masks as programs use them."""
    for byte in (0x55, 0x33, 0x0F, 0xAA, 0xCC, 0xF0, 0x01, 0x7F, 0x80, 0xFE):
        for width in (16, 32, 64):
            yield int.from_bytes(bytes([byte]) * (width // 8), "little")
    yield from (0x00FF00FF, 0xFF00FF00, 0x00FF00FF00FF00FF, 0xFF00FF00FF00FF00, 0x0000FFFF0000FFFF, 0xFFFF0000FFFF0000)


def closed_immediates() -> tuple[int, ...]:
    """The immediates that have a word: small numbers, frame offsets, powers of two, runs of ones, repeating masks."""
    values = [*range(-64, 129), *range(-256, -64, 8), *range(136, 513, 8), 1000, 4095]
    for k in range(64):
        values += [1 << k, (1 << k) - 1, (1 << 64) - (1 << k)]
    values += [-(1 << k) for k in range(33)] + [-(1 << k) - 1 for k in range(33)]
    values += [(1 << 32) - (1 << k) for k in range(32)]
    values += [*_patterns(), (1 << 64) - 1]
    return tuple(dict.fromkeys(value for value in values if -(1 << 63) <= value < 1 << 64))


def model_rows() -> tuple[Row, ...]:
    """The rows whose instructions the model may read and write: general registers, no branches."""
    vector, leaving = ("vt", "vt2"), ("target",)
    named = ("adrp", "adr")
    return tuple(
        row
        for row in base_rows()
        if row.mnemonic in named or (not any(name in (*vector, *leaving) for name, _ in row.placeholders) and not _leaves(row))
    )


def _leaves(row: Row) -> bool:
    return row.mnemonic in ("br", "blr", "ret", "nop", "hint")


def spellings(row: Row) -> list[Instruction]:
    """Instances of a row, among which is every preferred spelling that it has."""
    found: dict[tuple[tuple[str, int], ...], Instruction] = {}
    for number, drawn in enumerate(samples(row, random.Random(row.template).randrange, SAMPLES)):
        some = dict(drawn.fields)
        for fields in (some, *_corners(some), *(_modified(some) if number < 3 else ())):
            if row.valid(fields):
                made = instance(row, fields)
                found.setdefault(made.fields, made)
    return list(found.values())


def _modified(fields: dict[str, int]) -> Iterator[dict[str, int]]:
    """Every shift and every extension, with and without an amount, in both widths."""
    for name, count, amount in (("shift", 4, "imm6"), ("option", 8, "imm3")):
        if name in fields and amount in fields:
            for wide, kind, by, d, n in product((0, 1), range(count), (0, 2), (3, 31), (1, 31)):
                yield fields | {"sf": wide, name: kind, amount: by, "n": n, "m": 2, "d": d}


def _corners(fields: dict[str, int]) -> Iterator[dict[str, int]]:
    """The fields where aliases begin: register 31, equal registers, no shift, and the named bit fields."""
    registers = [name for name in fields if name in ("d", "n", "m", "a")]
    unshifted = fields | dict.fromkeys([name for name in fields if name.startswith("imm") or name in ("shift", "hw", "lsb")], 0)
    for base in (fields, unshifted):
        yield base
        for chosen in (*combinations(registers, 1), *combinations(registers, 2)):
            yield base | dict.fromkeys(chosen, 31)
        if "m" in fields and "n" in fields:
            yield base | {"m": base["n"]}
    if "imms" in fields and "immr" in fields and "d" in fields:
        for wide, low, top in ((0, 0, 7), (0, 0, 15), (1, 0, 7), (1, 0, 15), (1, 0, 31), (0, 31, 30), (1, 63, 62), (0, 3, 31), (1, 3, 63)):
            yield fields | {"sf": wide, "N": wide, "immr": low, "imms": top}


def _mnemonics() -> list[str]:
    return sorted({i.operation.mnemonic for row in model_rows() for i in spellings(row)} | {"mov", "cset", "csetm", "lsl", "asr"})


def default_words() -> tuple[str, ...]:
    """The words of a new vocabulary, in the order of their numbers."""
    registers = [f"{letter}{i}" for letter in "xw" for i in range(31)]
    return tuple(
        dict.fromkeys(
            (
                *_SPECIAL,
                *(OPEN, CLOSE, CLOSE_PRE, CLOSE_POST),
                *(f"c{i}" for i in range(Constants.LIMIT)),
                *registers,
                *("sp", "wsp", "xzr", "wzr"),
                *_LIVE,
                *_SYMBOLS,
                *sorted(CONDITIONS),
                *sorted(MODIFIERS),
                *_mnemonics(),
                *(f"#{value}" for value in closed_immediates()),
            )
        )
    )


@dataclass(frozen=True, slots=True)
class Prompt:
    """A block as the model reads it: word numbers, and the values of ``c0``, ``c1``, ..."""

    ids: tuple[int, ...]
    constants: Constants


@dataclass(frozen=True)
class Vocabulary:
    """Words and their numbers."""

    words: tuple[str, ...]

    @classmethod
    def default(cls) -> Self:
        """The vocabulary of a new model."""
        return cls(default_words())

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read ``vocabulary.json``; raises VocabularyError."""
        try:
            words = json.loads((folder / FILE).read_text("utf-8"))["words"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise VocabularyError(f"{folder / FILE}: {error}") from error
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words) or not set(_SPECIAL) <= set(words):
            raise VocabularyError(f"{folder / FILE}: not a vocabulary of this program")
        return cls(tuple(words))

    def save(self, folder: Path) -> None:
        """Write ``vocabulary.json``."""
        text = json.dumps({"format": 1, "words": self.words}, indent=0)
        (folder / FILE).write_text(text + "\n", "utf-8")

    def __len__(self) -> int:
        return len(self.words)

    @cached_property
    def ids(self) -> Mapping[str, int]:
        """Numbers by word."""
        return {word: number for number, word in enumerate(self.words)}

    @cached_property
    def closed(self) -> frozenset[int]:
        """The immediates that have a word."""
        return frozenset(int(word[1:]) for word in self.words if word[0] == "#")

    def encode(self, words: Iterable[str]) -> list[int]:
        """Numbers of words; raises WordsError for one outside the vocabulary."""
        try:
            return [self.ids[word] for word in words]
        except KeyError as error:
            raise WordsError(f"{error.args[0]!r} is not in the vocabulary") from None

    def prompt(self, block: Sequence[Instruction], live_out: LiveSet, objective: str, *, dead_stack: bool) -> Prompt:
        """The prompt for a canonical block; raises WordsError for a block that the vocabulary cannot express."""
        operations = [instruction.operation for instruction in block]
        constants = self.constants(operations)
        words = [BOS, OBJECTIVES[objective], *((DEAD_STACK,) if dead_stack else ()), LIVE, *live_out.names(), CODE]
        return Prompt((*self.encode(words), *self.lines(operations, constants), self.ids[BEST]), constants)

    def constants(self, operations: Iterable[Operation]) -> Constants:
        """The values that these operations need beyond the closed ones; raises WordsError if they are too many."""
        values = tuple(dict.fromkeys(v for o in operations for v in immediates_in(o) if v not in self.closed))
        if len(values) > Constants.LIMIT:
            raise WordsError(f"{len(values)} different constants, the limit is {Constants.LIMIT}")
        return Constants(values)

    def answer(self, block: Sequence[Instruction], constants: Constants) -> list[int]:
        """The answer that stands for a block; raises WordsError."""
        return [*self.lines([i.operation for i in block], constants), self.ids[EOS]]

    def lines(self, operations: Iterable[Operation], constants: Constants) -> list[int]:
        """The numbers of lines of assembly, each with its end of line."""

        def immediate(value: int) -> str:
            return f"#{value}" if value in self.closed else constants.word(value)

        return [number for operation in operations for number in self.encode([*words_of(operation, immediate), LINE])]

    def operations(self, ids: Sequence[int], constants: Constants) -> list[Operation]:
        """The operations of an answer up to its ``<eos>`` or end; raises WordsError."""
        found: list[Operation] = []
        line: list[str] = []
        for number in ids:
            word = self.words[number]
            if word == EOS:
                break
            if word == LINE:
                found.append(operation_of(line, lambda text: constants.value(text) if text[0] == "c" else int(text[1:])))
                line = []
            else:
                line.append(word)
        if line:
            raise WordsError(f"{' '.join(line)}: the line breaks off")
        return found
