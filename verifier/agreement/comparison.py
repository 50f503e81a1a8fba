"""Two final states of one instruction side by side: the pairs of words that must be equal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from semantics import simplify as s
from semantics.memory import Access, distance
from semantics.state import Exit, State
from semantics.words import Word


@dataclass(frozen=True, slots=True)
class Pair:
    """Two words that must be equal, and what they are: a location, ``exit``, ``memory``."""

    what: str
    left: Word
    right: Word


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that must be equal, or the name of what is different already in shape."""

    pairs: tuple[Pair, ...]
    mismatch: str = ""


def compare(left: State, right: State) -> Comparison:
    """What makes two states reached from the same initial state equal: locations, the way out, accesses, stored bytes."""
    registers = [Pair(name, left.get(name), right.get(name)) for name in sorted({*left.registers, *right.registers})]
    leaving = _exits(left.exit, right.exit)
    if leaving is None:
        return Comparison((), "exit")
    accesses = [*_accesses(left.accesses, right.accesses, "read"), *_accesses(left.accesses, right.accesses, "write")]
    if None in accesses:
        return Comparison((), "memory")
    return Comparison((*registers, *leaving, *(pair for pair in accesses if pair is not None)))


# --- the way out --------------------------------------------------------------------------------


def _exits(left: Exit | None, right: Exit | None) -> list[Pair] | None:
    """Pairs that make the exits equal, or None if they go to different places."""
    taken_left, taken_right = _taken(left), _taken(right)
    pairs = [Pair("exit", taken_left, taken_right)]
    if left is None or right is None or s.FALSE in (taken_left, taken_right):
        return pairs
    if left.kind != right.kind:
        return None
    if isinstance(left.target, Word) and isinstance(right.target, Word):
        return [*pairs, Pair("exit", left.target, right.target)]
    return pairs if type(left.target) is type(right.target) and left.target == right.target else None


def _taken(leaving: Exit | None) -> Word:
    """When control leaves for elsewhere than the next instruction."""
    if leaving is None or (leaving.kind == "jump" and leaving.target == 4):
        return s.FALSE
    return leaving.condition if leaving.condition is not None else s.TRUE


# --- memory -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Run:
    """Bytes touched without a gap: where they start, how many, and their value."""

    address: Word
    size: int
    value: Word


def _accesses(left: Sequence[Access], right: Sequence[Access], kind: str) -> Iterator[Pair | None]:
    """Pairs for all accesses of one kind, or None where the sets of bytes have different shapes.

    How bytes are grouped into accesses does not matter. A value read is judged where it is used.
    """
    runs_left, runs_right = (runs([a for a in accesses if a.kind == kind]) for accesses in (left, right))
    if runs_left is None or runs_right is None or [r.size for r in runs_left] != [r.size for r in runs_right]:
        yield None
        return
    for one, other in zip(runs_left, runs_right, strict=True):
        yield Pair("memory", one.address, other.address)
        if kind == "write":
            yield Pair("memory", one.value, other.value)


def runs(accesses: Sequence[Access]) -> list[Run] | None:
    """The accesses joined where they touch, in order of their first bytes; None if two of them overlap.

    Accesses at an unknown distance are neither joined nor said to overlap: one instruction has a single base.
    """
    found: list[Run] = []
    for access in accesses:
        new = Run(access.address, access.size, access.value)
        while True:
            neighbour = next((run for run in found if _gap(run, new) is not None), None)
            if neighbour is None:
                break
            gap = _gap(neighbour, new)
            if gap == "overlap":
                return None
            found.remove(neighbour)
            low, high = (neighbour, new) if gap == "before" else (new, neighbour)
            new = Run(low.address, low.size + high.size, s.concat(high.value, low.value))
        found.append(new)
    return found


def _gap(run: Run, new: Run) -> str | None:
    """``before`` if ``run`` ends where ``new`` starts, ``after`` the other way round, ``overlap``, or None if apart."""
    offset = distance(new.address, run.address)
    if offset is None or offset > run.size or offset < -new.size:
        return None
    if offset == run.size:
        return "before"
    return "after" if offset == -new.size else "overlap"
