"""What a certificate states, and the queries that prove it, derived from the statement alone.

The queries do not rest on the rules of :mod:`semantics.simplify`: the meanings are built by :mod:`semantics.plain`, and each
fact about addresses that the construction used is proved by the same query. So they are neither the texts that a check
gave to its solvers, nor need that check have asked any.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from grammars.errors import GrammarsError
from semantics import simplify as s
from semantics.assembler import Instruction, assemble_text
from semantics.assumptions import assume
from semantics.block import Source, effects, execute
from semantics.errors import SemanticsError
from semantics.frames import DeadStack
from semantics.liveset import LiveSet
from semantics.plain import plain
from semantics.run.smt_floats import leaves_open, render_floats
from semantics.run.smtlib import render
from semantics.words import Word, topological
from verifier.certificates.integers import NotArithmetic, render_integers
from verifier.errors import VerifierError
from verifier.obligations import Obligation, obligations
from verifier.stack import stack_obligations
from verifier.stricter.leaks import Question, follows, leaks, told
from verifier.stricter.shared import shared_obligations

CONTRACT = 1
"""Version of what "equivalent" means (docs/contract.md); raised with every change that makes a difference to a statement."""

QUERY, VEX_QUERY, PREMISES, INTEGERS = "query.smt2", "query-vex.smt2", "assumptions.smt2", "-integers.smt2"

type Meanings = Literal["rows", "vex", "sleigh", "all"]


class Underivable(VerifierError):
    """No query can be derived from a statement: why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Statement:
    """That one block may stand for another.

    Attributes:
        original: the instructions, one text each.
        candidate: what may replace them.
        live_out: what comes out equal.
        dead_stack: stack memory that is dead afterwards; None if all memory counts.
        assumptions: what holds of the initial state, as texts.
        semantics: whose meanings the instructions have: ``rows``, ``vex``, ``sleigh``, or ``all``, proved with rows and VEX each alone.
        further: what holds beyond the contract: ``constant-time``, ``same-access-size``.
        floats: whether the query says what floating-point functions are; if not, it holds whatever they are.
    """

    original: tuple[str, ...]
    candidate: tuple[str, ...]
    live_out: LiveSet
    dead_stack: DeadStack | None = None
    assumptions: tuple[str, ...] = ()
    semantics: Meanings = "rows"
    further: tuple[str, ...] = ()
    floats: bool = False

    @property
    def identical(self) -> bool:
        """Whether both blocks are the same text, so that there is nothing to prove."""
        return self.original == self.candidate

    @cached_property
    def instructions(self) -> tuple[tuple[Instruction, ...], tuple[Instruction, ...]]:
        """Both blocks assembled. Raises Underivable for text that is no instruction here."""
        return _assembled(self.original), _assembled(self.candidate)


def _assembled(lines: Sequence[str]) -> tuple[Instruction, ...]:
    try:
        return tuple(assemble_text(line, "certificate") for line in lines)
    except (GrammarsError, SemanticsError) as error:
        raise Underivable(str(error)) from None


@dataclass(frozen=True, slots=True)
class Query:
    """An SMT-LIB script and the words it is about.

    Attributes:
        expected: what a solver must answer for the statement to hold.
        asserted: one-bit words; the question is whether all can be 1 together.
        text: the complete script, with its ``(check-sat)``.
        floats: the text says what floating-point functions are; the words do not.
        instead_of: the name of the query that it can stand for: the same question, put in another theory.
    """

    expected: Literal["unsat", "sat"]
    asserted: tuple[Word, ...]
    text: str
    floats: bool = False
    instead_of: str = ""

    @property
    def inexact(self) -> bool:
        """Whether it holds operations that are left open, so that only ``unsat`` means anything."""
        return leaves_open(self.asserted) if self.floats else any(word.op == "uf" for word in topological(self.asserted))


def queries(statement: Statement) -> Mapping[str, Query]:
    """The scripts that prove the statement, by file name. Raises Underivable; :attr:`Statement.identical` then may be enough."""
    try:
        found: dict[str, Query] = {}
        if statement.assumptions:
            found[PREMISES] = _premises(statement)
        sources: tuple[Source, ...] = ("rows", "vex") if statement.semantics == "all" else (statement.semantics,)
        for name, source in zip((QUERY, VEX_QUERY), sources, strict=False):
            found[name] = _query(statement, source)
            found |= _over_integers(name, found[name])
        return found
    except (SemanticsError, GrammarsError) as error:
        raise Underivable(str(error)) from None


def _premises(statement: Statement) -> Query:
    """That some state satisfies the assumptions: anything would follow otherwise."""
    with plain():
        words = tuple(assume(text).word for text in statement.assumptions)
    header = "; Some initial state satisfies all assumptions of the certificate: a solver must answer sat."
    return Query("sat", words, f"{header}\n{render(words)}")


def _query(statement: Statement, source: Source) -> Query:
    """That no initial state tells the blocks apart."""
    original, candidate = statement.instructions
    if "fpsr" in statement.live_out and any(instruction.row.may_set_fpsr for instruction in (*original, *candidate)):
        raise Underivable("fpsr is live, and floating-point exception bits are not modelled")
    for instruction in (*original, *candidate):
        effects(instruction)  # remembered: not to be found out about without the rules
    with plain() as claims:
        premises = [assume(text).word for text in statement.assumptions]
        left, right = execute(original, source), execute(candidate, source)
        demands = obligations(left, right, statement.live_out, dead_stack=statement.dead_stack)
        demands += stack_obligations(original, candidate, left, right, source)
        if "same-access-size" in statement.further:
            demands += shared_obligations(original, candidate, statement.live_out, source)
        if "constant-time" in statement.further:
            demands += _constant_time(original, candidate, s.and_(s.TRUE, *premises), source)
        facts = claims.words()
        goal = s.and_(s.TRUE, *(demand.goal for demand in demands), *facts)
        asserted = (*premises, s.not_(goal))
        text = render_floats(asserted) if statement.floats else render(asserted)
    refused = [demand.what for demand in demands if demand.goal is s.FALSE]
    if refused:
        raise Underivable(f"without the rules for words it does not follow from the form of the blocks: {refused[0]}")
    header = [
        "; No initial state tells the two blocks of the certificate apart: a solver must answer unsat.",
        f"; Meanings: {source}. Asserted: {len(premises)} assumptions, and that one of these is not so:",
        *(f";   {what} ({count})" for what, count in _counted([demand.what for demand in demands])),
        *([f";   what was used about distances between addresses ({len(facts)})"] if facts else []),
    ]
    return Query("unsat", asserted, "\n".join([*header, text]), statement.floats)


def _over_integers(name: str, query: Query) -> Iterator[tuple[str, Query]]:
    """The same question over the integers, if it is about quotients."""
    if not any(word.op in ("udiv", "sdiv") for word in topological(query.asserted)):
        return
    header = f"; The question of {name} over the integers: an answer unsat here proves as much."
    with suppress(NotArithmetic):
        text = f"{header}\n{render_integers(query.asserted)}"
        yield name.replace(".smt2", INTEGERS), Query("unsat", query.asserted, text, instead_of=name)


def _constant_time(
    original: Sequence[Instruction], candidate: Sequence[Instruction], premise: Word, source: Source
) -> Iterator[Obligation]:
    """In two states in which the original tells the same by its time, the candidate does."""
    known = leaks(original, source)
    for leak in leaks(candidate, source):
        words = tuple(dict.fromkeys(told(known, leak)))
        if not follows(leak.word, words):
            yield Obligation(f"constant time: {leak.what}", Question(words, (leak.word,), premise).goal())


def _counted(names: Sequence[str]) -> list[tuple[str, int]]:
    return [(name, names.count(name)) for name in dict.fromkeys(names)]
