"""The differential run by Hypothesis after a proof: it contradicts a proof that is wrong, and only where the premises hold."""

from __future__ import annotations

import pytest

from semantics.assembler import Instruction, assemble_text
from semantics.assumptions import assume
from semantics.liveset import LiveSet
from verifier import check
from verifier.check import Checker, CheckOptions
from verifier.verdict import Proved, Unknown, Verdict


def judged(original: str, candidate: str, live_out: str, *assumptions: str) -> Verdict:
    premises = tuple(assume(text).word for text in assumptions)
    options = CheckOptions(live_out=LiveSet.parse(live_out), differential=0, hypothesis=300, premises=premises)
    with Checker() as checker:
        return checker.check(_block(original), _block(candidate), options)


def _block(text: str) -> tuple[Instruction, ...]:
    return tuple(assemble_text(part.strip()) for part in text.split(";"))


@pytest.fixture
def credulous(monkeypatch: pytest.MonkeyPatch) -> None:
    """A judge that demands nothing."""
    monkeypatch.setattr(check, "obligations", lambda *args, **kwargs: [])


STORES = ("str x2, [x0]; ldr x3, [x1]", "ldr x3, [x1]; str x2, [x0]")


@pytest.mark.usefixtures("credulous")
def test_a_wrong_proof_about_aliasing_is_contradicted() -> None:
    verdict = judged(*STORES, "x3,mem")
    assert isinstance(verdict, Unknown) and "contradicted by execution" in verdict.reason


@pytest.mark.usefixtures("credulous")
def test_states_that_the_premises_exclude_do_not_count() -> None:
    assert isinstance(judged(*STORES, "x3,mem", "noalias(x0, x1, 8)"), Proved)


def test_a_right_proof_stands() -> None:
    assert isinstance(judged("str x2, [x0]; ldr x3, [x0]", "str x2, [x0]; mov x3, x2", "x3,mem"), Proved)


def test_blocks_that_cannot_run_alone_are_not_run() -> None:
    assert isinstance(judged("ldr x0, [x1, :lo12:name]; add x0, x0, x2", "ldr x0, [x1, :lo12:name]; add x0, x2, x0", "x0"), Proved)
