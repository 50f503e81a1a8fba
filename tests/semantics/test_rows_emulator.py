"""Every row's meaning, run symbolically once and then on concrete states, against the emulator."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from random import Random

import pytest

from grammars.operands import Symbol
from semantics import simplify as s
from semantics.assembler import Instruction, assemble_text, base_rows
from semantics.locations import GENERAL, LOCATIONS
from semantics.machine import MachineState
from semantics.memory_image import MASK64
from semantics.run.ints import compile_words
from semantics.sampling import samples
from semantics.state import INITIAL, State
from semantics.words import Word
from verifier.oracle import Emulator, Faulted, Ran
from verifier.states import random_states

INSTANCES, STATES = 6, 16  # 16 states have every setting of the flags

MEANINGS = tuple(row for row in base_rows() if row.function is not None)


@cache
def emulator() -> Emulator:
    return Emulator()


def run_symbolically(made: Instruction, pc: int) -> State:
    state = State(pc=s.const(pc, 64))
    made.row.run(dict(made.fields), made.symbol, state)
    return state


def pointers(state: State) -> tuple[str, ...]:
    """Registers that addresses are computed from."""
    names = {str(word.attrs[0]) for access in state.accesses for word in leaves(access.address)}
    return tuple(sorted(names & {*GENERAL, "sp"}))


def leaves(word: Word) -> Iterator[Word]:
    if word.op == "var":
        yield word
    for arg in word.args:
        yield from leaves(arg)


def differences(made: Instruction, states: Sequence[MachineState]) -> Iterator[str]:
    """One line for each difference between meaning and emulator."""
    meaning = Meaning(made, states[0].pc)
    for state in states:
        expected, touched, next_pc = meaning.run(state)
        outcome = emulator().run(made.bytes, state, max_instructions=50)
        if next_pc == state.pc and outcome == Faulted("instruction limit", state.pc):
            continue  # it branches to itself
        if not isinstance(outcome, Ran):
            yield f"{made.text}: {outcome}"
            continue
        for location in LOCATIONS:
            found, meant = outcome.state.get(location), expected.get(location)
            if found != meant:
                yield f"{made.text}: {location} is {meant:#x}, emulator has {found:#x}, before {state.get(location):#x}"
        if dict(outcome.state.written) != dict(expected.written):
            yield f"{made.text}: stores {dict(expected.written)}, emulator has {dict(outcome.state.written)}"
        if outcome.next_pc != next_pc:
            yield f"{made.text}: goes to {next_pc:#x}, emulator to {outcome.next_pc:#x}"
        really = {(kind, address + i & MASK64) for kind, address, size, _ in outcome.accesses for i in range(size)}
        if really != touched:
            yield f"{made.text}: touches {touched}, emulator {really}"


class Meaning:
    """One instruction's meaning at one place, to be run on states."""

    def __init__(self, made: Instruction, pc: int) -> None:
        self.symbolic = run_symbolically(made, pc)
        self.written = [name for name, word in self.symbolic.registers.items() if word is not INITIAL[name]]
        roots = [self.symbolic.get(name) for name in self.written]
        roots += [word for access in self.symbolic.accesses for word in (access.address, access.value)]
        self.compiled = compile_words([*roots, *_exit_words(self.symbolic, pc)])

    def run(self, state: MachineState) -> tuple[MachineState, set[tuple[str, int]], int]:
        """The state after, the bytes read and written, and the next pc."""
        env = {location: state.get(location) for location in LOCATIONS}
        *values, condition, target = self.compiled(env, state.read_written)
        after, rest = state, iter(values)
        for location in self.written:
            after = after.with_location(location, next(rest))
        touched: set[tuple[str, int]] = set()
        for access in self.symbolic.accesses:
            address, value = next(rest), next(rest)
            touched |= {(access.kind[0], address + i & MASK64) for i in range(access.size)}
            if access.kind == "write":
                after = after.with_store(address, value, access.size)
        return after, touched, target if condition else state.pc + 4


def _exit_words(state: State, pc: int) -> tuple[Word, Word]:
    """Whether the instruction branches, and where to."""
    leaving = state.exit
    if leaving is None:
        return s.FALSE, s.const(0, 64)
    condition = leaving.condition if leaving.condition is not None else s.TRUE
    if isinstance(leaving.target, Symbol):
        raise AssertionError("a relocated branch has no address")
    target = leaving.target if isinstance(leaving.target, Word) else s.const(pc + leaving.target, 64)
    return condition, target


@lru_cache(maxsize=64)
def states_for(names: tuple[str, ...], seed: int) -> list[MachineState]:
    return random_states(STATES, seed, pointers=names)


def check(made: Instruction, seed: int) -> list[str]:
    states = states_for(pointers(run_symbolically(made, 0x10000)), seed)
    # One load or store in a thousand would hit the code; far from it nothing is tested less.
    return [line for line in differences(made, states) if "touches code" not in line]


@pytest.mark.parametrize("group", range(16))
def test_rows_do_what_the_emulator_does(group: int) -> None:
    wrong: list[str] = []
    for number, row in enumerate(MEANINGS[group::16]):
        random = Random(number)
        for seed, made in enumerate(samples(row, random.randrange, INSTANCES)):
            wrong += check(made, seed)
    assert not wrong


REGISTER_31_AND_EQUAL = """
add x0, x0, x0
adds xzr, xzr, xzr
subs w3, w3, w3
sbcs x0, xzr, xzr
ngcs wzr, wzr
adcs w1, w1, w1
add sp, sp, x0
add wsp, wsp, w0, uxtb #4
subs xzr, sp, w31, sxtb #3
csinc xzr, xzr, xzr, al
csneg w5, w5, w5, nv
ccmp xzr, xzr, #15, ne
ccmn wzr, #31, #5, vs
bfm x4, x4, #63, #0
bfm w4, wzr, #1, #31
extr x7, x7, x7, #63
udiv x3, x3, x3
udiv w3, w3, wzr
sdiv x3, x4, xzr
sdiv w2, w3, w4
smulh x9, x9, x9
madd x3, x3, x3, x3
msub w3, w3, w3, w3
umsubl x3, w3, w3, x3
ldr x3, [x3, x3]
ldr x3, [x3, w3, sxtw #3]
str x3, [x3, x3, lsl #3]
stp x3, x3, [x3, #-8]
ldp x3, x4, [x3, #8]
ldp x3, x4, [sp], #16
stp xzr, x3, [sp, #-16]!
str xzr, [sp, #-8]!
ldr wzr, [sp], #4
ldr q3, [x3, x3, lsl #4]
stp q3, q3, [x3], #-16
ldrsw xzr, [x1, #4]
ldrsh w1, [x1, wzr, uxtw #1]
cbz xzr, #8
cbnz wzr, #-4
tbz xzr, #63, #8
blr x30
ret xzr
""".replace("w31", "wzr").split("\n")


@pytest.mark.parametrize("text", [line for line in REGISTER_31_AND_EQUAL if line])
def test_register_31_and_equal_registers(text: str) -> None:
    assert not check(assemble_text(text), 7)


@pytest.mark.parametrize("name", ["add {d:R}, {n:R}, {m:shifted}", "csel {d:R}, {n:R}, {m:R}, {cond:cond}", "str {t:X}, {a:pre}"])
def test_a_planted_fault_is_found(name: str) -> None:
    row = next(row for row in MEANINGS if row.name == name)

    def faulty(**arguments: object) -> object:
        writes = dict(row.function(**arguments)) if row.function else {}
        if "d" in writes:
            return {"d": writes["d"] ^ 1}
        return {"mem": [(address + 1, word) for address, word in writes["mem"]]}

    bad = replace(row, function=faulty)  # type: ignore[arg-type]
    bad.__dict__["parameters"] = row.parameters
    made = samples(row, Random(0).randrange, 4)[-1]
    assert check(Instruction(bad, made.fields), 3)
