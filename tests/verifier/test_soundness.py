"""Attacks on the judge: pairs that are different and once looked, or might look, equal."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from semantics.assembler import Instruction, assemble_text
from semantics.assumptions import assume
from semantics.block import execute
from semantics.frames import DeadStack, dead_stack_after
from semantics.liveset import LiveSet
from semantics.memory import MemoryTooEntangled
from verifier.agreement import Agreement, Agreements
from verifier.check import Checker, CheckOptions
from verifier.hypothesis_run import address_registers, difference_at
from verifier.mutation import draw_block, draw_mutant
from verifier.observation import Runnable
from verifier.solvers import Solvers
from verifier.states import random_states
from verifier.verdict import Proved, Refuted, Unknown, Unsupported, Verdict
from verifier.version import judge_digest, proof_digest


class Believed(Agreements):
    """Every row is taken at its word: what is tested is what the judge makes of the meanings."""

    def of(self, instruction: Instruction, timeout: float = 0.0) -> Agreement:
        return Agreement("agree")


@pytest.fixture(scope="module")
def checker() -> Iterator[Checker]:
    solvers = Solvers()
    with Checker(solvers, Believed(solvers)) as checker:
        yield checker


def block(text: str) -> tuple[Instruction, ...]:
    return tuple(assemble_text(line) for line in text.split(";") if line.strip())


def judged(checker: Checker, original: str, candidate: str, live_out: str = "", dead_stack: DeadStack | None = None) -> Verdict:
    """The verdict without the emulator's word after a proof, which would hide a hole."""
    live = LiveSet.parse(live_out) if live_out else LiveSet.everything()
    return checker.check(block(original), block(candidate), CheckOptions(live, dead_stack, differential=0))


DIFFERENT: dict[str, tuple[str, ...]] = {
    # ~x1 is -x1 - 1: stores that overlap by a byte, whose addresses are spelled in different ways.
    "store to a complement": (
        "neg x9, x1; mvn x8, x1; stur w2, [x9, #-4]; str x3, [x8]",
        "neg x9, x1; mvn x8, x1; str x3, [x8]; stur w2, [x9, #-4]",
    ),
    "store to a complement first": (
        "neg x9, x1; mvn x8, x1; str x3, [x8]; stur w2, [x9, #-4]",
        "neg x9, x1; mvn x8, x1; stur w2, [x9, #-4]; str x3, [x8]",
    ),
    # A target counted back from the branch, or from a label, may lie in the block.
    "offset into the block": ("sub x1, x1, #1; add x0, x0, #1; b #-4", "add x0, x0, #1; sub x1, x1, #1; b #-4"),
    "offset before the block": ("nop; add x0, x0, #1; cbz x2, #-12", "add x0, x0, #1; cbz x2, #-12"),
    "dot into the block": ("sub x1, x1, #1; add x0, x0, #1; b .-4", "add x0, x0, #1; sub x1, x1, #1; b .-4"),
    "label and addend": ("sub x1, x1, #1; add x0, x0, #1; b f+4", "add x0, x0, #1; sub x1, x1, #1; b f+4"),
    # A signal handler may overwrite everything below sp at any moment.
    "sp up and down": ("", "add sp, sp, #32; sub sp, sp, #32"),
    "sp elsewhere": ("mov x9, #0", "mov x9, sp; mov sp, x0; mov sp, x9; mov x9, #0"),
    "sp above a store": (
        "sub sp, sp, #16; str x0, [sp]; ldr x1, [sp]",
        "sub sp, sp, #16; str x0, [sp]; add sp, sp, #16; sub sp, sp, #16; ldr x1, [sp]",
    ),
    "store before sp rises": (
        "add sp, sp, #16; sub sp, sp, #16; str x0, [sp]",
        "sub sp, sp, #0; str x0, [sp]; add sp, sp, #16; sub sp, sp, #16",
    ),
    "sp above a second store": (
        "str x0, [sp]; add sp, sp, #16; sub sp, sp, #16; str x0, [sp]",
        "str x0, [sp]; add sp, sp, #16; sub sp, sp, #16",
    ),
    "sp by unknown steps": ("sub sp, sp, x0; add sp, sp, x0", "add sp, sp, x0; sub sp, sp, x0"),
    "sp by almost the same steps": (
        "sub sp, sp, x0; add sp, sp, x0",
        "orr x1, x0, #1; sub sp, sp, x1; add sp, sp, x1",
        "x0,sp,mem",
    ),
    "early read of what sp was lifted off": (
        "sub sp, sp, #16; str x0, [sp]; add sp, sp, #16; sub sp, sp, #16; str x0, [sp]; ldr x1, [sp]",
        "sub sp, sp, #16; str x0, [sp]; add sp, sp, #16; sub sp, sp, #16; ldr x1, [sp]; str x0, [sp]",
    ),
    "sp left above live memory": ("str x0, [sp, #240]", "str x0, [sp, #240]!", "x0,mem"),
    "sp left somewhere": ("mov x9, #0", "mov sp, x0; mov x9, #0", "x9,mem"),
    "store under another sp": ("sub sp, sp, x1; str x2, [x0]; add sp, sp, x1", "str x2, [x0]; sub sp, sp, x1; add sp, sp, x1"),
    "push below sp": ("sub sp, sp, #16; str x0, [sp]", "str x0, [sp, #-16]; sub sp, sp, #16"),
    "pop above": ("ldr x0, [sp, #8]; add sp, sp, #16", "add sp, sp, #16; ldr x0, [sp, #-8]"),
    "misaligned sp": (
        "sub sp, sp, #8; mov x9, sp; str x0, [x9]; sub sp, sp, #8",
        "sub sp, sp, #8; str x0, [sp]; mov x9, sp; sub sp, sp, #8",
    ),
    # What a linker fills in.
    "entry of another addend": (
        "adrp x0, :got:s+8; ldr x1, [x0, :got_lo12:s+8]; mov x0, #0",
        "adrp x0, :got:s; add x0, x0, :got_lo12:s; ldr x1, [x0, #8]; mov x0, #0",
    ),
    "label called like a relocation": ('adr x0, "got:s"', "adrp x0, :got:s; add x0, x0, :got_lo12:s"),
    "symbols that may coincide": ("adr x0, s; adr x1, t; str x2, [x0]; str x3, [x1]", "adr x0, s; adr x1, t; str x3, [x1]; str x2, [x0]"),
    # Ways out.
    "another label": ("b f", "b g"),
    "another kind": ("ret", "br x30"),
    "narrower test": ("cbz w0, f", "cbz x0, f"),
    "no way out": ("cbz x0, f", "nop"),
    "return address": ("blr x30", "mov x30, #0; blr x30"),
    # Memory.
    "wider read": ("ldr w0, [x1]", "ldr x0, [x1]; mov w0, w0"),
    "overlapping stores": ("str x0, [x1]; str x2, [x3, #4]", "str x2, [x3, #4]; str x0, [x1]"),
    "narrow store over a wide one": ("str x0, [x1]; strb w2, [x3]; ldr x4, [x1]", "str x0, [x1]; strb w2, [x3]; mov x4, x0"),
    "index that wraps": ("ldr x0, [x1, w2, uxtw]", "ldr x0, [x1, w2, sxtw]"),
    "write of what is read": ("ldr x0, [x1]", "ldr x0, [x1]; str x0, [x1]"),
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_different_blocks_are_refuted(checker: Checker, name: str) -> None:
    assert isinstance(judged(checker, *DIFFERENT[name]), Refuted)


EQUIVALENT: dict[str, tuple[str, ...]] = {
    "offset behind the block": ("add x0, x0, #1; nop; b #8", "add x0, x0, #1; b #8"),
    "frame given back": (
        "sub sp, sp, #16; str x0, [sp]; ldr x1, [sp]; add sp, sp, #16",
        "str x0, [sp, #-16]!; mov x1, x0; add sp, sp, #16",
    ),
    "pushes and pops as in the original": (
        "str x0, [sp, #-16]!; ldr x1, [sp], #16; str x2, [sp, #-16]!; ldr x3, [sp], #16",
        "str x0, [sp, #-16]!; ldr x1, [sp], #16; str x2, [sp, #-16]!; mov x3, x2; add sp, sp, #16",
    ),
    "sp left lower where it is dead": ("str x0, [sp, #16]", "str x0, [sp, #16]; sub sp, sp, #32", "x0,mem"),
    "misaligned as in the original": ("sub sp, sp, #8; str x0, [sp]; ldr x1, [sp]", "sub sp, sp, #8; str x0, [sp]; mov x1, x0"),
    "sp by a step computed in another way": (
        "add x0, x19, #15; and x0, x0, #-16; sub sp, sp, x0",
        "add x0, x19, #15; rev x0, x0; rev x0, x0; and x0, x0, #-16; sub sp, sp, x0",
    ),
    "store under an sp computed in another way": (
        "add x1, x1, #32; add sp, sp, x1; str x2, [x0]",
        "add x1, x1, #32; rev x1, x1; rev x1, x1; add sp, sp, x1; str x2, [x0]",
    ),
    "load in halves before sp is set": (
        "ldr x0, [x29, #32]; mov sp, x29; ldr x29, [x29]",
        "ldr w0, [x29, #32]; ldr w30, [x29, #36]; orr x0, x0, x30, lsl #32; mov x30, x29; mov sp, x29; ldr x29, [x29]",
        "x0,x29,sp,mem",
    ),
    "halves of an address": ("adrp x0, s+4; add x0, x0, :lo12:s+4", "adr x0, s; add x0, x0, #4"),
    "call that writes x30": ("mov x30, #0; blr x1", "blr x1"),
    "bit of either width": ("nop; tbz w0, #31, f", "tbz x0, #31, f"),
}


@pytest.mark.parametrize("name", EQUIVALENT)
def test_equivalent_blocks_are_proved(checker: Checker, name: str) -> None:
    original, candidate, *live_out = EQUIVALENT[name]
    live = LiveSet.parse(live_out[0]) if live_out else LiveSet.everything()
    assert isinstance(checker.check(block(original), block(candidate), CheckOptions(live)), Proved)


def test_reading_what_may_be_lost_is_not_decided(checker: Checker) -> None:
    """Both read garbage if a signal comes, but not into the same register."""
    start = "sub sp, sp, #16; str x0, [sp]; add sp, sp, #16; sub sp, sp, #16"
    assert isinstance(judged(checker, f"{start}; ldr x1, [sp]; mov x2, x0", f"{start}; ldr x2, [sp]; mov x1, x0"), Unknown)
    frame = "mov x29, sp; str x0, [x29, #24]; sub sp, sp, x1; mov sp, x29; ldr x2, [x29, #24]"  # x1 may be negative
    assert isinstance(judged(checker, f"{frame}; nop", frame), Unknown)
    start = "ldr x1, [x2]; sub sp, sp, x3"
    other = "ldr x4, [x0]", "ror x0, x0, #13; ror x0, x0, #51; ldr x4, [x0]"  # the same place
    assert not isinstance(judged(checker, f"{start}; {other[0]}", f"{start}; {other[1]}"), Refuted)
    through = "str x0, [sp, #-16]!; add sp, sp, #16; sub sp, sp, #16"
    assert isinstance(judged(checker, f"{through}; ldr x1, [x3]; nop", f"{through}; ldr x1, [x3]"), Unknown)


UNSUPPORTED = [
    "movz x0, #:prel_g0:s",  # depends on where the instruction stands
    "movz x0, #:abs_g0_s:s",  # the linker makes it a movn for negative values
    "movz x0, #:tprel_g1:s",
    "ldr x0, [x1, :gotpage_lo15:s]",  # fills 15 bits
    "adrp x0, :gottprel:s",  # the linker may relax it
]


@pytest.mark.parametrize("text", UNSUPPORTED)
def test_what_is_not_known_is_unsupported(checker: Checker, text: str) -> None:
    verdict = judged(checker, f"{text}; mov x2, x2", f"{text}; add x2, x2, x0")
    assert isinstance(verdict, Unsupported)


def test_a_name_that_no_query_can_spell_is_unsupported(checker: Checker) -> None:
    verdict = judged(checker, 'adr x0, "a|b"; mul x1, x0, x2; add x1, x1, x2', 'adr x0, "a|b"; add x1, x0, #1; mul x1, x1, x2')
    assert isinstance(verdict, Unsupported)


def test_a_place_has_one_relocated_value(checker: Checker) -> None:
    """The linker's value for one place says nothing about another place."""
    text = "movz x0, #:prel_g0:s"
    assert not isinstance(judged(checker, f"{text}; movz x1, #:prel_g0:s", f"{text}; mov x1, x0"), Proved)


def test_a_call_after_a_difference_is_refuted_not_unknown(checker: Checker) -> None:
    verdict = judged(checker, "ldp x29, x30, [sp], #32; ret", "ldp x29, x30, [sp], #32; blr x30")
    assert isinstance(verdict, Refuted)


def test_dead_stack_spares_only_the_frame(checker: Checker) -> None:
    through = "sub sp, sp, #16; str x0, [sp]; ldr x1, [x2]; add sp, sp, #16"
    assert not isinstance(judged(checker, through, "ldr x1, [x2]", dead_stack=DeadStack()), Proved)
    written = "sub sp, sp, #16; str x0, [sp]; str x3, [x2]; add sp, sp, #16"
    assert isinstance(judged(checker, written, "str x3, [x2]", dead_stack=DeadStack()), Proved)
    assert not isinstance(judged(checker, written, "str x3, [x2]"), Proved)
    assert not isinstance(judged(checker, "str x0, [sp, #16]", "", dead_stack=DeadStack(((0, 16),))), Proved)
    # What is written below sp, dead as it will be, may be overwritten by a signal handler before it is read.
    spilled = "sub sp, sp, #16; str x0, [sp, #8]; ldr x1, [sp, #8]; add sp, sp, #16"
    early = "str x0, [sp, #-8]; sub sp, sp, #16; ldr x1, [sp, #8]; add sp, sp, #16"
    assert not isinstance(judged(checker, spilled, early, dead_stack=DeadStack()), Proved)
    through = "sub sp, sp, #16; str x3, [x2]; ldr x1, [sp, #8]; add sp, sp, #16"
    early = "str x3, [x2]; sub sp, sp, #16; ldr x1, [sp, #8]; add sp, sp, #16"
    assert not isinstance(judged(checker, through, early, dead_stack=DeadStack()), Proved)
    assert isinstance(judged(checker, "str x3, [sp, #-16]!; add sp, sp, #16", "stur x3, [sp, #-16]", dead_stack=DeadStack()), Proved)


def test_a_return_behind_entangled_memory_says_nothing_of_the_frame() -> None:
    pairs = "; ".join(f"str x0, [x{i % 12 + 1}], #8; ldr x{i % 6 + 13}, [x{i % 6 + 19}, #{8 * i}]" for i in range(60))
    with pytest.raises(MemoryTooEntangled):
        execute(block(pairs))
    assert dead_stack_after(block(f"{pairs}; add sp, sp, #16; ret")) is None


def test_a_proof_is_the_judge_s_and_the_instructions() -> None:
    add, sub = block("add x0, x1, x2; sub x0, x1, x2")
    assert len({judge_digest(), proof_digest([add]), proof_digest([sub]), proof_digest([])}) == 4


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 1 << 32))
def test_no_mutant_is_proved_that_runs_differently(checker: Checker, seed: int) -> None:
    choose = Random(seed).randrange
    original = draw_block(choose, 1 + choose(4), ("integer", "flags", "memory"))
    for _ in range(3):
        mutant = draw_mutant(original, choose)
        if mutant is None:
            return
        verdict = checker.check(original, mutant.block, CheckOptions(timeout=2.0, differential=0, explain=False))
        if not isinstance(verdict, Proved):
            continue
        left, right = Runnable.of(original), Runnable.of(mutant.block)
        for state in random_states(24, seed % 8, pointers=sorted(address_registers(original, mutant.block))):
            assert difference_at(left, right, state, LiveSet.everything()) is None, ([*map(str, original)], [*map(str, mutant.block)])


def test_stores_that_overlap_are_not_exchanged_across_one_that_only_one_of_them_may_meet(checker: Checker) -> None:
    """Given the premises x3 is x0 + 4: its store is in part beyond what is known to be apart from x5."""
    premises = tuple(assume(text).word for text in ("noalias(x1, x2, 8)", "noalias(x0, x5, 8)"))
    start = "add x9, x0, #4; str x9, [x1]; str x7, [x2]; ldr x3, [x1]; str x10, [x0]; str x11, [x5]; str x12, [x3]"
    original, candidate = f"{start}; strb w13, [x0]", f"{start}; lsr x14, x10, #32; str w14, [x0, #4]; strb w13, [x0]"
    options = CheckOptions(LiveSet.parse("mem"), differential=0, premises=premises)
    assert isinstance(checker.check(block(original), block(candidate), options), Refuted)
