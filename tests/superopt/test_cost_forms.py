"""Scheduling forms: which instructions are the same to a scheduler."""

from __future__ import annotations

import pytest

from grammars.instruction import parse_operation
from superopt.cost.forms import form_of
from superopt.cost.machine import machine, tabled_cpus
from superopt.cost.shapes import shapes

FORMS = {
    "nop": "nop",
    "add x0, x1, x2": "add x,x,x",
    "add w3, w4, w5, lsl #0": "add w,w,w",
    "add x0, x1, x2, lsl #4": "add x,x,x,lsl1-4",
    "add x0, x1, x2, lsl #5": "add x,x,x,lsl",
    "eor x0, x1, x2, ror #3": "eor x,x,x,ror",
    "add x0, sp, w2, uxtw": "add x,x,w,uxtw",
    "add x0, sp, w2, uxtw #2": "add x,x,w,uxtw1-4",
    "add x0, x1, #8": "add x,x,i",
    "add x0, x1, :lo12:name": "add x,x,i",
    "ldr x0, [x1]": "ldr x,[i]",
    "ldr x0, [sp, #8]": "ldr x,[i]",
    "ldr x0, [x1, #8]!": "ldr x,[i]!",
    "ldr x0, [x1], #8": "ldr x,[]i",
    "ldr x0, [x1, x2]": "ldr x,[r]",
    "ldr x0, [x1, x2, lsl #0]": "ldr x,[r]",
    "ldr x0, [x1, x2, lsl #3]": "ldr x,[lsl#]",
    "ldr x0, [x1, w2, sxtw]": "ldr x,[sxtw]",
    "ldr x0, [x1, w2, sxtw #3]": "ldr x,[sxtw#]",
    "ldr x0, name": "ldr x,s",
    "ldr x0, =name": "ldr x,s",
    "ldp q0, q1, [x2], #32": "ldp q,q,[]i",
    "ld2 {v0.4s, v1.4s}, [x0], x1": "ld2 {4s*2},[]r",
    "st1 {v0.s}[1], [x0]": "st1 {s*1}[],[i]",
    "fmla v0.4s, v1.4s, v2.s[1]": "fmla v.4s,v.4s,v.s[]",
    "b.ne away": "b.cond s",
    "csel x0, x1, x2, lt": "csel x,x,x,n",
    "mov x0, #0": "mov x,i0",
    "mov x0, #1": "mov x,i",
    "fmov d0, #1.0": "fmov d,f",
}

SAME = [
    ("cmp x0, x1", "subs xzr, x0, x1"),
    ("cmp w0, #4", "subs wzr, w0, #4"),
    ("cmn x0, x1, lsl #2", "adds xzr, x0, x1, lsl #2"),
    ("tst w0, w1", "ands wzr, w0, w1"),
    ("neg x0, x1", "sub x0, xzr, x1"),
    ("negs x0, x1", "subs x0, xzr, x1"),
    ("ngc x0, x1", "sbc x0, xzr, x1"),
    ("mvn w0, w1", "orn w0, wzr, w1"),
    ("mov x0, x1", "orr x0, xzr, x1"),
    ("mov x0, x1", "orr x0, xzr, x1, lsl #0"),
    ("mov x0, #5", "movz x0, #5"),
    ("mov x0, sp", "add x0, sp, #0"),
    ("mov v0.16b, v1.16b", "orr v0.16b, v1.16b, v1.16b"),
    ("mov v0.s[1], w1", "ins v0.s[1], w1"),
    ("mul x0, x1, x2", "madd x0, x1, x2, xzr"),
    ("mneg x0, x1, x2", "msub x0, x1, x2, xzr"),
    ("umull x0, w1, w2", "umaddl x0, w1, w2, xzr"),
    ("cset x0, eq", "csinc x0, xzr, xzr, ne"),
    ("csetm w0, eq", "csinv w0, wzr, wzr, ne"),
    ("cinc x0, x1, eq", "csinc x0, x1, x1, ne"),
    ("cneg x0, x1, eq", "csneg x0, x1, x1, ne"),
    ("lsl x0, x1, x2", "lslv x0, x1, x2"),
    ("ubfx x0, x1, #2, #3", "ubfm x0, x1, #2, #4"),
    ("bfxil x0, x1, #2, #3", "bfm x0, x1, #2, #4"),
]

DIFFERENT = [
    ("csinc x0, x1, x2, ne", "cinc x0, x1, eq"),
    ("madd x0, x1, x2, x3", "mul x0, x1, x2"),
    ("orr x0, xzr, x1, lsl #2", "mov x0, x1"),
    ("orr v0.16b, v1.16b, v2.16b", "mov v0.16b, v1.16b"),
    ("subs x0, x1, x2", "cmp x1, x2"),
]


@pytest.mark.parametrize(("text", "form"), FORMS.items())
def test_form(text: str, form: str) -> None:
    assert form_of(parse_operation(text)) == form


@pytest.mark.parametrize(("alias", "written_out"), SAME)
def test_aliases_have_the_form_of_the_instruction(alias: str, written_out: str) -> None:
    assert form_of(parse_operation(alias)) == form_of(parse_operation(written_out))


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_conditions_of_aliases_are_respected(one: str, other: str) -> None:
    assert form_of(parse_operation(one)) != form_of(parse_operation(other))


@pytest.mark.parametrize("text", [text for pair in SAME for text in pair] + [text for text in FORMS if text != "fmov d0, #1.0"])
def test_every_example_is_in_every_table(text: str) -> None:
    for cpu in tabled_cpus():
        scheduling, guess = machine(cpu).scheduling(form_of(parse_operation(text)))
        assert guess == ""
        assert scheduling.micro_ops >= 1


def test_tables_hold_no_form_without_an_example() -> None:
    known = {form_of(parse_operation(text)) for text in shapes()}
    for cpu in tabled_cpus():
        assert machine(cpu).table.keys() <= known
