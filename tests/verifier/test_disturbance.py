"""Signals on the emulator: they tell apart what one undisturbed run does not."""

from __future__ import annotations

import pytest

from semantics.assembler import Instruction, assemble_text
from semantics.liveset import LiveSet
from verifier.disturbance import disturbance, uses_stack
from verifier.observation import Runnable, disagreement
from verifier.states import random_states

STATES = random_states(6, 3, pointers=("sp", "x5"))
LIFTED = "sub sp, sp, #16; str x0, [sp]; add sp, sp, #16; sub sp, sp, #16"


def block(text: str) -> tuple[Instruction, ...]:
    return tuple(assemble_text(line) for line in text.split(";") if line.strip())


DISTURBED = {
    "read after release": ("str x0, [sp, #-16]!; ldr x1, [sp], #16", "str x0, [sp, #-16]!; add sp, sp, #16; ldr x1, [sp, #-16]", "x1,sp"),
    "write before the frame": (
        "sub sp, sp, #16; str x0, [sp]; ldr x1, [sp]; add sp, sp, #16",
        "str x0, [sp, #-16]; sub sp, sp, #16; ldr x1, [sp]; add sp, sp, #16",
        "x1,sp",
    ),
    "sp up and down": ("mov x9, #0", "add sp, sp, #32; sub sp, sp, #32; mov x9, #0", ""),
    "early read of what sp was lifted off": (f"{LIFTED}; str x0, [sp]; ldr x1, [sp]", f"{LIFTED}; ldr x1, [sp]; str x0, [sp]", ""),
    "what is lost lands elsewhere": (f"{LIFTED}; ldr x1, [sp]; mov x2, x0", f"{LIFTED}; ldr x2, [sp]; mov x1, x0", ""),
    "sp elsewhere": ("mov x9, #0", "mov x9, sp; add sp, x9, #64; mov sp, x9; mov x9, #0", ""),
}


@pytest.mark.parametrize("name", DISTURBED)
def test_signals_tell_apart(name: str) -> None:
    original, candidate, live_out = DISTURBED[name]
    live = LiveSet.parse(live_out) if live_out else LiveSet.everything()
    found = disturbance(block(original), block(candidate), STATES, live)
    assert found is not None and found[1].what.endswith("after a signal")


@pytest.mark.parametrize("name", ["sp up and down", "early read of what sp was lifted off"])
def test_runs_in_peace_do_not(name: str) -> None:
    left, right = (Runnable.of(block(text)) for text in DISTURBED[name][:2])
    for state in STATES:
        first, second = left.run(state), right.run(state)
        assert first is not None and second is not None
        assert disagreement(first, second, LiveSet.everything()) is None


@pytest.mark.parametrize(
    ("original", "candidate"),
    [
        ("sub sp, sp, #16; str x0, [sp]; ldr x1, [sp]; add sp, sp, #16", "str x0, [sp, #-16]!; mov x1, x0; add sp, sp, #16"),
        ("str x0, [sp, #16]; ldr x1, [sp, #16]", "str x0, [sp, #16]; mov x1, x0"),
        (f"{LIFTED}; ldr x1, [sp]; mov x2, x0", f"{LIFTED}; ldr x1, [sp]; orr x2, x0, x0"),  # x1 is disturbed in the original too
        ("str x0, [sp, #-16]!; svc #0", "svc #0"),  # not asked of system instructions
        ("add x0, x1, x2", "sub x0, x1, x2"),  # nothing to do with sp
    ],
)
def test_what_signals_do_not_tell_apart(original: str, candidate: str) -> None:
    assert disturbance(block(original), block(candidate), STATES, LiveSet.everything()) is None


def test_which_blocks_use_the_stack() -> None:
    assert uses_stack(block("ldr x0, [sp, #8]")) and uses_stack(block("nop"), block("add sp, sp, #16"))
    assert not uses_stack(block("ldr x0, [x1]"), block("svc #0"))
