"""The rows that only qemu-aarch64 can bear witness to: I8MM."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest

from semantics.assembler import Instruction, assemble_text
from semantics.block import execute
from semantics.isa.simd_matrix import rows
from semantics.locations import LOCATIONS
from semantics.machine import MachineState
from semantics.row import Row, Writes
from semantics.run.ints import evaluate
from semantics.sampling import samples
from semantics.state import INITIAL
from semantics.words import Word
from verifier.agreement import agrees
from verifier.qemu import Left, Qemu, case_of, missing_tools
from verifier.solving.answers import Answer
from verifier.states import random_states

INSTANCES, STATES = 12, 64

pytestmark = pytest.mark.skipif(bool(missing_tools()), reason=f"not installed: {', '.join(missing_tools())}")


@pytest.fixture(scope="module")
def qemu(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Qemu]:
    with Qemu(tmp_path_factory.mktemp("harness")) as running:
        yield running


def expected(made: Instruction, state: MachineState) -> MachineState:
    after = execute([made])
    written = [name for name, word in after.registers.items() if word is not INITIAL[name]]
    inputs = {name: state.get(name) for name in LOCATIONS}
    for name, value in zip(written, evaluate([after.get(name) for name in written], inputs, state.memory.read), strict=True):
        state = state.with_location(name, value)
    return state


def differences(made: Instruction, qemu: Qemu) -> int:
    """In how many states the machine ends otherwise than the row says."""
    states = random_states(STATES, 6)
    outcomes = qemu.run([case_of(made.bytes, state) for state in states])
    assert all(isinstance(outcome, Left) for outcome in outcomes)
    ended = [outcome.state(state) for outcome, state in zip(outcomes, states, strict=True) if isinstance(outcome, Left)]
    return sum(after.vector != expected(made, state).vector for state, after in zip(states, ended, strict=True))


@pytest.mark.parametrize("row", list(rows()), ids=lambda row: row.template)
def test_rows_do_what_qemu_does(row: Row, qemu: Qemu) -> None:
    assert not [made.text for made in samples(row, Random(1).randrange, INSTANCES) if differences(made, qemu)]


def test_a_planted_fault_is_found(qemu: Qemu) -> None:
    made = assemble_text("usmmla v0.4s, v1.16b, v2.16b")

    def signed(d: Word, n: Word, m: Word) -> Writes:
        assert made.row.function
        return made.row.function(d, n, m, 1, 1)

    assert differences(Instruction(replace(made.row, function=signed, extra={}), made.fields), qemu)


def test_nobody_else_knows_them() -> None:
    def solve(query: str, *, values: tuple[str, ...], timeout: float) -> Answer:
        raise AssertionError("nothing to compare")

    for row in rows():
        (made,) = samples(row, Random(2).randrange, 1)
        found = agrees(made, solve)
        assert (found.verdict, found.reason) == ("row only", "VEX does not decode it")
