"""Lemmas on products: what they say is true of real products, and what solvers prove with them."""

from __future__ import annotations

from random import Random

import pytest

from semantics import simplify as s
from semantics.assembler import Instruction, assemble_text
from semantics.liveset import LiveSet
from semantics.run.ints import evaluate
from semantics.state import INITIAL
from semantics.words import Word
from verifier.check import Checker, CheckOptions
from verifier.products import Rewriting, lemmas
from verifier.verdict import Proved, Refuted

A, B, C = INITIAL["x0"], INITIAL["x1"], INITIAL["x2"]
EXTENSIONS = (s.zext, s.sext)
CORNERS = (0, 1, 0xFFFF_FFFF, 1 << 31, 1 << 32, 1 << 63, (1 << 64) - 1, (1 << 63) - 1)


def wide_goal() -> Word:
    """Every kind of product there is, under one comparison."""
    words = [s.mul(s.truncate(A, 32), s.truncate(B, 32)), s.mul(A, C), s.mul(s.zext(s.truncate(A, 32), 64), B)]
    words += [s.mul(left(A, 128), right(B, 128)) for left in EXTENSIONS for right in EXTENSIONS]
    words.append(s.mul(s.sext(s.mul(A, B), 128), s.zext(C, 128)))
    total = s.const(0, 128)
    for word in words:
        total = total ^ s.zext(word, 128)
    return s.ult(total, s.const(1 << 127, 128))


@pytest.mark.parametrize("whole", [False, True])
def test_with_real_products_the_lemma_says_the_same(whole: bool) -> None:
    goal, random = wide_goal(), Random(5)
    rewriting = Rewriting(whole)
    lemma = rewriting.of(goal)
    factors = [word for pair in rewriting.atoms for word in pair]
    outcomes = set[int]()
    for _ in range(400):
        env = {name: random.choice((random.choice(CORNERS), random.getrandbits(64))) for name in ("x0", "x1", "x2")}
        for (left, right), atom in rewriting.atoms.items():
            a, b = evaluate([left, right], env, _no_memory)
            env[str(atom.attrs[0])] = a * b
        before, after = evaluate([goal, lemma], env, _no_memory)
        assert before == after
        outcomes.add(before)
    assert outcomes == {0, 1} and factors


def _no_memory(address: int, size: int) -> int:
    raise AssertionError("nothing is loaded")


def test_products_of_one_word_only_need_no_lemma() -> None:
    assert not list(lemmas(s.eq(s.mul(A, B), s.mul(A, C))))
    assert not list(lemmas(s.eq(s.mul(s.zext(A, 128), s.zext(B, 128)), s.zext(C, 128))))


SCHOOLBOOK = """
    and x4, x0, #0xffffffff; lsr x5, x0, #32; and x6, x1, #0xffffffff; lsr x7, x1, #32
    mul x8, x4, x6; mul x9, x5, x6; mul x10, x4, x7; mul x11, x5, x7
    add x10, x10, x8, lsr #32; and x12, x10, #0xffffffff; add x12, x12, x9
    lsr x10, x10, #32; add x3, x11, x10; add x3, x3, x12, lsr #32
"""
SIGNED = "umulh x2, x0, x1; and x3, x1, x0, asr #63; sub x2, x2, x3; and x3, x0, x1, asr #63; sub x3, x2, x3"


@pytest.mark.parametrize(
    ("original", "candidate", "equal"),
    [
        ("umulh x3, x0, x1", SCHOOLBOOK, True),
        ("umulh x3, x0, x1", SCHOOLBOOK.replace("x3, x11, x10", "x3, x11, x8"), False),
        ("umulh x3, x0, x1", SCHOOLBOOK.replace("and x12, x10, #0xffffffff", "and x12, x10, #0x7fffffff"), False),
        ("smulh x3, x0, x1", SIGNED, True),
        ("smulh x3, x0, x1", SIGNED.replace("x1, asr #63", "x1, asr #62"), False),
        ("smulh x3, x0, x1", SIGNED.replace("sub x3, x2, x3", "add x3, x2, x3"), False),
    ],
)
def test_high_halves(original: str, candidate: str, equal: bool) -> None:
    options = CheckOptions(live_out=LiveSet.parse("x3"), timeout=30.0, differential=0)
    with Checker() as checker:
        verdict = checker.check(_block(original), _block(candidate), options)
    assert isinstance(verdict, Proved if equal else Refuted), verdict


def _block(text: str) -> tuple[Instruction, ...]:
    return tuple(assemble_text(part.strip()) for line in text.splitlines() for part in line.split(";") if part.strip())
