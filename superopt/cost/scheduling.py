"""What one instruction form costs on one CPU, and how the tables write it down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scheduling:
    """What an instruction form costs on one CPU.

    ``latency``: cycles from issue until the results can be used.  ``micro_ops``: slots taken at dispatch.  ``ports``:
    pairs (set of ports as a bit mask over ``Machine.ports``, cycles of work that any of them may do).
    ``early``: cycles by which a consumer with the same ability may use the result before ``latency`` (forwarding).
    ``late``: for each operand, the cycles after issue at which it is needed, where an ``early`` producer feeds it.
    ``accumulate``: (operand, latency) where that operand may come that early from an instruction of the same kind.
    ``writeback``: cycles from issue until an updated base register can be used (None if there is none).
    ``unordered``: on an in-order CPU, results may be written before those of earlier instructions and after those of
    later ones.
    """

    latency: int
    micro_ops: int
    ports: tuple[tuple[int, int], ...]
    early: int = 0
    late: tuple[int, ...] = ()
    accumulate: tuple[int, int] | None = None
    writeback: int | None = None
    unordered: bool = False

    @property
    def first_result(self) -> int:
        """Cycles from issue until the first result is written."""
        return self.latency if self.writeback is None else min(self.latency, self.writeback)


def parse_scheduling(text: str, pools: Mapping[str, int]) -> Scheduling:
    """Read one entry of a table, for example ``4 2 L+I early=2 late=2,1 acc=3:1``; see :func:`format_scheduling`."""
    latency, micro_ops, *rest = text.split()
    options = dict(part.split("=") for part in rest if "=" in part)
    used = [part for part in rest if "=" not in part]
    ports = tuple(_parse_use(use, pools) for use in used[0].split("+")) if used else ()
    late = tuple(int(cycles) for cycles in options["late"].split(",")) if "late" in options else ()
    accumulate = None
    if "acc" in options:
        operand, cycles = options["acc"].split(":")
        accumulate = (int(operand), int(cycles))
    early = int(options.get("early", 0))
    writeback = int(options["wb"]) if "wb" in options else None
    unordered = options.get("order") == "any"
    return Scheduling(int(latency), int(micro_ops), ports, early, late, accumulate, writeback, unordered)


def _parse_use(use: str, pools: Mapping[str, int]) -> tuple[int, int]:
    name, _, cycles = use.partition("*")
    return pools[name], int(cycles or 1)


def format_scheduling(value: Scheduling, pools: Mapping[int, str]) -> str:
    """Write one entry: latency, micro-operations, pools joined by ``+`` (``M*35`` is 35 cycles), then options."""
    uses = [f"{pools[mask]}*{cycles}" if cycles > 1 else pools[mask] for mask, cycles in value.ports]
    parts = [str(value.latency), str(value.micro_ops), *(["+".join(uses)] if uses else [])]
    if value.early:
        parts.append(f"early={value.early}")
    if any(value.late):
        parts.append("late=" + ",".join(str(cycles) for cycles in value.late))
    if value.accumulate:
        parts.append(f"acc={value.accumulate[0]}:{value.accumulate[1]}")
    if value.writeback is not None:
        parts.append(f"wb={value.writeback}")
    if value.unordered:
        parts.append("order=any")
    return " ".join(parts)
