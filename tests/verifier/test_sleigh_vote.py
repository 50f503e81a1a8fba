"""SLEIGH's vote on rows: a sample of every row by proof, planted faults in the translation, and the kinds of vote."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from importlib.util import find_spec
from random import Random

import pytest

from semantics import pcode
from semantics import simplify as s
from semantics.assembler import Instruction, assemble_text, base_rows, other_rows
from semantics.block import execute
from semantics.errors import UnsupportedInstruction
from semantics.pcode import ops
from semantics.pcode.faults import fault_of
from semantics.pcode.lift import Op
from semantics.plain import plain
from semantics.sampling import samples
from semantics.state import State
from verifier.agreement.sleigh import SleighVote, agrees_with_sleigh
from verifier.solvers import Solvers
from verifier.solving.answers import Answer

pytestmark = pytest.mark.skipif(find_spec("pypcode") is None, reason="pypcode is not installed")

PER_BASE_ROW, PER_VECTOR_ROW = 4, 1
OPAQUE = "SLEIGH names it and does not say what it computes"
SYSTEM = "ordered or system instruction"
SIGNED_LOADS = {f"{name} {{t:W}}" for name in ("ldrsb", "ldursb", "ldrsh", "ldursh")}
CHECKSUMS = {f"crc32{kind}{size}" for kind in ("", "c") for size in "bhwx"}


@pytest.fixture(scope="module")
def solvers() -> Iterator[Solvers]:
    with Solvers() as solvers:
        yield solvers


class NoSolver:
    """For verdicts that must come without one."""

    def solve(self, query: str, *, values: tuple[str, ...], timeout: float) -> Answer:
        return Answer("unknown", "none", 0.0)


# --- the table ----------------------------------------------------------------------------------


def expected_silence(made: Instruction) -> str | None:
    """Why SLEIGH has no vote on this instance of a base row; None if it has one."""
    if made.row.mnemonic in CHECKSUMS:
        return OPAQUE
    if made.row.mnemonic in ("mrs", "msr"):
        return SYSTEM
    if made.row.template.partition(",")[0] in SIGNED_LOADS or made.row.mnemonic == "sbcs":
        return fault_of(made.code)
    return None


def test_every_base_row_agrees_with_sleigh(solvers: Solvers) -> None:
    random = Random(2026)
    exceptions: dict[str, str] = {}
    for row in base_rows():
        if row.ordered or row.function is None:
            continue
        for made in samples(row, random.randrange, PER_BASE_ROW):
            found = agrees_with_sleigh(made, solvers.solve)
            silence = expected_silence(made)
            if found.verdict == ("agree" if silence is None else "no vote") and found.reason == (silence or found.reason):
                continue
            exceptions[made.text] = f"{found.label} {dict(found.values)}"
    assert not exceptions


def test_no_vector_row_disagrees_with_sleigh(solvers: Solvers) -> None:
    random = Random(2027)
    exceptions: dict[str, str] = {}
    agreeing = 0
    for row in other_rows():
        for made in samples(row, random.randrange, PER_VECTOR_ROW) if not row.ordered else ():
            found = agrees_with_sleigh(made, solvers.solve)
            agreeing += found.verdict == "agree"
            if found.verdict not in ("agree", "no vote"):
                exceptions[made.text] = f"{found.label} {dict(found.values)}"
    assert not exceptions
    assert agreeing > 800


# --- planted faults -----------------------------------------------------------------------------


def swapped(name: str) -> ops.Builder:
    honest = ops.OPS[name]
    return lambda args, width: honest((args[1], args[0]), width)


def negated(name: str) -> ops.Builder:
    honest = ops.OPS[name]
    return lambda args, width: honest(args, width) ^ 1


def other(name: str) -> ops.Builder:
    return ops.OPS[name]


PLANTED: Mapping[str, tuple[str, ops.Builder, str]] = {
    "adds x0, x1, x2": ("INT_CARRY", other("INT_SCARRY"), "c"),
    "adds w0, w1, w2": ("INT_SCARRY", negated("INT_SCARRY"), "v"),
    "subs x0, x1, x2": ("INT_SBORROW", swapped("INT_SBORROW"), "v"),
    "subs w0, w1, w2": ("INT_LESSEQUAL", swapped("INT_LESSEQUAL"), "c"),
    "cmp x1, #7": ("INT_EQUAL", other("INT_NOTEQUAL"), "z"),
    "asr x0, x1, x2": ("INT_SRIGHT", other("INT_RIGHT"), "x0"),
    "sxtb x0, w1": ("INT_SEXT", other("INT_ZEXT"), "x0"),
    "add w0, w1, w2": ("INT_ZEXT", other("INT_SEXT"), "x0"),
    "csel x0, x1, x2, ne": ("BOOL_NEGATE", other("COPY"), "x0"),
    "sub x0, x1, x2": ("INT_SUB", swapped("INT_SUB"), "x0"),
    "ror w0, w1, w2": ("INT_LEFT", lambda args, width: s.const(0, width), "x0"),
    "clz x0, x1": ("LZCOUNT", other("POPCOUNT"), "x0"),
    "madd x0, x1, x2, x3": ("INT_MULT", other("INT_AND"), "x0"),
    "b.lt #8": ("INT_NOTEQUAL", other("INT_EQUAL"), "exit"),
    "cbz x1, #8": ("INT_EQUAL", other("INT_NOTEQUAL"), "exit"),
    "ldr x0, [x1, w2, uxtw #3]": ("INT_ZEXT", other("INT_SEXT"), "x0"),
    "strb w0, [x1, #5]": ("INT_ADD", other("INT_SUB"), "memory"),
}


@pytest.mark.parametrize("text", PLANTED)
def test_a_planted_fault_is_a_disagreement(text: str, solvers: Solvers, monkeypatch: pytest.MonkeyPatch) -> None:
    name, builder, location = PLANTED[text]
    assert agrees_with_sleigh(assemble_text(text), solvers.solve).verdict == "agree"
    monkeypatch.setitem(ops.OPS, name, builder)
    found = agrees_with_sleigh(assemble_text(text), solvers.solve)
    assert found.verdict == "disagree" and found.location == location
    assert found.label == f"row ≠ SLEIGH ({location})"


def no_zero_extension(op: Op) -> Op:
    return replace(op, output=replace(op.output, size=4)) if op.opcode == "INT_ZEXT" and op.output is not None else op


def lanes_subtracted(op: Op) -> Op:
    return replace(op, opcode="INT_SUB") if op.opcode == "INT_ADD" else op


def another_address(op: Op) -> Op:
    return replace(op, inputs=(op.inputs[0], replace(op.inputs[1], offset=op.inputs[1].offset + 8))) if op.opcode == "INT_ADD" else op


@pytest.mark.parametrize(
    ("text", "change", "location"),
    [
        ("add w0, w1, w2", no_zero_extension, "x0"),
        ("add v0.2s, v1.2s, v2.2s", lanes_subtracted, "v0"),
        ("str x0, [x1, #16]", another_address, "memory"),
    ],
)
def test_other_code_has_another_meaning(
    text: str, change: Callable[[Op], Op], location: str, solvers: Solvers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changed(code: int, address: int) -> tuple[Op, ...]:
        return tuple(map(change, pcode.lift(code, address) or ()))

    assert agrees_with_sleigh(assemble_text(text), solvers.solve).verdict == "agree"
    monkeypatch.setattr(sys.modules["semantics.pcode.execute"], "lift", changed)
    found = agrees_with_sleigh(assemble_text(text), solvers.solve)
    assert (found.verdict, found.location) == ("disagree", location)


# --- kinds of vote ------------------------------------------------------------------------------


def test_a_row_without_a_meaning_is_compared_by_vexs() -> None:
    made = assemble_text("add x0, x1, x2")
    silent = replace(made, row=replace(made.row, function=None))
    found = agrees_with_sleigh(silent, NoSolver().solve)
    assert (found.verdict, found.against, found.label) == ("agree", "VEX", "VEX = SLEIGH")


def test_where_nobody_has_a_meaning_there_is_no_vote() -> None:
    made = assemble_text("cfinv")
    nobody = agrees_with_sleigh(replace(made, row=replace(made.row, function=None)), NoSolver().solve)
    assert nobody.verdict == "no vote" and nobody.reason == SYSTEM
    found = agrees_with_sleigh(assemble_text("crc32b w0, w1, w2"), NoSolver().solve)
    assert found == SleighVote("no vote", "row", reason=OPAQUE) and found.label == f"no vote ({OPAQUE})"


def test_without_an_answer_it_is_undecided() -> None:
    found = agrees_with_sleigh(assemble_text("rbit x0, x1"), NoSolver().solve)
    assert found.verdict == "undecided" and found.label.startswith("undecided (")


@pytest.mark.parametrize("text", ["add x0, x0, :lo12:foo", "adrp x0, foo", "ldr x0, foo", "b.lt foo", "bl foo", "tbz x9, #63, foo"])
def test_relocated_operands_are_compared_with_immediates_in_their_place(text: str, solvers: Solvers) -> None:
    assert agrees_with_sleigh(assemble_text(text), solvers.solve).verdict == "agree"


def test_without_pypcode_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> str:
        raise pcode.PcodeMissing

    monkeypatch.setattr(pcode, "version", missing)
    with pytest.raises(pcode.PcodeMissing, match="not installed"):
        agrees_with_sleigh(assemble_text("add x0, x1, x2"), NoSolver().solve)


# --- as the source of a block's meaning ---------------------------------------------------------


def test_blocks_can_be_run_by_sleigh_alone() -> None:
    block = [assemble_text(text) for text in ("and w2, w0, w1", "str x2, [sp, #-16]!", "ldr x3, [sp], #16", "cbz x3, #8")]
    assert execute(block, "sleigh").registers == execute(block, "rows").registers
    assert execute(block, "sleigh").exit == execute(block, "rows").exit


@pytest.mark.parametrize("text", ["crc32b w0, w1, w2", "ldrsb w0, [x1]", "ldar x0, [x1]", "add x0, x0, :lo12:foo", "fadd d0, d1, d2"])
def test_what_sleigh_does_not_know_is_not_run_by_somebody_else(text: str) -> None:
    with pytest.raises(UnsupportedInstruction):
        execute([assemble_text(text)], "sleigh")


def refusal(made: Instruction) -> str:
    try:
        execute([made], "sleigh", State(pc=s.const(0x10000, 64)))
    except UnsupportedInstruction as error:
        return error.reason
    return ""


def test_certificates_can_build_every_meaning_without_rules() -> None:
    """Where words are built as they are written, conditions are not brought to a form that tells them apart."""
    random = Random(2028)
    for row in base_rows():
        for made in samples(row, random.randrange, 2) if not row.ordered else ():
            with plain():
                found = refusal(made)
            assert found == refusal(made), made.text
