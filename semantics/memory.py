"""Memory as a log of accesses over an unknown initial image; reads are resolved through the log.

An address is split into a base (a sum of terms) and a constant offset. Two accesses with the same
base are ordered by their offsets alone; with different bases they may overlap in any way, and a
read becomes a choice over where the store fell. Addresses wrap around at 2**64.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from semantics import simplify as s
from semantics.errors import SemanticsError
from semantics.words import Word

PIECE = 16  # bytes
WINDOW = 64  # bytes; runs do not cross its multiples, so that their values stay words
MAX_CHOICES = 4096  # byte choices one block may need before its memory is called too entangled


class MemoryTooEntangled(SemanticsError):
    """A read depends on more possibly overlapping stores than the limit."""

    def __init__(self) -> None:
        super().__init__(f"memory: more than {MAX_CHOICES} possible overlaps between reads and stores")


@dataclass(frozen=True, slots=True)
class Access:
    """One access: ``size`` bytes at ``address``; ``sp`` is the stack pointer at that moment.

    ``value`` is what was read or written, ``8*size`` bits, little-endian.
    """

    kind: Literal["read", "write"]
    address: Word
    size: int
    value: Word
    sp: Word


def split(address: Word) -> tuple[Word, int]:
    """``address`` as a base word and a constant offset below 2**64 (base 0 for a constant)."""
    return s.base_and_offset(address)


def distance(address: Word, other: Word) -> int | None:
    """``address - other`` as a signed constant, or None if it is not one."""
    value = s.apart(address, other)
    return None if value is None else value - (1 << 64) if value >> 63 else value


def read(stores: tuple[Access, ...], address: Word, size: int, fuel: Fuel | None = None) -> Word:
    """``size`` bytes at ``address`` after ``stores`` (oldest first) over the initial memory."""
    fuel = fuel if fuel is not None else Fuel()
    for i in range(len(stores) - 1, -1, -1):
        store = stores[i]
        delta = distance(address, store.address)
        if delta is None:
            if fuel.apart is not None and fuel.apart.accesses(address, size, store.address, store.size):
                continue
            return _read_maybe(stores[:i], store, address, size, fuel)
        if delta >= store.size or delta + size <= 0:
            continue
        return _read_known(stores[:i], store, address, size, delta, fuel)
    return s.load(address, size)


@dataclass(frozen=True, slots=True, eq=False)
class Apart:
    """Which accesses are known to have no byte in common although their distance is not constant.

    Attributes:
        hulls: by base, the range of offsets (signed, half-open) that is spoken of.
        pairs: bases whose hulls have no byte in common.
    """

    hulls: Mapping[Word, tuple[int, int]]
    pairs: frozenset[frozenset[Word]]

    def accesses(self, address: Word, size: int, other: Word, other_size: int) -> bool:
        """Whether ``size`` bytes at ``address`` and ``other_size`` bytes at ``other`` are apart for sure."""
        (base, offset), (other_base, other_offset) = split(address), split(other)
        if frozenset((base, other_base)) not in self.pairs:
            return False
        return self._within(base, offset, size) and self._within(other_base, other_offset, other_size)

    def _within(self, base: Word, offset: int, size: int) -> bool:
        low, high = self.hulls[base]
        start = offset - (offset >> 63 << 64)
        return low <= start and start + size <= high


@dataclass(slots=True)
class Fuel:
    """What is left of the choices that a read may make, and what need not be chosen because it is known to be apart."""

    left: int = MAX_CHOICES
    known: dict[tuple[tuple[Access, ...], Word, int], Word] = field(default_factory=dict[tuple[tuple["Access", ...], Word, int], Word])
    apart: Apart | None = None


def _read_known(older: tuple[Access, ...], store: Access, address: Word, size: int, delta: int, fuel: Fuel) -> Word:
    """A read that overlaps ``store`` at a known distance: its bytes, and what sticks out on either side."""
    start, stop = max(delta, 0), min(delta + size, store.size)
    parts = [s.extract(store.value, 8 * start, 8 * (stop - start))]
    if delta < 0:
        parts.append(read(older, address, -delta, fuel))
    if delta + size > store.size:
        parts.insert(0, read(older, store.address + store.size, delta + size - store.size, fuel))
    return s.concat(*parts)


def _read_maybe(older: tuple[Access, ...], store: Access, address: Word, size: int, fuel: Fuel) -> Word:
    """A read that may overlap ``store`` anyhow: byte by byte, the stored byte or the older one."""
    key = ((*older, store), address, size)
    if key in fuel.known:
        return fuel.known[key]
    fuel.left -= size
    if fuel.left < 0:
        raise MemoryTooEntangled
    before = read(older, address, size, fuel)
    parts = list[Word]()
    for i in reversed(range(size)):
        offset = address + i - store.address
        inside = s.ult(offset, s.const(store.size, 64))
        parts.append(s.ite(inside, _byte_at(store.value, offset), s.extract(before, 8 * i, 8)))
    result = s.concat(*parts)
    fuel.known[key] = result
    return result


def _byte_at(value: Word, offset: Word) -> Word:
    """Byte number ``offset`` (a 64-bit word) of ``value``; anything if there is no such byte."""
    if value.width == 8:
        return value
    index = s.concat(s.truncate(offset, (value.width // 8 - 1).bit_length()), s.const(0, 3))
    return s.truncate(s.lshr(value, s.zext(index, value.width)), 8)


def overlaid(runs: Sequence[Access], new: Access, apart: Apart | None = None) -> list[Access]:
    """The same memory as ``new`` stored after ``runs``, in a form that how stores are grouped does not change.

    Among the last stores, those at known distances from ``new`` lose the bytes that it overwrites, join it where they
    touch it within a window of 64 bytes, and stand in the order of their addresses. Stores that are ``apart`` from all of
    these do not come between them.
    """
    found = list(runs)
    for part in _cut(new, WINDOW - split(new.address)[1] % WINDOW, WINDOW):
        found = _overlaid(found, part, apart)
    return found


def _overlaid(runs: Sequence[Access], new: Access, apart: Apart | None) -> list[Access]:
    first, others = _last_at_known_distances(runs, new, apart)
    rest, place = list[Access](), split(new.address)[1]
    for run in (run for run in runs[first:] if run not in others):
        start = _known(run, new)
        same = (place + start) // WINDOW == place // WINDOW
        if _overlap(run, new) or (same and -run.size <= start <= new.size):
            new, place = _joined(run, start, new), place + min(start, 0)
        else:
            rest.append(run)
    return [*runs[:first], *others, *sorted((*rest, new), key=lambda run: _known(run, new))]


def _known(run: Access, new: Access) -> int:
    """Where ``run`` begins, from where ``new`` does."""
    start = distance(run.address, new.address)
    if start is None:
        raise SemanticsError("memory: stores at an unknown distance are taken for neighbours")
    return start


def _last_at_known_distances(runs: Sequence[Access], new: Access, apart: Apart | None) -> tuple[int, list[Access]]:
    """Where the last runs begin that are at known distances from ``new`` or apart from those; and the latter.

    The former have no byte in common, so that their order does not matter: a run between two that overlap kept them from
    being joined, since it is apart from one of them only.
    """
    first, others, near = len(runs), list[Access](), list[Access]()
    while first:
        run = runs[first - 1]
        if distance(new.address, run.address) is not None:
            if any(_overlap(run, other) for other in near) or not all(_apart(run, other, apart) for other in others):
                break
            near.append(run)
        elif _apart(new, run, apart):
            others.insert(0, run)
        else:
            break
        first -= 1
    return first, others


def _apart(one: Access, other: Access, apart: Apart | None) -> bool:
    return apart is not None and apart.accesses(one.address, one.size, other.address, other.size)


def _overlap(one: Access, other: Access) -> bool:
    """Whether two stores at a known distance have a byte in common."""
    offset = distance(one.address, other.address)
    return offset is not None and -one.size < offset < other.size


def _joined(older: Access, start: int, new: Access) -> Access:
    """Two stores that overlap or touch as one; ``older`` begins ``start`` bytes behind the beginning of ``new``."""
    parts, size, address = [new.value], new.size, new.address
    if start + older.size > size:
        parts.insert(0, s.extract(older.value, 8 * (size - start), 8 * (start + older.size - size)))
    if start < 0:
        parts.append(s.extract(older.value, 0, -8 * start))
        address = older.address
    value = s.concat(*parts)
    return Access("write", address, value.width // 8, value, new.sp)


def _pieces(run: Access) -> Iterator[Access]:
    """A run in pieces of at most 16 bytes, which keeps the choice of one of their bytes small."""
    return _cut(run, PIECE, PIECE)


def _cut(run: Access, first: int, step: int) -> Iterator[Access]:
    """A store in parts of ``first`` bytes and then ``step`` bytes each."""
    if run.size <= first:
        yield run
        return
    start = 0
    while start < run.size:
        size = min(first if start == 0 else step, run.size - start)
        yield replace(run, address=run.address + start, size=size, value=s.extract(run.value, 8 * start, 8 * size))
        start += size


@dataclass(slots=True)
class Memory:
    """The accesses of a block so far."""

    accesses: list[Access] = field(default_factory=list[Access])
    fuel: Fuel = field(default_factory=Fuel)
    _settled: list[Access] = field(default_factory=list[Access])
    _seen: int = 0  # how many accesses are in _settled

    @property
    def stores(self) -> tuple[Access, ...]:
        """What the writes so far come to, oldest first: see :func:`overlaid`."""
        for access in self.accesses[self._seen :]:
            if access.kind == "write":
                self._settled = overlaid(self._settled, access, self.fuel.apart)
        self._seen = len(self.accesses)
        return tuple(piece for run in self._settled for piece in _pieces(run))

    def load(self, address: Word, size: int, sp: Word) -> Word:
        """Read ``size`` bytes and record the access."""
        value = read(self.stores, address, size, self.fuel)
        self.accesses.append(Access("read", address, size, value, sp))
        return value

    def store(self, address: Word, value: Word, sp: Word) -> None:
        """Write a word of a whole number of bytes and record the access."""
        if value.width % 8:
            raise s.WidthError("store", (value.width,))
        self.accesses.append(Access("write", address, value.width // 8, value, sp))
