"""What every measurement here shares: timing beside a yardstick, and tables with the command above them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """One result: its title, the command that makes it, columns and rows."""

    title: str
    command: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]

    def markdown(self) -> str:
        """The table as Markdown."""
        head = "| " + " | ".join(self.columns) + " |"
        rule = "|" + "|".join("---" for _ in self.columns) + "|"
        body = ["| " + " | ".join(row) + " |" for row in self.rows]
        return "\n".join([f"## {self.title}", "", f"`{self.command}`", "", head, rule, *body, ""])


def seconds(work: Callable[[], object], repeat: int = 3) -> float:
    """The shortest wall time of a few runs: what the machine can do when nothing else is on it."""
    best = float("inf")
    for _ in range(repeat):
        started = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - started)
    return best


def yardstick() -> float:
    """Seconds of a fixed piece of pure Python, to compare machines and moments by."""

    def work() -> int:
        total = 0
        for i in range(1_000_000):
            total += i ^ (total & 0xFF)
        return total

    return seconds(work)


def quantile(values: Sequence[float], part: float) -> float:
    """The value below which ``part`` of the sorted values lie."""
    ordered = sorted(values)
    return ordered[min(int(part * len(ordered)), len(ordered) - 1)]
