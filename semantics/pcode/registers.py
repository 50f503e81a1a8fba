"""SLEIGH's register and temporary spaces during one instruction, as a view of our locations.

Both spaces are bytes that varnodes of any size overlap in: ``w0`` is the low half of ``x0``, ``b0`` the lowest byte of
``z0``. The offsets are those of ``AARCH64instructions.sinc`` (Ghidra 11 and 12); a test compares them with the names
that the installed pypcode gives.

Of an SVE register ``z0`` only the low 16 bytes are ours: writes of the others vanish, nothing may depend on them. The
program counter and SLEIGH's own helpers (``tmpCY``, ``shift_carry``, ``TMPD1``, ...) are scratch: they may be read only
where the same instruction has written them. The zero register reads as 0; written ones are not read back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from semantics import simplify as s
from semantics.locations import FLAGS, GENERAL, VECTORS, WIDTHS
from semantics.pcode.errors import PcodeError
from semantics.pcode.lift import Varnode
from semantics.pcode.ops import byte, truth
from semantics.state import State
from semantics.words import Word

type Place = tuple[str, int]
"""A space, ``register`` or ``unique``, and a byte offset."""

ZERO = 0x40F8
"""Offset of ``xzr``, 8 bytes."""

REGISTERS: Mapping[int, str] = {
    0x8: "sp",
    **dict(zip(range(0x100, 0x104), FLAGS, strict=True)),
    **{0x4000 + 8 * i: name for i, name in enumerate(GENERAL)},
    **{0x5000 + 32 * i: name for i, name in enumerate(VECTORS)},
}
"""Where our locations lie; a flag is a byte of its own."""

SCRATCH = ((0x0, 0x8), (0x104, 0x109), (0x200, 0x20C), (0x300, 0x314), (0x3100, 0x3118), (0x4800, 0x48C0))
"""``pc``, ``shift_carry`` to ``tmpZR``, ``glob_mask``, ``VecMemAddr`` to ``VecRegAddr``, ``tmp_ldWn`` to ``tmp_stXn``, ``TMPZ``."""

_TOP = 32  # bytes between two vector registers, of which 16 are ours


class RegisterError(PcodeError):
    """The code touches a part of the machine that has no counterpart among our locations."""

    def __init__(self, varnode: Varnode) -> None:
        super().__init__(f"SLEIGH uses {varnode.size} bytes of {varnode.space} at {varnode.offset:#x}")
        self.varnode = varnode


class Registers:
    """The bytes written so far over the state before; a piece of them is a word at its lowest byte's place.

    Pieces never overlap. They are kept whole as long as nothing is written over a part, so that sums stay sums.
    """

    def __init__(self, state: State, pieces: Mapping[Place, Word] | None = None) -> None:
        self._state = state
        self._pieces = dict(pieces) if pieces is not None else {}

    def copy(self) -> Registers:
        """An independent copy."""
        return Registers(self._state, self._pieces)

    def read(self, varnode: Varnode) -> Word:
        """The value of a varnode; raises RegisterError where that is unknown."""
        if varnode.space == "const":
            return s.const(varnode.offset, 8 * varnode.size)
        return self._read(varnode)

    def write(self, varnode: Varnode, word: Word) -> None:
        """Overwrite a varnode of the word's size; raises RegisterError if it is not ours to write."""
        space, start = varnode.space, varnode.offset
        if space not in ("register", "unique") or word.width != 8 * varnode.size:
            raise RegisterError(varnode)
        if space == "register":
            _writable(varnode)
        stop = start + varnode.size
        for place, piece in self._touching(space, start, stop):
            del self._pieces[place]
            low, high = place[1], place[1] + piece.width // 8
            if low < start:
                self._pieces[place] = s.truncate(piece, 8 * (start - low))
            if high > stop:
                self._pieces[space, stop] = s.extract(piece, 8 * (stop - low), 8 * (high - stop))
        self._pieces[space, start] = word

    def commit(self) -> None:
        """Write every location that was written to the state; raises PcodeError if that is not possible."""
        results = dict[str, Word]()
        for offset, name in REGISTERS.items():
            size = (WIDTHS[name] + 7) // 8
            if self._touching("register", offset, offset + size):
                word = self._read(Varnode("register", offset, size))
                results[name] = truth(word) if name in FLAGS else word
        for name, word in results.items():
            self._state.set(name, word)

    def _touching(self, space: str, start: int, stop: int) -> list[tuple[Place, Word]]:
        """The pieces that have bytes between ``start`` and ``stop``, in order."""
        found = [item for item in self._pieces.items() if item[0][0] == space]
        return sorted(
            ((place, piece) for place, piece in found if place[1] < stop and place[1] + piece.width // 8 > start),
            key=lambda item: item[0][1],
        )

    def _read(self, varnode: Varnode) -> Word:
        space, at, stop = varnode.space, varnode.offset, varnode.offset + varnode.size
        parts = list[Word]()
        for (_, low), piece in self._touching(space, at, stop):
            if low > at:
                parts.append(self._before(Varnode(space, at, low - at)))
                at = low
            end = min(low + piece.width // 8, stop)
            if space == "register" and ZERO <= at < ZERO + 8:
                raise PcodeError("SLEIGH reads the zero register back")
            parts.append(s.extract(piece, 8 * (at - low), 8 * (end - at)))
            at = end
        if at < stop:
            parts.append(self._before(Varnode(space, at, stop - at)))
        return s.concat(*reversed(parts))

    def _before(self, varnode: Varnode) -> Word:
        """Bytes that this instruction has not written."""
        start, stop = varnode.offset, varnode.offset + varnode.size
        if varnode.space != "register":
            raise RegisterError(varnode)
        if start >= ZERO and stop <= ZERO + 8:
            return s.const(0, 8 * varnode.size)
        base = _base(start)
        name = REGISTERS.get(base)
        if name is None or stop > base + (WIDTHS[name] + 7) // 8:
            raise RegisterError(varnode)
        word = self._state.get(name)
        return byte(word) if name in FLAGS else s.extract(word, 8 * (start - base), 8 * varnode.size)

    def joined(self, condition: Word, other: Registers) -> Registers:
        """The registers where two paths meet: ``self`` if the one-bit ``condition`` is 1, else ``other``.

        What one path leaves undefined is undefined afterwards.
        """
        result = Registers(self._state)
        for space, start, size in _ranges([*self._pieces.items(), *other._pieces.items()]):
            varnode = Varnode(space, start, size)
            try:
                word = s.ite(condition, self.read(varnode), other.read(varnode))
            except PcodeError:
                if space == "register" and not _scratch(start):
                    raise
                continue
            result.write(varnode, word)
        return result


def _ranges(pieces: list[tuple[Place, Word]]) -> Iterator[tuple[str, int, int]]:
    """Space, offset and size of the bytes that any of the pieces has, pieces that overlap joined."""
    current: tuple[str, int, int] | None = None
    for (space, start), size in sorted((place, word.width // 8) for place, word in pieces):
        if current is not None and current[0] == space and start < current[1] + current[2]:
            current = space, current[1], max(current[2], start + size - current[1])
            continue
        if current is not None:
            yield current
        current = space, start, size
    if current is not None:
        yield current


def _base(offset: int) -> int:
    """Where the location that has this byte begins, if one has it."""
    if 0x4000 <= offset < 0x40F8 or 0x8 <= offset < 0x10:
        return offset & ~7
    return offset & ~(_TOP - 1) if 0x5000 <= offset < 0x5400 else offset


def _scratch(offset: int) -> bool:
    return any(low <= offset < high for low, high in SCRATCH) or (0x5000 <= offset < 0x5400 and offset & 16 != 0)


def _writable(varnode: Varnode) -> None:
    """Raises RegisterError unless every byte is a location's, the zero register's, or scratch."""
    start, stop = varnode.offset, varnode.offset + varnode.size
    if start >= ZERO and stop <= ZERO + 8:
        return
    for offset in range(start, stop):
        if not _scratch(offset) and _base(offset) not in REGISTERS:
            raise RegisterError(varnode)
