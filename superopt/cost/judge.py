"""llvm-mca as the judge that decides between two blocks, where it is installed.

The figure is the same as :mod:`superopt.cost.estimate`'s, made from llvm-mca's numbers:

- straight-line code: the mean of (a) the cycles of **one** iteration on an idle machine, less what llvm-mca adds to
  every run, and (b) its "block reciprocal throughput", which knows no dependences; on in-order CPUs only (a).  With one
  iteration no live-out can feed the next, so nothing has to be inserted or renamed to break that chain.
- loop bodies: cycles an iteration in the steady state (the slope between two numbers of iterations), chains kept.

llvm-mca takes loads and stores never to meet.  In a loop that keeps its counter in memory the chain then vanishes, and
spilling looks like an optimisation (clang's -O0 code of Hacker's Delight p20 in a loop: 7.5 cycles on neoverse-n1, its
-O2 code 18).  So where a load follows a store whose address is written alike, llvm-mca's latency, or its cycles an
iteration, are raised to the estimate's, which is a lower bound made from the same figures and charges for the wait.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from grammars.instruction import parse_operation
from superopt.cost import mca
from superopt.cost.chains import overhead, slopes
from superopt.cost.dependences import MEMORY, dependences
from superopt.cost.errors import JudgeRefused
from superopt.cost.estimate import estimate
from superopt.cost.machine import machine
from superopt.cost.syntax import from_syntax

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


def judge(blocks: Sequence[str], cpu: str, *, loop: bool = False, through_memory: bool = True, timeout: float = 60.0) -> list[float]:
    """Cycles of every block of assembly text (one instruction a line; labels, directives and comments are left out); see the module.

    Raises :class:`UnknownCpu`, :class:`JudgeUnavailable`, :class:`JudgeRefused`,
    :class:`JudgeFailed` and, for text that llvm-mca takes but the grammar does not, ``GrammarError``.
    """
    cycles: list[float] = []
    for judgement in judge_all(blocks, cpu, loop=loop, through_memory=through_memory, timeout=timeout):
        if isinstance(judgement, JudgeRefused):
            raise judgement
        cycles.append(judgement.cycles)
    return cycles


def judge_all(
    blocks: Sequence[str], cpu: str, *, loop: bool = False, through_memory: bool = True, timeout: float = 60.0
) -> list[Judgement | JudgeRefused]:
    """Like :func:`judge`, with all that llvm-mca said; a refused block has the refusal in its place.

    Every block is a code region of one process (two more for loops), so a hundred blocks cost little more than one.
    A block without instructions costs nothing.  ``through_memory=False`` gives llvm-mca's own figures, without the wait
    of loads for stores.  Raises :class:`UnknownCpu`, :class:`JudgeUnavailable` and
    :class:`JudgeFailed`.
    """
    in_order = machine(cpu).in_order
    version = mca.find_tool().version
    judgements: list[Judgement | JudgeRefused] = [Judgement(0.0, 0.0, 0.0, 0, version)] * len(blocks)
    texts = ["\n".join(_instructions(block)) for block in blocks]
    asked = [index for index, text in enumerate(texts) if text]
    once = mca.simulate_each([texts[index] for index in asked], cpu, iterations=1, prelude=mca.PRELUDE, timeout=timeout)
    priced: list[tuple[int, mca.Region]] = []
    for index, answer in zip(asked, once, strict=True):
        if isinstance(answer, JudgeRefused):
            judgements[index] = answer
        else:
            priced.append((index, answer))
    rates = slopes([texts[index] for index, _ in priced], cpu, timeout=timeout) if loop else []
    for position, (index, region) in enumerate(priced):
        floor = _memory_floor(texts[index], cpu, loop=loop) if through_memory else _Floor()
        latency = max(float(region.total_cycles - _overhead(cpu)), floor.latency)
        straight = latency if in_order else (latency + region.reciprocal_throughput) / 2
        micro_ops = sum(info[1] for info in region.infos)
        cycles = max(rates[position], floor.cycles) if loop else straight
        judgements[index] = Judgement(cycles, latency, region.reciprocal_throughput, micro_ops, version)
    return judgements


@cache
def _overhead(cpu: str) -> int:
    return overhead(cpu)


def _instructions(block: str) -> list[str]:
    """The lines that are instructions: labels of two blocks could clash, and comments could end a region."""
    lines = (line.split("//")[0].strip() for line in block.splitlines())
    return [line for line in lines if line and not line.startswith((".", "#")) and not line.endswith(":")]


@dataclass(frozen=True, slots=True)
class _Floor:
    """What a block costs at least: cycles of one execution, and cycles an iteration."""

    latency: float = 0.0
    cycles: float = 0.0


def _memory_floor(text: str, cpu: str, *, loop: bool) -> _Floor:
    """The estimate's bounds if a value passes through memory, else nothing."""
    target = machine(cpu)
    block = [from_syntax(parse_operation(line)) for line in text.splitlines()]
    if not any(MEMORY in instruction.writes for instruction in block):
        return _Floor()
    prepared = [target.prepare(instruction.operation) for instruction in block]
    edges = dependences(block, prepared, loop=loop)
    passed = any(
        MEMORY in block[producer].writes and MEMORY in consumer.reads
        for consumer, into in zip(block, edges, strict=True)
        for producer, _, _ in into
    )
    if not passed:
        return _Floor()
    bound = estimate(block, target, loop=loop)
    return _Floor(bound.latency, bound.cycles)
