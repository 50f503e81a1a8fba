"""Replacing computations in a block by shorter ones, until nothing shorter is found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from grammars.operands import Immediate, Modifier
from proposer.enumerate.allocation import allocate
from proposer.enumerate.bench import Bench, plainness
from proposer.enumerate.edits import graph_of, improves, registers
from proposer.enumerate.graph import ZERO, Graph, Node, cleaned, demanded
from proposer.enumerate.hunt import Hunt, Wealth
from proposer.enumerate.states import Array
from proposer.enumerate.templates import Numbers, plain_operation
from proposer.enumerate.terms import Apply, Leaf, Term, define
from proposer.proposal import Block, CostKey

_MAX_LEAVES = 4
_FEW_LEAVES = 2  # of so few values, all immediates are tried for two instructions
_MAX_AVAILABLE = 14  # values that single instructions may be made from
_MAX_TERMS = 24  # terms for one target that are tried out
_MASK = {32: (1 << 32) - 1, 64: (1 << 64) - 1}


@dataclass(frozen=True, slots=True)
class Cut:
    """A part of a graph that computes one value from few: ``saved`` nodes go if the value comes from the leaves at once."""

    value: int
    leaves: tuple[int, ...]
    nodes: tuple[int, ...]
    saved: int


def synthesised(bench: Bench, block: Block) -> Block:
    """The block with one computation replaced by a cheaper one, or the block itself."""
    graph = graph_of(bench, block)
    if graph is None:
        return block
    every = sorted(_cuts(graph), key=lambda cut: (-cut.saved, len(cut.leaves), cut.value))
    for depth in range(1, bench.limits.depth + 1):
        for cut in every:
            if bench.spent:
                return block
            question = _question(graph, cut, depth)
            if depth > max(cut.saved - 1, 2) or question in bench.asked or not _pays(bench, block, graph, cut, depth):
                continue
            better = _replaced(bench, block, graph, cut, depth)
            if better is not None:
                return better
            bench.asked.add(question)
    return block


def _question(graph: Graph, cut: Cut, depth: int) -> tuple[object, ...]:
    leaves = tuple(graph.columns[leaf].tobytes() for leaf in (cut.leaves if depth > 1 else _available(graph, cut)))
    return depth, graph.columns[cut.value].tobytes(), leaves, demanded(graph, cut.value)


def _pays(bench: Bench, block: Block, graph: Graph, cut: Cut, depth: int) -> bool:
    """Whether as many of the simplest instructions would be an improvement."""
    first = Leaf(cut.leaves[0] if cut.leaves else ZERO)
    row, fields = plain_operation()
    term: Term = first
    for _ in range(depth):
        term = Apply(row, fields, (("n", term), ("m", first)))
    changed = define(graph, cut.value, term, graph.columns[cut.value])
    made = None if changed is None else allocate(changed, registers(bench))
    return made is None or improves(bench, made, block)


def _replaced(bench: Bench, block: Block, graph: Graph, cut: Cut, depth: int) -> Block | None:
    best = block
    for _, made, size in _written(bench, graph, cut, depth)[:_MAX_TERMS]:
        if bench.spent:
            break
        if bench.accepts(made, f"synthesis of {size}") and improves(bench, made, best):
            best = made
    if best == block:
        return None
    bench.rebase(best)
    return best


def _written(bench: Bench, graph: Graph, cut: Cut, depth: int) -> list[tuple[CostKey, Block, int]]:
    """The block with each term found for the cut's value, cheapest first."""
    blocks: dict[Block, int] = {}
    for term in _terms(bench, graph, cut, depth):
        changed = define(graph, cut.value, term, graph.columns[cut.value])
        made = None if changed is None else allocate(changed, registers(bench))
        if made is not None:
            blocks.setdefault(made, term.size)
    priced = [(bench.price(made), made, size) for made, size in blocks.items()]
    return sorted(priced, key=lambda one: (one[0], *plainness(one[1])))


def _terms(bench: Bench, graph: Graph, cut: Cut, depth: int) -> Iterator[Apply]:
    width = demanded(graph, cut.value)
    if not width:
        return
    leaves = cut.leaves if depth > 1 else _available(graph, cut)
    part = [graph.nodes[i] for i in cut.nodes]
    columns = [*((value, graph.columns[value]) for value in leaves), (ZERO, np.zeros(bench.states.count, dtype=np.uint64))]
    wanted = _widths(part, width)
    target = graph.columns[cut.value]
    wealth = _wealth(graph, part, target & np.uint64(_MASK[width]), 64 if 1 in wanted else 32, len(leaves))
    yield from Hunt(columns, target, _MASK[width], wanted, wealth, bench.meter, bench.limits.pool).depth(depth)


def _available(graph: Graph, cut: Cut) -> tuple[int, ...]:
    """The leaves, and other values that exist before the target, nearest first."""
    born = graph.born()
    before = [value for value, k in born.items() if k < born[cut.value]]
    used = {use.value for node in graph.nodes[: born[cut.value] + 1] for use in node.uses} - {ZERO}
    inputs = [value for value in graph.inputs.values() if value in used]
    everything = [*cut.leaves, *inputs, *sorted(before, key=lambda value: -born[value])]
    return tuple(sorted(tuple(dict.fromkeys(everything))[:_MAX_AVAILABLE]))


def _widths(part: list[Node], width: int) -> frozenset[int]:
    """The values of ``sf`` that a computation uses itself; rows of fixed width use both."""
    found = {value for node in part for name, value in node.fields if name == "sf"}
    if any("sf" not in node.row.encoding.fields for node in part) or width == 64:
        found |= {1}
    return frozenset(found | ({0} if width == 32 else set()))


# --- cuts -----------------------------------------------------------------------------------------


def _cuts(graph: Graph) -> Iterator[Cut]:
    """For each value the largest computations behind it that have few leaves."""
    born = graph.born()
    users: dict[int, set[int]] = {}
    for k, node in enumerate(graph.nodes):
        for use in node.uses:
            users.setdefault(use.value, set()).add(k)
    kept = {output.value for output in graph.outputs}
    for value, k in born.items():
        if value not in users and value not in kept:
            continue
        distinct: dict[tuple[int, ...], Cut] = {}
        for nodes in _grown(graph, k, born, users, kept):
            leaves = tuple(dict.fromkeys(leaf for i in sorted(nodes) for leaf in _leaves(graph, i, nodes, born)))
            if len(leaves) <= _MAX_LEAVES:
                distinct[leaves] = Cut(value, leaves, tuple(sorted(nodes)), _saved(graph, value, leaves))
        yield from sorted(distinct.values(), key=lambda cut: -cut.saved)[:3]


def _grown(graph: Graph, start: int, born: dict[int, int], users: dict[int, set[int]], kept: set[int]) -> Iterator[frozenset[int]]:
    """Growing sets of nodes behind a node, closed towards it: what they compute is used inside only."""
    nodes = {start}
    yield frozenset(nodes)
    while True:
        frontier = {leaf for i in nodes for leaf in _leaves(graph, i, nodes, born)}
        ready = [born[leaf] for leaf in frontier if leaf in born and leaf not in kept and users[leaf] <= nodes]
        ready = [k for k in ready if not graph.nodes[k].fixed and len(graph.nodes[k].defs) == 1 and not _loads(graph.nodes[k])]
        if graph.nodes[start].reads_flags or not ready:
            ready += _flag_setters(graph, nodes)
        if not ready:
            return
        nodes.add(min(ready, key=lambda k: (len(_fresh(graph, k, frontier, born)), -k)))
        yield frozenset(nodes)


def _fresh(graph: Graph, k: int, frontier: set[int], born: dict[int, int]) -> set[int]:
    return {use.value for use in graph.nodes[k].uses if use.value != ZERO} - frontier


def _flag_setters(graph: Graph, nodes: set[int]) -> list[int]:
    """Nodes that set the flags that some node of the set reads, and are not in it."""
    found = list[int]()
    for k in nodes:
        if graph.nodes[k].reads_flags:
            setter = next((i for i in range(k - 1, -1, -1) if graph.nodes[i].writes_flags), None)
            if setter is not None and setter not in nodes and not graph.nodes[setter].fixed:
                found.append(setter)
    return found


def _loads(node: Node) -> bool:
    return any(kind.shape == "m" for _, kind in node.row.placeholders) or node.symbol is not None


def _leaves(graph: Graph, k: int, nodes: set[int] | frozenset[int], born: dict[int, int]) -> list[int]:
    return [use.value for use in graph.nodes[k].uses if use.value != ZERO and born.get(use.value) not in nodes]


def _saved(graph: Graph, value: int, leaves: tuple[int, ...]) -> int:
    """How many nodes go if the value needs no computation but its leaves are kept."""
    before = cleaned(graph)
    kept = set(leaves) - {ZERO}
    after = cleaned(before.replaced(value, ZERO))
    gone = [node for node in before.nodes if node not in after.nodes]
    return sum(not any(one in kept for _, one in node.defs) for node in gone)


# --- immediates -----------------------------------------------------------------------------------


def _wealth(graph: Graph, part: list[Node], target: Array, width: int, leaves: int) -> Wealth:
    numbers = {value for node in part for value in _immediates(node)}
    for column in (target, *graph.columns.values()):
        if (column == column[0]).all():
            numbers.add(int(column[0]))
    small = {n for n in numbers if 0 < n < width}
    powers = {p for n in numbers for p in _logarithms(n) if 0 < p < width}
    own = sorted(small | powers)[:10]
    turned = {width - a for a in own}
    ends = {a + b for a in small for b in small | powers if a + b < width}
    near = {m for n in numbers for m in (n, n - 1, n + 1)}
    masks = {m for a in own for m in ((1 << a) - 1, ~((1 << a) - 1), 1 << a)}
    common = {0, 1, 2, 3, 4, 7, 8, 255, 0xFFFF, width, width - 1, -2, -8, 1 << (width - 1), (1 << (width - 1)) - 1}
    between = {abs(a - b) for a in small for b in small}
    points = _ordered(set([*own[:5], *sorted(between), *sorted(width - a for a in small), *sorted(ends), 8, 16][:14]))
    rich = Numbers(_ordered({*own, *turned, 1, 2, 3, 4, 8, 16, 24, width - 1}), _words({*near, *masks, *common}), points)
    medium = Numbers(_ordered({*own[:5], 1, width - 1}), _words({*sorted(numbers)[:8], 0, 1, -2}), _ordered({8, 16, 32}))
    core = Numbers(_ordered({*own[:4], 1, width - 1}), _words({*sorted(numbers)[:4], 0, 1}))
    return Wealth(rich, rich if leaves <= _FEW_LEAVES else medium, medium, core)


def _immediates(node: Node) -> Iterator[int]:
    """The numbers in an instruction as it is written: of aliases, shift amounts and field widths themselves."""
    for operand in node.instruction({}).operation.operands:
        if isinstance(operand, Immediate):
            yield operand.value
        elif isinstance(operand, Modifier) and operand.amount is not None:
            yield operand.amount


def _logarithms(number: int) -> Iterator[int]:
    """Where runs of ones in a number start and end."""
    bits = number & _MASK[64]
    for edge in (bits, ~bits & _MASK[64]):
        if edge:
            low = (edge & -edge).bit_length() - 1
            yield low
            yield edge.bit_length()
            yield low + ((edge >> low) + 1 & -((edge >> low) + 1)).bit_length() - 1


def _ordered(amounts: set[int]) -> tuple[int, ...]:
    return tuple(sorted(amount for amount in amounts if 0 < amount < 64))


def _words(values: set[int]) -> tuple[int, ...]:
    return tuple(sorted({value & _MASK[64] for value in values}))
