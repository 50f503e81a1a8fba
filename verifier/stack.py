"""What the contract demands of the stack pointer itself, apart from its final value.

A signal handler may run after any instruction and overwrite everything below sp. So the candidate must not lift sp
above data that are still wanted, not even for a moment, nor leave it there where sp itself is dead; and it must not
use sp as a base while it is no multiple of 16, which faults, unless the original does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from semantics import simplify as s
from semantics.assembler import Instruction
from semantics.block import Source, step
from semantics.errors import SemanticsError
from semantics.memory import Access, MemoryTooEntangled, distance, split
from semantics.state import INITIAL, State
from semantics.words import Word
from verifier.obligations import Obligation

SP = INITIAL["sp"]
MASK = (1 << 64) - 1
ALIGNMENT = 16  # bytes; AAPCS64 6.4.5.1, and what the processor checks of a base register sp

type Byte = tuple[Word, int]
"""One byte of memory: a base and an offset below 2**64."""


class StackUndecided(MemoryTooEntangled):
    """Moves of sp that the candidate shares with the original, and what comes of them is not looked into: why."""

    def __init__(self, reason: str) -> None:
        SemanticsError.__init__(self, reason)


def stack_obligations(
    original: Sequence[Instruction],
    candidate: Sequence[Instruction],
    left: State,
    right: State,
    source: Source = "rows",
    *,
    starts: tuple[State, State] | None = None,
    aligned: bool = True,
) -> Iterator[Obligation]:
    """Demands on sp, most of them met or not whatever the initial state; ``left`` and ``right`` are the blocks' final states.

    ``starts`` are the states that the blocks start in, if not in the same; ``aligned`` tells that sp is a multiple of 16
    then. Raises StackUndecided.
    """
    if not right.stack and aligned:
        return
    if not _keeps_data_above(left, right):
        yield Obligation("stack pointer lifted off data in use", _moves_alike(left, right))
    above = distance(right.get("sp"), left.get("sp"))
    if above is None or above > 0:
        yield Obligation("stack pointer at the end above the original's", s.eq(right.get("sp"), left.get("sp")))
    path = [distance(word, SP) for _, word in right.stack]
    if not aligned or any(offset is None or offset % ALIGNMENT for offset in path):
        first, second = starts if starts is not None else (State(), State())
        known = [*([SP] if aligned else []), *_bases(original, source, first)]
        if not all(any(_aligned(word, other) for other in known) for word in _bases(candidate, source, second)):
            yield Obligation("misaligned stack pointer as a base", s.FALSE)


def _keeps_data_above(original: State, candidate: State) -> bool:
    """Whether sp falls and then rises to its end, or moves and writes exactly as in the original.

    What lies below a stack pointer that only rises is below all later ones too, where no byte is touched
    that the original does not touch there: that is among the demands on the footprint.
    """
    path = [distance(word, SP) for _, word in candidate.stack]
    if _falls_then_rises([0, *(offset for offset in path if offset is not None)]) and None not in path:
        return True
    return _moves_alike(original, candidate) is s.TRUE


def _moves_alike(original: State, candidate: State) -> Word:
    """One bit: whether sp takes the same values as in the original, with the same writes in between."""
    if len(original.stack) != len(candidate.stack):
        return s.FALSE
    for before, after in zip(_stretches(original), _stretches(candidate), strict=True):
        if not _touches_alike(before, after):
            if _base_words(after) <= _base_words(original.accesses) | {SP}:
                return s.FALSE
            raise StackUndecided("memory is addressed in another way while sp moves by steps that are not known")
    if _reads_lost_data(candidate):
        raise StackUndecided("a byte may be read that was written and then left below the stack pointer")
    moves = zip(original.stack, candidate.stack, strict=True)
    return s.and_(s.TRUE, *(s.eq(word, other) for (_, word), (_, other) in moves if distance(word, other) != 0))


def _falls_then_rises(offsets: Sequence[int]) -> bool:
    risen = False
    for before, after in pairwise(offsets):
        if after < before and risen:
            return False
        risen |= after > before
    return True


def _stretches(state: State) -> list[tuple[Access, ...]]:
    """The accesses between one change of sp and the next."""
    cuts = [0, *(count for count, _ in state.stack), len(state.accesses)]
    return [state.accesses[start:stop] for start, stop in pairwise(cuts)]


def _bytes(access: Access) -> set[Byte]:
    base, offset = split(access.address)
    return {(base, (offset + i) & MASK) for i in range(access.size)}


def _base_words(accesses: Sequence[Access]) -> set[Word]:
    return {split(access.address)[0] for access in accesses}


def _touches_alike(before: Sequence[Access], after: Sequence[Access]) -> bool:
    """Whether a stretch writes the bytes that the original's does, and reads from before it nothing that the original's does not.

    A byte counts as read from before unless the stretch has written it under the same name. The original reads it from
    before in every state in which the candidate does, if no more writes precede its read than the candidate's.
    """
    written, preceding = set[Byte](), dict[Byte, frozenset[Byte]]()
    for access in before:
        if access.kind == "write":
            written |= _bytes(access)
        else:
            for byte in _bytes(access):
                preceding.setdefault(byte, frozenset(written))
    own = set[Byte]()
    for access in after:
        if access.kind == "write":
            own |= _bytes(access)
        elif not all(byte in own or (byte in preceding and preceding[byte] <= own) for byte in _bytes(access)):
            return False
    return own == written


def _reads_lost_data(state: State) -> bool:
    """Whether a read may be of a byte that the block wrote and that lay below sp since: it may hold anything."""
    kept, lost = set[Byte](), set[Byte]()
    pointers = [SP, *(word for _, word in state.stack)]
    for number, stretch in enumerate(_stretches(state)):
        now = pointers[number]
        if number and _may_rise(pointers[number - 1], now):
            below = {byte for byte in kept if not _at_or_above(byte, now)}
            kept, lost = kept - below, lost | below
        for access in stretch:
            touched = _bytes(access)
            if access.kind == "write":
                kept, lost = kept | touched, lost - touched
            elif lost & touched or any(base is not split(access.address)[0] for base, _ in lost):
                return True
    return False


def _may_rise(before: Word, after: Word) -> bool:
    moved = distance(after, before)
    return moved is None or moved > 0


def _at_or_above(byte: Byte, pointer: Word) -> bool:
    base, offset = byte
    other, start = split(pointer)
    return base is other and (offset - start) & MASK < 1 << 63


def _bases(block: Sequence[Instruction], source: Source, start: State) -> list[Word]:
    """The values of sp with which instructions of the block address memory; ``start`` is left as it is."""
    state, found = State(dict(start.registers)), list[Word]()
    for instruction in block:
        if "m" in instruction.row.shape and dict(instruction.fields).get("n") == 31:
            found.append(state.get("sp"))
        step(state, instruction, source)
    return found


def _aligned(word: Word, other: Word) -> bool:
    apart = distance(word, other)
    return apart is not None and apart % ALIGNMENT == 0
