from __future__ import annotations

import pytest
from peer import assemble_all, needs_llvm_mc

from grammars.printing import format_operation
from semantics.assembler import assemble_text
from semantics.errors import EncodingError

# What is written, the row's own spelling, and the preferred spelling where it differs from what is written.
ALIASES = """
mov x0, x1                  | orr x0, xzr, x1
mov w0, wzr                 | orr w0, wzr, wzr
mov xzr, x3                 | orr xzr, xzr, x3
mov x0, sp                  | add x0, sp, #0
mov sp, x0                  | add sp, x0, #0
mov wsp, w7                 | add wsp, w7, #0
mov sp, sp                  | add sp, sp, #0
mov x0, #0                  | movz x0, #0
mov x0, #65536              | movz x0, #1, lsl #16
mov x0, #-1                 | movn x0, #0
mov w0, #-1                 | movn w0, #0
mov w0, #4294967295         | movn w0, #0                      | mov w0, #-1
mov w0, #0xfffffffffffffffe | movn w0, #1                      | mov w0, #-2
mov w0, #-65536             | movz w0, #65535, lsl #16         | mov w0, #4294901760
mov w0, #-65537             | movn w0, #1, lsl #16
mov x0, #0xffffffffffff0000 | movn x0, #65535                  | mov x0, #-65536
mov x0, #0x5555555555555555 | orr x0, xzr, #6148914691236517205 | mov x0, #6148914691236517205
mov sp, #0x7777777777777777 | orr sp, xzr, #8608480567731124087 | mov sp, #8608480567731124087
movz x0, #0, lsl #16        | movz x0, #0, lsl #16
movn w0, #65535             | movn w0, #65535
cmp x0, x1                  | subs xzr, x0, x1
cmp x0, #4096               | subs xzr, x0, #1, lsl #12        | cmp x0, #1, lsl #12
cmp sp, x1                  | subs xzr, sp, x1
cmp wsp, w1, uxth #2        | subs wzr, wsp, w1, uxth #2
cmp x0, #-5                 | adds xzr, x0, #5                 | cmn x0, #5
cmn w0, #-5                 | subs wzr, w0, #5                 | cmp w0, #5
cmn x1, x2, asr #3          | adds xzr, x1, x2, asr #3
cmp xzr, x1                 | subs xzr, xzr, x1
tst x0, #0xff               | ands xzr, x0, #255               | tst x0, #255
tst w0, w1, ror #4          | ands wzr, w0, w1, ror #4
neg x0, x1                  | sub x0, xzr, x1
neg w0, w1, asr #31         | sub w0, wzr, w1, asr #31
negs x0, x1                 | subs x0, xzr, x1
ngc x0, x1                  | sbc x0, xzr, x1
ngcs w0, w1                 | sbcs w0, wzr, w1
mvn x0, x1, lsl #5          | orn x0, xzr, x1, lsl #5
add x0, x1, #-16            | sub x0, x1, #16                  | sub x0, x1, #16
adds w0, w1, #-4096         | subs w0, w1, #1, lsl #12         | subs w0, w1, #1, lsl #12
sub sp, sp, #-32            | add sp, sp, #32                  | add sp, sp, #32
subs x0, x1, #-1            | adds x0, x1, #1                  | adds x0, x1, #1
add x0, x1, #0x5000         | add x0, x1, #5, lsl #12          | add x0, x1, #5, lsl #12
add x0, x1, x2, lsl #0      | add x0, x1, x2                   | add x0, x1, x2
add sp, x1, x2              | add sp, x1, x2
add x0, sp, x2, lsl #2      | add x0, sp, x2, lsl #2
add x0, sp, x2, uxtx #2     | add x0, sp, x2, lsl #2           | add x0, sp, x2, lsl #2
add x0, x1, x2, uxtx        | add x0, x1, x2, uxtx
add x0, x1, w2, uxtb        | add x0, x1, w2, uxtb
bic x0, x1, #7              | and x0, x1, #18446744073709551608 | and x0, x1, #18446744073709551608
bics w0, w1, #1             | ands w0, w1, #4294967294         | ands w0, w1, #4294967294
orn w0, w1, #0xf            | orr w0, w1, #4294967280          | orr w0, w1, #4294967280
eon x0, x1, #1              | eor x0, x1, #18446744073709551614 | eor x0, x1, #18446744073709551614
and w0, w1, #-2             | and w0, w1, #4294967294          | and w0, w1, #4294967294
lsl x0, x1, #3              | ubfm x0, x1, #61, #60
lsl x0, x1, #0              | ubfm x0, x1, #0, #63             | lsr x0, x1, #0
lsl w0, w1, #31             | ubfm w0, w1, #1, #0
lsr x0, x1, #3              | ubfm x0, x1, #3, #63
asr w0, w1, #31             | sbfm w0, w1, #31, #31
ror x0, x1, #7              | extr x0, x1, x1, #7
lsl x0, x1, x2              | lslv x0, x1, x2
lsr w0, w1, w2              | lsrv w0, w1, w2
asr x0, x1, x2              | asrv x0, x1, x2
ror w0, w1, w2              | rorv w0, w1, w2
bfi x0, x1, #4, #8          | bfm x0, x1, #60, #7
bfi w0, wzr, #1, #2         | bfm w0, wzr, #31, #1
bfc x0, #4, #8              | bfm x0, xzr, #60, #7             | bfi x0, xzr, #4, #8
bfxil x0, x1, #4, #8        | bfm x0, x1, #4, #11
bfi x0, x1, #0, #8          | bfm x0, x1, #0, #7               | bfxil x0, x1, #0, #8
ubfiz x0, x1, #4, #8        | ubfm x0, x1, #60, #7
ubfx w0, w1, #4, #8         | ubfm w0, w1, #4, #11
ubfx x0, x1, #0, #8         | ubfm x0, x1, #0, #7
sbfiz x0, x1, #4, #8        | sbfm x0, x1, #60, #7
sbfx w0, w1, #4, #8         | sbfm w0, w1, #4, #11
sxtb x0, w1                 | sbfm x0, x1, #0, #7
sxth w0, w1                 | sbfm w0, w1, #0, #15
sxtw x0, w1                 | sbfm x0, x1, #0, #31
sxtw x0, x1                 | sbfm x0, x1, #0, #31             | sxtw x0, w1
uxtb w0, w1                 | ubfm w0, w1, #0, #7
uxtb x0, w1                 | ubfm w0, w1, #0, #7              | uxtb w0, w1
uxth w0, wzr                | ubfm w0, wzr, #0, #15
uxtw x0, w1                 | ubfm x0, x1, #0, #31             | ubfx x0, x1, #0, #32
cset x0, eq                 | csinc x0, xzr, xzr, ne
csetm w0, lo                | csinv w0, wzr, wzr, hs
cset w0, cs                 | csinc w0, wzr, wzr, lo           | cset w0, hs
cinc x0, x1, gt             | csinc x0, x1, x1, le
cinv w0, w1, mi             | csinv w0, w1, w1, pl
cneg x0, x1, vs             | csneg x0, x1, x1, vc
csinc x0, x1, x1, al        | csinc x0, x1, x1, al
csinv x0, xzr, xzr, nv      | csinv x0, xzr, xzr, nv
csneg x0, xzr, xzr, eq      | csneg x0, xzr, xzr, eq           | cneg x0, xzr, ne
csel x0, x1, x2, cc         | csel x0, x1, x2, lo              | csel x0, x1, x2, lo
mul x0, x1, x2              | madd x0, x1, x2, xzr
mneg w0, w1, w2             | msub w0, w1, w2, wzr
smull x0, w1, w2            | smaddl x0, w1, w2, xzr
umull x0, w1, w2            | umaddl x0, w1, w2, xzr
smnegl x0, w1, w2           | smsubl x0, w1, w2, xzr
umnegl x0, w1, w2           | umsubl x0, w1, w2, xzr
rev64 x0, x1                | rev x0, x1                       | rev x0, x1
ret                         | ret x30
ret x30                     | ret x30                          | ret
beq #8                      | b.eq #8                          | b.eq #8
b.cs #8                     | b.hs #8                          | b.hs #8
bcc #-8                     | b.lo #-8                         | b.lo #-8
ldr x0, [x1, #-8]           | ldur x0, [x1, #-8]               | ldur x0, [x1, #-8]
ldr w0, [x1, #3]            | ldur w0, [x1, #3]                | ldur w0, [x1, #3]
ldrb w0, [x1, #-1]          | ldurb w0, [x1, #-1]              | ldurb w0, [x1, #-1]
ldrsw x0, [x1, #2]          | ldursw x0, [x1, #2]              | ldursw x0, [x1, #2]
ldrsh w0, [x1, #-2]         | ldursh w0, [x1, #-2]             | ldursh w0, [x1, #-2]
strh w0, [x1, #1]           | sturh w0, [x1, #1]               | sturh w0, [x1, #1]
str q0, [sp, #-16]          | stur q0, [sp, #-16]              | stur q0, [sp, #-16]
ldr d0, [x1, #255]          | ldur d0, [x1, #255]              | ldur d0, [x1, #255]
ldr x0, [x1, #0]            | ldr x0, [x1]                     | ldr x0, [x1]
ldr x0, [x1, x2, lsl #0]    | ldr x0, [x1, x2]                 | ldr x0, [x1, x2]
ldrb w0, [x1, x2, lsl #0]   | ldrb w0, [x1, x2, lsl #0]
ldrb w0, [x1, w2, sxtw #0]  | ldrb w0, [x1, w2, sxtw #0]
ldr x0, [x1, w2, uxtw]      | ldr x0, [x1, w2, uxtw]
ldr x0, [fp, #8]            | ldr x0, [x29, #8]                | ldr x0, [x29, #8]
tbz x0, #3, #8              | tbz w0, #3, #8                   | tbz w0, #3, #8
"""


def table() -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    for line in ALIASES.strip().splitlines():
        written, plain, *preferred = (part.strip() for part in line.split("|"))
        found.append((written, plain, preferred[0] if preferred else written))
    return found


@pytest.mark.parametrize(("written", "plain", "preferred"), table())
def test_alias(written: str, plain: str, preferred: str) -> None:
    made = assemble_text(written)
    assert format_operation(made.plain) == plain
    assert made.text == preferred
    assert assemble_text(plain) == made
    assert assemble_text(preferred) == made


@needs_llvm_mc
def test_table_has_the_encodings_of_llvm_mc() -> None:
    texts = [text for line in table() for text in line]
    assert [assemble_text(text).code for text in texts] == assemble_all(texts)


def fields_and_shifts() -> list[str]:
    texts: list[str] = []
    for letter, width in (("x", 64), ("w", 32)):
        a, b = f"{letter}3", f"{letter}4"
        texts += [f"{shift} {a}, {b}, #{n}" for shift in ("lsl", "lsr", "asr", "ror") for n in range(width)]
        texts += [
            f"{name} {a}, {b}, #{low}, #{bits}"
            for name in ("bfi", "bfxil", "ubfx", "ubfiz", "sbfx", "sbfiz")
            for low in (0, 1, 7, 15, width // 2, width - 8, width - 1)
            for bits in {1, 7, 8, 16, 32, width - low}
            if 1 <= bits <= width - low
        ]
        values = {sign * (1 << k) + d for k in range(width) for d in (-1, 0, 1) for sign in (1, -1)}
        values |= {0xFF << k for k in range(0, width - 7, 8)} | {0xFFFF << k & (1 << width) - 1 for k in range(width)}
        values |= {0x0F0F0F0F, 0x5555, 0x12340000, 0xFFFF1234, 0x00FF00FF, 0x1234ABCD}
        texts += [f"mov {a}, #{value}" for value in sorted(values) if -(1 << width - 1) <= value < 1 << width]
        texts += [f"{name} {a}, {b}, #{value}" for name in ("and", "orr", "bic") for value in sorted(values) if 0 < value < 1 << width]
        texts += [f"{name} {a}, {b}, #{value}" for name in ("add", "subs") for value in sorted(values) if abs(value) < 1 << 25]
    return texts


@needs_llvm_mc
def test_shifts_fields_and_immediates_agree_with_llvm_mc_also_in_what_is_refused() -> None:
    texts = fields_and_shifts()
    wrong: list[str] = []
    for text, theirs in zip(texts, assemble_all(texts), strict=True):
        try:
            ours: int | str = assemble_text(text).code
        except EncodingError as error:
            ours = str(error)
        if ours != theirs and not (isinstance(ours, str) and isinstance(theirs, str)):
            wrong.append(f"{text}: {ours}, llvm-mc {theirs}")
    assert not wrong
