"""Cases for the harness and what comes of them, as Python values and as bytes (the layout is in harness.c)."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass

from semantics.machine import MachineState
from semantics.memory_image import MASK64
from verifier.qemu.build import CODE_PAGE
from verifier.qemu.errors import CaseError

CODE = CODE_PAGE
"""Where the code of every case stands: the ``pc`` that a state must have."""

ARENA, ARENA_SIZE = 0x40000, 0x3000
"""The memory that a case may touch: address and bytes. The pages around it do not exist."""

REGISTERS_SIZE = 776
HEAD_SIZE = 24
RESULT_SIZE = 32

_MAX_WORDS = 1000
_HEAD = struct.Struct("<IIIIQ")
_RESULT = struct.Struct("<IIIIQQ")
_SCALARS = struct.Struct("<31QQQ")
_CASE_MAGIC, _RESULT_MAGIC = 0x65736163, 0x656E6F64

_SEGMENTATION, _TIME_LIMIT = 11, 64
_ENDS = {4: "undefined instruction", 5: "trap", 7: "misaligned", 8: "arithmetic", 11: "memory fault", 31: "system call", 64: "time limit"}


@dataclass(frozen=True, slots=True)
class Case:
    """Code and the state it starts in.

    ``registers`` are packed by :func:`pack_registers`; ``patches`` are bytes of the arena by address, over the image
    drawn from ``seed``. Unless ``watched``, changes of the arena are neither reported nor undone: for code that has
    no business in memory. Raises CaseError for code that is not 1 to 1000 whole instructions, or that calls the system.
    """

    code: bytes
    registers: bytes
    seed: int = 0
    patches: Mapping[int, int] | None = None
    watched: bool = True

    def __post_init__(self) -> None:
        if len(self.code) % 4 or not 0 < len(self.code) <= 4 * _MAX_WORDS:
            raise CaseError(f"{len(self.code)} bytes of code")
        if len(self.registers) != REGISTERS_SIZE:
            raise CaseError(f"{len(self.registers)} bytes of registers")
        for (word,) in struct.iter_unpack("<I", self.code):
            if word & 0xFFE0001F == 0xD4000001:
                raise CaseError("it calls the system")

    def pack(self) -> bytes:
        """The bytes that the harness reads."""
        words = len(self.code) // 4
        patches = [(a - ARENA) << 8 | byte for a, byte in (self.patches or {}).items() if ARENA <= a < ARENA + ARENA_SIZE]
        head = _HEAD.pack(_CASE_MAGIC, words, len(patches), self.watched, self.seed)
        code = self.code + bytes(-len(self.code) % 8)
        if not patches:
            return head + self.registers + code
        return head + self.registers + code + struct.pack(f"<{len(patches)}I", *patches) + bytes(4 * (len(patches) % 2))


def case_of(code: bytes, state: MachineState, *, watched: bool = True) -> Case:
    """The case of running ``code`` from ``state``. Raises CaseError for a state that is not at CODE."""
    if state.pc != CODE:
        raise CaseError(f"the state is at {state.pc:#x}, code can only stand at {CODE:#x}")
    patches = {**state.memory.overrides, **state.written}
    return Case(code, pack_registers(state), state.memory.seed, patches, watched)


def pack_registers(state: MachineState) -> bytes:
    """x0 to x30, sp, nzcv in bits 31 to 28, v0 to v31: 776 bytes."""
    nzcv = state.n << 31 | state.z << 30 | state.c << 29 | state.v << 28
    vectors = [value.to_bytes(16, "little") for value in state.vector]
    return _SCALARS.pack(*state.x, state.sp, nzcv) + b"".join(vectors)


@dataclass(frozen=True, slots=True)
class Left:
    """Control left the code, by falling off its end or by a branch to ``next_pc``.

    ``changes`` are the bytes of the arena that hold another value than before (address -> byte).
    """

    registers: bytes
    next_pc: int
    changes: Mapping[int, int]
    fpsr: int

    def state(self, before: MachineState) -> MachineState:
        """The final state; its ``written`` has the changes only."""
        *x, sp, nzcv = _SCALARS.unpack_from(self.registers)
        vector = [int.from_bytes(self.registers[i : i + 16], "little") for i in range(_SCALARS.size, REGISTERS_SIZE, 16)]
        flags = (nzcv >> 31 & 1, nzcv >> 30 & 1, nzcv >> 29 & 1, nzcv >> 28 & 1)
        written = {**before.written, **self.changes}
        return MachineState(tuple(x), sp, *flags, tuple(vector), before.memory, written, self.next_pc)


@dataclass(frozen=True, slots=True)
class Faulted:
    """The code did not run to an end: why, and the address of the instruction concerned."""

    reason: str
    pc: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """The code reached for memory outside the arena, so nothing can be said. Never count this as agreement."""

    address: int
    pc: int


@dataclass(frozen=True, slots=True)
class Ended:
    """The harness died of the case: it wrote where it should not, or jumped into the harness."""

    reason: str


type Outcome = Left | Faulted | Skipped | Ended


def in_arena(address: int, size: int = 1) -> bool:
    """Whether these bytes all lie in the arena."""
    offset = (address - ARENA) & MASK64
    return offset + size <= ARENA_SIZE


def result_size(result: bytes | bytearray | memoryview) -> int:
    """Bytes of the whole result whose first RESULT_SIZE bytes these are. Raises CaseError if they are none."""
    magic, _, changes, *_ = _RESULT.unpack_from(result)
    if magic != _RESULT_MAGIC or changes > ARENA_SIZE:
        raise CaseError("what the harness wrote is no result")
    return RESULT_SIZE + REGISTERS_SIZE + (changes + 1) // 2 * 8


def unpack(result: bytes, code_size: int) -> Outcome:
    """The outcome of a case with ``code_size`` bytes of code, from the bytes of its whole result."""
    _, end, count, fpsr, pc, address = _RESULT.unpack_from(result)
    if end and (pc - CODE) & MASK64 < code_size:
        if end == _SEGMENTATION and not in_arena(address):
            return Skipped(address, pc)
        return Faulted(_ENDS.get(end, f"signal {end}"), pc)
    if end == _TIME_LIMIT:
        return Faulted("time limit", pc)
    changes = dict[int, int]()
    if count:
        for (item,) in struct.iter_unpack("<I", result[RESULT_SIZE + REGISTERS_SIZE :][: 4 * count]):
            changes[ARENA + (item >> 8)] = item & 0xFF
    return Left(result[RESULT_SIZE : RESULT_SIZE + REGISTERS_SIZE], pc, changes, fpsr)
