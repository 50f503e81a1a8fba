"""A judge that takes every row at its word, and blocks written in one line: what is tested is the judge, not the meanings."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from semantics.assembler import Instruction, assemble_text
from semantics.assumptions import assume
from semantics.liveset import LiveSet
from verifier.agreement import Agreement, Agreements
from verifier.check import Checker, CheckOptions
from verifier.solvers import Solvers
from verifier.verdict import Verdict


class Believed(Agreements):
    """Every row is taken at its word."""

    def of(self, instruction: Instruction, timeout: float = 0.0) -> Agreement:
        return Agreement("agree")


@contextmanager
def believing() -> Generator[Checker]:
    """A checker for one module's tests."""
    solvers = Solvers()
    with Checker(solvers, Believed(solvers)) as checker:
        yield checker


def block(text: str) -> tuple[Instruction, ...]:
    """Instructions separated by semicolons."""
    return tuple(assemble_text(line) for line in text.split(";") if line.strip())


def judged(checker: Checker, original: str, candidate: str, *texts: str, live_out: str = "", **options: Any) -> Verdict:
    """The verdict under the assumptions ``texts``, without the emulator's word after a proof, which would hide a hole."""
    known = [assume(text) for text in texts]
    premises, spelt = tuple(a.word for a in known), tuple(a.text for a in known)
    live = LiveSet.parse(live_out) if live_out else LiveSet.everything()
    return checker.check(
        block(original), block(candidate), CheckOptions(live, premises=premises, assumptions=spelt, **({"differential": 0} | options))
    )
