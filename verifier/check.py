"""The judge: is the candidate equivalent to the original under the contract?

Cheapest first: identical instructions, equality after normalisation, screening on concrete states, then the
solvers; a proof counts only if every instruction's row agrees with VEX, and is cross-checked by running both
blocks on the emulator with overlapping pointers.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import TracebackType
from typing import Self

from semantics import simplify as s
from semantics.assembler import Instruction
from semantics.block import BlockTooLong, Source, execute
from semantics.errors import SemanticsError, UnsupportedInstruction
from semantics.frames import DeadStack
from semantics.liveset import LiveSet
from semantics.machine import MachineState
from semantics.memory import Apart, Fuel, Memory, MemoryTooEntangled
from semantics.run.functions import has_arbitrary, has_functions
from semantics.run.smt_floats import render_floats
from semantics.run.smtlib import Render, SymbolError, render
from semantics.state import State
from semantics.words import Word
from verifier import counterexample as cx
from verifier import differential
from verifier.agreement import Agreements
from verifier.disjoint import Facts, accesses_of, facts
from verifier.errors import UndecidedPremises
from verifier.intervals import Ranges
from verifier.obligations import Obligation, obligations
from verifier.premises import Witnesses, holds_in, implied
from verifier.products import lemmas
from verifier.replay import runnable
from verifier.screen import Assignment, Premised, pointers, screen
from verifier.solvers import Answer, Solvers
from verifier.stack import stack_obligations
from verifier.stricter.constant_time import Undecided, constant_time
from verifier.stricter.shared import shared_obligations
from verifier.verdict import FLOAT_METHOD, Certificate, Counterexample, Difference, Proved, Refuted, Unknown, Unsupported, Verdict
from verifier.version import proof_digest

FACT_TIMEOUT = 1.0  # seconds for the question whether two ranges can overlap
ALONE = {"vex": "VEX alone", "sleigh": "SLEIGH alone"}
"""How an instruction is known where one source of meanings was asked for that is not the rows."""

FLOAT_STATES = 256  # executions in search of a difference that the obligations cannot express


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """What to assume and how hard to try.

    Attributes:
        live_out: what must come out equal; everything by default.
        dead_stack: stack memory that is dead afterwards; None if all memory counts.
        timeout: seconds for the whole check.
        engines: solvers to run side by side.
        confirm: ask for a second engine's agreement as well.
        semantics: ``rows`` (cross-checked against VEX), or ``vex`` alone.
        differential: states to run on the emulator after a proof; 0 for none.
        hypothesis: further states, drawn and shrunk by Hypothesis.
        explain: shrink and replay counterexamples; without it a refutation is quick and bare.
        premises: one-bit words over the initial state (:data:`semantics.state.INITIAL`, loads of initial memory); the contract
            need only hold where all are 1.
        constant_time: demand as well that the candidate tells no more by its time than the original (:mod:`verifier.stricter.leaks`).
        same_access_size: demand as well that both make the same memory accesses (:mod:`verifier.stricter.shared`).
        assumptions: how to spell the premises, one by one, in certificates and errors; empty to print the words.
    """

    live_out: LiveSet = field(default_factory=LiveSet.everything)
    dead_stack: DeadStack | None = None
    timeout: float = 10.0
    engines: tuple[str, ...] = ("z3", "bitwuzla")
    confirm: bool = False
    semantics: Source = "rows"
    differential: int = 16
    hypothesis: int = 0
    explain: bool = True
    premises: tuple[Word, ...] = ()
    assumptions: tuple[str, ...] = ()
    constant_time: bool = False
    same_access_size: bool = False

    @property
    def further(self) -> tuple[str, ...]:
        """What is demanded beyond the contract, by the names of the command line."""
        return (*(["constant-time"] if self.constant_time else []), *(["same-access-size"] if self.same_access_size else []))

    @property
    def stated(self) -> tuple[str, ...]:
        """The premises as texts."""
        return self.assumptions or tuple(map(repr, self.premises))


class Checker:
    """Checks pairs of blocks; owns the solver processes, so close it or use it as a context manager."""

    def __init__(self, solvers: Solvers | None = None, agreements: Agreements | None = None) -> None:
        self.solvers = solvers if solvers is not None else Solvers()
        self.agreements = agreements if agreements is not None else Agreements(self.solvers)
        self.witnesses = Witnesses(self.solvers)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Stop the solver processes."""
        self.solvers.close()

    def satisfiable(self, premises: Sequence[Word], timeout: float, texts: Sequence[str] = ()) -> bool:
        """Whether a state was found in which all premises hold. Raises UnsatisfiablePremises if there is none."""
        try:
            self.witnesses.of(premises, timeout, texts)
        except UndecidedPremises:
            return False
        return True

    def check(self, original: Sequence[Instruction], candidate: Sequence[Instruction], options: CheckOptions) -> Verdict:
        """Judge one pair. Raises UnsatisfiablePremises if no state satisfies the premises."""
        return _Check(self, tuple(original), tuple(candidate), options).run()


@lru_cache(maxsize=64)
def _meaning(block: tuple[Instruction, ...], source: Source) -> State:
    """The final state of an original, which many candidates are compared with."""
    return execute(block, source)


class _Check:
    """One check in progress."""

    def __init__(
        self, checker: Checker, original: tuple[Instruction, ...], candidate: tuple[Instruction, ...], options: CheckOptions
    ) -> None:
        self.checker, self.options = checker, options
        self.original, self.candidate = original, candidate
        self.started = time.monotonic()
        self.given: Premised | None = None
        self.facts: Facts | None = None

    @property
    def seconds(self) -> float:
        """Wall time so far."""
        return time.monotonic() - self.started

    @property
    def left(self) -> float:
        """Seconds of the budget that are left."""
        return max(self.options.timeout - self.seconds, 0.0)

    def run(self) -> Verdict:
        """The verdict."""
        if self.options.premises:
            try:
                self.given = self.checker.witnesses.of(self.options.premises, self.left, self.options.stated)
            except UndecidedPremises as error:
                return Unknown(str(error), self.seconds)
        if self.original == self.candidate:
            return self._proved("identical", "", ())
        if "fpsr" in self.options.live_out and any(i.row.may_set_fpsr for i in (*self.original, *self.candidate)):
            return Unsupported("fpsr is live, and floating-point exception bits are not modelled")
        try:
            left, right = self._states()
            demands = obligations(left, right, self.options.live_out, dead_stack=self.options.dead_stack, apart=self.apart)
            demands += stack_obligations(self.original, self.candidate, left, right, self.options.semantics)
            if self.options.same_access_size:
                demands += shared_obligations(self.original, self.candidate, self.options.live_out, self.options.semantics)
        except (UnsupportedInstruction, BlockTooLong) as error:
            return Unsupported(str(error))
        except MemoryTooEntangled as error:
            return Unknown(str(error), self.seconds)
        except SemanticsError as error:
            return Unsupported(str(error))
        if not demands:
            return self._confirmed("structural", "", ())
        try:
            return self._screened(demands, left, right)
        except SymbolError as error:
            return Unsupported(str(error))

    @property
    def apart(self) -> Apart | None:
        """Which accesses the premises keep apart."""
        return self.facts.apart if self.facts is not None else None

    def _states(self) -> tuple[State, State]:
        """The final states of both blocks, with reads resolved as far as the premises decide what overlaps."""
        source = self.options.semantics
        if self.given is None:
            return _meaning(self.original, source), execute(self.candidate, source)
        accesses = [access for block in (self.original, self.candidate) for access in accesses_of(block, source)]
        self.facts = facts(accesses, self.given, lambda asserts: self._query(asserts, {}, min(FACT_TIMEOUT, self.left / 4)))
        left, right = (Memory(fuel=Fuel(apart=self.apart)) for _ in range(2))
        return execute(self.original, source, State(memory=left)), execute(self.candidate, source, State(memory=right))

    def _screened(self, demands: Sequence[Obligation], left: State, right: State) -> Verdict:
        if self.options.premises:
            goals = Ranges.of(self.options.premises).narrowed([demand.goal for demand in demands])
            demands = [replace(demand, goal=goal) for demand, goal in zip(demands, goals, strict=True) if goal is not s.TRUE]
            if not demands:
                return self._confirmed("structural", "", ())
        found = screen(self._implied(demands), pointers(left, right), given=self.given)
        if found is not None:
            return self._refuted(demands, found, "screening")
        return self._solved(demands)

    def _implied(self, demands: Sequence[Obligation]) -> list[Word]:
        """The goals as they must hold in every state: where the premises do."""
        return [implied(demand.goal, self.options.premises) for demand in demands]

    # --- refutation -----------------------------------------------------------------------------

    def _refuted(self, demands: Sequence[Obligation], assignment: Assignment, found_by: str) -> Verdict:
        demands = [replace(demand, goal=goal) for demand, goal in zip(demands, self._implied(demands), strict=True)]
        if not self.options.explain and found_by == "screening" and not _inexact(demands):
            return Refuted(cx.bare(demands, assignment, found_by))
        example = cx.build(demands, assignment, self.original, self.candidate, found_by)
        if example.replayed or (example.replayed is None and example.differences and not _inexact(demands)):
            return Refuted(example)
        if not _inexact(demands):
            return Unknown("the emulator does not show the difference found: a fault in this tool", self.seconds)
        return self._executed()

    def _executed(self) -> Verdict:
        """The solvers' models are not real ones: execution may show a difference."""
        found = self._contradiction(FLOAT_STATES) if runnable((*self.original, *self.candidate)) else None
        if found is None:
            return Unknown("floating point is not decided here, and no real difference was found", self.seconds)
        state, difference = found
        used = differential.mentioned([*self.original, *self.candidate])
        inputs = {name: state.get(name) for name in used}
        return Refuted(Counterexample(inputs, {}, state.memory.seed, (difference,), True, "execution"))

    def _contradiction(self, count: int) -> tuple[MachineState, Difference] | None:
        options = self.options
        return differential.contradiction(self.original, self.candidate, options.live_out, options.dead_stack, count, given=self.given)

    def _drawn_contradiction(self) -> tuple[MachineState, Difference] | None:
        dead = self.options.dead_stack
        if not self.options.hypothesis or (dead is not None and dead.ranges):
            return None
        from verifier.hypothesis_run import smallest_difference
        from verifier.observation import NotRunnable

        given = self.given.premise if self.given is not None else s.TRUE
        try:
            return smallest_difference(
                self.original,
                self.candidate,
                self.options.live_out,
                dead_stack=dead is not None,
                examples=self.options.hypothesis,
                given=lambda state: holds_in(given, state),
            )
        except NotRunnable:
            return None

    # --- proof ----------------------------------------------------------------------------------

    def _solved(self, demands: Sequence[Obligation]) -> Verdict:
        """All demands in one query, by a lemma where one applies; if that is not decided, each on its own."""
        goal = s.and_(*(demand.goal for demand in demands)) if len(demands) > 1 else demands[0].goal
        for stronger in lemmas(goal):
            query, answer = self._ask(stronger, self.left / 4)
            if answer.status == "unsat":
                return self._confirmed("solver", query, (answer.engine, *answer.agreed))
        query, answer = self._ask(goal, self.left / 2 if len(demands) > 1 else self.left)
        if answer.status == "unknown" and len(demands) > 1:
            return self._one_by_one(demands)
        return self._decided(demands, goal, query, answer)

    def _one_by_one(self, demands: Sequence[Obligation]) -> Verdict:
        queries, engines = list[str](), dict[str, None]()
        for number, demand in enumerate(demands):
            query, answer = self._ask(demand.goal, self.left / (len(demands) - number))
            if answer.status != "unsat":
                return self._decided([demand], demand.goal, query, answer)
            queries.append(query)
            engines |= dict.fromkeys((answer.engine, *answer.agreed))
        return self._confirmed("solver", "\n".join(queries), tuple(engines))

    def _decided(self, demands: Sequence[Obligation], goal: Word, query: str, answer: Answer) -> Verdict:
        if answer.status == "unsat":
            return self._confirmed("solver", query, (answer.engine, *answer.agreed))
        if answer.status == "unknown":
            return Unknown(answer.reason or "timeout", self.seconds)
        whole = implied(goal, self.options.premises)
        found = cx.from_model(whole, answer.values)
        if has_functions([whole]) and not cx.fails(whole, found):
            return self._with_floats(demands)
        return self._refuted(demands, found, answer.engine)

    def _with_floats(self, demands: Sequence[Obligation]) -> Verdict:
        """A model was one of other functions than floating-point arithmetic: ask again, with the solvers' theory of it."""
        queries, engines = list[str](), dict[str, None]()
        for number, demand in enumerate(demands):
            query, answer = self._ask(demand.goal, self.left / (len(demands) - number), render_floats)
            if answer.status == "sat":
                found = cx.from_model(implied(demand.goal, self.options.premises), answer.values)
                return self._refuted([demand], found, answer.engine) if self._fails(demand, found) else self._executed()
            if answer.status != "unsat":
                return self._executed()
            queries.append(query)
            engines |= dict.fromkeys((answer.engine, *answer.agreed))
        return self._confirmed(FLOAT_METHOD, "\n".join(queries), tuple(engines))

    def _fails(self, demand: Obligation, found: Assignment) -> bool:
        return cx.fails(implied(demand.goal, self.options.premises), found)

    def _ask(self, goal: Word, timeout: float, text: Render = render) -> tuple[str, Answer]:
        return self._query([*self.options.premises, ~goal], cx.model_values(implied(goal, self.options.premises)), timeout, text)

    def _query(
        self, asserts: Sequence[Word], wanted: Mapping[str, Word], timeout: float | None = None, text: Render = render
    ) -> tuple[str, Answer]:
        query, timeout = text(asserts, values=wanted, check=False), self.left if timeout is None else timeout
        if timeout <= 0:
            return query, Answer(status="unknown", engine="", seconds=0.0, values={}, reason="timeout", agreed=())
        answer = self.checker.solvers.solve(
            query, values=tuple(wanted), timeout=timeout, engines=self.options.engines, confirm=self.options.confirm
        )
        return query, answer

    # --- what a proof still needs ---------------------------------------------------------------

    def _confirmed(self, method: str, query: str, engines: tuple[str, ...]) -> Verdict:
        """Proved, if the meanings used are agreed on and execution does not contradict the proof."""
        floats = method == FLOAT_METHOD
        if self.facts is not None and self.facts.queries:
            method, query, engines = _also(self.facts.queries, self.facts.engines, query, engines)
        if self.options.constant_time:
            told = constant_time(self.original, self.candidate, self.options.semantics, self._query, self.given, self.apart)
            if isinstance(told, Counterexample):
                return Refuted(told)
            if isinstance(told, Undecided):
                return Unknown(told.reason, self.seconds)
            if told.queries:
                method, query, engines = _also(told.queries, told.engines, query, engines)
        method = FLOAT_METHOD if floats else method
        sources: dict[str, str] = {}
        if self.options.semantics == "rows":
            for instruction in dict.fromkeys((*self.original, *self.candidate)):
                agreement = self.checker.agreements.of(instruction, timeout=max(self.left, 1.0))
                if not agreement.trusted:
                    return Unsupported(f"{instruction.text}: {agreement.explanation}")
                sources[instruction.text] = agreement.label
        else:
            sources = dict.fromkeys((i.text for i in (*self.original, *self.candidate)), ALONE[self.options.semantics])
        if self.options.differential or self.options.hypothesis:
            against = self._contradiction(self.options.differential) or self._drawn_contradiction()
            if against is not None:
                what = f"{against[1].what}: {against[1].original} against {against[1].candidate}"
                return Unknown(f"the proof is contradicted by execution ({what}): a fault in this tool", self.seconds)
        return self._proved(method, query, engines, sources)

    def _proved(self, method: str, query: str, engines: tuple[str, ...], sources: dict[str, str] | None = None) -> Proved:
        meanings = proof_digest((*self.original, *self.candidate))
        return Proved(Certificate(method, query, engines, meanings, sources or {}, self.seconds, self.options.stated, self.options.further))


def _also(queries: Sequence[str], others: Sequence[str], query: str, engines: Sequence[str]) -> tuple[str, str, tuple[str, ...]]:
    """Method, query and engines of a proof that rests on further queries as well."""
    return "solver", "\n".join(part for part in (*queries, query) if part), tuple(dict.fromkeys((*engines, *others)))


def _inexact(demands: Sequence[Obligation]) -> bool:
    return has_arbitrary(demand.goal for demand in demands)
