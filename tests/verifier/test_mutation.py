"""The mutation library: each operator makes the mistake it is named after, and each rewrite is equivalent."""

from __future__ import annotations

from functools import cache
from random import Random

import pytest

from semantics.assembler import Instruction, assemble_text
from semantics.liveset import LiveSet
from semantics.machine import MachineState
from verifier.hypothesis_run import address_registers, difference_at
from verifier.mutation import (
    BY_NAME,
    OPERATORS,
    REWRITES,
    UnknownOperator,
    draw_block,
    draw_chain,
    draw_mutant,
    mutants,
    operators_named,
    rewrites,
)
from verifier.observation import NotRunnable, Runnable
from verifier.states import random_states


def block(text: str) -> tuple[Instruction, ...]:
    return tuple(assemble_text(line) for line in text.split(";") if line.strip())


@cache
def states(count: int, pointers: frozenset[str]) -> list[MachineState]:
    return random_states(count, len(pointers), pointers=sorted(pointers))


def texts(name: str, text: str) -> set[str]:
    return {"; ".join(map(str, mutant.block)) for mutant in mutants(block(text), operators_named([name]))}


MADE = [
    ("operand-swap", "sub x0, x1, x2", "sub x0, x2, x1"),
    ("operand-swap", "ldr x0, [x1, x2]", "ldr x0, [x2, x1]"),
    ("register-substitution", "add x0, x1, x2", "add x0, x1, xzr"),
    ("register-substitution", "add x0, x1, #2", "add sp, x1, #2"),
    ("width", "add x0, x1, x2", "add w0, w1, w2"),
    ("width", "add w0, w1, w2", "add x0, x1, x2"),
    ("width", "ldr w0, [x1]", "ldr x0, [x1]"),
    ("lane-arrangement", "add v0.4s, v1.4s, v2.4s", "add v0.8h, v1.8h, v2.8h"),
    ("lane-arrangement", "add v0.4s, v1.4s, v2.4s", "add v0.2s, v1.2s, v2.2s"),
    ("element-index", "umov w0, v1.h[3]", "umov w0, v1.h[2]"),
    ("condition-inversion", "csel x0, x1, x2, eq", "csel x0, x1, x2, ne"),
    ("condition-inversion", "b.lt f", "b.ge f"),
    ("condition-inversion", "cbz x0, f", "cbnz x0, f"),
    ("condition-inversion", "tbz x0, #3, f", "tbnz w0, #3, f"),
    ("condition-neighbour", "b.lt f", "b.lo f"),
    ("condition-neighbour", "csel x0, x1, x2, gt", "csel x0, x1, x2, ge"),
    ("off-by-one", "add x0, x1, #7", "add x0, x1, #8"),
    ("off-by-one", "ldr x0, [x1, #8]", "ldr x0, [x1, #16]"),
    ("off-by-one", "ldr x0, [x1, #8]", "ldur x0, [x1, #9]"),
    ("off-by-one", "add x0, x1, x2, lsl #3", "add x0, x1, x2, lsl #4"),
    ("bit-flip", "movz x0, #5", "mov x0, #7"),
    ("number", "sub x0, x1, #5", "add x0, x1, #5"),
    ("extension", "sxtw x0, w1", "ubfx x0, x1, #0, #32"),
    ("extension", "uxtb w0, w1", "uxth w0, w1"),
    ("operand-shift", "add x0, x1, w2, uxtw", "add x0, x1, w2, sxtw"),
    ("operand-shift", "add x0, x1, x2, lsl #3", "add x0, x1, x2, asr #3"),
    ("operand-shift", "ldr x0, [x1, w2, uxtw]", "ldr x0, [x1, w2, sxtw]"),
    ("shift", "lsr x0, x1, x2", "asr x0, x1, x2"),
    ("sign", "sdiv x0, x1, x2", "udiv x0, x1, x2"),
    ("sign", "umull x0, w1, w2", "smull x0, w1, w2"),
    ("sign", "smax v0.4s, v1.4s, v2.4s", "umax v0.4s, v1.4s, v2.4s"),
    ("sign", "sshr v0.4s, v1.4s, #3", "ushr v0.4s, v1.4s, #3"),
    ("flags", "add x0, x1, x2", "adds x0, x1, x2"),
    ("flags", "subs x0, x1, x2", "sub x0, x1, x2"),
    ("operation", "and x0, x1, x2", "bic x0, x1, x2"),
    ("operation", "zip1 v0.4s, v1.4s, v2.4s", "uzp1 v0.4s, v1.4s, v2.4s"),
    ("address-mode", "ldr x0, [x1, #8]!", "ldr x0, [x1], #8"),
    ("address-mode", "ldr x0, [x1], #8", "ldr x0, [x1, #8]"),
    ("writeback-order", "ldr x0, [x1], #8", "add x1, x1, #8; ldr x0, [x1]"),
    ("access-size", "ldrb w0, [x1]", "ldrh w0, [x1]"),
    ("access-size", "str w0, [x1]", "strh w0, [x1]"),
    ("load-extension", "ldrb w0, [x1]", "ldrsb w0, [x1]"),
    ("load-extension", "ldrsw x0, [x1]", "ldr x0, [x1]"),
    ("drop", "nop; ret", "ret"),
    ("duplicate", "add x0, x0, #1", "add x0, x0, #1; add x0, x0, #1"),
    ("exchange", "mov x0, x1; mov x1, x0", "mov x1, x0; mov x0, x1"),
    ("move", "mov x0, x1; nop; mov x1, x0", "nop; mov x1, x0; mov x0, x1"),
    ("drop-store", "str x0, [x1]; nop", "nop"),
    ("drop-store", "str x0, [x1, #-8]!", "sub x1, x1, #8"),
    ("duplicate-store", "str x0, [x1]; mov x0, #0", "str x0, [x1]; mov x0, #0; str x0, [x1]"),
    ("reorder-stores", "str x0, [x1]; nop; str x2, [x3]", "str x2, [x3]; nop; str x0, [x1]"),
    ("load-across-store", "str x0, [x1]; ldr x2, [x3]", "ldr x2, [x3]; str x0, [x1]"),
    ("added-access", "ldr x0, [x1]", "ldr x0, [x1, #8]; ldr x0, [x1]"),
    ("drop-barrier", "str x0, [x1]; dmb ish; str x2, [x3]", "str x0, [x1]; str x2, [x3]"),
    ("weaker-barrier", "dmb ish", "dmb ishst"),
    ("plain-access", "ldar x0, [x1]", "ldr x0, [x1]"),
    ("plain-access", "stlrb w0, [x1]", "strb w0, [x1]"),
    ("plain-access", "ldaddal x0, x1, [x2]", "ldadda x0, x1, [x2]"),
    ("plain-access", "casal x0, x1, [x2]", "cas x0, x1, [x2]"),
    ("branch-target", "cbz x0, f", "cbz x0, f_other"),
    ("branch-kind", "ret", "br x30"),
    ("branch-kind", "b f", "bl f"),
    ("needle", "add x0, x1, x2", "add x0, x1, x2; cmp x0, #2748; cinc x0, x0, eq"),
    ("lost-carry", "add x0, x1, x2", "add x0, x1, x2; lsl x0, x0, #1; lsr x0, x0, #1"),
]


@pytest.mark.parametrize(("name", "original", "mutant"), MADE)
def test_operators_make_their_mistake(name: str, original: str, mutant: str) -> None:
    assert mutant in texts(name, original)


def test_every_operator_is_shown_above() -> None:
    assert {name for name, _, _ in MADE} == set(BY_NAME)


def test_mutants_are_other_blocks_with_branches_only_at_the_end() -> None:
    original = block("ldr x0, [x1], #8; add x0, x0, w2, sxtw; cbz x0, f")
    made = list(mutants(original))
    assert len(made) > 60
    assert len({mutant.block for mutant in made}) == len(made)
    assert original not in {mutant.block for mutant in made}
    for mutant in made:
        assert not any(instruction.text.startswith(("cb", "b ", "br", "bl", "ret")) for instruction in mutant.block[:-1])


def test_drawing_is_reproducible_and_reaches_rare_operators() -> None:
    original = block("ldar x0, [x1]; add x0, x0, #1; stlr x0, [x1]")
    drawn = [draw_mutant(original, Random(seed).randrange) for seed in range(200)]
    assert drawn == [draw_mutant(original, Random(seed).randrange) for seed in range(200)]
    assert "plain-access" in {mutant.operator for mutant in drawn if mutant is not None}


def test_nothing_applies_to_nothing() -> None:
    assert draw_mutant((), Random(0).randrange) is None
    assert draw_mutant(block("nop"), Random(0).randrange, operators_named(["sign"])) is None
    assert draw_chain((), Random(0).randrange, 3) is None


def test_an_unknown_operator_is_named() -> None:
    with pytest.raises(UnknownOperator, match=r"'nonsense'.*operand-swap"):
        operators_named(["nonsense"])


SAMPLES = (
    "add x0, x1, x2; eor x3, x0, x0; sub x4, xzr, x1; lsl x5, x6, #3; lsr x5, x6, #7; add x3, x3, x3",
    "add x0, x1, #77; mov x2, #300; mov x3, #0; mov x4, x5; bic x0, x1, x2; add x5, x6, x7, lsl #2",
    "madd x0, x1, x2, x3; umsubl x4, w1, w2, x3; csel x0, x1, x2, lt; csinc w0, w1, w2, eq; csneg x3, x4, x5, hi",
    "and w0, w1, #0xff; ubfx x0, x1, #3, #9; sbfx w2, w3, #1, #4; cmp x0, #0; cmp x1, xzr; cbnz w2, f",
    "ldp x0, x1, [x2, #16]; stp w3, w4, [x5]; ldr x6, [x7], #8; str x6, [x8, #-16]!; ldrsb x9, [x10]",
    "ldr x0, [x1, x2, lsl #3]; ldr x3, [x4, #8]; ldr w5, [x6]; ldr w7, [x6, #4]; str x0, [x6, #32]; strb w1, [x6, #64]",
    "mov v0.16b, v1.16b; eor v2.16b, v3.16b, v3.16b; add v0.4s, v1.4s, v2.4s; smax v4.8h, v5.8h, v6.8h",
)


def test_rewrites_run_alike() -> None:
    """Every rule makes something of the samples, and nothing it makes runs differently; dead locations apart."""
    used = set[str]()
    for sample in map(block, SAMPLES):
        for rewrite in rewrites(sample):
            used.add(rewrite.rule)
            left, right = Runnable.of(rewrite.original), Runnable.of(rewrite.candidate)
            live = LiveSet.everything().without(rewrite.dead)
            for state in states(6, address_registers(rewrite.original, rewrite.candidate)):
                found = difference_at(left, right, state, live)
                assert found is None, (rewrite.rule, [*map(str, rewrite.original)], [*map(str, rewrite.candidate)], found)
    assert used == {rule.name for rule in REWRITES}


@pytest.mark.parametrize("seed", range(10))
def test_chains_of_rewrites_run_alike(seed: int) -> None:
    choose = Random(seed).randrange
    for _ in range(4):
        made = draw_chain(draw_block(choose, 4), choose, 4)
        if made is None:
            continue
        left, right = Runnable.of(made.original), Runnable.of(made.candidate)
        live = LiveSet.everything().without(made.dead)
        for state in states(12, address_registers(made.original, made.candidate)):
            assert difference_at(left, right, state, live) is None, ([*map(str, made.original)], [*map(str, made.candidate)])


def ran(original: str, candidate: str, live_out: str = "") -> set[str]:
    left, right = Runnable.of(block(original)), Runnable.of(block(candidate))
    live = LiveSet.parse(live_out) if live_out else LiveSet.everything()
    initial = states(32, frozenset(["x1", "x3"]))
    return {found.what.partition(" 0x")[0] for state in initial if (found := difference_at(left, right, state, live)) is not None}


def test_what_an_observation_shows() -> None:
    assert ran("cbz x0, f", "cbz x0, g") == {"exit"}
    assert ran("cbz w0, f", "cbz x0, f") == {"exit"}
    assert ran("b f", "bl f") == {"exit"}
    assert ran("ret", "br x30") == {"exit"}
    assert ran("br x5", "mov x6, x5; br x6", live_out="x0") == set()
    assert ran("bl f", "mov x30, #0; bl f") == set()
    assert ran("ldr w0, [x1]", "ldr x0, [x1]; mov w0, w0") == {"read of"}
    assert ran("nop", "str xzr, [sp, #-16]", live_out="x0") == {"write of"}
    assert ran("str x0, [x1]; str x2, [x3]", "str x2, [x3]; str x0, [x1]") == {"byte at"}
    assert ran("add x0, x1, x2", "adds x0, x1, x2") <= {"n", "z", "c", "v"}


@pytest.mark.parametrize("text", ["adr x0, f", "ldr x0, [x1, :lo12:f]", "b #-4", "nop;" * 200])
def test_what_cannot_run_alone_is_not_run(text: str) -> None:
    with pytest.raises(NotRunnable):
        Runnable.of(block(text))


def test_the_table_of_operators_has_no_repeats() -> None:
    assert len(BY_NAME) == len(OPERATORS)
