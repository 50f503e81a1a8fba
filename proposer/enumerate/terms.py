"""Terms: small computations found by synthesis, and what it takes to put them into a graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from proposer.enumerate.graph import ZERO, Graph, Node, Use, cleaned
from proposer.enumerate.registers import NONE, Slot, footing
from proposer.enumerate.states import Array
from proposer.enumerate.templates import complete
from semantics.assembler import Instruction
from semantics.row import Row


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value of the graph, or ZERO."""

    value: int


@dataclass(frozen=True, slots=True)
class Apply:
    """A row applied to terms, one for each register field that it reads; ``flags`` sets the flags it reads."""

    row: Row
    fields: tuple[tuple[str, int], ...]
    args: tuple[tuple[str, Term], ...]
    flags: Apply | None = None

    @property
    def size(self) -> int:
        """How many instructions the term takes, shared ones counted once."""
        return sum(1 for _ in steps(self))


type Term = Leaf | Apply


def steps(term: Term) -> Iterator[Apply]:
    """The instructions of a term in an order in which they can run; what sets flags comes right before what reads them."""
    seen: set[Apply] = set()

    def visit(one: Term) -> Iterator[Apply]:
        if isinstance(one, Leaf) or one in seen:
            return
        inner = [arg for _, arg in one.args] + ([arg for _, arg in one.flags.args] if one.flags is not None else [])
        for arg in inner:
            yield from visit(arg)
        if one.flags is not None:
            yield from visit(one.flags)
        seen.add(one)
        yield one

    yield from visit(term)


class Misfit(Exception):
    """A term that cannot be written down: the zero register where there is none, or an invalid encoding."""


def define(graph: Graph, value: int, term: Term, column: Array) -> Graph | None:
    """The graph with another definition of ``value``: the term, put right behind the old definition.

    None where the term cannot be written down. Columns of inner results are not kept, so the graph must be run again.
    """
    born = graph.born()
    if value not in born:
        return None
    if isinstance(term, Leaf):
        return cleaned(graph.replaced(value, term.value))
    try:
        nodes, result = _nodes(term, graph.fresh)
    except Misfit:
        return None
    columns = dict(graph.columns) | {one: column for node in nodes for _, one in node.defs}
    position = born[value] + 1
    changed = graph.replaced(value, result)
    return cleaned(replace(changed, nodes=(*changed.nodes[:position], *nodes, *changed.nodes[position:]), columns=columns))


def _nodes(term: Apply, fresh: int) -> tuple[list[Node], int]:
    results: dict[Apply, int] = {}
    nodes = list[Node]()
    for number, one in enumerate(steps(term)):
        results[one] = fresh + number
        nodes.append(_node(one, results))
    return nodes, results[term]


def _node(one: Apply, results: Mapping[Apply, int]) -> Node:
    fields = complete(one.row, dict(one.fields))
    values = {name: arg.value if isinstance(arg, Leaf) else results[arg] for name, arg in one.args}
    fields |= {name: NONE for name, value in values.items() if value == ZERO}
    if not one.row.valid(fields):
        raise Misfit
    instruction = Instruction(one.row, tuple((name, fields[name]) for name in one.row.encoding.fields))
    feet = footing(instruction)
    if feet is None or feet.fixed or _misread(one.row, values):
        raise Misfit
    uses = tuple(Use(slot, values[slot.field]) for slot in feet.slots if slot.read and slot.field in values)
    zeros = tuple(Use(Slot(name, 64, True, read=True), ZERO) for name, value in values.items() if value == ZERO)
    defs = tuple((slot, results[one]) for slot in feet.slots if slot.written)
    if not defs and not feet.writes_flags:
        raise Misfit  # an operand that is overwritten cannot be the zero register
    return Node(one.row, instruction.fields, None, (*uses, *zeros), defs, feet.reads_flags, feet.writes_flags)


def _misread(row: Row, values: Mapping[str, int]) -> bool:
    """Whether 31 would be the stack pointer in a field that should be zero."""
    return any(value == ZERO and getattr(dict(row.placeholders).get(name), "sp", False) for name, value in values.items())


def sized(terms: Sequence[Apply]) -> list[Apply]:
    """The terms without repetitions, short ones first."""
    return sorted(dict.fromkeys(terms), key=lambda term: term.size)
