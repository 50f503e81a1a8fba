"""Known faults of VEX and of the emulators, each shown again: where nothing differs, the entry is not needed any more."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest

import semantics.vex.execute  # noqa: F401 - the name means the function
from semantics.assembler import Instruction, decode
from semantics.vex.faults import KNOWN_FAULTS, KnownFault
from verifier import qemu
from verifier.conformance import llvm, starts
from verifier.conformance.faults import EMULATOR_FAULTS, EmulatorFault, absent_from, excuse
from verifier.conformance.meaning import Meaning
from verifier.conformance.starts import Start
from verifier.oracle import Emulator, Faulted, Ran
from verifier.qemu import Case, Left, Qemu, pack_registers

pytestmark = pytest.mark.skipif(llvm.program() is None, reason="llvm-mc is not installed")

POLICY = ("a reserved encoding", "unpredictable", "VEX drops a load", "a hint", "ordered or system instruction")
"""Reasons that do not say that VEX computes something else."""

UNSEEN = {"fcmpe d0, d1": "it differs in FPSR only, which is no location of ours"}


ALL, INFINITIES = (1 << 128) - 1, 0x7FF0_0000_0000_0000_7FF0_0000_0000_0000
LEAST = 0x8000_0000_8000_0000_8000_0000_8000_0000

RARE = {
    "fmulx": {"v1": 0, "v2": INFINITIES},
    "sqrdmlah": {"v0": ALL, "v1": LEAST, "v2": LEAST},  # -1 plus the one product that saturates
}
"""States that random ones do not come upon, by mnemonic."""


def starts_for(fault: KnownFault) -> list[Start]:
    state = starts.pool(2)[0].state
    for name, value in RARE.get(fault.example.split()[0], {}).items():
        state = state.with_location(name, value)
    return [Start.of(state), *starts.pool(2)[:600]]


def computed() -> list[KnownFault]:
    return [fault for fault in KNOWN_FAULTS if not fault.reason.startswith(POLICY)]


@pytest.fixture(scope="module")
def unicorn() -> Iterator[Emulator]:
    emulator = Emulator()
    yield emulator
    emulator.close()


def by_vex(fault: KnownFault, monkeypatch: pytest.MonkeyPatch) -> Meaning:
    """VEX's meaning of the example, without the refusal."""
    monkeypatch.setattr(sys.modules["semantics.vex.execute"], "fault_of", lambda code: None)
    (word,) = llvm.assemble([fault.example])
    assert isinstance(word, int)
    made = decode(word)
    assert made is not None, fault.example
    return Meaning(Instruction(replace(made.row, function=None), made.fields))


@pytest.mark.parametrize("fault", computed(), ids=lambda fault: fault.example)
def test_the_fault_is_still_there(fault: KnownFault, unicorn: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    meaning = by_vex(fault, monkeypatch)
    assert not meaning.unknown
    differing = 0
    for start in starts_for(fault):
        outcome = unicorn.run(meaning.instruction.bytes, start.state)
        assert isinstance(outcome, Ran)
        differing += meaning.expected(start).registers != pack_registers(outcome.state)
    assert (differing > 0) != (fault.example in UNSEEN), f"{differing} states differ"


@pytest.mark.skipif(bool(qemu.missing_tools()), reason=f"not installed: {', '.join(qemu.missing_tools())}")
def test_the_emulators_are_of_one_mind_about_them(
    unicorn: Emulator, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Qemu(tmp_path_factory.mktemp("harness")) as running:
        for fault in computed():
            code = by_vex(fault, monkeypatch).instruction.bytes
            chosen = starts_for(fault)[:64]
            outcomes = running.run([Case(code, start.registers) for start in chosen])
            for start, outcome in zip(chosen, outcomes, strict=True):
                expected = unicorn.run(code, start.state)
                assert isinstance(outcome, Left)
                assert isinstance(expected, Ran)
                assert outcome.registers == pack_registers(expected.state), fault.example


@pytest.mark.parametrize("fault", EMULATOR_FAULTS, ids=lambda fault: fault.example)
def test_the_emulator_s_fault_is_still_there(fault: EmulatorFault, unicorn: Emulator) -> None:
    assert llvm.assemble([fault.example]) == [fault.code]
    made = decode(fault.code)
    assert made is not None
    meaning = Meaning(made)
    wrong = 0
    for start in starts.pool(2)[:200]:
        outcome, expected = unicorn.run(made.bytes, start.state), meaning.expected(start).registers
        if fault.predict is None:
            assert outcome == Faulted("undefined instruction", qemu.CODE)
            assert absent_from("Unicorn", fault.code) == fault.reason
            assert absent_from("qemu", fault.code) is None
            return
        assert isinstance(outcome, Ran)
        found = pack_registers(outcome.state)
        wrong += found != expected
        assert found == fault.predict(fault.code, expected)
        assert excuse("Unicorn", fault.code, expected, found) == fault.reason
        assert not excuse("Unicorn", fault.code, expected, found[:-1] + bytes([found[-1] ^ 1]))
        assert not excuse("Unicorn", 0x8B020020, expected, found)
    assert wrong
