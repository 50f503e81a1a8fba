from __future__ import annotations

import subprocess

import pytest
from peer import LLVM_MC, needs_llvm_mc

from semantics import simplify as s
from semantics.assembler import assemble_text, digest
from semantics.block import step
from semantics.errors import EncodingError, UnsupportedInstruction
from semantics.state import State

TEXTS = """
b target
bl memcpy
b.lo target+8
cbz w0, target
tbz x3, #33, target
tbnz w3, #5, target-4
adr x0, target
adrp x0, target
adrp x0, :got:target
adrp x0, :tlsdesc:target
adrp x0, :gottprel:target
add x0, x0, :lo12:target
add x0, x0, :lo12:target+16
add x0, x0, #:tprel_hi12:target, lsl #12
add x0, x0, :tprel_lo12_nc:target
ldr x0, [x0, :got_lo12:target]
ldr x1, [x0, :tlsdesc_lo12:target]
ldr x0, [x0, :gottprel_lo12:target]
ldr w0, [x0, :lo12:target]
ldrb w0, [x0, :lo12:target]
str q0, [x0, :lo12:target+32]
ldr x0, target
ldrsw x0, target+4
ldr q0, target
movz x0, :abs_g3:target
movk x0, :abs_g2_nc:target
movk x0, :abs_g0_nc:target
movz x0, :abs_g1_s:target
movn x0, :tprel_g1:target
movk x0, :dtprel_g0_nc:target
"""


def texts() -> list[str]:
    return TEXTS.split("\n")[1:-1]


@pytest.mark.parametrize("text", texts())
def test_a_symbol_is_kept_as_written(text: str) -> None:
    made = assemble_text(text)
    assert made.symbol is not None
    assert made.text == text
    assert assemble_text(made.text) == made


@needs_llvm_mc
def test_their_encodings_are_those_of_llvm_mc_but_for_the_relocated_bits() -> None:
    command = [LLVM_MC or "", "-triple=aarch64", "-mattr=+all", "-filetype=obj", "-o", "-"]
    source = ".text\n" + "\n".join(texts()) + "\n"
    done = subprocess.run(command, input=source.encode(), capture_output=True, timeout=60, check=True)
    ours = b"".join(assemble_text(text).bytes for text in texts())
    assert ours in done.stdout


def test_the_upper_half_of_an_offset_is_shifted_also_where_the_shift_is_not_written() -> None:
    assert assemble_text("add x0, x0, :tprel_hi12:target").text == "add x0, x0, #:tprel_hi12:target, lsl #12"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("b :lo12:target", "relocation"),
        ("cbz x0, :got:target", "relocation"),
        ("movz x0, :lo12:target", ":lo12: is not allowed here"),
        ("movk w0, :abs_g2:target", "shift 32 is out of range"),
    ],
)
def test_relocations_in_wrong_places(text: str, message: str) -> None:
    with pytest.raises(EncodingError, match=message):
        assemble_text(text)


@pytest.mark.parametrize("text", ["movz x0, :abs_g1_s:target", "movn x0, :tprel_g1:target", "movz x0, :dtprel_g2:target"])
def test_signed_groups_have_no_meaning_since_the_linker_may_change_the_instruction(text: str) -> None:
    with pytest.raises(UnsupportedInstruction):
        step(State(), assemble_text(text))


def test_a_plain_group_lands_at_its_position() -> None:
    state = State()
    step(state, assemble_text("movz x0, :abs_g2:target"))
    low = s.extract(state.get("x0"), 0, 32)
    assert low.is_const and low.value == 0
    assert not s.extract(state.get("x0"), 32, 16).is_const


def test_digest_depends_on_the_instructions() -> None:
    add, sub, vector = (assemble_text(t) for t in ("add x0, x1, x2", "sub x0, x1, x2", "add v0.4s, v1.4s, v2.4s"))
    other_registers = assemble_text("add x3, x4, x5")
    assert digest([add]) == digest([add, other_registers]) != digest([sub])
    assert len({digest([add]), digest([add, sub]), digest([add, vector]), digest([])}) == 4
