"""Blocks with labels run on the emulator: relocations resolved as a linker would, and wrong proofs contradicted."""

from __future__ import annotations

import pytest

from semantics.assembler import Instruction, assemble_text
from semantics.liveset import LiveSet
from semantics.machine import MachineState
from verifier import check
from verifier.check import Checker, CheckOptions
from verifier.differential import contradiction, shared_emulator
from verifier.linking import labels, linked, placed
from verifier.oracle import Ran
from verifier.verdict import Unknown

PLACES = {"foo": 0x45670, "bar": 0x89AB0}


def block(text: str) -> tuple[Instruction, ...]:
    return tuple(assemble_text(part.strip()) for part in text.split(";"))


def run(text: str) -> MachineState:
    code = linked(block(text), PLACES, 0x10000)
    assert code is not None
    outcome = shared_emulator().run(b"".join(i.bytes for i in code), MachineState.zero(3))
    assert isinstance(outcome, Ran)
    return outcome.state


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("adrp x0, foo; add x0, x0, :lo12:foo", 0x45670),
        ("nop; nop; adrp x0, foo+4097; add x0, x0, :lo12:foo+4097", 0x45670 + 4097),
        ("nop; adr x0, bar", 0x89AB0),
        ("adr x0, bar-7", 0x89AB0 - 7),
        ("adrp x0, :pg_hi21:bar; add x0, x0, :lo12:bar", 0x89AB0),
        ("adrp x0, foo", 0x45000),
    ],
)
def test_addresses(text: str, address: int) -> None:
    assert run(text).x[0] == address


@pytest.mark.parametrize(
    ("text", "address", "size"),
    [
        ("adrp x1, foo; ldr x0, [x1, :lo12:foo+8]", 0x45678, 8),
        ("adrp x1, foo; ldrb w0, [x1, :lo12:foo+3]", 0x45673, 1),
        ("nop; ldr w0, bar+4", 0x89AB4, 4),
    ],
)
def test_loads(text: str, address: int, size: int) -> None:
    assert run(text).x[0] == MachineState.zero(3).memory.read(address, size)


@pytest.mark.parametrize(
    "text",
    [
        "adrp x0, :got:foo; ldr x0, [x0, :got_lo12:foo]",
        "movz x0, #:abs_g0_nc:foo",
        "adrp x1, foo; ldr x0, [x1, :lo12:foo+4]",
        "ldr w0, foo+2",
    ],
)
def test_what_cannot_be_resolved_is_not_run(text: str) -> None:
    assert linked(block(text), PLACES, 0x10000) is None


def test_labels_are_apart_or_close_and_within_reach() -> None:
    names = labels(block("adrp x0, a; adr x1, b"), block("adrp x0, c; adr x1, a"))
    assert names == ("a", "b", "c")
    places = [placed(names, seed) for seed in range(200)]
    assert all(0x40000 <= address < 0xC0040 and not address % 16 for found in places for address in found.values())
    assert {found["b"] - found["a"] for found in places} == {0, 16, 32, 48}
    assert len({found["a"] for found in places}) > 100


EXCHANGED = (
    "adrp x9, foo; add x9, x9, :lo12:foo; str w2, [x9]; str x3, [x8]",
    "adrp x9, foo; add x9, x9, :lo12:foo; str x3, [x8]; str w2, [x9]",
)


def test_a_pointer_that_may_meet_a_label_does() -> None:
    assert contradiction(block(EXCHANGED[0]), block(EXCHANGED[1]), LiveSet.parse("mem")) is not None
    assert contradiction(block(EXCHANGED[0]), block(EXCHANGED[0]), LiveSet.parse("mem")) is None


def test_a_wrong_proof_is_contradicted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "obligations", lambda *args, **kwargs: [])
    with Checker() as checker:
        verdict = checker.check(block(EXCHANGED[0]), block(EXCHANGED[1]), CheckOptions(live_out=LiveSet.parse("mem")))
    assert isinstance(verdict, Unknown) and "contradicted by execution" in verdict.reason
