"""Meanings of the integer vector rows against the emulator: results, accesses, and FPSR's saturation bit."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, reduce
from operator import or_
from random import Random

import pytest
from simd_instances import MODULES, instances, rows
from test_rows_emulator import check, emulator, states_for

from semantics.assembler import Instruction, assemble_text, other_rows
from semantics.machine import MachineState
from semantics.row import Row
from semantics.sampling import samples
from verifier.oracle import Ran

SATURATED = 1 << 27
"""FPSR.QC."""
LOWEST = (0x8000_8000_8000_8000, 0x8000_0000_8000_0000)
"""The least numbers of 16 and 32 bits: the only ones whose product saturates."""


@pytest.mark.parametrize("module", MODULES)
def test_every_row_has_a_meaning(module: str) -> None:
    assert not [row.template for row in rows(module) if row.function is None]


@pytest.mark.parametrize("module", MODULES)
def test_rows_do_what_the_emulator_does(module: str) -> None:
    wrong: list[str] = []
    for seed, made in enumerate(instances(module)):
        wrong += check(made, seed % 3)
    assert not wrong


EQUAL_REGISTERS = """
mla v3.4s, v3.4s, v3.4s
mls v3.8h, v1.8h, v3.h[7]
bsl v3.16b, v3.16b, v1.16b
bif v3.8b, v1.8b, v3.8b
zip1 v3.4s, v3.4s, v3.4s
uzp2 v3.8b, v3.8b, v4.8b
tbl v3.16b, {v2.16b, v3.16b}, v3.16b
tbx v31.8b, {v31.16b, v0.16b, v1.16b}, v31.8b
ext v3.16b, v3.16b, v3.16b, #5
addhn2 v3.16b, v3.8h, v3.8h
sqxtn2 v3.4s, v3.2d
smlal2 v3.4s, v3.8h, v3.8h
uabal v3.2d, v3.2s, v3.2s
sri v3.2d, v3.2d, #13
ins v3.b[3], v3.b[12]
smaxv b3, v3.16b
udot v3.4s, v3.16b, v3.4b[3]
sqrdmlah v3.8h, v3.8h, v3.h[2]
pmull2 v3.1q, v3.2d, v3.2d
ld1 {v31.16b, v0.16b}, [x3], x3
ld4 {v30.8b, v31.8b, v0.8b, v1.8b}, [sp], #32
ld3 {v31.h, v0.h, v1.h}[5], [x3], x3
ld2r {v31.2s, v0.2s}, [sp], x1
st2 {v31.2d, v0.2d}, [x3], x3
"""


@pytest.mark.parametrize("text", EQUAL_REGISTERS.strip().split("\n"))
def test_equal_and_overlapping_registers(text: str) -> None:
    assert not check(assemble_text(text), 7)


# --- FPSR ---------------------------------------------------------------------------------------


@cache
def extremes() -> list[MachineState]:
    """Every vector register full of the lowest number."""
    (state, *_) = states_for((), 5)
    return [replace(state, vector=(lowest << 64 | lowest,) * 32) for lowest in LOWEST]


def fpsr_after(made: Instruction) -> int:
    """The bits of FPSR that the emulator sets in some state."""
    outcomes = (emulator().run(made.bytes, state) for state in (*states_for((), 5), *extremes()))
    return reduce(or_, (outcome.fpsr for outcome in outcomes if isinstance(outcome, Ran)), 0)


def test_only_rows_that_say_so_set_bits_of_fpsr() -> None:
    """Of all groups, floating point too: a row that is wrong here makes verdicts wrong where fpsr is live."""
    silent = [row for row in other_rows() if not (row.may_set_fpsr or row.ordered)]
    assert len(silent) > 1000
    drawn = [samples(row, Random(number).randrange, 3)[-1] for number, row in enumerate(silent)]
    assert not [made.text for made in drawn if fpsr_after(made)]


def test_what_is_said_to_saturate_does() -> None:
    named: dict[str, Row] = {row.mnemonic: row for module in MODULES for row in rows(module) if row.cumulative}
    assert len(named) > 40
    idle = {name for name, row in named.items() if not any(fpsr_after(made) & SATURATED for made in samples(row, Random(4).randrange, 24))}
    assert not idle


# --- the test itself ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("urhadd v0.8b, v1.8b, v2.8b", "uhadd v0.8b, v1.8b, v2.8b"),
        ("sqrshl v0.4s, v1.4s, v2.4s", "srshl v0.4s, v1.4s, v2.4s"),
        ("smlal2 v0.4s, v1.8h, v2.8h", "smlal v0.4s, v1.4h, v2.4h"),
        ("tbx v0.8b, {v1.16b}, v2.8b", "tbl v0.8b, {v1.16b}, v2.8b"),
        ("uqshrn v0.8b, v1.8h, #3", "sqshrn v0.8b, v1.8h, #3"),
        ("ld2 {v0.4h, v1.4h}, [x0]", "ld1 {v0.4h, v1.4h}, [x0]"),
    ],
)
def test_a_neighbours_meaning_is_noticed(text: str, other: str) -> None:
    """Lines of difference where one instruction is run and another one's row is asked."""
    made, wrong = assemble_text(text), assemble_text(other)
    planted = Instruction(wrong.row, wrong.fields)
    planted.__dict__["code"] = made.code
    assert check(planted, 3)
