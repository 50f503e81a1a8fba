"""Counterexamples as tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

from rich.console import Console
from rich.table import Table

from semantics.locations import WIDTHS
from superopt.cli.problems import one_line
from superopt.cli.tables import plain_table, print_table
from superopt.cli.verdicts import replay_line
from verifier.verdict import Counterexample, Difference

BYTES_IN_ROW = 16


def print_counterexample(console: Console, example: Counterexample) -> None:
    """Inputs, memory, and what comes out different."""
    console.print(replay_line(example), soft_wrap=True)
    print_table(console, "initial state (nothing else matters)", _inputs(example))
    if example.memory:
        print_table(console, "initial memory", _memory(example.memory))
    if example.second is not None:
        print_table(console, "second initial state", _inputs(example.second))
        if example.second.memory:
            print_table(console, "its memory", _memory(example.second.memory))
    print_table(console, "what differs", _differences(example))


def _inputs(example: Counterexample) -> Table:
    table = plain_table("input", "value", "decimal")
    for name, value in sorted(example.inputs.items(), key=lambda item: _order(item[0])):
        table.add_row(one_line(name), hex(value), _decimal(value, WIDTHS.get(name, 64)))
    if not example.inputs:
        table.add_row("any", "", "")
    return table


def _order(name: str) -> tuple[int, str]:
    names = list(WIDTHS)
    return (names.index(name), name) if name in WIDTHS else (len(names), name)


def _decimal(value: int, width: int) -> str:
    if width > 64:
        return ""
    signed = value - (1 << width) if width > 1 and value >> (width - 1) else value
    return str(value) if signed == value else f"{value} ({signed})"


def _memory(memory: Mapping[int, int]) -> Table:
    table = plain_table("address", "bytes")
    for address, values in _runs(memory):
        table.add_row(hex(address), " ".join(f"{value:02x}" for value in values))
    return table


def _runs(memory: Mapping[int, int]) -> Iterator[tuple[int, list[int]]]:
    """Consecutive bytes, at most BYTES_IN_ROW together."""
    start, values = 0, list[int]()
    for address in sorted(memory):
        if values and (address != start + len(values) or len(values) == BYTES_IN_ROW):
            yield start, values
            values = []
        if not values:
            start = address
        values.append(memory[address])
    if values:
        yield start, values


def _differences(example: Counterexample) -> Table:
    table = plain_table("observable", "original", "candidate")
    for _, group in groupby(example.differences, key=_alike):
        differences = list(group)
        first, last = differences[0], differences[-1]
        candidate = first.candidate if first.candidate == last.candidate else f"{first.candidate} .. {last.candidate}"
        table.add_row(first.what, first.original, candidate)
    return table


def _alike(difference: Difference) -> tuple[str, str]:
    """Bytes of one access are reported in one row."""
    return difference.what, difference.candidate if difference.original != "-" else ""
