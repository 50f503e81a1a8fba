"""Liveness against the emulator: whatever it calls dead is overwritten at every step, and nothing may come of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest
from support.compile import KERNELS, compile_source, needs_cross_tools

from grammars.listing import parse_listing, read_listing
from semantics.assembler import Instruction
from semantics.items import exit_of
from semantics.liveness import Liveness, LiveSet, live_sets
from semantics.locations import LOCATIONS, WIDTHS
from semantics.machine import MachineState
from semantics.memory_image import MemoryImage
from semantics.program import Block, Function, Program
from verifier.oracle import Emulator, Faulted, Ran

MAX_STEPS = 300
BASE, RETURN = 0x40000, 0x90000


@dataclass(frozen=True)
class Trace:
    """What an observer sees of one call: where control went, what memory saw, and what came back."""

    path: tuple[tuple[int, int], ...]  # block, position
    accesses: tuple[tuple[str, int, int, int], ...]
    result: tuple[int, ...] | None  # None if it was still running at the limit


@dataclass
class Runner:
    """Runs a function of a program one instruction at a time, with `disturb` called on the state before each."""

    program: Program
    function: Function
    emulator: Emulator = field(default_factory=Emulator)

    def __post_init__(self) -> None:
        self.place: dict[int, tuple[Block, int]] = {}
        self.address: dict[int, int] = {}
        pc = BASE
        for block in self.program.blocks_of(self.function):
            self.address[block.index] = pc
            for position in range(len(block.items)):
                self.place[pc] = block, position
                pc += 4

    def code(self, block: Block, position: int, pc: int) -> bytes:
        item = block.items[position]
        assert isinstance(item, Instruction)
        (taken,) = [edge.target for edge in block.successors if edge.kind == "taken"] if item.symbol else [None]
        if taken is None:
            return item.bytes
        name = next(name for name, _ in item.fields if name == "target")
        bits = item.row.encoding.fields[name][0][1]
        offset = (self.address[taken] - pc) // 4 & ((1 << bits) - 1)
        fields = dict(item.fields) | {name: offset}
        return item.row.encoding.encode(fields).to_bytes(4, "little")

    def run(self, state: MachineState, wanted: LiveSet, disturb: Callable[[Block, int, MachineState], MachineState]) -> Trace:
        path, accesses = list[tuple[int, int]](), list[tuple[str, int, int, int]]()
        state = state.replace(pc=BASE).with_location("x30", RETURN)
        while state.pc in self.place and len(path) < MAX_STEPS:
            block, position = self.place[state.pc]
            path.append((block.index, position))
            state = disturb(block, position, state)
            outcome = self.emulator.run(self.code(block, position, state.pc), state)
            if isinstance(outcome, Faulted):
                pytest.skip(f"the emulator cannot run this: {outcome.reason}")
            assert isinstance(outcome, Ran)
            accesses += outcome.accesses
            state = outcome.state
        if state.pc in self.place:
            return Trace(tuple(path), tuple(accesses), None)
        result = tuple(state.get(location) & ((1 << bits) - 1) for location, bits in wanted.items() if location != "mem")
        return Trace(tuple(path), tuple(accesses), (*result, state.pc, hash(frozenset(state.written.items()))))


def random_state(rng: Random) -> MachineState:
    state = MachineState.zero().replace(memory=MemoryImage(rng.getrandbits(60)), sp=0x7FFF_0000)
    for location in LOCATIONS:
        if location != "sp":
            size = rng.choice((3, 8, 31, 32, 64)) if location.startswith("x") else 128
            state = state.with_location(location, rng.getrandbits(size) | rng.choice((0, 0xABCD << 44)))
    return state


def overwrite_dead(rng: Random, live: LiveSet, state: MachineState) -> MachineState:
    """The state with new values in everything that is not live."""
    for location in LOCATIONS:
        width, bits = WIDTHS[location], live.bits(location)
        if bits < width and location != "sp":
            kept = state.get(location) & ((1 << bits) - 1)
            state = state.with_location(location, kept | rng.getrandbits(width - bits) << bits)
    return state


def runnable(program: Program, function: Function) -> bool:
    """Whether a function is a leaf of instructions with meanings that refers to nothing but its own blocks."""
    blocks = program.blocks_of(function)
    if function.name is None or not blocks:
        return False
    for block in blocks:
        for item in block.items:
            if not isinstance(item, Instruction):
                return False
            leave = exit_of(item)
            if item.symbol is not None and (leave is None or leave.kind != "jump"):
                return False
        if any(edge.kind not in ("fall-through", "taken", "return") for edge in block.successors):
            return False
        if any(edge.target is not None and program.blocks[edge.target].function is not function for edge in block.successors):
            return False
    return True


def disagreements(program: Program, function: Function, liveness: Liveness, states: int, seed: int = 1) -> int:
    """How many of `states` random calls of a function turn out differently when dead values are overwritten."""
    runner, rng, found = Runner(program, function), Random(f"{function.name} {seed}"), 0
    wanted = LiveSet.aapcs64_return()
    for _ in range(states):
        state = random_state(rng)
        plain = runner.run(state, wanted, lambda block, position, state: state)
        disturbed = runner.run(state, wanted, lambda block, position, state: overwrite_dead(rng, liveness.before(block, position), state))
        found += plain != disturbed
    runner.emulator.close()
    return found


def check_file(path: Path) -> int:
    """Check every runnable function of an assembly file; returns how many there were."""
    program = Program.from_listing(read_listing(path))
    liveness = live_sets(program)
    functions = [function for function in program.functions if runnable(program, function)]
    for function in functions:
        assert disagreements(program, function, liveness, states=3) == 0, f"{path.name}: {function.name}"
    return len(functions)


CHOSEN = [
    ("bit_tricks", "gcc", "-O2"),
    ("bit_tricks", "clang", "-O0"),
    ("gcd", "gcc", "-O0"),
    ("gcd", "clang", "-O2"),
    ("sorting", "gcc", "-O2"),
    ("saturate", "gcc", "-O2"),
    ("wide", "clang", "-O1"),
    ("popcount", "gcc", "-O0"),
    ("isqrt", "clang", "-O1"),
    ("utf8", "gcc", "-O2"),
]


@needs_cross_tools
@pytest.mark.parametrize(("kernel", "compiler", "level"), CHOSEN)
def test_dead_values_do_not_matter(kernel: str, compiler: str, level: str, tmp_path: Path) -> None:
    source = KERNELS / f"{kernel}.c"
    if not source.exists():
        pytest.skip(f"no kernel {kernel}")
    path = compile_source(source, tmp_path / "kernel.s", compiler=compiler, level=level)  # pyright: ignore[reportArgumentType]
    assert check_file(path) > 0


LOOP = """
    .globl  f
    .type   f, %function
f:  mov     w8, wzr
    and     x0, x0, #7
1:  cbz     x0, 2f
    add     w8, w8, w1
    eor     w1, w1, w8, lsr #3
    sub     x0, x0, #1
    cmp     x0, #3
    csel    w9, w8, w1, hi
    str     w9, [sp, #-8]
    b       1b
2:  add     x0, x8, w1, uxtw
    ret
    .size   f, .-f
"""


def test_dead_values_in_a_loop_do_not_matter() -> None:
    program = Program.from_listing(parse_listing(LOOP))
    assert disagreements(program, program.function("f"), live_sets(program), states=6) == 0


@pytest.mark.parametrize("forgotten", ["x0", "x1", "x8", "x9", "x30", "z", "c", "mem"])
def test_a_forgotten_location_is_noticed(forgotten: str) -> None:
    """The test above can fail: an analysis that forgets one location is found out, unless the emulator never sees it."""
    program = Program.from_listing(parse_listing(LOOP))

    class Forgetful:
        def before(self, block: Block, position: int) -> LiveSet:
            return live_sets(program).before(block, position).without([forgotten])

    found = disagreements(program, program.function("f"), Forgetful(), states=6)  # pyright: ignore[reportArgumentType]
    assert (found > 0) == (forgotten != "mem")
