"""Rows against VEX: agreement of the whole table, planted faults, and what is remembered."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from semantics import simplify as s
from semantics.assembler import Instruction, assemble_text, rows
from semantics.isa import add_sub
from semantics.row import Row, Writes
from semantics.run.ints import evaluate
from semantics.sampling import samples
from semantics.state import Exit, Flags, State
from semantics.words import Word
from verifier.agreement import Agreement, Agreements, agrees, canonical_key
from verifier.agreement.comparison import compare, runs
from verifier.agreement.remember import StoreError
from verifier.solvers import Solvers
from verifier.solving.answers import Answer

PER_ROW = 12


@pytest.fixture(scope="module")
def solvers() -> Iterator[Solvers]:
    with Solvers() as solvers:
        yield solvers


class NoSolver:
    """For verdicts that must come without one."""

    def __init__(self) -> None:
        self.asked = 0

    def solve(self, query: str, *, values: tuple[str, ...], timeout: float) -> Answer:
        self.asked += 1
        return Answer("unknown", "none", 0.0)


# --- the table ----------------------------------------------------------------------------------

NOT_COMPARED: dict[str, Callable[[Instruction], bool]] = {
    # libVEX knows the register offsets uxtw, lsl and sxtw, and not sxtx, nor non-temporal pairs.
    "VEX does not decode it": lambda made: (
        (":regoff" in made.row.template and dict(made.fields)["option"] == 7) or made.row.mnemonic in ("ldnp", "stnp")
    ),
    # It forgets the access altogether, which would hide a difference in footprint.
    "VEX drops a load into the zero register": lambda made: 31 in (dict(made.fields)["t"], dict(made.fields).get("t2")),
    # Among the system instructions only nop and the access to nzcv are given to it.
    "ordered or system instruction": lambda made: made.text == "cfinv",
}
"""The only instructions that rest on our rows alone: reason, and which instances may give it."""


def test_every_row_agrees_with_vex(solvers: Solvers) -> None:
    """But for those of vectors and floating point, which have tests of their own."""
    random = Random(2026)
    exceptions: dict[str, str] = {}
    for row in rows():
        if row.function is None or any(kind in row.function.__module__ for kind in (".simd_", ".fp_")):
            continue
        for made in samples(row, random.randrange, PER_ROW):
            found = agrees(made, solvers.solve)
            if found.verdict == "row only" and NOT_COMPARED.get(found.reason, lambda made: False)(made):
                continue
            if found.verdict != "agree":
                exceptions[made.text] = f"{found.verdict} {found.explanation}"
    assert not exceptions


@pytest.mark.parametrize(
    "text",
    [
        "add x0, x0, :lo12:foo",
        "ldr x1, [x0, :lo12:foo]",
        "adrp x0, foo",
        "adr x3, foo",
        "ldr x0, foo",
        "movk x0, #:abs_g1:foo",
        "b foo",
        "b.lt foo",
        "bl foo",
        "cbnz w3, foo",
        "tbz x9, #63, foo",
    ],
)
def test_relocated_operands_are_compared_with_immediates_in_their_place(text: str, solvers: Solvers) -> None:
    instruction = assemble_text(text)
    assert instruction.symbol is not None
    assert agrees(instruction, solvers.solve).verdict == "agree"


def test_most_agreements_need_no_solver() -> None:
    none = NoSolver()
    for text in (
        "adds x0, x1, w2, sxtb #2",
        "ccmp x1, x2, #5, ge",
        "cmp w3, #7",
        "ands x0, x1, #255",
        "smulh x0, x1, x2",
        "stp q0, q1, [sp, #-32]!",
    ):
        assert agrees(assemble_text(text), none.solve) == Agreement("agree", reason="identical")
    assert none.asked == 0


# --- planted faults -----------------------------------------------------------------------------


def faulty(text: str, function: Callable[..., Writes]) -> Instruction:
    instruction = assemble_text(text)
    return replace(instruction, row=replace(instruction.row, function=function))


def swapped_carry(n: Word, m: Word) -> Writes:
    return {"d": n - m, "nzcv": add_sub.subtract_flags(n, m)._replace(c=s.ult(n, m))}


def unsigned_overflow(n: Word, m: Word) -> Writes:
    return {"d": n - m, "nzcv": add_sub.subtract_flags(n, m)._replace(v=s.ult(n, m))}


def no_borrow(n: Word, m: Word, flags: Flags) -> Writes:
    return {"d": n - m}


def wrong_borrow(n: Word, m: Word, flags: Flags) -> Writes:
    return {"d": n - m - s.zext(flags.c, n.width)}


def flags_forgotten(n: Word, m: Word) -> Writes:
    return {"d": n + m}


def one_value_off(n: Word, m: Word) -> Writes:
    """Wrong for a single pair of 64-bit operands, which no sampling finds."""
    unlucky = s.eq(n, s.const(0x0123456789ABCDEF, 64)) & s.eq(m, s.const(0xFEDCBA9876543211, 64))
    return {"d": s.ite(unlucky, n, n & m)}


def extended_by_sign(mem: State, a: Word, size: int, width: int, signed: int) -> Writes:
    return {"t": s.sext(mem.load(a, size), width)}


def wider_load(mem: State, a: Word, size: int, width: int, signed: int) -> Writes:
    return {"t": s.truncate(mem.load(a, 2 * size), width)}


def store_elsewhere(t: Word, a: Word, size: int) -> Writes:
    return {"mem": [(a + 1, s.truncate(t, 8 * size))]}


def store_other_bytes(t: Word, a: Word, size: int) -> Writes:
    return {"mem": [(a, s.extract(t, 8, 8 * size))]}


def pair_in_reverse(t: Word, t2: Word, a: Word) -> Writes:
    return {"mem": [(a, t2), (a + t.width // 8, t)]}


def inverted(n: Word, target: int) -> Writes:
    return {"branch": Exit("jump", ~s.eq(n, s.const(0, n.width)), target)}


def elsewhere(target: int) -> Writes:
    return {"branch": Exit("jump", None, target + 4)}


def quotient_of_smtlib(n: Word, m: Word) -> Writes:
    return {"d": s.ite(s.eq(m, s.const(0, m.width)), s.const(-1, n.width), s.udiv(n, m))}


@pytest.mark.parametrize(
    ("text", "function", "location"),
    [
        ("subs x0, x1, x2", swapped_carry, "c"),
        ("subs w0, w1, w2", unsigned_overflow, "v"),
        ("sbc x0, x1, x2", no_borrow, "x0"),
        ("sbc w0, w1, w2", wrong_borrow, "x0"),
        ("adds x0, x1, x2", flags_forgotten, "c"),
        ("and x0, x1, x2", one_value_off, "x0"),
        ("ldrb w0, [x1]", extended_by_sign, "x0"),
        ("ldrh w0, [x1]", wider_load, "memory"),
        ("strb w0, [x1]", store_elsewhere, "memory"),
        ("strb w0, [x1]", store_other_bytes, "memory"),
        ("stp x0, x1, [x2]", pair_in_reverse, "memory"),
        ("cbz x1, #8", inverted, "exit"),
        ("b #8", elsewhere, "exit"),
        ("udiv x0, x1, x2", quotient_of_smtlib, "x0"),
    ],
)
def test_a_planted_fault_is_a_disagreement(text: str, function: Callable[..., Writes], location: str, solvers: Solvers) -> None:
    found = agrees(faulty(text, function), solvers.solve)
    assert found.verdict == "disagree" and found.location == location
    assert not found.trusted
    assert location in found.explanation


def test_a_missing_zero_extension_is_a_disagreement(solvers: Solvers) -> None:
    """The row of the 64-bit form, given the encoding of the 32-bit one."""
    instruction = assemble_text("add x0, x1, x2")
    encoding = instruction.row.pattern.replace("sf", "0", 1)
    wide: Row = replace(
        instruction.row, template="add {d:X}, {n:X}, {m:X}", pattern=encoding.replace("shift:2", "00").replace("imm6:6", "000000")
    )
    found = agrees(Instruction(wide, (("m", 2), ("n", 1), ("d", 0))), solvers.solve)
    assert found.verdict == "disagree" and found.location == "x0"


def test_the_counterexample_shows_the_difference(solvers: Solvers) -> None:
    """Also where only a solver finds it."""
    found = agrees(faulty("and x0, x1, x2", one_value_off), solvers.solve)
    assert found.values["x1"] == 0x0123456789ABCDEF and found.values["x2"] == 0xFEDCBA9876543211
    found = agrees(faulty("subs x0, x1, x2", swapped_carry), solvers.solve)
    x1, x2 = (s.var(name, 64) for name in ("x1", "x2"))
    honest, wrong = ~s.ult(x1, x2), s.ult(x1, x2)
    inputs = {"x1": 0, "x2": 0, **found.values}
    assert len(set(evaluate([honest, wrong], inputs, lambda address, size: 0))) == 2


def test_without_an_answer_it_is_undecided() -> None:
    found = agrees(faulty("and x0, x1, x2", one_value_off), NoSolver().solve)
    assert found.verdict == "undecided" and not found.trusted


# --- kinds of verdict ---------------------------------------------------------------------------


def test_row_only_and_vex_only(solvers: Solvers) -> None:
    alone = agrees(assemble_text("cfinv"), solvers.solve)
    assert alone.verdict == "row only" and alone.trusted
    silent = assemble_text("add x0, x1, x2")
    vex_only = agrees(replace(silent, row=replace(silent.row, function=None)), solvers.solve)
    assert vex_only.verdict == "vex only" and vex_only.trusted
    neither = assemble_text("cfinv")
    assert not agrees(replace(neither, row=replace(neither.row, function=None)), solvers.solve).trusted


# --- comparison ---------------------------------------------------------------------------------


def test_grouping_of_accesses_does_not_matter() -> None:
    left, right = State(), State()
    address, word = s.var("x0", 64), s.var("v0", 128)
    left.store(address, word)
    right.store(address + 8, s.extract(word, 64, 64))
    right.store(address, s.truncate(word, 64))
    assert all(pair.left is pair.right for pair in compare(left, right).pairs)
    assert not compare(left, right).mismatch


def test_overlapping_and_missing_accesses_are_mismatches() -> None:
    left, right = State(), State()
    address, word = s.var("x0", 64), s.var("x1", 64)
    left.store(address, word)
    assert compare(left, right).mismatch == "memory"
    left.store(address + 4, word)
    assert runs(left.accesses) is None
    assert compare(left, left).mismatch == "memory"
    right.load(address, 8)
    assert compare(State(), right).mismatch == "memory"


def test_a_jump_to_the_next_instruction_is_no_exit() -> None:
    left, right = State(exit=Exit("jump", s.var("z", 1), 4)), State()
    assert all(pair.left is pair.right for pair in compare(left, right).pairs)
    assert compare(State(exit=Exit("call", None, 4)), State()).pairs[-1].left is s.TRUE


# --- remembering --------------------------------------------------------------------------------


def key(text: str) -> str:
    return canonical_key(assemble_text(text))


def test_registers_are_renamed_in_the_key() -> None:
    assert key("add x0, x1, x2") == key("add x17, x4, x9")
    assert key("add x0, x1, x1") == key("add x3, x30, x30")
    assert key("ldr x0, [x1, #8]") == key("ldr x2, [x3, #8]")
    assert key("mul v0.8h, v1.8h, v2.h[1]") == key("mul v9.8h, v3.8h, v7.h[1]")
    assert key("sri v0.4s, v1.4s, #4") == key("sri v3.4s, v2.4s, #4")
    assert key("tbl v0.8b, {v1.16b, v2.16b}, v3.8b") == key("tbl v9.8b, {v31.16b, v0.16b}, v8.8b")
    assert key("tbx v2.8b, {v1.16b, v2.16b}, v2.8b") == key("tbx v6.8b, {v5.16b, v6.16b}, v6.8b")


def test_equalities_register_31_immediates_and_widths_stay_in_the_key() -> None:
    texts = ["add x0, x1, x2", "add x0, x0, x2", "add x0, x1, x0", "add x0, x1, x1", "add x0, x0, x0", "add x0, x1, xzr", "add x0, xzr, x1"]
    texts += ["add w0, w1, w2", "add x0, x1, x2, lsl #1", "add x0, x1, #1", "add x0, x1, #2", "sub x0, x1, x2", "add x0, x1, :lo12:foo"]
    texts += [
        "mul v0.8h, v1.8h, v2.h[1]",
        "mul v0.8h, v1.8h, v2.h[2]",
        "mul v0.8h, v1.8h, v1.h[1]",
        "sri v0.4s, v1.4s, #4",
        "sri v0.4s, v1.4s, #5",
    ]
    tables = ("v0.8b v1 v2 v3", "v1.8b v1 v2 v3", "v2.8b v1 v2 v3", "v3.8b v1 v2 v3", "v0.8b v1 v2 v1", "v2.8b v1 v2 v1")
    for d, first, second, m in (table.split() for table in tables):
        texts += [f"{name} {d}, {{{first}.16b, {second}.16b}}, {m}.8b" for name in ("tbl", "tbx")]
    texts += ["ld1 {v0.16b, v1.16b}, [x0]", "ld1 {v1.16b, v2.16b}, [x0]", "ld1 {v31.16b}, [sp]", "ld1 {v5.16b}, [x5]"]
    assert len({key(text) for text in texts}) == len(texts)


def test_the_meaning_of_the_row_is_in_the_key() -> None:
    assert canonical_key(faulty("subs x0, x1, x2", swapped_carry)) != key("subs x0, x1, x2")


def test_one_proof_serves_every_renaming() -> None:
    class Counting(NoSolver):
        def solve(self, query: str, *, values: tuple[str, ...], timeout: float) -> Answer:
            self.asked += 1
            return Answer("unsat", "counting", 0.0)

    counting = Counting()
    agreements = Agreements(counting)
    first = agreements.of(assemble_text("sbc x0, x1, x2"))
    assert counting.asked == 1 and first.verdict == "agree"
    assert agreements.of(assemble_text("sbc x5, x6, x7")) is first
    assert agreements.of(assemble_text("sbc x0, x1, x2")) is first
    assert counting.asked == 1
    agreements.of(assemble_text("sbc x5, x6, x6"))
    assert counting.asked == 2


def test_undecided_is_asked_again() -> None:
    none = NoSolver()
    agreements = Agreements(none)
    instruction = faulty("and x0, x1, x2", one_value_off)
    assert agreements.of(instruction).verdict == "undecided"
    assert agreements.of(instruction).verdict == "undecided"
    assert none.asked == 2


def test_agreements_survive_in_a_file(tmp_path: Path, solvers: Solvers) -> None:
    path = tmp_path / "agreements.sqlite"
    first = Agreements(solvers, path)
    wrong = faulty("subs x0, x1, x2", swapped_carry)
    told = {text: first.of(assemble_text(text)) for text in ("sbc x0, x1, x2", "cfinv")}
    disagreement = first.of(wrong)
    first.close()
    none = NoSolver()
    second = Agreements(none, path)
    assert {text: second.of(assemble_text(text)) for text in told} == told
    assert second.of(wrong) == disagreement and disagreement.verdict == "disagree"
    assert none.asked == 0
    second.close()


def test_remembered_agreements_need_no_pyvex(tmp_path: Path, solvers: Solvers) -> None:
    path = tmp_path / "agreements.sqlite"
    agreements = Agreements(solvers, path)
    agreements.of(assemble_text("sbc x0, x1, x2"))
    agreements.close()
    program = (
        "import sys; from pathlib import Path; from semantics.assembler import assemble_text\n"
        "from verifier.agreement import Agreements\n"
        "class None_: solve = None\n"
        "found = Agreements(None_(), Path(sys.argv[1])).of(assemble_text('sbc x4, x5, x6'))\n"
        "print(found.verdict, 'pyvex' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["agree", "False"]


def test_a_file_that_is_no_store_is_an_error(tmp_path: Path, solvers: Solvers) -> None:
    path = tmp_path / "agreements.sqlite"
    path.write_bytes(b"not a database, but long enough to be taken for one" * 20)
    with pytest.raises(StoreError) as caught:
        Agreements(solvers, path)
    assert caught.value.path == path
