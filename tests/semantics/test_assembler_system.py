from __future__ import annotations

from typing import Literal

import pytest
from peer import assemble_all, needs_llvm_mc

from semantics.assembler import assemble_text, decode, other_rows
from semantics.block import step
from semantics.errors import UnsupportedInstruction
from semantics.state import State

TEXTS = """
yield
wfe
csdb
esb
paciasp
autiasp
pacibsp
autibsp
xpaclri
bti
bti c
bti j
bti jc
psb csync
hint #50
dmb ish
dmb ishst
dsb sy
dsb #8
isb
clrex
sb
ldar w0, [x1]
ldarb w0, [sp]
stlr x0, [x1]
ldapr x0, [x1]
ldapurh w0, [x1, #-3]
stlur x0, [x1, #255]
ldxr x0, [x1]
ldaxrb w0, [x1]
stxr w2, x0, [x1]
stlxr wzr, x0, [sp]
ldxp x0, x1, [x2]
stlxp w0, x1, x2, [x3]
cas x0, x1, [x2]
casalb w0, w1, [x2]
ldadd x0, x1, [x2]
ldaddal w0, w1, [x2]
ldumaxlh w0, w1, [x2]
stadd w0, [x1]
stclrlb w0, [x1]
swpa x0, x1, [x2]
mrs x0, tpidr_el0
mrs x3, cntvct_el0
msr nzcv, x0
msr fpcr, xzr
msr daifset, #2
dc zva, x0
dc civac, x1
ic ivau, x2
ic iallu
prfm pldl1keep, [x0]
prfm pstl3strm, [sp, #32760]
prfm pstslcstrm, [x1, w2, sxtw #3]
prfm #31, [x1]
prfm plil2keep, [x1, x2]
prfum pldl1strm, [x0, #-256]
svc #0
brk #1000
hlt #1
udf #0
eret
"""


@pytest.mark.parametrize("text", TEXTS.split("\n")[1:-1])
@pytest.mark.parametrize("source", ["rows", "vex"])
def test_ordered_and_system_instructions_are_known_and_have_no_meaning(text: str, source: Literal["rows", "vex"]) -> None:
    made = assemble_text(text)
    assert made.text == text
    assert decode(made.code) == made
    with pytest.raises(UnsupportedInstruction, match="ordered, exclusive, barrier, hint or system"):
        step(State(), made, source)


@needs_llvm_mc
def test_their_encodings_are_those_of_llvm_mc() -> None:
    texts = TEXTS.split("\n")[1:-1]
    assert [assemble_text(text).code for text in texts] == assemble_all(texts)


@pytest.mark.parametrize(("number", "text"), [(0, "nop"), (1, "yield"), (25, "paciasp"), (34, "bti c"), (17, "psb csync")])
def test_a_hint_by_number_is_the_named_one(number: int, text: str) -> None:
    assert assemble_text(f"hint #{number}").text == text


@pytest.mark.parametrize("text", ["mrs x0, dbgwcr3_el1", "at s1e1r, x0", "tlbi vmalle1is", "sys #0, c7, c1, #0"])
def test_system_instructions_without_a_row_are_unsupported(text: str) -> None:
    with pytest.raises(UnsupportedInstruction):
        assemble_text(text)


def test_no_row_without_a_meaning_of_general_registers_and_memory_only_is_left_to_vex() -> None:
    """What is not ordered and has no meaning of its own belongs to the vector registers."""
    loose = [row.name for row in other_rows() if row.function is None and not row.ordered and not set(row.shape) & set("vlf")]
    assert not loose
