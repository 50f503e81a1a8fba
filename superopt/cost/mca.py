"""Running llvm-mca: finding it, pricing many regions in one process, and reading its JSON."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from superopt.cost.errors import JudgeFailed, JudgeRefused, JudgeUnavailable

MINIMUM_VERSION = 17
_NAMES = ("llvm-mca-19", "llvm-mca", "llvm-mca-20", "llvm-mca-21", "llvm-mca-18", "llvm-mca-17")
_UNPRICED = re.compile(r"found an unsupported instruction.*?note: instruction:\s*([^\n]*)", re.DOTALL)
_ERROR_LINE = re.compile(r"^<stdin>:(\d+):\d+: error: (.*)$", re.MULTILINE)


# All extensions that the cost tables cover, so that a cortex-a72 can be asked about an atomic instruction too: which
# instructions a CPU has is the encodability check's business, not the price list's.
PRELUDE = ".arch armv8.4-a+crc+lse+aes+sha2+sha3+fp16+dotprod+rdm+flagm+i8mm\n"


@dataclass(frozen=True, slots=True)
class Tool:
    """An installed llvm-mca: where it is and what it says its version is."""

    path: str
    version: str
    major: int


@dataclass(frozen=True, slots=True)
class Region:
    """What llvm-mca says about one region.

    ``total_cycles``: simulated cycles of all iterations.  ``reciprocal_throughput``: cycles an iteration if only ports
    and dispatch limited it.  ``infos``: (latency, micro-operations, reciprocal throughput) of every instruction.
    ``pressure``: cycles of work of one iteration on every port that is used.
    """

    total_cycles: int
    reciprocal_throughput: float
    dispatch_width: int
    infos: tuple[tuple[int, int, float], ...]
    pressure: dict[str, float]


@cache
def find_tool() -> Tool:
    """The first usable llvm-mca on the path.  Raises :class:`JudgeUnavailable`."""
    for name in _NAMES:
        path = shutil.which(name)
        tool = _identify(path) if path else None
        if tool and tool.major >= MINIMUM_VERSION:
            return tool
    raise JudgeUnavailable(_NAMES, MINIMUM_VERSION)


def _identify(path: str) -> Tool | None:
    try:
        done = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"LLVM version (\d+)\.\d+\.\d+", done.stdout)
    return Tool(path, found.group(0), int(found.group(1))) if found else None


def run(text: str, cpu: str, *, iterations: int, arguments: Sequence[str] = (), timeout: float = 60.0) -> str:
    """llvm-mca's standard output for an assembly text (passed on stdin, no shell).

    ``iterations``: how often every region is simulated.  ``timeout``: wall-clock seconds.
    Raises :class:`JudgeUnavailable`, :class:`JudgeRefused` and :class:`JudgeFailed`.
    """
    command = [find_tool().path, "-mtriple=aarch64", f"-mcpu={cpu}", f"--iterations={iterations}", *arguments]
    try:
        done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=timeout, check=False)
    except subprocess.TimeoutExpired as error:
        raise JudgeFailed(f"no answer within {timeout:g} s") from error
    except OSError as error:
        raise JudgeFailed(str(error)) from error
    refused = _ERROR_LINE.findall(done.stderr)
    if refused:
        raise JudgeRefused(refused[0][1], tuple(int(line) for line, _ in refused))
    unpriced = _UNPRICED.search(done.stderr)
    if unpriced:
        raise JudgeRefused(f"no scheduling information for '{' '.join(unpriced.group(1).split())}'")
    if done.returncode != 0:
        raise JudgeFailed(done.stderr.strip().splitlines()[0] if done.stderr.strip() else "failed without a message")
    return done.stdout


def simulate(blocks: Sequence[str], cpu: str, *, iterations: int, prelude: str = "", timeout: float = 60.0) -> list[Region]:
    """Price every block as a region of its own, all in one process.  The blocks must not be empty of instructions.

    ``prelude`` is assembled before the first block.  Raises :class:`JudgeUnavailable`, :class:`JudgeFailed` and
    :class:`JudgeRefused`, whose ``lines`` count within ``prelude + regions_text(blocks)``.
    """
    if not blocks:
        return []
    arguments = ("--json", "--all-views=0", "--summary-view", "--instruction-info", "--resource-pressure")
    output = run(prelude + regions_text(blocks), cpu, iterations=iterations, arguments=arguments, timeout=timeout)
    data = cast(dict[str, Any], json.loads(output))
    names = resource_names(data)
    regions = {str(region["Name"]): _region(region, names) for region in data["CodeRegions"]}
    missing = [index for index in range(len(blocks)) if f"b{index}" not in regions]
    if missing:
        raise JudgeFailed(f"no result for block {missing[0]}")
    return [regions[f"b{index}"] for index in range(len(blocks))]


def simulate_each(
    blocks: Sequence[str], cpu: str, *, iterations: int, prelude: str = "", timeout: float = 60.0
) -> list[Region | JudgeRefused]:
    """Like :func:`simulate`, but a refused block costs the others nothing: its place in the list says why."""
    results: dict[int, Region | JudgeRefused] = {}
    waiting = [list(range(len(blocks)))]
    while waiting:
        group = waiting.pop()
        texts = [blocks[index] for index in group]
        try:
            regions = simulate(texts, cpu, iterations=iterations, prelude=prelude, timeout=timeout)
            results.update(zip(group, regions, strict=True))
        except JudgeRefused as refusal:
            refused = _refused_blocks(texts, refusal.lines, prelude.count("\n"))
            if len(group) == 1 or refused:
                results.update((group[position], refusal) for position in refused or {0})
                waiting.append([index for position, index in enumerate(group) if position not in (refused or {0})])
            else:
                # It assembles but has no cost, and llvm-mca stops at the first such instruction: halve.
                waiting += [group[: len(group) // 2], group[len(group) // 2 :]]
    return [results[index] for index in range(len(blocks))]


def _refused_blocks(texts: Sequence[str], lines: Sequence[int], before: int) -> set[int]:
    """Which texts the line numbers of :class:`JudgeRefused` are in; ``before``: lines of the prelude."""
    owners = [position for position, text in enumerate(texts) for _ in range(text.rstrip("\n").count("\n") + 3)]
    return {owners[line - before - 1] for line in lines if 0 < line - before <= len(owners)}


def resource_names(data: dict[str, Any]) -> list[str]:
    """The ports; llvm-mca's JSON numbers the units of one resource with a raw byte, here a decimal number."""
    names = cast(list[str], data["TargetInfo"]["Resources"])
    return [re.sub(r"\.(.)$", lambda found: f".{ord(found[1])}", name, flags=re.DOTALL) for name in names]


def regions_text(blocks: Sequence[str]) -> str:
    """One text with every block between ``# LLVM-MCA-BEGIN`` and ``# LLVM-MCA-END`` comments."""
    parts: list[str] = []
    for index, block in enumerate(blocks):
        parts += [f"# LLVM-MCA-BEGIN b{index}", block.rstrip("\n"), f"# LLVM-MCA-END b{index}"]
    return "\n".join(parts) + "\n"


def _region(data: dict[str, Any], names: list[str]) -> Region:
    count = len(data["Instructions"])
    summary = data["SummaryView"]
    infos = tuple(
        (int(info["Latency"]), int(info["NumMicroOpcodes"]), float(info["RThroughput"]))
        for info in data["InstructionInfoView"]["InstructionList"]
    )
    pressure = {
        names[int(entry["ResourceIndex"])]: float(entry["ResourceUsage"])
        for entry in data["ResourcePressureView"]["ResourcePressureInfo"]
        if int(entry["InstructionIndex"]) == count  # the row after the last instruction is the sum
    }
    return Region(
        total_cycles=int(summary["TotalCycles"]),
        reciprocal_throughput=float(summary["BlockRThroughput"]),
        dispatch_width=int(summary["DispatchWidth"]),
        infos=infos,
        pressure=pressure,
    )
