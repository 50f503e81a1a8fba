"""libVEX's guest state of AArch64 as a view of our locations.

The offsets are those of ``VexGuestARM64State`` (libvex_guest_arm64.h, Valgrind 3.27). libVEX keeps the flags
as a thunk: an operation code and its operands, evaluated when needed (see :mod:`semantics.vex.ccalls`).
"""

from __future__ import annotations

from semantics import simplify as s
from semantics.locations import FLAGS, GENERAL, VECTORS
from semantics.state import State
from semantics.vex.ccalls import Thunk, flags_of
from semantics.vex.errors import VexError
from semantics.words import Word, topological

PC_OFFSET = 272
"""Offset of the program counter."""

_THUNK = {280: "op", 288: "dep1", 296: "dep2", 304: "ndep"}
_QC_OFFSET, _FPCR_OFFSET = 832, 888
_REGISTERS = {
    **{16 + 8 * i: name for i, name in enumerate((*GENERAL, "sp"))},
    **{320 + 16 * i: name for i, name in enumerate(VECTORS)},
}
QC = s.var("vex:qcflag", 128)
"""FPSR.QC before the instruction: it may be carried along, but nothing may depend on it."""


class GuestError(VexError):
    """The code touches a part of the guest state that has no counterpart among our locations."""

    def __init__(self, offset: int, size: int) -> None:
        super().__init__(f"VEX touches {size} bytes of its state at offset {offset}")
        self.offset = offset
        self.size = size


class Guest:
    """Registers during one instruction; writes reach the state only at :meth:`commit`.

    Memory accesses therefore happen under the stack pointer of before, whatever order libVEX chose.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._written: dict[str, Word] = {}
        flags = s.concat(*state.flags)
        self._before: dict[str, Word] = {
            "op": s.const(0, 64),
            "dep1": s.shl(s.zext(flags, 64), s.const(28, 64)),
            "dep2": s.const(0, 64),
            "ndep": s.const(0, 64),
        }
        self._qc_read = False
        self._pc: Word | None = None  # libVEX hands the target of an indirect branch over in its program counter

    def get(self, offset: int, width: int) -> Word:
        """``width`` bits at a byte offset."""
        if offset == _QC_OFFSET and width == 128:
            self._qc_read = True
            return QC
        if offset == PC_OFFSET and width == 64 and self._pc is not None:
            return self._pc
        if offset == _FPCR_OFFSET and width == 32:
            return s.const(0, width)
        name, low = _place(offset, width)
        return s.extract(self._whole(name), low, width)

    def put(self, offset: int, word: Word) -> None:
        """Write at a byte offset."""
        if offset == _QC_OFFSET and word.width == 128:
            return
        if offset == PC_OFFSET and word.width == 64:
            self._pc = word
            return
        name, low = _place(offset, word.width)
        whole = self._whole(name)
        parts = [word]
        if low:
            parts.append(s.extract(whole, 0, low))
        if low + word.width < whole.width:
            parts.insert(0, s.extract(whole, low + word.width, whole.width - low - word.width))
        self._written[name] = s.concat(*parts)

    def commit(self) -> None:
        """Write everything to the state; raises GuestError if a result depends on FPSR."""
        results = {name: word for name, word in self._written.items() if name not in self._before}
        if any(name in self._before for name in self._written):
            flags = flags_of(Thunk(*(self._whole(name) for name in self._before)))
            results |= dict(zip(FLAGS, flags, strict=True))
        if self._qc_read and any(word is QC for word in topological(results.values())):
            raise GuestError(_QC_OFFSET, 16)
        for location, word in results.items():
            self._state.set(location, word)

    def _whole(self, name: str) -> Word:
        found = self._written.get(name)
        if found is not None:
            return found
        return self._before[name] if name in self._before else self._state.get(name)


def _place(offset: int, width: int) -> tuple[str, int]:
    """The location or thunk field that holds ``width`` bits at ``offset``, and the bit they start at."""
    if offset in _THUNK and width == 64:
        return _THUNK[offset], 0
    start, size = (offset & ~7, 8) if offset < 320 else (offset & ~15, 16)
    name = _REGISTERS.get(start)
    low = 8 * (offset - start)
    if name is None or low + width > 8 * size:
        raise GuestError(offset, width // 8)
    return name, low
