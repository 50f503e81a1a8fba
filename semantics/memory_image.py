"""The initial contents of memory in a concrete run: a pure function of the address.

Every byte of the 64-bit address space has a value, so a block may be run from any state without first asking where
its pointers go, and every interpreter and oracle sees the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MASK64 = (1 << 64) - 1
PAGE_SIZE = 4096

_GOLDEN = 0x9E3779B97F4A7C15
_MIX1 = 0xBF58476D1CE4E5B9
_MIX2 = 0x94D049BB133111EB


def splitmix64(z: int) -> int:
    """The output of SplitMix64 from state `z` (Steele, Lea, Flood, OOPSLA 2014); 64 bits in, 64 bits out."""
    z = (z + _GOLDEN) & MASK64
    z = ((z ^ (z >> 30)) * _MIX1) & MASK64
    z = ((z ^ (z >> 27)) * _MIX2) & MASK64
    return z ^ (z >> 31)


def splitmix64_array(z: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """`splitmix64` of every element; a new array of the same shape."""
    import numpy as np

    z = z + np.uint64(_GOLDEN)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(_MIX1)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(_MIX2)
    return z ^ (z >> np.uint64(31))


@dataclass(frozen=True, slots=True)
class MemoryImage:
    """Memory before the run: bytes drawn from `seed`, but for those named in `overrides` (address -> byte).

    The byte at address `a` is byte `a & 7` (little-endian) of `splitmix64((a >> 3) ^ seed)`. Addresses are 64 bits
    and wrap around. Immutable and hashable: `overrides` is copied and normalised.
    """

    seed: int = 0
    overrides: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        for address, byte in self.overrides.items():
            if not 0 <= byte <= 0xFF:
                raise ValueError(f"byte out of range at address {address:#x}: {byte}")
        copy = {address & MASK64: byte for address, byte in self.overrides.items()}
        object.__setattr__(self, "seed", self.seed & MASK64)
        object.__setattr__(self, "overrides", MappingProxyType(copy))

    def __hash__(self) -> int:
        return hash((self.seed, frozenset(self.overrides.items())))

    def __repr__(self) -> str:
        return f"MemoryImage(seed={self.seed:#x}, overrides={dict(self.overrides)!r})"

    def __reduce__(self) -> tuple[type[MemoryImage], tuple[int, dict[int, int]]]:
        return MemoryImage, (self.seed, dict(self.overrides))

    def byte(self, address: int) -> int:
        """The byte at `address` (mod 2^64)."""
        address &= MASK64
        override = self.overrides.get(address)
        if override is not None:
            return override
        return (splitmix64((address >> 3) ^ self.seed) >> (8 * (address & 7))) & 0xFF

    def read(self, address: int, size: int) -> int:
        """The `size` bytes from `address` upwards (mod 2^64) as a little-endian integer."""
        if self.overrides:
            return sum(self.byte(address + i) << (8 * i) for i in range(size))
        address &= MASK64
        value = shift = 0
        skip = address & 7
        for word in range(address >> 3, (address + size + 7) >> 3):
            value |= splitmix64((word & (MASK64 >> 3)) ^ self.seed) << shift
            shift += 64
        return (value >> (8 * skip)) & ((1 << (8 * size)) - 1)

    def page(self, base: int) -> bytes:
        """The 4096 bytes from `base` upwards; `base` must be a multiple of 4096 below 2^64."""
        import numpy as np

        if base % PAGE_SIZE or not 0 <= base <= MASK64:
            raise ValueError(f"not the address of a page: {base:#x}")
        words = (np.arange(PAGE_SIZE // 8, dtype=np.uint64) + np.uint64(base >> 3)) ^ np.uint64(self.seed)
        content = splitmix64_array(words).astype("<u8").tobytes()
        patched = [a for a in self.overrides if base <= a < base + PAGE_SIZE]
        if not patched:
            return content
        buffer = bytearray(content)
        for address in patched:
            buffer[address - base] = self.overrides[address]
        return bytes(buffer)

    def with_bytes(self, overrides: Mapping[int, int]) -> MemoryImage:
        """This image with more bytes fixed; the new ones win."""
        return MemoryImage(self.seed, {**self.overrides, **overrides})
