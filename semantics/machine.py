"""Concrete machine states: what the interpreters of integers, the emulator and counterexamples are about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TypedDict, Unpack

from semantics.locations import FLAGS, WIDTHS
from semantics.memory_image import MASK64, MemoryImage

MASK128 = (1 << 128) - 1
DEFAULT_PC = 0x10000


class MachineFields(TypedDict, total=False):
    """The keyword arguments of `MachineState.replace`."""

    x: tuple[int, ...]
    sp: int
    n: int
    z: int
    c: int
    v: int
    vector: tuple[int, ...]
    memory: MemoryImage
    written: Mapping[int, int]
    pc: int


@dataclass(frozen=True, slots=True)
class MachineState:
    """Everything a block can see: 31 registers and sp of 64 bits, four flags, 32 vectors of 128 bits, memory.

    Memory is the initial image and, over it, `written`: byte address -> byte, for each byte stored so far (also where
    the byte stored equals the one that was there). Values must be in range; ValueError otherwise.
    """

    x: tuple[int, ...]
    sp: int
    n: int
    z: int
    c: int
    v: int
    vector: tuple[int, ...]
    memory: MemoryImage
    written: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))
    pc: int = DEFAULT_PC

    def __post_init__(self) -> None:
        _check_values("x", self.x, 31, MASK64)
        _check_values("sp, pc", (self.sp, self.pc), 2, MASK64)
        _check_values("flags", (self.n, self.z, self.c, self.v), 4, 1)
        _check_values("vector", self.vector, 32, MASK128)
        if type(self.written) is not MappingProxyType:
            object.__setattr__(self, "written", MappingProxyType(dict(self.written)))

    def __hash__(self) -> int:
        fields = (self.x, self.sp, self.n, self.z, self.c, self.v, self.vector, self.memory, self.pc)
        return hash((fields, frozenset(self.written.items())))

    def __repr__(self) -> str:
        xs = ", ".join(f"{value:#x}" for value in self.x)
        vectors = ", ".join(f"{value:#x}" for value in self.vector)
        return (
            f"MachineState(x=({xs}), sp={self.sp:#x}, n={self.n}, z={self.z}, c={self.c}, v={self.v}, "
            f"vector=({vectors}), memory={self.memory!r}, written={dict(self.written)!r}, pc={self.pc:#x})"
        )

    def __reduce__(self) -> tuple[type[MachineState], tuple[object, ...]]:
        fields = (
            self.x,
            self.sp,
            self.n,
            self.z,
            self.c,
            self.v,
            self.vector,
            self.memory,
            dict(self.written),
            self.pc,
        )
        return MachineState, fields

    @classmethod
    def zero(cls, seed: int = 0) -> MachineState:
        """All registers and flags 0; memory drawn from `seed`."""
        return cls((0,) * 31, 0, 0, 0, 0, 0, (0,) * 32, MemoryImage(seed))

    def replace(self, **fields: Unpack[MachineFields]) -> MachineState:
        """A copy with the given fields changed."""
        return replace(self, **fields)

    def get(self, location: str) -> int:
        """The value of "x0".."x30", "sp", "n", "z", "c", "v" or "v0".."v31"; KeyError for other names."""
        if location not in WIDTHS:
            raise KeyError(location)
        if location == "sp":
            return self.sp
        if location[0] == "x":
            return self.x[int(location[1:])]
        if location in FLAGS:
            return (self.n, self.z, self.c, self.v)[FLAGS.index(location)]
        return self.vector[int(location[1:])]

    def with_location(self, location: str, value: int) -> MachineState:
        """A copy where `location` (a name as for `get`) holds `value`, cut to the location's width."""
        value &= (1 << WIDTHS[location]) - 1
        if location == "sp" or location in FLAGS:
            return replace(self, **{location: value})
        number = int(location[1:])
        if location[0] == "x":
            return replace(self, x=(*self.x[:number], value, *self.x[number + 1 :]))
        return replace(self, vector=(*self.vector[:number], value, *self.vector[number + 1 :]))

    def read_byte(self, address: int) -> int:
        """The byte now at `address` (mod 2^64)."""
        address &= MASK64
        byte = self.written.get(address)
        return self.memory.byte(address) if byte is None else byte

    def read_written(self, address: int, size: int) -> int:
        """The `size` bytes now at `address` upwards (mod 2^64), little-endian: stores so far over the initial image."""
        if not self.written:
            return self.memory.read(address, size)
        return sum(self.read_byte(address + i) << (8 * i) for i in range(size))

    def with_store(self, address: int, value: int, size: int) -> MachineState:
        """A copy after storing the low `size` bytes of `value`, little-endian, at `address` (mod 2^64)."""
        stored = {(address + i) & MASK64: (value >> (8 * i)) & 0xFF for i in range(size)}
        return replace(self, written={**self.written, **stored})


def _check_values(what: str, values: tuple[int, ...], count: int, limit: int) -> None:
    if len(values) != count:
        raise ValueError(f"{what}: {len(values)} values where {count} are needed")
    if min(values) < 0 or max(values) > limit:
        raise ValueError(f"{what}: value out of range 0..{limit:#x}: {[hex(v) for v in values]}")
