from __future__ import annotations

import pytest
from peer import assemble_all, needs_llvm_mc

from semantics.assembler import assemble_text
from semantics.errors import EncodingError, UnsupportedInstruction

# What is written | index of the operand at fault | what the message says.
REFUSED = """
add x0, w1, x2             | 1 | expected a 64-bit register, found w1
add w0, x1, w2             | 1 | expected a 32-bit register, found x1
add x0, x1, w2             | 2 | expected a 64-bit register, found w2
add x0, x1, #5000          | 2 | immediate 5000 is out of range 0 to 4095
add x0, x1                 | 2 | expected an immediate or a register or a general register, found the end
add x0, x1, x2, lsl        | 3 | shift lsl needs an amount
add x0, x1, x2, x3         | 3 | unexpected operand
add x0, x1, x2, lsl #64    | 3 | shift amount 64 is out of range 0 to 63
add w0, w1, w2, lsl #32    | 3 | shift amount 32 is out of range 0 to 31
add x0, x1, x2, ror #3     | 3 | ror is not allowed here
add x0, xzr, #1            | 1 | xzr is not allowed here
add x0, sp, x1, lsl #5     | 3 | shift amount 5 is out of range 0 to 4
adds sp, x1, x2            | 0 | sp is not allowed here
and x0, x1, #5             | 2 | immediate 0x5 is not a 64-bit mask
bic x0, x1, #5             | 2 | immediate 0x5 is not a 64-bit mask
and sp, x1, x2             | 0 | sp is not allowed here
cmp x0, #5000              | 1 | immediate 5000 is out of range
cmp w0, x1                 | 1 | expected a 32-bit register, found x1
cmp x0                     | 1 | too few operands
neg x0                     | 1 | too few operands
mov x0, w1                 | 1 | expected a 64-bit register, found w1
mov x0, #0x12345678        | 1 | immediate 0x12345678 cannot be moved by one instruction
mov w0, #0x1ffffffff       | 1 | does not fit in 32 bits
movz x0, #65536            | 1 | immediate 65536 is out of range 0 to 65535
movk w0, #1, lsl #32       | 2 | shift 32 is out of range
lsl x0, x1, #64            | 2 | immediate 64 is out of range 0 to 63
ror w0, w1, #32            | 2 | immediate 32 is out of range 0 to 31
ubfx x0, x1, #60, #5       | 3 | immediate 5 is out of range 1 to 4
bfi w0, w1, #32, #1        | 2 | immediate 32 is out of range 0 to 31
cset x0, al                | 1 | a condition other than al and nv
sxtw w0, w1                | 0 | expected a 64-bit register
sxtb w0, x1                | 1 | expected a 32-bit register
ccmp x0, x1, #16, eq       | 2 | immediate 16 is out of range 0 to 15
ldr x0, [x1, #32768]       | 1 | offset 32768 is out of range 0 to 32760 in steps of 8
ldr w0, [w1]               | 1 | w1 cannot be a base register
ldr x0, [xzr]              | 1 | xzr cannot be a base register
ldr x0, [x1, x2, lsl #2]   | 1 | index shift must be 0 or 3
ldr x0, [x1, w2, lsl #3]   | 1 | w2 has the wrong width for lsl
ldr x0, [x0], #8           | 1 | unpredictable
str x0, [x0, #8]!          | 1 | unpredictable
ldr x0, [x1], #256         | 1 | offset 256 is out of range -256 to 255
ldp x0, x0, [x1]           | 2 | the two loaded registers must differ
ldp x0, x1, [x2, #4]       | 2 | offset 4 is not a multiple of 8
ldp x0, x1, [x2, #512]     | 2 | offset 512 is out of range -512 to 504
str sp, [x0]               | 0 | sp is not allowed here
strb x0, [x1]              | 0 | expected a 32-bit register, found x0
tbz w0, #32, #8            | 1 | bit number 32 is out of range
b #3                       | 0 | offset 3 is out of range
cbz x0, #0x200000          | 1 | offset 2097152 is out of range
udiv x0, x1, #3            | 2 | expected a general register
smull x0, x1, x2           | 1 | expected a 32-bit register, found x1
mul x0, x1, w2             | 2 | expected a 64-bit register, found w2
tst x0, #5                 | 1 | immediate 0x5 is not a 64-bit mask
mvn x0, #5                 | 1 | expected a general register
crc32x w0, w1, w2          | 2 | expected a 64-bit register, found w2
br w0                      | 0 | expected a 64-bit register, found w0
add x0, x1, y2             | 2 | y2
"""

LENIENT = {"mov w0, #0x1ffffffff"}  # llvm-mc drops the bits

UNKNOWN = ("frobnicate x0, x1", "ad x0, x1, x2", "addx x0, x1, x2", "movq x0, x1", "lea x0, [x1]", "push x0", "b.foo x0", "nopp")


def refused() -> list[tuple[str, int, str]]:
    rows = (tuple(part.strip() for part in line.split("|")) for line in REFUSED.strip().splitlines())
    return [(text, int(operand), message) for text, operand, message in rows]


@pytest.mark.parametrize(("text", "operand", "message"), refused())
def test_the_error_names_operand_and_problem(text: str, operand: int, message: str) -> None:
    with pytest.raises(EncodingError) as caught:
        assemble_text(text)
    assert message in caught.value.message
    assert caught.value.operand == operand
    assert caught.value.message.startswith(text.split()[0] + ":")


@pytest.mark.parametrize("text", UNKNOWN)
def test_unknown_mnemonics_are_named(text: str) -> None:
    with pytest.raises(EncodingError, match=f"unknown instruction '{text.split()[0]}'"):
        assemble_text(text)


@needs_llvm_mc
def test_llvm_mc_refuses_the_same() -> None:
    texts = [text for text, _, _ in refused() if text not in LENIENT] + list(UNKNOWN)
    assert [text for text, code in zip(texts, assemble_all(texts), strict=True) if isinstance(code, int)] == []


# Instructions that exist, but are not modelled or cannot be judged here: no typing errors.
BEYOND = (
    "add z0.s, z1.s, z2.s",
    "ptrue p0.b",
    "ld1w {z0.s}, p0/z, [x0]",
    "cpyfp [x0]!, [x1]!, x2!",
    "irg x0, x1",
    "ldtr x0, [x1]",
    "ldr x0, =table",
    "ldr x0, [x1, FIELD]",
    "add x0, x1, #STRIDE",
    "mov x0, #SIZE",
    "add x0, x1, #end-start",
)


@pytest.mark.parametrize("text", BEYOND)
def test_what_exists_beyond_the_rows_is_unsupported(text: str) -> None:
    with pytest.raises(UnsupportedInstruction):
        assemble_text(text)
