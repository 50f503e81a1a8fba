"""Known faults of SLEIGH, each shown again: the emulator must differ, or the entry is not needed any more."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from peer import assemble_all, needs_llvm_mc
from sleigh_installed import needs_pypcode
from sleigh_peer import difference

from semantics import pcode
from semantics.errors import UnsupportedInstruction
from semantics.pcode.faults import FAULTS, POLICY, KnownFault, fault_of
from semantics.state import State
from verifier.oracle import Emulator

pytestmark = needs_pypcode

STATES = 400
"""Enough for a saturating product, which needs one value in both operands."""

NOT_ASSEMBLED = frozenset({"retaa", "ldraa x0, [x1]", "pacia x0, x1", "stg x0, [x1]", "stgp x0, x1, [x2]", "rmif x23, #22, #10"})
"""Extensions that the assembler of the tests has to be told about; their words are what the Arm ARM says."""


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    emulator = Emulator()
    yield emulator
    emulator.close()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.example)
def test_the_fault_is_still_there(fault: KnownFault, emulator: Emulator) -> None:
    found = difference(fault.code, emulator, STATES)
    assert found is not None, (
        f"pypcode {pcode.version()} computes {fault.example} ({fault.code:#010x}) as the emulator does: "
        f"remove the entry with mask {fault.mask:#010x} and value {fault.value:#010x} from FAULTS in semantics/pcode/faults.py "
        "if that holds for all its words (compare the rows with `superopt conform`)"
    )
    assert not found.startswith("emulator"), found


@pytest.mark.parametrize("fault", (*FAULTS, *POLICY), ids=lambda fault: fault.example)
def test_listed_words_are_refused(fault: KnownFault) -> None:
    assert fault.covers(fault.code)
    assert fault_of(fault.code) == fault.reason
    with pytest.raises(UnsupportedInstruction) as caught:
        pcode.execute_code(fault.code, State(), fault.example)
    assert caught.value.reason == fault.reason


def test_every_entry_says_bits_that_it_compares() -> None:
    for fault in (*FAULTS, *POLICY):
        assert fault.value & ~fault.mask == 0, fault.example


@needs_llvm_mc
def test_examples_are_their_words() -> None:
    listed = [fault for fault in (*FAULTS, *POLICY) if fault.example not in NOT_ASSEMBLED and fault.example[0] != "."]
    for fault, word in zip(listed, assemble_all([fault.example for fault in listed]), strict=True):
        assert word == fault.code, fault.example


def test_plain_instructions_are_no_faults() -> None:
    plain = {
        "nop": 0xD503201F,
        "cfinv": 0xD500401F,
        "ldrsb wzr, [x1]": 0x39C0003F,
        "ldrsb x0, [x1]": 0x39800020,
        "sbcs w1, w15, w8": 0x7A0801E1,
        "sbcs xzr, x15, x8": 0xFA0801FF,
        "adcs wzr, w15, w8": 0x3A0801FF,
        "ldrb w0, [x1]": 0x39400020,
        "ldr x0, [x1, x2]": 0xF8626820,
        "ldpsw x0, x1, [x2]": 0x69400440,
        "ret": 0xD65F03C0,
        "br x0": 0xD61F0000,
        "rbit x0, x1": 0xDAC00020,
        "eor v0.8b, v1.8b, v2.8b": 0x2E221C20,
        "bsl v0.16b, v1.16b, v2.16b": 0x6E621C20,
        "ld1 {v0.16b}, [x0]": 0x4C407000,
        "st1 {v0.8b}, [x0]": 0x0C007000,
        "ld1 {v0.b}[0], [x0]": 0x0D400000,
        "sabd v0.2s, v1.2s, v2.2s": 0x0EA27420,
        "uabd v0.4s, v1.4s, v2.4s": 0x6EA27420,
        "smlal v0.4s, v1.4h, v2.4h": 0x0E628020,
        "sqadd v0.2d, v1.2d, v2.2d": 0x4EE20C20,
        "ssra v0.2d, v1.2d, #1": 0x4F7F1420,
        "movi v0.4s, #1, lsl #8": 0x4F002420,
        "orr v0.4s, #1": 0x4F001420,
    }
    assert not {text: fault_of(word) for text, word in plain.items() if fault_of(word) is not None}


def test_conditional_faults_leave_their_neighbours_alone(emulator: Emulator) -> None:
    """Where an entry has a condition, what the condition leaves out is right."""
    for word in (0x39C0003F, 0x79C0003F, 0x2E221C20):
        assert fault_of(word) is None
        assert difference(word, emulator, 50) is None
