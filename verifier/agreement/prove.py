"""One instruction's two meanings compared: structurally, on some concrete states, and by a solver for all states."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

from semantics import simplify as s
from semantics.assembler import Instruction
from semantics.errors import SemanticsError, UnsupportedInstruction
from semantics.memory_image import MemoryImage, splitmix64
from semantics.run.functions import has_arbitrary, has_functions
from semantics.run.ints import evaluate
from semantics.run.smtlib import render
from semantics.state import State
from semantics.words import Word, variables
from verifier.agreement.comparison import Pair, compare
from verifier.agreement.verdict import Agreement

CODE_ADDRESSES = (0x10000, 0x1234_5678_9FFC)
"""Where an instruction stands when it is compared; the second only matters to PC-relative operands."""

TIMEOUT = 10.0
"""Seconds for one proof, unless the caller says otherwise."""

_RELOCATED_FIELDS = ("imm12", "immhi", "immlo", "imm16", "imm19", "target")
_PC_RELATIVE_FIELDS = frozenset({"immhi", "imm19"})
_SAMPLES = 24
_CORNERS = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, (1 << 63) - 1, 1 << 63, (1 << 64) - 1)


class Answer(Protocol):
    """What a solver says: ``unsat``, ``sat`` or ``unknown``, and the values asked for."""

    @property
    def status(self) -> str:
        """The answer."""
        ...

    @property
    def values(self) -> Mapping[str, int]:
        """The model, if ``sat``."""
        ...


class Solve(Protocol):
    """Decides an SMT-LIB query given without ``(check-sat)``."""

    def __call__(self, query: str, *, values: tuple[str, ...], timeout: float) -> Answer:
        """``timeout`` in seconds; ``values`` are the constants to read from a model."""
        ...


class HasSolve(Protocol):
    """Anything that solves, such as ``verifier.solvers.Solvers``."""

    def solve(self, query: str, *, values: tuple[str, ...], timeout: float) -> Answer:
        """As :class:`Solve`."""
        ...


def agrees(instruction: Instruction, solve: Solve, timeout: float = TIMEOUT) -> Agreement:
    """Compare the row's meaning with VEX's in every state; nothing is remembered.

    An operand that a linker fills in is checked with the immediates 0, 1 and all ones in its place.
    """
    return weakest(instruction, lambda concrete, address: _agrees_at(concrete, address, solve, timeout))


def weakest(instruction: Instruction, agrees_at: Callable[[Instruction, int], Agreement]) -> Agreement:
    """The first verdict that is no agreement over all immediates and addresses to be tried, or the hardest agreement."""
    hardest = Agreement("agree", reason="identical")
    for concrete in _concrete(instruction):
        for address in CODE_ADDRESSES if _pc_relative(concrete) else CODE_ADDRESSES[:1]:
            found = agrees_at(concrete, address)
            if found.verdict != "agree":
                return found
            if found.reason != "identical":
                hardest = found
    return hardest


def _concrete(instruction: Instruction) -> Iterator[Instruction]:
    """The instruction itself, or without its symbol and with representative immediates in its place."""
    if instruction.symbol is None:
        yield instruction
        return
    fields = dict(instruction.fields)
    widths = {name: instruction.row.encoding.fields[name][0][1] for name in _RELOCATED_FIELDS if name in fields}
    if not widths:
        raise SemanticsError(f"{instruction.text}: no field takes the symbol")
    for value in (0, 1, -1):
        trial = fields | {name: value & ((1 << width) - 1) for name, width in widths.items()}
        yield Instruction(instruction.row, tuple((name, trial[name]) for name in fields))


def _pc_relative(instruction: Instruction) -> bool:
    return any(name in _PC_RELATIVE_FIELDS for name, _ in instruction.fields)


def _agrees_at(instruction: Instruction, address: int, solve: Solve, timeout: float) -> Agreement:
    from semantics import vex

    row, lifted = State(pc=s.const(address, 64)), State(pc=s.const(address, 64))
    own = instruction.row.function is not None
    try:
        vex.execute(instruction, lifted)
    except UnsupportedInstruction as error:
        return Agreement("row only" if own else "undecided", reason=error.reason)
    if not own:
        return Agreement("vex only")
    instruction.row.run(dict(instruction.fields), None, row)
    return equal(row, lifted, solve, timeout)


def equal(left: State, right: State, solve: Solve, timeout: float) -> Agreement:
    """Whether two final states of one instruction are the same in every initial state: agree, disagree or undecided."""
    comparison = compare(left, right)
    if comparison.mismatch:
        return Agreement("disagree", comparison.mismatch, reason="the shapes differ")
    return _judge([pair for pair in comparison.pairs if pair.left is not pair.right], solve, timeout)


def _judge(pairs: list[Pair], solve: Solve, timeout: float) -> Agreement:
    """The verdict on pairs that are not equal by construction."""
    if not pairs:
        return Agreement("agree", reason="identical")
    goals = [s.eq(pair.left, pair.right) for pair in pairs]
    for inputs, image in _samples(goals):
        failed = _first_failing(pairs, goals, inputs, image)
        if failed:
            return _different(failed, goals, inputs, True)
    goal = s.and_(*goals) if len(goals) > 1 else goals[0]
    wanted = variables([goal])
    answer = solve(render([~goal], values=wanted, check=False), values=tuple(wanted), timeout=timeout)
    match answer.status:
        case "unsat":
            return Agreement("agree", reason="solver")
        case "sat":
            # The model's memory is not read back: where it matters, the failing pair may not show.
            failed = _first_failing(pairs, goals, answer.values, MemoryImage(0))
            return _different(failed or pairs[0].what, goals, answer.values, bool(failed))
        case _:
            return Agreement("undecided", reason="no solver decided it")


def _first_failing(pairs: list[Pair], goals: list[Word], inputs: Mapping[str, int], image: MemoryImage) -> str:
    results = evaluate(goals, inputs, image.read)
    return next((pair.what for pair, equal in zip(pairs, results, strict=True) if not equal), "")


def _different(location: str, goals: list[Word], inputs: Mapping[str, int], shown: bool) -> Agreement:
    """``shown`` tells that a concrete run has the difference, which counts if every function in it has a meaning."""
    if has_arbitrary(goals) or (not shown and has_functions(goals)):
        return Agreement("undecided", location, reason=f"{location} is computed by different floating-point operations")
    return Agreement("disagree", location, dict(inputs))


def _samples(goals: list[Word]) -> Iterator[tuple[dict[str, int], MemoryImage]]:
    """States that show most differences without a solver: corner values, mixed with arbitrary ones."""
    inputs = variables(goals)
    for number in range(_SAMPLES):
        values: dict[str, int] = {}
        for i, (name, word) in enumerate(sorted(inputs.items())):
            drawn = splitmix64(number << 16 | i)
            corner = _CORNERS[drawn % len(_CORNERS)]
            wide = corner << 64 | corner if drawn >> 32 & 1 else drawn << 64 | splitmix64(drawn)
            values[name] = (corner if number % 3 == 0 and word.width <= 64 else wide) & word.mask
        yield values, MemoryImage(number)
