"""llvm-mca as the judge that decides between two blocks, where it is installed.

The figure is the same as :mod:`superopt.cost.estimate`'s, made from llvm-mca's numbers:

- straight-line code: the mean of (a) the cycles of **one** iteration on an idle machine, less what llvm-mca adds to
  every run, and (b) its "block reciprocal throughput", which knows no dependences; on in-order CPUs only (a).  With one
  iteration no live-out can feed the next, so nothing has to be inserted or renamed to break that chain.
- loop bodies: cycles an iteration in the steady state (the slope between two numbers of iterations), chains kept.

llvm-mca takes loads and stores never to meet, where the estimate charges for a load from a just stored address.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from superopt.cost import mca
from superopt.cost.chains import overhead, slopes
from superopt.cost.machine import machine

__all__ = ["Judgement", "judge", "judge_all"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """llvm-mca's price of a block: ``cycles`` is the figure of merit, ``latency`` the cycles of one execution on an idle
    machine, ``throughput`` the cycles that ports and dispatch need at least, ``version`` which llvm-mca said so."""

    cycles: float
    latency: float
    throughput: float
    micro_ops: int
    version: str


def judge(blocks: Sequence[str], cpu: str, *, loop: bool = False, timeout: float = 60.0) -> list[float]:
    """Cycles of every block of assembly text (one instruction a line); see the module.

    Raises :class:`UnknownCpu`, :class:`JudgeUnavailable` and :class:`JudgeFailed`.
    """
    return [judgement.cycles for judgement in judge_all(blocks, cpu, loop=loop, timeout=timeout)]


def judge_all(blocks: Sequence[str], cpu: str, *, loop: bool = False, timeout: float = 60.0) -> list[Judgement]:
    """Like :func:`judge`, with all that llvm-mca said; every block is a code region of one process (two for loops).

    A block without instructions costs nothing.
    """
    in_order = machine(cpu).in_order
    asked = [index for index, block in enumerate(blocks) if _has_instruction(block)]
    texts = [blocks[index] for index in asked]
    version = mca.find_tool().version
    once = mca.simulate(texts, cpu, iterations=1, prelude=mca.PRELUDE, timeout=timeout)
    rates = slopes(texts, cpu, timeout=timeout) if loop else []
    judgements = [Judgement(0.0, 0.0, 0.0, 0, version)] * len(blocks)
    for position, (index, region) in enumerate(zip(asked, once, strict=True)):
        latency = float(region.total_cycles - _overhead(cpu))
        straight = latency if in_order else (latency + region.reciprocal_throughput) / 2
        cycles = rates[position] if loop else straight
        micro_ops = sum(info[1] for info in region.infos)
        judgements[index] = Judgement(cycles, latency, region.reciprocal_throughput, micro_ops, version)
    return judgements


@cache
def _overhead(cpu: str) -> int:
    return overhead(cpu)


def _has_instruction(block: str) -> bool:
    lines = (line.split("//")[0].strip() for line in block.splitlines())
    return any(line and not line.startswith((".", "#")) and not line.endswith(":") for line in lines)
