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
from superopt.cost.errors import JudgeRefused
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
    """Cycles of every block of assembly text (one instruction a line, no labels); see the module.

    Raises :class:`UnknownCpu`, :class:`JudgeUnavailable`, :class:`JudgeRefused` and :class:`JudgeFailed`.
    """
    cycles: list[float] = []
    for judgement in judge_all(blocks, cpu, loop=loop, timeout=timeout):
        if isinstance(judgement, JudgeRefused):
            raise judgement
        cycles.append(judgement.cycles)
    return cycles


def judge_all(blocks: Sequence[str], cpu: str, *, loop: bool = False, timeout: float = 60.0) -> list[Judgement | JudgeRefused]:
    """Like :func:`judge`, with all that llvm-mca said; a refused block has the refusal in its place.

    Every block is a code region of one process (two more for loops), so a hundred blocks cost little more than one.
    A block without instructions costs nothing.  Raises :class:`UnknownCpu`, :class:`JudgeUnavailable` and
    :class:`JudgeFailed`.
    """
    in_order = machine(cpu).in_order
    version = mca.find_tool().version
    judgements: list[Judgement | JudgeRefused] = [Judgement(0.0, 0.0, 0.0, 0, version)] * len(blocks)
    asked = [index for index, block in enumerate(blocks) if _has_instruction(block)]
    once = mca.simulate_each([blocks[index] for index in asked], cpu, iterations=1, prelude=mca.PRELUDE, timeout=timeout)
    priced: list[tuple[int, mca.Region]] = []
    for index, answer in zip(asked, once, strict=True):
        if isinstance(answer, JudgeRefused):
            judgements[index] = answer
        else:
            priced.append((index, answer))
    rates = slopes([blocks[index] for index, _ in priced], cpu, timeout=timeout) if loop else []
    for position, (index, region) in enumerate(priced):
        latency = float(region.total_cycles - _overhead(cpu))
        straight = latency if in_order else (latency + region.reciprocal_throughput) / 2
        micro_ops = sum(info[1] for info in region.infos)
        cycles = rates[position] if loop else straight
        judgements[index] = Judgement(cycles, latency, region.reciprocal_throughput, micro_ops, version)
    return judgements


@cache
def _overhead(cpu: str) -> int:
    return overhead(cpu)


def _has_instruction(block: str) -> bool:
    lines = (line.split("//")[0].strip() for line in block.splitlines())
    return any(line and not line.startswith((".", "#")) and not line.endswith(":") for line in lines)
