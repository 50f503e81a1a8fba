"""Machine code executed on an emulator: an independent witness of what instructions do.

The emulator is Unicorn 2.1 (QEMU's translator), model "max", little-endian, in this process. What that means:

- Memory is the state's: every 64-bit address is readable and writable and aliases nothing else. There is no top-byte
  ignore, no address is non-canonical, and an access may wrap around from 2^64 - 1 to 0. Unaligned plain accesses
  work; unaligned exclusive accesses fault. A misaligned sp does not fault.
- FPCR is 0 and FPSR is 0 at the start of every run, the exclusive monitor is clear. Of the crypto, dot-product, FP16,
  complex, CRC, LSE, LRCPC2 and FLAGM extensions all are there; BF16, I8MM, MTE, MOPS, CSSC and SVE are not (Faulted).
- The core is at EL1, since Unicorn has no proper EL0: system instructions that trap in user programs are executed.
  Pointer authentication is off (`paciasp` and its kind do nothing). `wfi` ends the run. Both are no business of blocks.
- Code and data do not share storage: a load or store that overlaps the code is reported (`Faulted("touches code")`).

Code comes from our own encoder. A hostile program could at worst exhaust its instruction limit, but Unicorn is a C
library in our process: run code of unknown origin in a worker process.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

from semantics.machine import MachineState
from semantics.memory_image import MASK64, PAGE_SIZE, MemoryImage
from verifier.unicorn_engine import FRAME_SIZE, FRAMES_BASE, MEMORY_WRITE, Engine

_CODE_FRAMES = 512
_DATA_FRAMES = 1024
_MAX_CODE = 0x10000
_UDF = bytes(FRAME_SIZE)

_EXCEPTIONS = {
    1: "undefined instruction",
    2: "svc",
    3: "prefetch abort",
    4: "data abort",
    7: "breakpoint",
    11: "hvc",
    13: "smc",
}
_UNDEFINED = 1

_SCALARS = struct.Struct("<31QQQQQ")
_VECTORS = struct.Struct("<64Q")

type Access = tuple[Literal["r", "w"], int, int, int]
"""Kind, address, bytes, value. Transfers of 16 bytes appear as two of 8; `dc zva` and the like byte by byte."""


@dataclass(frozen=True, slots=True)
class Ran:
    """The code ran until it left its own bytes.

    `state` is the final state, its `written` the initial one's with every byte stored; its `pc` is `next_pc`, the first
    address outside the code. `accesses` are in the order the emulator made them. `fpsr` is the final FPSR.
    """

    state: MachineState
    next_pc: int
    accesses: tuple[Access, ...]
    fpsr: int


@dataclass(frozen=True, slots=True)
class Faulted:
    """The code did not run to an end: why, and the address of the instruction concerned."""

    reason: str
    pc: int


type Outcome = Ran | Faulted


class Emulator:
    """A reusable emulated core. Create one and run many: set-up costs milliseconds, a run tens of microseconds.

    Not safe for use from several threads at once. Runs do not influence each other.
    """

    def __init__(self) -> None:
        self._engine = Engine(_CODE_FRAMES + _DATA_FRAMES, self._on_page, self._on_memory, self._on_block, self._on_interrupt)
        self._loaded: dict[tuple[bytes, int], int] = {}
        self._next_code_frame = 0
        self._begin_run(MachineState.zero(), b"", 0, 0)

    def close(self) -> None:
        """Free the emulated core."""
        self._engine.close()

    def run(self, code: bytes, state: MachineState, max_instructions: int | None = 1_000_000) -> Outcome:
        """Execute `code`, placed at `state.pc`, from `state` until control leaves it.

        More than `max_instructions` (None: no limit) are `Faulted("instruction limit")`; the limit is checked at each
        branch target, so the run stops up to one straight-line stretch early. Raises ValueError for code that is not
        whole instructions, longer than 64 KiB, or at a misaligned or wrapping address.
        """
        if len(code) % 4 or len(code) > _MAX_CODE or state.pc % 4 or state.pc + len(code) > MASK64:
            raise ValueError(f"cannot place {len(code)} bytes of code at {state.pc:#x}")
        if not code:
            return Ran(state, state.pc, (), 0)
        engine = self._engine
        first_frame = self._place(code, state.pc)
        self._begin_run(state, code, first_frame, max_instructions)
        _fill_registers(engine, state)
        engine.load()
        status = engine.start(state.pc, state.pc + len(code))
        engine.store()
        return self._outcome(code, status)

    def _outcome(self, code: bytes, status: int) -> Outcome:
        pc = self._engine.registers.pc
        begin = self._state.pc
        inside = begin <= pc < begin + len(code) and not pc & 3
        if self._trouble:
            return Faulted(self._trouble, pc)
        if self._interrupt and (inside or self._interrupt != _UNDEFINED):
            return Faulted(_EXCEPTIONS.get(self._interrupt, f"exception {self._interrupt}"), pc)
        if inside:
            return Faulted(f"emulator error {status}" if status else "stopped", pc)
        accesses = self._virtual_accesses()
        for _, address, size, _ in accesses:
            if (address - begin) & MASK64 < len(code) or (begin - address) & MASK64 < size:
                return Faulted("touches code", pc)
        written = dict(self._state.written)
        for kind, address, size, value in accesses:
            if kind == "w":
                for i in range(size):
                    written[(address + i) & MASK64] = (value >> (8 * i)) & 0xFF
        fpsr, state = _final_state(self._engine, self._state, written)
        return Ran(state, pc, accesses, fpsr)

    def _virtual_accesses(self) -> tuple[Access, ...]:
        accesses: list[Access] = []
        for kind, physical, size, value in self._accesses:
            frame, offset = divmod(physical - FRAMES_BASE, FRAME_SIZE)
            address = self._frame_pages[frame - _CODE_FRAMES] + offset
            accesses.append(("w" if kind == MEMORY_WRITE else "r", address, size, value & ((1 << 8 * size) - 1)))
        return tuple(accesses)

    def _place(self, code: bytes, pc: int) -> int:
        """The first frame of `code`: one where it stands already, or else frames never executed since `forget_code`.

        Unicorn would go on executing the old translation of a frame whose contents are replaced.
        """
        known = self._loaded.get((code, pc))
        if known is not None:
            return known
        offset = pc % FRAME_SIZE
        count = -(-(offset + len(code)) // FRAME_SIZE)
        if self._next_code_frame + count > _CODE_FRAMES:
            self._engine.forget_code()
            self._loaded.clear()
            self._next_code_frame = 0
        first = self._next_code_frame
        self._next_code_frame += count
        # What lies around the code is undefined instructions, so that a jump out of it ends the run.
        content = bytes(offset) + code
        content += bytes(-len(content) % FRAME_SIZE)
        ctypes.memmove(self._engine.frames + FRAME_SIZE * first, content, len(content))
        self._loaded[code, pc] = first
        return first

    def _begin_run(self, state: MachineState, code: bytes, first_frame: int, limit: int | None) -> None:
        self._state = state
        self._budget = limit
        self._first_code_page = state.pc - state.pc % FRAME_SIZE
        self._code_pages = -(-(state.pc % FRAME_SIZE + len(code)) // FRAME_SIZE)
        self._first_code_frame = first_frame
        self._trouble = ""
        self._interrupt = 0
        self._accesses: list[tuple[int, int, int, int]] = []
        self._page_frames: dict[int, int] = {}
        self._frame_pages: list[int] = []

    def _on_page(self, address: int, fetch: bool) -> int:
        page = address & ~(FRAME_SIZE - 1)
        if fetch:
            index = (page - self._first_code_page) // FRAME_SIZE
            return self._first_code_frame + index if 0 <= index < self._code_pages else -1
        frame = self._page_frames.get(page)
        if frame is None:
            if len(self._frame_pages) == _DATA_FRAMES:
                self._trouble = "touches too many pages"
                return -1
            frame = _CODE_FRAMES + len(self._frame_pages)
            content = _page_content(self._state.memory, self._state.written, page)
            ctypes.memmove(self._engine.frames + FRAME_SIZE * frame, content, FRAME_SIZE)
            self._page_frames[page] = frame
            self._frame_pages.append(page)
        return frame

    def _on_memory(self, kind: int, physical: int, size: int, value: int) -> None:
        self._accesses.append((kind, physical, size, value))

    def _on_block(self, address: int, size: int) -> None:
        if self._budget is None:
            return
        self._budget -= size >> 2
        if self._budget < 0 and not self._trouble:
            self._trouble = "instruction limit"
            self._engine.stop()

    def _on_interrupt(self, number: int) -> None:
        self._interrupt = number
        self._engine.stop()


@lru_cache(maxsize=4096)
def _seeded_page(seed: int, base: int) -> bytes:
    return MemoryImage(seed).page(base)


def _page_content(image: MemoryImage, written: Mapping[int, int], page: int) -> bytes:
    base = page - page % PAGE_SIZE
    content = _seeded_page(image.seed, base)[page - base : page - base + FRAME_SIZE]
    if not image.overrides and not written:
        return content
    buffer = bytearray(content)
    for layer in (image.overrides, written):
        for address, byte in layer.items():
            if page <= address < page + FRAME_SIZE:
                buffer[address - page] = byte
    return bytes(buffer)


def _fill_registers(engine: Engine, state: MachineState) -> None:
    registers = engine.registers
    nzcv = state.n << 31 | state.z << 30 | state.c << 29 | state.v << 28
    _SCALARS.pack_into(registers, 0, *state.x, state.sp, nzcv, 0, 0)
    vectors = b"".join([value.to_bytes(16, "little") for value in state.vector])
    ctypes.memmove(ctypes.addressof(registers) + _SCALARS.size, vectors, 512)


def _final_state(engine: Engine, initial: MachineState, written: Mapping[int, int]) -> tuple[int, MachineState]:
    registers = engine.registers
    *x, sp, nzcv, _fpcr, fpsr = _SCALARS.unpack_from(registers, 0)
    halves = _VECTORS.unpack_from(registers, _SCALARS.size)
    vector = tuple([low | high << 64 for low, high in zip(halves[::2], halves[1::2], strict=True)])
    flags = (nzcv >> 31 & 1, nzcv >> 30 & 1, nzcv >> 29 & 1, nzcv >> 28 & 1)
    stores = MappingProxyType(dict(written))
    return fpsr, MachineState(tuple(x), sp, *flags, vector, initial.memory, stores, registers.pc)
