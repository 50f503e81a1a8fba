"""Machine states: drawn so that pointers overlap, or written down."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from hypothesis.strategies import SearchStrategy

from semantics.locations import GENERAL, LOCATIONS, WIDTHS
from semantics.machine import MachineState
from semantics.memory_image import MASK64, MemoryImage
from superopt.testing.errors import InvalidArgument
from verifier import hypothesis_run


def machine_states(*, registers: Collection[str] | None = None, pointers: Collection[str] = ()) -> SearchStrategy[MachineState]:
    """Initial states of registers, flags, vector registers and memory.

    Values are small numbers, corner values of every width, single bits and noise; they shrink towards 0.

    Args:
        registers: what to draw ("x0".."x30", "sp", "n", "z", "c", "v", "v0".."v31"); everything else is 0. All by default.
        pointers: those of them ("x0".."x30", "sp") that hold addresses. They are drawn to meet: equal, one access
            apart, off by 1 to 15 bytes, about a page apart, at the edge of a page, where accesses wrap around at 2^64.
            sp is a multiple of 16.

    Raises InvalidArgument for other names.
    """
    for name in registers if registers is not None else ():
        _location("registers", name)
    checked_pointers("pointers", pointers)
    return hypothesis_run.machine_states(None if registers is None else frozenset(registers), tuple(dict.fromkeys(pointers)))


def machine_state(*, seed: int = 0, memory: Mapping[int, int] | None = None, **locations: int) -> MachineState:
    """One initial state, as reproducers write it.

    Args:
        seed: of the bytes of memory that ``memory`` does not fix.
        memory: bytes by address.
        locations: values by name ("x0", "sp", "z", "v3", ...); those not named are 0.

    Raises InvalidArgument for unknown names and values that do not fit.
    """
    for name, value in locations.items():
        _location("machine_state", name)
        if not 0 <= value < 1 << WIDTHS[name]:
            raise InvalidArgument(name, f"{value:#x} does not fit in {WIDTHS[name]} bits")
    for address, byte in (memory or {}).items():
        if not 0 <= address <= MASK64 or not 0 <= byte <= 0xFF:
            raise InvalidArgument("memory", f"no byte {byte:#x} at {address:#x}")
    return hypothesis_run.state_of(dict(locations), MemoryImage(seed, dict(memory or {})))


def written_down(state: MachineState) -> str:
    """The call of :func:`machine_state` that makes this state."""
    parts = [f"{name}={state.get(name):#x}" for name in LOCATIONS if state.get(name)]
    if state.memory.seed:
        parts.append(f"seed={state.memory.seed:#x}")
    if state.memory.overrides:
        bytes_text = ", ".join(f"{address:#x}: {byte:#x}" for address, byte in sorted(state.memory.overrides.items()))
        parts.append(f"memory={{{bytes_text}}}")
    return f"machine_state({', '.join(parts)})"


def checked_pointers(argument: str, names: Collection[str]) -> None:
    """Raises InvalidArgument unless all can hold addresses."""
    for name in names:
        if name not in GENERAL and name != "sp":
            raise InvalidArgument(argument, f"{name!r} is none of x0 to x30 and sp")


def _location(argument: str, name: str) -> None:
    if name not in LOCATIONS:
        raise InvalidArgument(argument, f"{name!r} is none of x0 to x30, sp, n, z, c, v, v0 to v31")
