"""A block as a graph of values: each instruction's results get names of their own, and every value its column.

On the graph, forwarding is merging values with equal columns, and replacing a computation is giving a value another
definition; registers come back in :mod:`proposer.enumerate.allocation`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from grammars.operands import Symbol
from proposer.enumerate.execution import Lanes
from proposer.enumerate.registers import NONE, Slot, footing
from proposer.enumerate.states import Array
from semantics.assembler import Instruction
from semantics.liveset import LiveSet
from semantics.locations import FLAGS, GENERAL
from semantics.row import Row

ZERO = -1
LOW = np.uint64(0xFFFFFFFF)


@dataclass(frozen=True, slots=True)
class Use:
    """A value read through a field; ``tied`` if the same field is written."""

    slot: Slot
    value: int

    @property
    def tied(self) -> bool:
        """Whether the result goes into the same register."""
        return self.slot.written


@dataclass(frozen=True, slots=True)
class Node:
    """An instruction whose register fields hold values. ``fields`` has all fields, those of registers being stale."""

    row: Row
    fields: tuple[tuple[str, int], ...]
    symbol: Symbol | None
    uses: tuple[Use, ...]
    defs: tuple[tuple[Slot, int], ...]
    reads_flags: bool = False
    writes_flags: bool = False
    fixed: bool = False

    def instruction(self, registers: Mapping[str, int]) -> Instruction:
        """The instruction with these registers in its fields."""
        return Instruction(self.row, tuple((name, registers.get(name, value)) for name, value in self.fields), self.symbol)


@dataclass(frozen=True, slots=True)
class Output:
    """A value that must be in a register at the end, in its low ``bits`` bits."""

    register: int
    value: int
    bits: int


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes in program order, what must come out, and where the inputs are at the start."""

    nodes: tuple[Node, ...]
    outputs: tuple[Output, ...]
    inputs: Mapping[int, int]  # register -> value
    columns: Mapping[int, Array]
    flags_live: bool

    @property
    def fresh(self) -> int:
        """A value number that is not in use."""
        return max(self.columns, default=0) + 1

    def born(self) -> dict[int, int]:
        """The node that defines each value; inputs are not in it."""
        return {value: k for k, node in enumerate(self.nodes) for _, value in node.defs}

    def replaced(self, old: int, new: int) -> Graph:
        """The graph with every use of one value turned into a use of another."""
        nodes = tuple(
            replace(node, uses=tuple(replace(use, value=new) if use.value == old else use for use in node.uses))
            if any(use.value == old for use in node.uses)
            else node
            for node in self.nodes
        )
        outputs = tuple(replace(out, value=new) if out.value == old else out for out in self.outputs)
        return replace(self, nodes=nodes, outputs=outputs)


def build(block: Sequence[Instruction], trail: Sequence[Lanes], live_out: LiveSet) -> Graph | None:
    """The graph of a block and its run, or None for instructions whose registers cannot be renamed."""
    holds = dict(enumerate(range(len(GENERAL))))
    columns = {value: trail[0].general(register) for register, value in holds.items()}
    inputs = dict(holds)
    nodes = list[Node]()
    for instruction, after in zip(block, trail[1:], strict=True):
        feet = footing(instruction)
        if feet is None or (after.way is not None and after.way.kind == "call"):
            return None
        fields = dict(instruction.fields)
        uses = tuple(Use(slot, holds[fields[slot.field]]) for slot in feet.slots if slot.read)
        defs = list[tuple[Slot, int]]()
        for slot in feet.slots:
            if slot.written:
                value = len(columns)
                columns[value] = after.general(fields[slot.field])
                defs.append((slot, value))
        for slot, value in defs:
            holds[fields[slot.field]] = value
        about = (feet.reads_flags, feet.writes_flags, feet.fixed)
        nodes.append(Node(instruction.row, instruction.fields, instruction.symbol, uses, tuple(defs), *about))
    outputs = [Output(register, holds[register], live_out.bits(f"x{register}")) for register in holds if f"x{register}" in live_out]
    return Graph(tuple(nodes), tuple(outputs), inputs, columns, any(flag in live_out for flag in FLAGS))


def cleaned(graph: Graph) -> Graph:
    """The graph without nodes of which nothing is needed."""
    needed = {output.value for output in graph.outputs}
    flags = graph.flags_live
    kept = list[Node]()
    for node in reversed(graph.nodes):
        if not (node.fixed or (node.writes_flags and flags) or any(value in needed for _, value in node.defs)):
            continue
        kept.append(node)
        needed |= {use.value for use in node.uses}
        flags = node.reads_flags or (flags and not node.writes_flags)
    return replace(graph, nodes=tuple(reversed(kept)))


def merged(graph: Graph) -> Graph:
    """Every use refers to the earliest value that holds the same bits; zeros come from the zero register."""
    used = {use.value for node in graph.nodes for use in node.uses} | {output.value for output in graph.outputs}
    first: dict[tuple[int, bytes], int] = {}

    def enter(value: int) -> None:
        for width in (64, 32):
            first.setdefault((width, _bits(graph.columns[value], width)), value)

    def stand_in(value: int, slot: Slot) -> int:
        column = _bits(graph.columns[value], slot.width)
        if slot.zero and not any(column):
            return ZERO
        return first.get((64 if slot.width > 32 else 32, column), value)

    for value in graph.inputs.values():
        if value in used:
            enter(value)
    nodes = list[Node]()
    for node in graph.nodes:
        uses = tuple(use if use.tied or use.value == ZERO else Use(use.slot, stand_in(use.value, use.slot)) for use in node.uses)
        nodes.append(replace(node, uses=uses))
        for _, value in node.defs:
            enter(value)
    outputs = tuple(replace(output, value=_settled(graph, output, first)) for output in graph.outputs)
    return cleaned(replace(graph, nodes=tuple(nodes), outputs=outputs))


def _settled(graph: Graph, output: Output, first: Mapping[tuple[int, bytes], int]) -> int:
    """The value to leave in a register: what was there from the start where that will do."""
    wanted = _bits(graph.columns[output.value], output.bits)
    untouched = graph.inputs.get(output.register)
    if untouched is not None and _bits(graph.columns[untouched], output.bits) == wanted:
        return untouched
    return first.get((64 if output.bits > 32 else 32, wanted), output.value)


def _bits(column: Array, width: int) -> bytes:
    return (column if width > 32 else column & LOW).tobytes()


def demanded(graph: Graph, value: int) -> int:
    """How many low bits of a value anything looks at: 0, 32 or 64."""
    widths = [use.slot.width for node in graph.nodes for use in node.uses if use.value == value]
    widths += [output.bits for output in graph.outputs if output.value == value]
    return max((64 if width > 32 else 32 for width in widths), default=0)


def cone(graph: Graph, value: int) -> Iterator[int]:
    """The values that a value is computed from, nearest first, inputs and loads included; itself left out."""
    born = graph.born()
    seen, frontier = {value}, [value]
    while frontier:
        following = list[int]()
        for one in frontier:
            if one not in born:
                continue
            for use in graph.nodes[born[one]].uses:
                if use.value not in seen and use.value != ZERO:
                    seen.add(use.value)
                    following.append(use.value)
        yield from following
        frontier = following


__all__ = ["LOW", "NONE", "ZERO", "Graph", "Node", "Output", "Use", "build", "cleaned", "cone", "demanded", "merged"]
