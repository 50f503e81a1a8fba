"""From graphs back to instructions: registers for values, by one pass in program order.

Values that must come out in a register are put there at once where it is free by then; a value never takes the
register of a result that is computed while the value is still needed. What does not work out that way is moved at the
end. Allocation may fail; it never spills.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from grammars.operands import Operation, Register
from proposer.enumerate.graph import ZERO, Graph, Node, Use
from proposer.enumerate.registers import NONE
from semantics.assembler import Instruction, assemble


def move(target: int, source: int, width: int) -> Instruction:
    """``mov`` between general registers; ``source`` 31 is the zero register."""
    letter = "x" if width > 32 else "w"
    name = f"{letter}{source}" if source != NONE else f"{letter}zr"
    return assemble(Operation("mov", (Register(f"{letter}{target}"), Register(name))))


class _NoRoomError(Exception):
    """There are not enough registers, or final moves would have to be made in a circle."""


def allocate(graph: Graph, allowed: Collection[int]) -> tuple[Instruction, ...] | None:
    """The graph as instructions that write only ``allowed`` registers, or None."""
    try:
        return _Allocation(graph, frozenset(allowed)).run()
    except _NoRoomError:
        return None


@dataclass(slots=True)
class _Allocation:
    graph: Graph
    allowed: frozenset[int]
    where: dict[int, int] = field(default_factory=dict[int, int])  # value -> register
    held: dict[int, int] = field(default_factory=dict[int, int])  # register -> value
    last: dict[int, int] = field(default_factory=dict[int, int])  # value -> position of its last use
    wish: dict[int, int] = field(default_factory=dict[int, int])  # value -> register it should be in
    reserved: dict[int, int] = field(default_factory=dict[int, int])  # register -> position from which a result is in it
    emitted: list[Instruction] = field(default_factory=list[Instruction])

    def run(self) -> tuple[Instruction, ...]:
        self._plan()
        for register, value in self.graph.inputs.items():
            if value in self.last:
                self._put(value, register)
        for position, node in enumerate(self.graph.nodes):
            if node.fixed and position + 1 == len(self.graph.nodes) and self._is_exit(node):
                self._settle({self.where[use.value] for use in node.uses if use.value != ZERO})
                self._place(position, node)
                return tuple(self.emitted)
            self._place(position, node)
        self._settle(set())
        return tuple(self.emitted)

    @staticmethod
    def _is_exit(node: Node) -> bool:
        return not node.defs and any(name in ("target",) for name, _ in node.fields)

    def _plan(self) -> None:
        end = len(self.graph.nodes)
        for position, node in enumerate(self.graph.nodes):
            for use in node.uses:
                self.last[use.value] = position
        born = self.graph.born()
        for output in self.graph.outputs:
            self.last[output.value] = end
            if output.register in self.allowed and output.value != ZERO:
                self.wish.setdefault(output.value, output.register)
                self.reserved[output.register] = born.get(output.value, end)
            else:
                self.reserved[output.register] = -1
        for node in reversed(self.graph.nodes):
            ties = {slot.field: value for slot, value in node.defs}
            for use in node.uses:
                if use.tied and ties[use.slot.field] in self.wish:
                    self.wish.setdefault(use.value, self.wish[ties[use.slot.field]])

    def _put(self, value: int, register: int) -> None:
        self.where[value] = register
        self.held[register] = value

    def _release(self, values: Iterable[int], position: int) -> None:
        for value in values:
            if self.last.get(value, -1) <= position and self.where.get(value) in self.held:
                register = self.where[value]
                if self.held.get(register) == value:
                    del self.held[register]

    def _place(self, position: int, node: Node) -> None:
        registers = {use.slot.field: self._register(use) for use in node.uses}
        used = [use.value for use in node.uses if use.value != ZERO]
        saved = dict(self.held)
        self._release(used, position)
        registers |= self._results(position, node, registers)
        if not node.row.valid(dict(node.fields) | registers):
            self.held = saved  # loads with writeback, and pairs, must not load into the base
            for _, value in node.defs:
                self.where.pop(value, None)
            registers = {use.slot.field: self._register(use) for use in node.uses}
            registers |= self._results(position, node, registers)
            self._release(used, position)
        if not node.row.valid(dict(node.fields) | registers):
            raise _NoRoomError
        self.emitted.append(node.instruction(registers))
        self._release((value for _, value in node.defs), position)

    def _register(self, use: Use) -> int:
        return NONE if use.value == ZERO else self.where[use.value]

    def _results(self, position: int, node: Node, registers: dict[str, int]) -> dict[str, int]:
        found: dict[str, int] = {}
        sources = {use.slot.field: use.value for use in node.uses if use.tied}
        for slot, value in node.defs:
            if value not in self.last and slot.zero and slot.field not in sources and len(node.defs) == 1:
                found[slot.field] = NONE
                continue
            self.last.setdefault(value, position)
            if slot.field in sources:
                register = self._tied(position, value, sources[slot.field], registers[slot.field], slot.width)
            else:
                register = self._choose(position, value)
            found[slot.field] = register
            self._put(value, register)
        return found

    def _tied(self, position: int, value: int, source: int, register: int, width: int) -> int:
        """The register for a result that overwrites an operand; the operand is copied first if it is needed later."""
        if self.last.get(source, -1) <= position and register in self.allowed:
            return register
        chosen = self._choose(position, value)
        self.emitted.append(move(chosen, register, width))
        return chosen

    def _choose(self, position: int, value: int) -> int:
        wish = self.wish.get(value)
        if wish is not None and wish not in self.held:
            return wish
        for register in sorted(self.allowed - self.held.keys(), key=lambda r: (r not in self.reserved, r)):
            if self.last[value] <= self.reserved.get(register, len(self.graph.nodes) + 1):
                return register
        raise _NoRoomError

    def _settle(self, busy: set[int]) -> None:
        """Move what must come out elsewhere; ``busy`` registers are still needed by the exit."""
        pending = [
            (output.register, NONE if output.value == ZERO else self.where[output.value], output.bits)
            for output in self.graph.outputs
            if output.value == ZERO or self.where[output.value] != output.register
        ]
        while pending:
            sources = [source for _, source, _ in pending]
            ready = next((m for m in pending if m[0] not in sources and m[0] not in busy and m[0] in self.allowed), None)
            if ready is None:
                raise _NoRoomError
            pending.remove(ready)
            self.emitted.append(move(*ready))
