"""The batch harness for qemu-aarch64: what it runs, what it skips, and that nothing stops it for good."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from semantics.assembler import assemble_text
from semantics.machine import MachineState
from semantics.memory_image import MemoryImage
from verifier.oracle import Emulator, Ran
from verifier.qemu import (
    ARENA,
    ARENA_SIZE,
    CODE,
    PROGRAM,
    Case,
    CaseError,
    Ended,
    Faulted,
    HarnessError,
    Left,
    Outcome,
    Qemu,
    Skipped,
    build_harness,
    case_of,
    in_arena,
    missing_tools,
    pack_registers,
    trouble,
)
from verifier.states import random_states

pytestmark = pytest.mark.skipif(bool(missing_tools()), reason=f"not installed: {', '.join(missing_tools())}")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("harness")


@pytest.fixture(scope="module")
def qemu(folder: Path) -> Iterator[Qemu]:
    with Qemu(folder) as running:
        yield running


@pytest.fixture(scope="module")
def unicorn() -> Iterator[Emulator]:
    emulator = Emulator()
    yield emulator
    emulator.close()


def assembled(text: str) -> bytes:
    return b"".join(assemble_text(line).bytes for line in text.split("; "))


def run(qemu: Qemu, text: str, states: Sequence[MachineState]) -> list[Outcome]:
    code = assembled(text)
    return qemu.run([case_of(code, state) for state in states])


def only(outcomes: Sequence[Outcome]) -> Outcome:
    (outcome,) = outcomes
    return outcome


def changed(before: MachineState, after: MachineState) -> dict[int, int]:
    return {address: byte for address, byte in after.written.items() if before.read_byte(address) != byte}


ALIKE = """
add x0, x1, x2
subs w3, w4, w5
adcs xzr, x30, x30
add sp, sp, #16
mov x0, sp; mov sp, x1; mov x30, x0
udiv x0, x1, x2
fadd v0.4s, v1.4s, v2.4s
fmadd d0, d1, d2, d3
sqadd v31.16b, v30.16b, v29.16b
mrs x0, fpcr
mrs x18, nzcv
b #8
cbz x1, #-64
tbnz w2, #3, #32764
b.hi #-4
bl #4
adr x0, #-1; adrp x1, #4096
cmp x0, x1; ccmp x2, x3, #5, ne; cset x30, lt
"""


@pytest.mark.parametrize("text", ALIKE.strip().splitlines())
def test_both_emulators_end_in_the_same_state(text: str, qemu: Qemu, unicorn: Emulator) -> None:
    states = random_states(32, 5)
    for state, outcome in zip(states, run(qemu, text, states), strict=True):
        expected = unicorn.run(assembled(text), state)
        assert isinstance(outcome, Left)
        assert isinstance(expected, Ran)
        assert outcome.registers == pack_registers(expected.state)
        assert (outcome.next_pc, outcome.fpsr, outcome.changes) == (expected.next_pc, expected.fpsr, {})
        assert outcome.state(state).replace(written=expected.state.written) == expected.state


MEMORY = """
ldr x0, [x1]
ldrsb w0, [x1, #1]!
ldp q3, q4, [x1], #-32
ld3 {v1.4s, v2.4s, v3.4s}, [x1]
str x1, [x1, #-8]
stp x3, x2, [x1, #16]!
st1 {v7.b}[5], [x1], x30
ldr x3, [x1]; str x3, [x2]; ldr x4, [x1, #3]
strb w1, [x2]; str q2, [x1]; ldp x5, x6, [x2]
"""


@pytest.mark.parametrize("text", MEMORY.strip().splitlines())
def test_memory_is_the_state_s_and_every_change_is_seen(text: str, qemu: Qemu, unicorn: Emulator) -> None:
    """Pointers overlap, lie across pages and at both ends of the arena; states have bytes of their own there."""
    bases = [ARENA + 4096 - offset for offset in range(0, 24, 3)] + [ARENA + 64, ARENA + ARENA_SIZE - 80, ARENA + 4097]
    states = [
        state.with_location("x1", base).with_location("x2", base + i % 9 - 4)
        for i, (base, state) in enumerate(zip(bases, random_states(len(bases), 8, pointers=("x1", "x2")), strict=True))
    ]
    states = [state.replace(memory=state.memory.with_bytes({state.x[1] + 2: i, state.x[2] - 1: 255})) for i, state in enumerate(states)]
    for state, outcome in zip(states, run(qemu, text, states), strict=True):
        expected = unicorn.run(assembled(text), state)
        assert isinstance(outcome, Left)
        assert isinstance(expected, Ran)
        assert outcome.registers == pack_registers(expected.state)
        assert dict(outcome.changes) == changed(state, expected.state)


def test_one_case_leaves_nothing_for_the_next(qemu: Qemu) -> None:
    image = MemoryImage(7, {ARENA + 9: 1})
    state = MachineState.zero().replace(memory=image).with_location("x1", ARENA + 8).with_location("x0", 0xA5A5)
    plain = state.replace(memory=MemoryImage(7))
    outcomes = qemu.run(
        [case_of(assembled("str x0, [x1]"), state), *(case_of(assembled("ldr x2, [x1]"), s) for s in (plain, state, plain))]
    )
    loaded = [outcome.state(state).x[2] for outcome in outcomes[1:] if isinstance(outcome, Left)]
    assert loaded == [MemoryImage(7).read(ARENA + 8, 8), image.read(ARENA + 8, 8), MemoryImage(7).read(ARENA + 8, 8)]


@pytest.mark.parametrize("base", [0, 1 << 40, ARENA - 1, ARENA + ARENA_SIZE - 7, (1 << 64) - 4, 1 << 63])
@pytest.mark.parametrize("text", ["ldr x0, [x1]", "str x0, [x1]"])
def test_what_leaves_the_arena_is_skipped(base: int, text: str, qemu: Qemu) -> None:
    outcome = only(run(qemu, text, [MachineState.zero().with_location("x1", base)]))
    assert isinstance(outcome, Skipped)
    assert outcome.pc == CODE
    assert not in_arena(outcome.address)
    assert not in_arena(base, 8)


@pytest.mark.parametrize(
    ("text", "reason", "at"),
    [("brk #0", "trap", 0), ("nop; udf #0", "undefined instruction", 4), ("nop; b #-4", "time limit", None), ("b #0", "time limit", 0)],
)
def test_faults_are_reported_with_their_place(text: str, reason: str, at: int | None, qemu: Qemu) -> None:
    outcome = only(run(qemu, text, [MachineState.zero()]))
    assert isinstance(outcome, Faulted)
    assert outcome.reason == reason
    assert at is None or outcome.pc == CODE + at


@pytest.mark.parametrize("target", [0, 0x20000, ARENA, CODE + 2, 1 << 47, 0x1234_5678_9ABD])
def test_a_jump_to_anywhere_ends_there(target: int, qemu: Qemu) -> None:
    outcome = only(run(qemu, "br x3", [MachineState.zero().with_location("x3", target)]))
    assert isinstance(outcome, Left if target != CODE + 2 else Faulted)
    assert not isinstance(outcome, Left) or outcome.next_pc == target


def test_a_random_stack_pointer_disturbs_neither_cases_nor_signals(qemu: Qemu) -> None:
    states = random_states(64, 3)
    assert all(isinstance(outcome, Left) and outcome.state(state).sp == state.sp for state, outcome in
               zip(states, run(qemu, "br x1", states), strict=True))  # fmt: skip


@pytest.mark.parametrize("code", [b"", b"123", bytes(4004), assembled("nop") + (0xD4000001).to_bytes(4, "little")])
def test_no_code_too_much_code_and_system_calls_are_refused(code: bytes) -> None:
    with pytest.raises(CaseError):
        case_of(code, MachineState.zero())


def test_a_state_elsewhere_is_refused() -> None:
    with pytest.raises(CaseError, match="0x20000"):
        case_of(assembled("nop"), MachineState.zero().replace(pc=0x20000))
    with pytest.raises(CaseError, match="registers"):
        Case(assembled("nop"), b"")


def test_the_process_may_die_at_any_time(folder: Path) -> None:
    with Qemu(folder) as running:
        run(running, "nop", [MachineState.zero()])
        first = running.process
        assert first is not None
        os.kill(first, signal.SIGKILL)
        assert [type(outcome) for outcome in run(running, "nop", random_states(5, 1))] == [Left] * 5
        assert running.process != first


def test_a_case_that_kills_the_harness_is_found_among_others(folder: Path) -> None:
    """It jumps to where the harness leaves the system."""
    with Qemu(folder) as running:
        program = build_harness(folder).read_bytes()
        leaves = next(
            i for i in range(0, len(program), 4) if program[i : i + 8] == assembled("mov x8, #94") + (0xD4000001).to_bytes(4, "little")
        )
        states = random_states(40, 2)
        cases = [case_of(assembled("add x0, x0, x3"), state) for state in states]
        cases[23] = case_of(assembled("br x3"), MachineState.zero().with_location("x3", PROGRAM.start + leaves))
        outcomes = running.run(cases)
        assert [i for i, outcome in enumerate(outcomes) if not isinstance(outcome, Left)] == [23]
        assert isinstance(outcomes[23], Ended)


def test_a_stopped_process_is_killed(folder: Path) -> None:
    with Qemu(folder, patience=0.3) as running:
        run(running, "nop", [MachineState.zero()])
        assert running.process is not None
        os.kill(running.process, signal.SIGSTOP)
        assert isinstance(only(run(running, "nop", [MachineState.zero()])), Ended)
        assert isinstance(only(run(running, "nop", [MachineState.zero()])), Left)


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(HarnessError):
        build_harness(tmp_path / "absent")


def test_it_says_why_it_cannot_be_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert trouble(folder) == ""
    monkeypatch.setenv("PATH", "")
    assert "qemu-aarch64" in trouble(folder)
    with pytest.raises(HarnessError, match="not installed"):
        Qemu(folder)


def test_the_program_is_built_once(folder: Path) -> None:
    first = build_harness(folder)
    made = first.stat().st_mtime_ns
    assert build_harness(folder) == first
    assert first.stat().st_mtime_ns == made
