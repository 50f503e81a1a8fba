"""Memory that other threads, or devices, use at the same time: the same accesses, one for one.

What a single thread cannot see others can: that an access was torn into parts, merged with its neighbour, left out, made
twice or exchanged with another. So for such memory both blocks must make the same accesses in the same order, and since
others may write at any moment, each read may bring anything: the n-th read brings the same unknown in both blocks, and
registers, stored values and branches must come out equal whatever it is.

The accesses of one instruction belong together: a pair is not two single accesses, nor are these a pair.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from semantics import simplify as s
from semantics.assembler import Instruction
from semantics.block import Source, step
from semantics.liveset import LiveSet
from semantics.memory import Access, Memory
from semantics.state import State
from semantics.words import Word
from verifier.obligations import Obligation, obligations

NON_TEMPORAL = frozenset({"ldnp", "stnp"})  # not ordered by address dependencies
READ = "read:"  # begins the names of what reads bring

type _Group = tuple[str, tuple[Access, ...]]
type _Groups = Sequence[_Group]

_NOTHING: _Group = ("", ())


@dataclass(slots=True)
class SharedMemory(Memory):
    """Memory of which nothing is known: every read brings something new.

    Attributes:
        count: bytes read so far. What a read brings has its name from them: blocks that make the same accesses, though in
            numbers of registers that differ, have the same name for the same bytes only.
    """

    count: int = 0

    def load(self, address: Word, size: int, sp: Word) -> Word:
        """Record the access; its value is an unknown that depends on nothing but how much was read before."""
        parts = list[Word]()
        for low in range(0, size, 8):
            width = 8 * min(8, size - low)
            parts.append(s.var(f"{READ}{self.count + low}:{width}", width))
        value = s.concat(*reversed(parts))
        self.count += size
        self.accesses.append(Access("read", address, size, value, sp))
        return value


@dataclass(frozen=True, slots=True)
class _Run:
    """A block's final state on shared memory, and the accesses of each instruction that has some."""

    state: State
    groups: tuple[_Group, ...]  # what is particular about them, and the accesses


def _run(block: Sequence[Instruction], source: Source) -> _Run:
    state, groups = State(memory=SharedMemory()), list[_Group]()
    for instruction in block:
        seen = len(state.memory.accesses)
        step(state, instruction, source)
        group = tuple(part for access in state.memory.accesses[seen:] for part in _elements(access, instruction.row.element))
        if group:
            groups.append((_manner(instruction, group), group))
    return _Run(state, tuple(groups))


def _manner(instruction: Instruction, group: Sequence[Access]) -> str:
    """What sets accesses apart from others of the same sizes: a pair may be read in one piece, elements of a structure may not."""
    if instruction.row.mnemonic in NON_TEMPORAL:
        return "non-temporal"
    return "by elements" if instruction.row.mnemonic[2:3].isdigit() and len(group) > 1 else ""


def _elements(access: Access, size: int | None) -> Iterator[Access]:
    """The access as others may see it: in elements of ``size`` bytes, if it is one of structures."""
    for start in range(0, access.size, size or access.size):
        part = size or access.size
        value = s.extract(access.value, 8 * start, 8 * part)
        yield replace(access, address=access.address + start, size=part, value=value)


def shared_obligations(
    original: Sequence[Instruction], candidate: Sequence[Instruction], live_out: LiveSet, source: Source = "rows"
) -> list[Obligation]:
    """What must hold if other threads use the memory: the same accesses, and the same results whatever the reads bring."""
    left, right = _run(original, source), _run(candidate, source)
    found = list(_accesses(left.groups, right.groups))
    found += [
        replace(demand, what=f"{demand.what} (if memory changes meanwhile)")
        for demand in obligations(_without_memory(left.state), _without_memory(right.state), live_out.without(["mem"]))
    ]
    return [demand for demand in found if demand.goal is not s.TRUE]


def _without_memory(state: State) -> State:
    """Registers and exit alone: the accesses are compared one for one."""
    return State(registers=state.registers, exit=state.exit)


def _accesses(left: _Groups, right: _Groups) -> Iterator[Obligation]:
    for number, ((manner, before), (other, after)) in enumerate(zip_longest(left, right, fillvalue=_NOTHING), 1):
        if [(a.kind, a.size) for a in before] != [(a.kind, a.size) for a in after]:
            yield Obligation(f"access {number}: {_described(before)} becomes {_described(after)}", s.FALSE)
            return
        if manner != other:
            yield Obligation(f"access {number}: only one is {manner or other}", s.FALSE)
        for a, b in zip(before, after, strict=True):
            what = f"access {number} ({a.kind} of {a.size} bytes)"
            yield Obligation(f"{what}: address", s.eq(a.address, b.address), a.address, b.address)
            if a.kind == "write":
                yield Obligation(f"{what}: value", s.eq(a.value, b.value), a.value, b.value)


def _described(group: Sequence[Access]) -> str:
    if not group:
        return "nothing"
    sizes = {access.size for access in group}
    count = f"{len(group)} times " if len(group) > 1 else ""
    return f"a {group[0].kind} of {count}{'/'.join(map(str, sorted(sizes)))} bytes"
