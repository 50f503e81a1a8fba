"""Every meaning of the floating-point rows against the emulator, and against VEX where VEX is to be believed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from random import Random

import pytest
from test_rows_emulator import differences, emulator

from semantics import simplify as s
from semantics.assembler import Instruction, assemble_text
from semantics.fp import words as fp
from semantics.isa import fp_scalar, simd_fp
from semantics.machine import MachineState
from semantics.row import Row, Writes
from semantics.sampling import samples
from semantics.words import Word
from verifier.agreement import agrees
from verifier.oracle import Ran
from verifier.solvers import Solvers
from verifier.states import random_states

STATES = int(os.environ.get("SUPEROPT_FP_STATES", "12"))  # 1000 for a thorough run
INSTANCES = 2
ROWS = (*fp_scalar.rows(), *simd_fp.rows())
GROUPS = 12
SIGN_LEFT_OVER = "fcvtzs {d:h}, {n:h}, {i:rs16}"


@cache
def states(seed: int) -> list[MachineState]:
    return random_states(STATES + 2, seed)[2:]  # rows 0 and 1 are all zeros and ones


@cache
def instances(group: int) -> tuple[Instruction, ...]:
    made = (one for number, row in enumerate(ROWS) if number % GROUPS == group for one in samples(row, Random(number).randrange, INSTANCES))
    return tuple(made)


def test_every_row_has_a_meaning() -> None:
    assert len(ROWS) > 650 and not [row.template for row in ROWS if row.function is None]


@pytest.mark.parametrize("group", range(GROUPS))
def test_rows_do_what_the_emulator_does(group: int) -> None:
    wrong: list[str] = []
    for number, made in enumerate(instances(group)):
        if made.row.template != SIGN_LEFT_OVER:
            wrong += differences(made, states(number % 40))
    assert not wrong[:10]


def test_the_emulator_leaves_a_sign_above_halves_converted_to_fixed_point() -> None:
    """QEMU's fault: bits 16 to 31 repeat the sign, where the Arm ARM has V[d] zero above the result."""
    made = assemble_text("fcvtzs h0, h1, #4")
    assert made.row.template == SIGN_LEFT_OVER
    ran = emulator().run(made.bytes, MachineState.zero().with_location("v1", 0xC000))  # -2.0
    assert isinstance(ran, Ran) and ran.state.vector[0] == 0xFFFF_FFE0


def test_what_may_set_fpsr_is_said_so() -> None:
    def sets(row: Row) -> bool:
        (made,) = samples(row, Random(1).randrange, 1)
        outcomes = (emulator().run(made.bytes, state) for state in states(3))
        return any(isinstance(outcome, Ran) and outcome.fpsr != 0 for outcome in outcomes)

    assert not [row.template for row in ROWS if not row.cumulative and sets(row)]
    assert {row.mnemonic for row in ROWS if not row.cumulative} == {"fmov", "fabs", "fneg", "fcsel"}


# --- agreement with VEX -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def solvers() -> Iterator[Solvers]:
    with Solvers() as solvers:
        yield solvers


@pytest.mark.parametrize("group", range(GROUPS))
def test_rows_are_what_vex_means(group: int, solvers: Solvers) -> None:
    found = {made.text: agrees(made, solvers.solve) for made in instances(group)[::INSTANCES]}
    assert not {text: agreement for text, agreement in found.items() if agreement.verdict not in ("agree", "row only")}


@pytest.mark.parametrize(
    "text",
    [
        "fadd d0, d1, d2", "fmadd s0, s1, s2, s3", "fmsub d0, d1, d2, d3", "fnmul d0, d1, d2", "fabd v0.4s, v1.4s, v2.4s", "fsqrt d0, d1",
        "frinta d0, d1", "fcvtzs x0, d1, #7", "ucvtf s0, x1, #12", "scvtf d0, w1", "fcvtl2 v0.2d, v1.4s", "fcvtn2 v0.4s, v1.2d",
        "fmul v0.4s, v1.4s, v2.s[3]", "fmov v0.d[1], x1", "fmov d0, #1.5", "fmov v0.4s, #-0.125", "fcsel s0, s1, s2, le",
        "fneg v0.2d, v1.2d",
    ],
)  # fmt: skip
def test_arithmetic_is_equal_by_construction(text: str) -> None:
    def never(query: str, *, values: tuple[str, ...], timeout: float) -> object:
        raise AssertionError("a solver was asked")

    found = agrees(assemble_text(text), never)  # pyright: ignore[reportArgumentType]
    assert (found.verdict, found.reason) == ("agree", "identical")


@pytest.mark.parametrize(
    "text", ["fcmp d0, d1", "fccmp s0, s1, #5, lt", "fmax d0, d1, d2", "fmin v0.4s, v1.4s, v2.4s", "facgt d0, d1, d2", "fcmle s0, s1, #0.0"]
)
def test_exact_logic_is_proved_equal(text: str, solvers: Solvers) -> None:
    found = agrees(assemble_text(text), solvers.solve)
    assert (found.verdict, found.reason) == ("agree", "solver")


@pytest.mark.parametrize(
    "text",
    [
        "fmaxnm d0, d1, d2",
        "fmla v0.2d, v1.2d, v2.2d",
        "fmulx s0, s1, s2",
        "fcvtxn s0, d1",
        "fmaxp v0.4s, v1.4s, v2.4s",
        "fcvtas d0, d1",
        "fadd h0, h1, h2",
    ],
)
def test_where_vex_is_wrong_or_silent_the_row_stands_alone(text: str, solvers: Solvers) -> None:
    assert agrees(assemble_text(text), solvers.solve).verdict == "row only"


def swapped(n: Word, m: Word) -> Writes:
    return {"d": fp.rounding("add", fp.RNE, m, n)}


def towards_zero(n: Word, m: Word) -> Writes:
    return {"d": fp.rounding("add", fp.RZ, n, m)}


def greater_if_unordered(n: Word, m: Word) -> Writes:
    flags = fp.compared(n, m)
    return {"nzcv": flags._replace(n=flags.n | flags.v)}


def zeros_in_order(n: Word, m: Word) -> Writes:
    return {"d": fp.propagated(n, m, s.ite(fp.greater(m, n), m, n))}


@pytest.mark.parametrize(
    ("text", "function", "location"),
    [
        ("fadd d0, d1, d2", swapped, "v0"), ("fadd s0, s1, s2", towards_zero, "v0"), ("fcmp d1, d2", greater_if_unordered, "n"),
        ("fmax s0, s1, s2", zeros_in_order, "v0"),
    ],
)  # fmt: skip
def test_a_planted_fault_is_a_disagreement(text: str, function: Callable[..., Writes], location: str, solvers: Solvers) -> None:
    made = assemble_text(text)
    found = agrees(replace(made, row=replace(made.row, function=function, extra={})), solvers.solve)
    assert not found.trusted and found.location == location
    assert found.verdict == "disagree" or function in (swapped, towards_zero)  # a solver's model of a function need not be real
