"""Integer vector rows proved equal to VEX in every state."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from dis import get_instructions
from types import CodeType

import pytest
from simd_instances import MODULES, instances, rows

from semantics import simplify as s
from semantics.assembler import Instruction, assemble_text
from semantics.isa.simd_same import saturating_add
from semantics.lanes import each
from semantics.row import Writes
from semantics.words import Word
from verifier.agreement import agrees
from verifier.solvers import Solvers

ALONE = {
    "VEX saturates the doubled product before it accumulates; the instruction saturates once": ("sqrdmlah", "sqrdmlsh"),
    "VEX computes it in a helper function": ("pmull", "pmull2"),
    "VEX does not decode it": ("movi", "mvni"),  # 0 with ones shifted in
}
"""The only instructions that rest on our rows alone: why, and which."""


@pytest.fixture(scope="module")
def solvers() -> Iterator[Solvers]:
    with Solvers() as solvers:
        yield solvers


@pytest.mark.parametrize("module", MODULES)
def test_rows_agree_with_vex(module: str, solvers: Solvers) -> None:
    exceptions: dict[str, str] = {}
    for made in instances(module):
        found = agrees(made, solvers.solve)
        if found.verdict == "row only" and made.row.mnemonic in ALONE.get(found.reason, ()):
            continue
        if found.verdict != "agree":
            exceptions[made.text] = f"{found.verdict} {found.explanation}"
    assert not exceptions


def wraps_once(n: Word, m: Word, width: int, signed: int) -> Writes:
    """Wrong for one pair of lanes only."""
    right = saturating_add(n, m, width, signed)["d"]
    assert isinstance(right, Word)
    unlucky = s.eq(s.truncate(n, width), s.const(0x1234, width)) & s.eq(s.truncate(m, width), s.const(0x7000, width))
    return {"d": s.ite(unlucky, each(width, s.add, n, m), right)}


def upper_half_kept(d: Word, n: Word, m: Word) -> Writes:
    return {"d": s.concat(s.extract(d, 64, 64), s.truncate(n ^ m, 64))}


def test_a_planted_fault_is_a_disagreement(solvers: Solvers) -> None:
    made = assemble_text("sqadd v0.8h, v1.8h, v2.8h")
    found = agrees(replace(made, row=replace(made.row, function=wraps_once)), solvers.solve)
    assert found.verdict == "disagree" and found.location == "v0"


def test_a_dirty_upper_half_is_a_disagreement(solvers: Solvers) -> None:
    """A 64-bit form whose upper half is written as the 128-bit form would."""
    short, whole = assemble_text("eor v0.8b, v1.8b, v2.8b"), assemble_text("eor v0.16b, v1.16b, v2.16b")
    planted = Instruction(replace(whole.row, function=upper_half_kept, pattern=short.row.pattern), short.fields)
    found = agrees(planted, solvers.solve)
    assert found.verdict == "disagree" and found.location == "v0"


def called(code: CodeType) -> Iterator[str]:
    """Global names in a function's code and in the functions inside it."""
    yield from (str(step.argval) for step in get_instructions(code) if step.opname == "LOAD_GLOBAL")
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from called(constant)


def test_what_meanings_call_is_covered_by_the_digest_of_the_foundations() -> None:
    """A row's digest has the source of its own function; the files of rows are not in the other digest."""
    functions = {row.function for module in MODULES for row in rows(module) if row.function}
    assert len(functions) > 80
    for function in functions:
        found = [getattr(sys.modules[function.__module__], name, None) for name in called(function.__code__)]
        assert not [thing for thing in found if callable(thing) and thing.__module__.startswith("semantics.isa.")], function


def test_meanings_of_one_function_have_digests_of_their_own() -> None:
    digests = {made.row.digest: made.row.template for module in MODULES for made in instances(module)}
    assert len(digests) == sum(1 for module in MODULES for _ in instances(module))
