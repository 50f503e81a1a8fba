"""What a block's running time and cache footprint tell about its inputs, and whether the candidate tells more.

The observer sees the address of every access, whether a branch is taken and where an indirect one leads, and the
operands of instructions whose time depends on them. The candidate passes if for any two initial states (registers and
memory) in which the original tells the same, the candidate tells the same: the order of what is told, and leaving some of
it out, do not matter. Addresses and branches must follow from the original's addresses and branches alone; operands of
variable-time instructions from all that the original tells. The conditional selections (csel and its kind) are no branches.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from semantics import simplify as s
from semantics.assembler import Instruction
from semantics.block import Source, effects, step
from semantics.lanes import upper
from semantics.locations import LOCATIONS
from semantics.memory import Apart, Fuel, Memory, split
from semantics.state import State
from semantics.words import Word, topological

SECOND = "'"  # after the name of an input: its value in the second of two states
SECOND_MEMORY = "memory'"  # the byte at an address, as a function, in the second state

_DIVISIONS = frozenset({"udiv", "sdiv"})
_MOVES_OF_FLOATS = frozenset({"fmov", "fabs", "fneg", "fcsel"})
_FLOATS_OF_INTEGERS = frozenset({"scvtf", "ucvtf"})
_KEEPING = frozenset({"fcvtn", "fcvtn2", "fcvtxn", "fcvtxn2"})
"""Conversions that do not compute on their destination, part of which some keep."""


def variable_time(instruction: Instruction) -> bool:
    """Whether an instruction's time may depend on its operands' values.

    Divisions and floating-point arithmetic, comparison and conversion: what Arm does not list under FEAT_DIT (Arm ARM
    B1.4, "data independent timing") among the instructions that our rows have.
    """
    name = instruction.row.mnemonic
    return name in _DIVISIONS or name in _FLOATS_OF_INTEGERS or (name[0] == "f" and name not in _MOVES_OF_FLOATS)


@dataclass(frozen=True, slots=True)
class Leak:
    """One word that is told.

    Attributes:
        what: for people: ``address of access 2 (read of 8 bytes)``.
        word: the value.
        operand: whether it is told by the time of an instruction only, rather than by an address or a branch.
    """

    what: str
    word: Word
    operand: bool = False


def leaks(block: Sequence[Instruction], source: Source = "rows", apart: Apart | None = None) -> list[Leak]:
    """What a block tells, each word once; ``apart`` says which accesses cannot overlap.

    Raises MemoryTooEntangled when reads depend on too many possible overlaps.
    """
    state, operands, places = State(memory=Memory(fuel=Fuel(apart=apart))), list[Leak](), list[Leak]()
    for instruction in block:
        if variable_time(instruction):
            operands += _operands(instruction, state)
        places += _places(instruction, state)
        step(state, instruction, source)
    addresses = [
        Leak(f"address of access {number} ({access.kind} of {access.size} bytes)", access.address)
        for number, access in enumerate(state.accesses, 1)
    ]
    found = dict[tuple[Word, bool], Leak]()
    for leak in (*addresses, *_branches(state), *places, *operands):
        found.setdefault((leak.word, leak.operand), leak)
    return list(found.values())


def _operands(instruction: Instruction, state: State) -> list[Leak]:
    """The values that a variable-time instruction computes on; of one without a row's function, an unknown function of them."""
    row, fields = instruction.row, dict(instruction.fields)
    what = f"operands of {instruction.text}"
    if row.function is not None:
        values = [
            kind.value(name, fields, instruction.symbol, state)
            for name, kind in row.placeholders
            if name in row.parameters and not (name == "d" and row.mnemonic in _KEEPING)
        ]
        words = [word for word in values if isinstance(word, Word)]
        return [Leak(what, upper(word) if row.mnemonic == "fcvtl2" else word, True) for word in words]
    read = [state.get(location) for location in sorted(effects(instruction).reads & set(LOCATIONS))]
    return [Leak(what, s.uf(f"time of {instruction.text}", 64, read), True)]


def _places(instruction: Instruction, state: State) -> list[Leak]:
    """Addresses among the operands, whether or not the meaning has an access there: a prefetch has none."""
    fields = dict(instruction.fields)
    values = [kind.value(name, fields, instruction.symbol, state) for name, kind in instruction.row.placeholders if kind.shape == "m"]
    return [Leak(f"address in {instruction.text}", word) for word in values if isinstance(word, Word)]


def _branches(state: State) -> list[Leak]:
    leave = state.exit
    if leave is None:
        return []
    found = [] if leave.condition is None else [Leak("branch taken", leave.condition)]
    if isinstance(leave.target, Word):
        target = leave.target if leave.condition is None else s.ite(leave.condition, leave.target, s.const(0, 64))
        found.append(Leak("branch target", target))
    return found


def told(known: Sequence[Leak], leak: Leak) -> list[Word]:
    """The original's words that a leak of the candidate may follow from."""
    return [other.word for other in known if leak.operand or not other.operand]


def follows(word: Word, known: Iterable[Word]) -> bool:
    """Whether ``word`` is computed from ``known`` and from what is no secret: constants and places of code and labels.

    Never true without reason; that it is false says nothing.
    """
    sure = set(known)
    bases = {split(other)[0] for other in sure if other.width == 64}
    for node in topological([word]):
        if node in sure:
            continue
        if node.op == "var":
            public = node.attrs[0] not in LOCATIONS
        else:
            # What memory holds is told only where the loaded word itself is.
            public = node.op != "load" and all(arg in sure for arg in node.args)
        if public or (node.width == 64 and split(node)[0] in bases):  # at a constant distance from something told
            sure.add(node)
    return word in sure


# --- two states ---------------------------------------------------------------------------------


def second(roots: Sequence[Word]) -> list[Word]:
    """The words in a second initial state, with other registers and another memory, but the same places of code and labels."""
    copies: dict[Word, Word] = {}
    for word in topological(roots):
        args = [copies[arg] for arg in word.args]
        if word.op == "var":
            name = str(word.attrs[0])
            copies[word] = s.var(name + SECOND, word.width) if name in LOCATIONS else word
        elif word.op == "load":
            copies[word] = s.concat(*(s.uf(SECOND_MEMORY, 8, [args[0] + i]) for i in reversed(range(word.width // 8))))
        else:
            copies[word] = s.rebuild(word.op, word.width, args, word.attrs)
    return [copies[root] for root in roots]


@dataclass(frozen=True, slots=True)
class Question:
    """Whether words are functions of other words: in two states that agree on ``known``, does ``word`` agree?

    ``premise``, one bit, holds in both states.
    """

    known: tuple[Word, ...]
    words: tuple[Word, ...]
    premise: Word

    def goal(self) -> Word:
        """One bit over the inputs of both states, 1 where the answer is yes."""
        first = (*self.known, *self.words, self.premise)
        pairs = list(zip(first, second(first), strict=True))
        agree = [s.eq(a, b) for a, b in pairs[: len(self.known)]]
        told = s.and_(s.TRUE, *(s.eq(a, b) for a, b in pairs[len(self.known) : -1]))
        return s.or_(~s.and_(s.TRUE, *pairs[-1], *agree), told)
