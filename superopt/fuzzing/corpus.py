"""Basic blocks of real code: cut out of assembly text with what is live after each instruction, or out of object files."""

from __future__ import annotations

import hashlib
import struct
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from random import Random

from grammars.listing import decode_listing, parse_listing
from grammars.operands import Symbol
from semantics.assembler import Instruction, assemble, decode
from semantics.block import effects
from semantics.errors import SemanticsError
from semantics.items import Item
from semantics.liveness import LivenessOptions, live_sets
from semantics.liveset import LiveSet
from semantics.program import Block, Program
from semantics.sampling import Choose
from superopt.fuzzing.elf import ARCHIVE_MAGIC, ELF_MAGIC, Code, sections_of
from superopt.fuzzing.errors import CorpusError

MOST_INSTRUCTIONS = 40_000  # of one file; of larger ones a sample of sections is taken, drawn with the seed
_PLACED = frozenset(["immhi", "imm19"])  # fields of operands that depend on where the code stands


@dataclass(frozen=True, slots=True)
class Piece:
    """Straight-line code, with at most one branch, at its end.

    ``live[i]`` is what is live after instruction ``i``; empty where that is not known.
    """

    source: str
    block: tuple[Instruction, ...]
    live: tuple[LiveSet, ...] = ()


@dataclass(frozen=True)
class Corpus:
    """Distinct pieces of code, and a digest of them."""

    pieces: tuple[Piece, ...]

    @property
    def digest(self) -> str:
        """SHA-256 over the code."""
        sha = hashlib.sha256()
        for piece in self.pieces:
            sha.update("\n".join(instruction.text for instruction in piece.block).encode() + b"\n\n")
        return sha.hexdigest()

    @property
    def instructions(self) -> int:
        """How many instructions there are in all."""
        return self._ends[-1]

    @cached_property
    def _ends(self) -> list[int]:
        return list(accumulate(len(piece.block) for piece in self.pieces))

    def draw(self, choose: Choose, longest: int) -> Piece:
        """A piece, or a run out of a longer one: long pieces more often, and half of the runs end where the piece ends."""
        piece = self.pieces[bisect_right(self._ends, choose(self._ends[-1]))]
        length = len(piece.block)
        size = min(1 + choose(longest), length)
        start = length - size if choose(2) else choose(length - size + 1)
        return Piece(piece.source, piece.block[start : start + size], piece.live[start : start + size])


def corpus_of(paths: Sequence[Path], seed: int) -> Corpus:
    """The pieces of all files. Raises CorpusError, and GrammarError for text that is no assembly."""
    found: dict[tuple[Instruction, ...], Piece] = {}
    for path in paths:
        for piece in _pieces(path, seed):
            found.setdefault(piece.block, piece)
    if not found:
        raise CorpusError(", ".join(map(str, paths)), "no code that can be run alone")
    return Corpus(tuple(found.values()))


def _pieces(path: Path, seed: int) -> Iterator[Piece]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CorpusError(str(path), (error.strerror or str(error)).lower()) from None
    if data.startswith((ELF_MAGIC, ARCHIVE_MAGIC)):
        yield from _of_sections(list(sections_of(data, path.name)), seed)
    else:
        yield from _of_listing(data, str(path))


# --- assembly text ------------------------------------------------------------------------------


def _of_listing(data: bytes, source: str) -> Iterator[Piece]:
    program = Program.from_listing(parse_listing(decode_listing(data, source), source))
    liveness = live_sets(program, LivenessOptions())
    for block in program.blocks:
        places = range(len(block.items))
        yield from _cut(source, [_known(block, i) for i in places], [liveness.after(block, i) for i in places])


def _known(block: Block, position: int) -> Instruction | None:
    item: Item = block.items[position]
    if isinstance(item, Instruction):
        return item
    try:
        found = assemble(item.operation)  # ordered and system instructions take part; the judge should refuse them
    except SemanticsError:
        return None
    return found if found.row.ordered else None


def _cut(source: str, items: Sequence[Instruction | None], live: Sequence[LiveSet]) -> Iterator[Piece]:
    """The runs of instructions that need no linker; only a branch, which ends a run, may have a symbol."""
    run, after = list[Instruction](), list[LiveSet]()
    for i, item in enumerate(items):
        leaving = item is not None and _leaves(item)
        if item is not None and (leaving or _stands_alone(item)):
            run.append(item)
            after += live[i : i + 1]
        if run and (item is None or leaving or not _stands_alone(item) or i + 1 == len(items)):
            yield Piece(source, tuple(run), tuple(after))
            run, after = [], []


def _stands_alone(instruction: Instruction) -> bool:
    return instruction.symbol is None and not _PLACED & dict(instruction.fields).keys()


def _leaves(instruction: Instruction) -> bool:
    try:
        return effects(instruction).exit is not None
    except SemanticsError:
        return False


# --- object files -------------------------------------------------------------------------------


def _of_sections(sections: list[Code], seed: int) -> Iterator[Piece]:
    Random(seed).shuffle(sections)
    left = MOST_INSTRUCTIONS
    for code in sections:
        yield from _of_code(code)
        left -= len(code.data) // 4
        if left <= 0:
            return


def _of_code(code: Code) -> Iterator[Piece]:
    words = [word for (word,) in struct.iter_unpack("<I", code.data[: len(code.data) & ~3])]
    items = [_decoded(code, 4 * i, word) for i, word in enumerate(words)]
    leaders = {start // 4 for start in code.starts} | set(_targets(items))
    run = list[Instruction | None]()
    for i, item in enumerate(items):
        if i in leaders and run:
            yield from _cut(code.name, run, ())
            run = []
        run.append(item)
    yield from _cut(code.name, run, ())


def _decoded(code: Code, offset: int, word: int) -> Instruction | None:
    """The instruction; direct branches get symbols for their targets."""
    item = decode(word) if code.is_code(offset) else None
    if item is None:
        return None
    fields = dict(item.fields)
    name = code.relocations.get(offset)
    if "target" not in fields:
        return item if name is None else None
    if name is None:
        name = f".L{offset // 4 + _signed(item, fields['target'])}"
    return replace(item, fields=tuple((n, 0 if n == "target" else v) for n, v in item.fields), symbol=Symbol(name))


def _signed(item: Instruction, value: int) -> int:
    width = item.row.encoding.fields["target"][0][1]
    return value - (1 << width) if value >> (width - 1) else value


def _targets(items: Iterable[Instruction | None]) -> Iterator[int]:
    for item in items:
        if item is not None and item.symbol is not None and item.symbol.name.startswith(".L"):
            text = item.symbol.name[2:]
            if text.isdecimal():
                yield int(text)
