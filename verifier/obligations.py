"""The contract of equivalence as one-bit words: each must be 1 in every initial state.

Given the final states of the original and of the candidate, :func:`obligations` lists what the contract
demands (``docs/contract.md``): equal live-outs, equal memory, the same way out, and a footprint within the
original's. Screening evaluates these words on concrete states; the solver proves that none can be 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grammars.operands import Symbol
from semantics import simplify as s
from semantics.frames import DeadStack
from semantics.liveset import LiveSet
from semantics.memory import Access, Apart, Fuel, distance, read, split
from semantics.state import INITIAL, Exit, State
from semantics.words import Word

SP = INITIAL["sp"]
MASK = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class Obligation:
    """One demand of the contract.

    Attributes:
        what: the observable, for people: ``x0``, ``memory``, ``footprint``, ``exit``.
        goal: one bit, 1 where the demand is met.
        original: the original's value of the observable, where there is one.
        candidate: the candidate's value.
        address: where it is, for memory.
    """

    what: str
    goal: Word
    original: Word | None = None
    candidate: Word | None = None
    address: Word | None = None


def obligations(
    original: State, candidate: State, live_out: LiveSet, *, dead_stack: DeadStack | None = None, apart: Apart | None = None
) -> list[Obligation]:
    """Everything to prove, without what holds by construction.

    ``dead_stack`` exempts the bytes between the lowest sp that the original reached and its final sp, and what it lists.
    ``apart`` says which accesses cannot overlap; the demands then are what is to be shown where that is so.
    Raises MemoryTooEntangled when reads depend on too many possible overlaps.
    """
    found = [*_registers(original, candidate, live_out), *_exit(original, candidate)]
    dead = _dead_region(original, dead_stack) if dead_stack is not None else None
    if "mem" in live_out:
        found += _memory(original, candidate, dead, apart)
    found += _footprint(original.accesses, candidate.accesses, dead, apart)
    return [obligation for obligation in found if obligation.goal is not s.TRUE]


def live_registers(live_out: LiveSet) -> list[tuple[str, int]]:
    """The live registers and flags with their live low bits: the set without memory and FPSR."""
    return [(location, bits) for location, bits in live_out.items() if location in INITIAL]


def _registers(original: State, candidate: State, live_out: LiveSet) -> Iterator[Obligation]:
    for location, bits in live_registers(live_out):
        left, right = s.truncate(original.get(location), bits), s.truncate(candidate.get(location), bits)
        yield Obligation(location, s.eq(left, right), left, right)


# --- control ------------------------------------------------------------------------------------


def _exit(original: State, candidate: State) -> Iterator[Obligation]:
    left, right = original.exit, candidate.exit
    taken_left, taken_right = _taken(left), _taken(right)
    yield Obligation("branch taken", s.eq(taken_left, taken_right), taken_left, taken_right)
    if left is None or right is None:
        return
    never = ~(taken_left & taken_right)
    if left.kind != right.kind or type(left.target) is not type(right.target):
        yield Obligation("branch target", never)
    elif isinstance(left.target, Word) and isinstance(right.target, Word):
        yield Obligation("branch target", never | s.eq(left.target, right.target), left.target, right.target)
        if left.through != right.through:
            yield Obligation("register of the branch", never)
    elif left.target != right.target or not _same_place(left.target):
        yield Obligation("branch target", never)


def _same_place(target: Symbol | Word | int) -> bool:
    """Whether a target means the same place for both blocks, which need not have the same instructions.

    Where they end is the same. A distance back from there, or from a label, may lead into the block itself.
    """
    if isinstance(target, Symbol):
        return target.addend == 0 or (target.name == "." and target.addend > 0)
    return isinstance(target, Word) or target >= 0


def _taken(exit_: Exit | None) -> Word:
    if exit_ is None:
        return s.FALSE
    return exit_.condition if exit_.condition is not None else s.TRUE


# --- memory -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Region:
    """Bytes as half-open ranges of offsets from the initial stack pointer."""

    ranges: tuple[tuple[int, int], ...]

    def holds(self, offset: int) -> bool:
        """Whether the byte at this offset belongs to the region."""
        return any(low <= offset < high for low, high in self.ranges)

    def word(self, address: Word) -> Word:
        """One bit: whether the byte at ``address`` belongs to the region."""
        return s.or_(s.FALSE, *(s.ult(address - SP - low, s.const(high - low, 64)) for low, high in self.ranges))


def _dead_region(original: State, dead: DeadStack) -> Region | None:
    """The stack bytes that are dead after the original, or None if its sp cannot be followed."""
    final = distance(original.get("sp"), SP)
    depths = [distance(access.sp, SP) for access in original.accesses]
    if final is None or any(depth is None for depth in depths):
        return None
    low = min([0, final, *(depth for depth in depths if depth is not None)])
    ranges = [(low, final), *((final + start, final + stop) for start, stop in dead.ranges)]
    return Region(tuple((start, stop) for start, stop in ranges if start < stop))


def _memory(original: State, candidate: State, dead: Region | None, apart: Apart | None) -> Iterator[Obligation]:
    """Memory is equal everywhere if it is equal at every byte that either block writes."""
    left, right = original.memory.stores, candidate.memory.stores
    fuels = Fuel(apart=apart), Fuel(apart=apart)
    for address, size in _written(left, right, dead):
        before, after = read(left, address, size, fuels[0]), read(right, address, size, fuels[1])
        goal = s.eq(before, after)
        if dead is not None and goal is not s.TRUE and distance(address, SP) is None:
            goal = _bytewise(before, after, address, dead)
        yield Obligation("memory", goal, before, after, address)


def _bytewise(before: Word, after: Word, address: Word, dead: Region) -> Word:
    size = before.width // 8
    equal = [s.eq(s.extract(before, 8 * i, 8), s.extract(after, 8 * i, 8)) for i in range(size)]
    return s.and_(s.TRUE, *(dead.word(address + i) | same for i, same in enumerate(equal)))


def _written(left: Sequence[Access], right: Sequence[Access], dead: Region | None) -> Iterator[tuple[Word, int]]:
    """Every range written, once: by base, as maximal runs cut at the stores' own borders."""
    by_base: dict[Word, dict[int, set[int]]] = {}
    for store in (*left, *right):
        base, offset = split(store.address)
        cuts = by_base.setdefault(base, {})
        cuts.setdefault(offset, set()).add(store.size)
    for base, cuts in by_base.items():
        done: set[int] = set()
        for offset in sorted(cuts):
            for size in sorted(cuts[offset], reverse=True):
                fresh = [i for i in range(size) if (offset + i) & MASK not in done and not _is_dead(base, offset + i, dead)]
                done |= {(offset + i) & MASK for i in range(size)}
                for start, stop in _runs(fresh):
                    yield base + (offset + start), stop - start


def _is_dead(base: Word, offset: int, dead: Region | None) -> bool:
    return dead is not None and base is SP and dead.holds(_signed(offset & MASK))


def _signed(value: int) -> int:
    return value - (1 << 64) if value >> 63 else value


def _runs(positions: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Consecutive positions as half-open intervals."""
    start = 0
    for i in range(1, len(positions) + 1):
        if i == len(positions) or positions[i] != positions[i - 1] + 1:
            yield positions[start], positions[i - 1] + 1
            start = i


# --- footprint ----------------------------------------------------------------------------------


def _footprint(original: Sequence[Access], candidate: Sequence[Access], dead: Region | None, apart: Apart | None) -> Iterator[Obligation]:
    """Each byte the candidate touches, the original touches too, and no nearer to the area below sp.

    A read may stand for a read or a write, a write only for a write. A signal handler may overwrite what lies
    below sp: a byte that the original touched while sp was lower must not lie between the two stack pointers,
    unless it is written, not read again in the candidate, and dead.
    """
    seen: set[tuple[str, Word, int, Word]] = set()
    for number, access in enumerate(candidate):
        key = (access.kind, access.address, access.size, access.sp)
        if key in seen:
            continue
        seen.add(key)
        allowed = [a for a in original if (access.kind == "read" or a.kind == "write") and not _apart(a, access, apart)]
        for i in _uncovered(allowed, access):
            byte = access.address + i
            exempt = _unread(byte, candidate[number + 1 :], dead) if access.kind == "write" else s.FALSE
            goal = s.or_(s.FALSE, *(_touched(a, access, byte, exempt) for a in allowed))
            yield Obligation(f"{access.kind} of a byte that the original does not {access.kind} there", goal, None, byte)


def _apart(one: Access, other: Access, apart: Apart | None) -> bool:
    return apart is not None and apart.accesses(one.address, one.size, other.address, other.size)


def _unread(byte: Word, rest: Sequence[Access], dead: Region | None) -> Word:
    """One bit: ``byte`` is dead after the block, and no read in the rest of the candidate is of it."""
    if dead is None:
        return s.FALSE
    read_again = (s.ult(byte - access.address, s.const(access.size, 64)) for access in rest if access.kind == "read")
    return dead.word(byte) & ~s.or_(s.FALSE, *read_again)


def _touched(original: Access, candidate: Access, byte: Word, exempt: Word) -> Word:
    """One bit: the original's access covers ``byte``, which is not between the original's sp and the candidate's, or exempt."""
    inside = s.ult(byte - original.address, s.const(original.size, 64))
    raised = distance(candidate.sp, original.sp)
    if raised is None:
        return inside & s.eq(candidate.sp, original.sp)
    if raised <= 0:
        return inside
    between = s.ult(byte - original.sp, s.const(raised, 64))
    return inside & (exempt | ~between)


def _uncovered(allowed: Sequence[Access], access: Access) -> list[int]:
    """Bytes of ``access`` that no access under at most its own sp covers at a known distance."""
    covered: set[int] = set()
    for other in allowed:
        delta, raised = distance(other.address, access.address), distance(access.sp, other.sp)
        if delta is not None and raised is not None and raised <= 0 and abs(delta) < 1 << 20:
            covered.update(range(max(delta, 0), min(delta + other.size, access.size)))
    return [i for i in range(access.size) if i not in covered]
