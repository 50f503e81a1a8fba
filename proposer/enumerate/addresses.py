"""Edits of addressing modes and of the branch at the end: computations folded into the instruction that uses them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache, lru_cache

import numpy as np

from proposer.enumerate.allocation import allocate
from proposer.enumerate.bench import Bench
from proposer.enumerate.edits import graph_of, improves, registers
from proposer.enumerate.execution import Lanes
from proposer.enumerate.graph import ZERO, Graph, Node, Use, cleaned
from proposer.enumerate.registers import NONE, Slot
from proposer.enumerate.states import Array
from proposer.proposal import Block
from semantics.assembler import Instruction, base_rows
from semantics.operands.base import Fields, Kind
from semantics.operands.memory import RegisterOffset, SignedOffset, UnsignedOffset
from semantics.operands.registers import extend_register
from semantics.row import Row
from semantics.run.arrays import Compiled, compile_arrays
from semantics.state import State

_BASE = Slot("n", 64, False, read=True)
_MAX_VALUES = 24  # registers that addresses are made from
_OPTIONS = (3, 2, 6)  # lsl, uxtw, sxtw: the Arm ARM's DecodeRegExtend


def folded(bench: Bench, block: Block) -> Block:
    """The block with one address computation folded into a load or store, or the block itself."""
    graph = graph_of(bench, block)
    if graph is None:
        return block
    trail = bench.trail(block)
    for position, node in enumerate(graph.nodes):
        if bench.spent:
            break
        first = len(trail[position].touches)
        if not _foldable(node) or len(trail[position + 1].touches) == first:
            continue
        address = trail[position + 1].touches[first].address
        for other in _spelled(graph, position, address, trail[position]):
            changed = cleaned(replace(graph, nodes=(*graph.nodes[:position], other, *graph.nodes[position + 1 :])))
            made = allocate(changed, registers(bench))
            if made is not None and bench.accepts(made, "folded address") and improves(bench, made, block):
                return made
    return block


def _kind(row: Row) -> Kind | None:
    return dict(row.placeholders).get("a")


def _foldable(node: Node) -> bool:
    kind = _kind(node.row)
    if node.symbol is not None or not isinstance(kind, (UnsignedOffset, SignedOffset, RegisterOffset)):
        return False
    return not (isinstance(kind, SignedOffset) and kind.mode != "offset")


@cache
def _siblings(row: Row) -> tuple[Row, ...]:
    """The rows that do the same at an address written in another way."""
    mine = [(name, kind) for name, kind in row.placeholders if name != "a"]
    return tuple(
        other
        for other in base_rows()
        if other.function is row.function
        and dict(other.extra) == dict(row.extra)
        and [(name, kind) for name, kind in other.placeholders if name != "a"] == mine
    )


def _spelled(graph: Graph, position: int, address: Array, before: Lanes) -> Iterator[Node]:
    """The node with its address written in other ways."""
    node = graph.nodes[position]
    present = {use.value for one in graph.nodes[: position + 1] for use in one.uses if use.value != ZERO}
    present |= {value for one in graph.nodes[:position] for _, value in one.defs}
    values = sorted(present)[:_MAX_VALUES]
    for row in _siblings(node.row):
        kind = _kind(row)
        if isinstance(kind, RegisterOffset):
            yield from _indexed(graph, node, row, kind, address, values)
        elif kind is not None:
            yield from _offset(graph, node, row, kind, address, values, before)


def _with_address(node: Node, row: Row, fields: Fields, uses: list[Use]) -> Node | None:
    data = [use for use in node.uses if use.slot.field not in ("n", "m")]
    kept = {name: value for name, value in node.fields if name in row.encoding.fields}
    full = {name: (kept | fields).get(name, 0) for name in row.encoding.fields}
    changed = replace(node, row=row, fields=tuple(full.items()), uses=(*data, *uses))
    return changed if row.valid(full) and changed != node else None


def _offset(graph: Graph, node: Node, row: Row, kind: Kind, address: Array, values: list[int], before: Lanes) -> Iterator[Node]:
    """A base register and a constant distance."""
    stack = before.get("sp")
    columns = [(NONE, stack)] if not isinstance(stack, tuple) else []
    for number, column in [*((value, graph.columns[value]) for value in values), *columns]:
        distance = address - column
        if (distance != distance[0]).any():
            continue
        fields = _distance(kind, int(distance[0].view(np.int64)))
        if fields is None:
            continue
        uses = [Use(_BASE, number)] if column is not stack else []
        found = _with_address(node, row, fields | {"n": 0 if uses else NONE}, uses)
        if found is not None:
            yield found


def _distance(kind: Kind, distance: int) -> Fields | None:
    """The offset field of an addressing mode, or None where the distance does not fit."""
    match kind:
        case UnsignedOffset() if distance % kind.scale == 0 and 0 <= distance // kind.scale < 4096:
            return {"imm12": distance // kind.scale}
        case SignedOffset() if kind.mode == "offset" and distance % kind.scale == 0:
            limit = 1 << (kind.bits - 1)
            steps = distance // kind.scale
            return {kind.field: steps % (2 * limit)} if -limit <= steps < limit else None
        case _:
            return None


@lru_cache(maxsize=64)
def _extended(option: int, amount: int) -> Compiled:
    return compile_arrays([extend_register(State(), 1, option, amount, 64)])


def _indexed(graph: Graph, node: Node, row: Row, kind: RegisterOffset, address: Array, values: list[int]) -> Iterator[Node]:
    """A base register and an index register, extended and scaled."""
    bases = {graph.columns[value].tobytes(): value for value in reversed(values)}
    for option in _OPTIONS:
        for scaled in (0, 1) if kind.shift else (0,):
            for index in values:
                (column,) = _extended(option, kind.shift * scaled)({"x1": graph.columns[index]}, address)
                if isinstance(column, tuple):
                    continue
                base = bases.get((address - column).tobytes())
                if base is None:
                    continue
                slot = Slot("m", 64 if option & 1 else 32, True, read=True)
                fields = {"option": option, "S": scaled, "n": 0, "m": 0}
                found = _with_address(node, row, fields, [Use(_BASE, base), Use(slot, index)])
                if found is not None:
                    yield found


# --- branches ---------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _decision(row: Row, fields: tuple[tuple[str, int], ...]) -> Compiled | None:
    """Whether a branch on register x1 is taken."""
    state = State()
    row.run(dict(fields) | {"n": 1}, None, state)
    return compile_arrays([state.exit.condition]) if state.exit is not None and state.exit.condition is not None else None


def _branch_fields(row: Row) -> Iterator[Fields]:
    """The register widths and bit numbers to try."""
    names = set(row.encoding.fields) - {"n", "target"}
    if names == {"sf"}:
        yield from ({"sf": sf} for sf in (0, 1))
    elif names == {"sf", "b40"}:
        yield from ({"sf": bit >> 5, "b40": bit & 31} for bit in range(64))


def rebranched(bench: Bench, block: Block) -> Block:
    """The block with its conditional branch decided by a register instead of flags, or by an earlier register."""
    way = bench.here.final.way
    if not block or way is None or way.target is None or way.kind != "jump" or block != bench.here.block:
        return block
    before = bench.trail(block)[-2]
    target = dict(block[-1].fields).get("target")
    best = block
    for row in base_rows():
        if set(row.parameters) - {"bit"} != {"n", "target"} or target is None:
            continue
        for fields in _branch_fields(row):
            full = {name: (fields | {"target": 0}).get(name, 0) for name in row.encoding.fields}
            decision = _decision(row, tuple(full.items()))
            if decision is None:
                continue
            for register in range(31):
                if f"x{register}" not in bench.canonical.names or bench.spent:
                    continue
                (taken,) = decision({"x1": before.general(register)}, bench.states.seeds)
                if not isinstance(taken, tuple) and (taken == way.taken).all():
                    best = _rewired(bench, best, row, full | {"n": register, "target": 0})
    return best


def _rewired(bench: Bench, block: Block, row: Row, fields: Fields) -> Block:
    branch = Instruction(row, tuple((name, fields[name]) for name in row.encoding.fields), block[-1].symbol)
    made = (*block[:-1], branch)
    if branch.symbol is None or made == block or not bench.accepts(made, "branch on a register"):
        return block
    return made if _rank(bench, made) < _rank(bench, block) else block


def _rank(bench: Bench, block: Block) -> tuple[int, int]:
    """What is left of a block when nothing needs the flags any more; a test of a whole register is the plainest."""
    graph = graph_of(bench, block)
    return (len(cleaned(graph).nodes) if graph is not None else len(block), len(block[-1].text))
