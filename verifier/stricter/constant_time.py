"""Judging ``--constant-time``: what :mod:`verifier.stricter.leaks` asks, answered structurally, on concrete states or by a solver."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from semantics import simplify as s
from semantics.assembler import Instruction
from semantics.block import Source
from semantics.memory import Apart
from semantics.run.functions import has_functions
from semantics.words import Word
from verifier.screen import Premised
from verifier.solving.answers import Answer
from verifier.stricter import twins
from verifier.stricter.leaks import Leak, Question, follows, leaks, told
from verifier.verdict import Counterexample

type Solve = Callable[[Sequence[Word], Mapping[str, Word]], tuple[str, Answer]]
"""From words that must all be 1, and values to read from a model, to the query and the answer."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The candidate tells no more than the original: the queries that were unsatisfiable, and the engines that said so."""

    queries: tuple[str, ...] = ()
    engines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Undecided:
    """It is not known: why."""

    reason: str


def constant_time(
    original: Sequence[Instruction],
    candidate: Sequence[Instruction],
    source: Source,
    solve: Solve,
    given: Premised | None = None,
    apart: Apart | None = None,
) -> Evidence | Counterexample | Undecided:
    """Whether the candidate tells no more by its time than the original, given a premise and what it keeps ``apart``."""
    known = leaks(original, source, apart)
    premise = given.premise if given is not None else s.TRUE
    evidence = Evidence()
    for leak in leaks(candidate, source, apart):
        words = told(known, leak)
        if follows(leak.word, words):
            continue
        found = _asked(leak, Question(tuple(dict.fromkeys(words)), (leak.word,), premise), given, solve)
        if not isinstance(found, Evidence):
            return found
        evidence = Evidence(evidence.queries + found.queries, tuple(dict.fromkeys(evidence.engines + found.engines)))
    return evidence


def _asked(leak: Leak, question: Question, given: Premised | None, solve: Solve) -> Evidence | Counterexample | Undecided:
    pair = twins.search(question, given)
    if pair is not None:
        return twins.counterexample([leak], pair, "screening")
    goal = question.goal()
    query, answer = solve([~goal], twins.wanted(goal))
    if answer.status == "unsat":
        return Evidence((query,), (answer.engine, *answer.agreed))
    pair = twins.from_model(question, goal, answer.values) if answer.status == "sat" else None
    if pair is not None:
        return twins.counterexample([leak], pair, answer.engine)
    if answer.status == "sat" and not has_functions(question.words):
        return Undecided(f"constant time: {leak.what}: a solver's states do not show the difference: a fault in this tool")
    return Undecided(f"constant time: {leak.what}: {answer.reason or 'it may depend on more than what the original tells'}")
