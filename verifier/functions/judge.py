"""The judge of two functions: run them, look for a simulation, prove it, and cross-check."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from itertools import product

from semantics import simplify as s
from semantics.assembler import Instruction
from semantics.errors import SemanticsError, UnsupportedInstruction
from semantics.liveset import LiveSet
from semantics.memory import MemoryTooEntangled
from semantics.run.smtlib import SymbolError
from verifier.check import Checker, CheckOptions
from verifier.errors import UndecidedPremises
from verifier.functions.argument import IDENTICAL, Argument, argument_of, unrolling_of
from verifier.functions.concrete import Pair as Runs
from verifier.functions.cuts import STRATEGIES, heads
from verifier.functions.errors import NotAFunction, TooManyPaths, Unmatched
from verifier.functions.graph import SELF, Function, Line
from verifier.functions.guesses import guess, observe
from verifier.functions.prove import Prover
from verifier.functions.relation import Relation
from verifier.functions.segments import Ends, NotProved, prove_segments
from verifier.functions.simulation import ENTRY, Pair, Sides, Simulation
from verifier.functions.unroll import unrolled
from verifier.premises import conjunction
from verifier.replay import machine_state
from verifier.verdict import Bounded, Certificate, Proved, Refuted, Unknown, Unsupported, Verdict
from verifier.version import proof_digest

RUNS = 48  # states from which both functions are run before anything is proved
PEELINGS = ((False, False), (True, False), (False, True), (True, True))
COMPLETE = 64  # rounds of loops that are unrolled if that is all there can be
MORE_RUNS = 300  # and where no proof is found


@dataclass(frozen=True, slots=True)
class Failure:
    """Why one way of cutting and guessing did not lead to a proof; ``depth`` is how many pairs were related."""

    reason: str
    depth: int
    error: Exception


class FunctionCheck:
    """One pair of functions under examination.

    ``whole``: the texts are functions, so that places they jump to may look at everything; else pieces of code.
    """

    def __init__(
        self, checker: Checker, original: Function, candidate: Function, options: CheckOptions, *, whole: bool, unroll: int = 0
    ) -> None:
        self.checker, self.options, self.rounds = checker, options, unroll
        self.original, self.candidate = original, candidate
        self.ends = ends_of(options, whole=whole)
        self.runs = Runs(original, candidate, self.ends, options.premises)
        self.started = time.monotonic()
        self.prover = Prover(checker.solvers, options, self.started + options.timeout)

    @property
    def seconds(self) -> float:
        """Wall time so far."""
        return time.monotonic() - self.started

    def run(self) -> Verdict:
        """The verdict."""
        refusal = refusal_of(self.original, self.candidate, self.options)
        if refusal is not None:
            return Unsupported(refusal)
        if self.options.premises:
            try:
                self.checker.witnesses.of(self.options.premises, self.options.timeout, self.options.stated)
            except UndecidedPremises as error:
                return Unknown(str(error), self.seconds)
        try:
            return self._judged()
        except (UnsupportedInstruction, NotAFunction, SymbolError) as error:
            return Unsupported(str(error))
        except MemoryTooEntangled as error:
            return Unknown(str(error), self.seconds)
        except SemanticsError as error:
            return Unsupported(str(error))

    def _judged(self) -> Verdict:
        runnable = self.options.differential > 0 and self.runs.runnable()
        if runnable and (state := self.runs.contradiction(RUNS, 1, self.options.timeout / 4)) is not None:
            return Refuted(self.runs.counterexample(state, "execution"))
        if identical(self.original, self.candidate):
            instructions = tuple(line.instruction for line in self.original.lines)
            stated = self.options.stated if self.options.premises else ()
            return Proved(Certificate("identical", "", (), proof_digest(instructions), {}, self.seconds, stated, argument=(IDENTICAL,)))
        failures = list[Failure]()
        for simulation in self._attempts():
            proved = self._attempt(simulation, failures)
            if proved is not None:
                return self._confirmed(proved, argument_of(simulation))
            if self.prover.left <= 0:
                break
        complete = self._complete()
        if complete is not None:
            return complete
        refuted = self._refuted(failures) if runnable else None
        if refuted is not None:
            return refuted
        return self._bounded(failures) if self.rounds else self._unknown(failures)

    # --- attempts -------------------------------------------------------------------------------

    def _attempts(self) -> Iterator[Simulation]:
        """Simulations to try: ways of going in and of cutting both, the simplest first."""
        seen = set[tuple[object, ...]]()
        for peeled, (first, second) in product(PEELINGS, STRATEGIES):
            cuts = first(self.original), second(self.candidate)
            key = *cuts, *(skipped and bool(points) for skipped, points in zip(peeled, cuts, strict=True))
            if key not in seen:
                seen.add(key)
                yield from self._guessing(Sides(self.original, self.candidate, cuts, self.options.semantics, peeled))

    def _guessing(self, sides: Sides) -> Iterator[Simulation]:
        """With what concrete runs suggest and without; without first if they show nothing but equality."""
        try:
            samples = observe(sides, self.prover.deadline)
        except TooManyPaths:
            samples = {}
        guessing = self._simulation(sides, lambda pair: guess(sides, samples.get(pair, ())))
        plain = self._simulation(sides, _no_guesses)
        differing = any(left != right for found in samples.values() for left, right in found)
        yield from (guessing, plain) if differing else (plain, guessing)

    def _simulation(self, sides: Sides, guesses: Callable[[Pair], Relation]) -> Simulation:
        return simulation_of(sides, self.prover, guesses, self.options)

    def _attempt(self, simulation: Simulation, failures: list[Failure]) -> list[str] | None:
        try:
            simulation.run()
            return prove_segments(simulation, self.prover, self.ends)
        except (Unmatched, TooManyPaths) as error:
            failures.append(Failure(str(error), len(simulation.relations), error))
            return None

    # --- verdicts -------------------------------------------------------------------------------

    def _refuted(self, failures: Sequence[Failure]) -> Verdict | None:
        """A difference that a failed proof, or more runs, lead to."""
        for failure in failures:
            error = failure.error
            if isinstance(error, NotProved) and error.state is not None and error.step.source == ENTRY:
                state = machine_state(error.state)
                if self.runs.trial(state).difference is not None:
                    return Refuted(self.runs.counterexample(state, "solver"))
        state = self.runs.contradiction(MORE_RUNS, 2, self.options.timeout / 4)
        return Refuted(self.runs.counterexample(state, "execution")) if state is not None else None

    def _complete(self) -> Verdict | None:
        """The verdict where loops go round a number of times that is the same for all states: all of it at once; or None."""
        try:
            found = unrolled(self._plain(), self.prover, self.ends, COMPLETE, all_or_nothing=True)
        except (Unmatched, TooManyPaths, MemoryTooEntangled):
            return None
        verdict = self._confirmed(found.proved, unrolling_of(COMPLETE, all_or_nothing=True))
        return Proved(replace(verdict.certificate, method="unrolling")) if isinstance(verdict, Proved) else verdict

    def _plain(self) -> Simulation:
        """Where both start, and nothing beyond."""
        sides = Sides(self.original, self.candidate, (heads(self.original), heads(self.candidate)), self.options.semantics)
        return self._simulation(sides, _no_guesses)

    def _bounded(self, failures: Sequence[Failure]) -> Verdict:
        """Equivalence for a number of rounds, for want of a proof."""
        unknown = self._unknown(failures)
        self.prover = Prover(self.checker.solvers, self.options, time.monotonic() + self.options.timeout)
        try:
            found = unrolled(self._plain(), self.prover, self.ends, self.rounds)
        except (Unmatched, TooManyPaths) as error:
            refuted = self._refuted([Failure(str(error), 0, error)]) if self.runs.runnable() else None
            return refuted if refuted is not None else Unknown(f"{unknown.reason}; {error}", self.seconds)
        verdict = self._confirmed(found.proved, unrolling_of(self.rounds, all_or_nothing=False))
        if not isinstance(verdict, Proved):
            return verdict
        certificate = replace(verdict.certificate, method="unrolling")
        return Proved(certificate) if found.complete else Bounded(self.rounds, certificate, unknown.reason)

    def _unknown(self, failures: Sequence[Failure]) -> Unknown:
        # What came furthest says most: all matched but for one segment, then the most pairs, then the attempt with guesses.
        deepest = max(reversed(failures), key=lambda failure: (isinstance(failure.error, NotProved), failure.depth), default=None)
        reason = deepest.reason if deepest is not None else "timeout"
        if self.prover.left <= 0:
            reason = f"timeout: {reason}" if deepest is not None else reason
        return Unknown(reason, self.seconds)

    def _confirmed(self, proved: Sequence[str], argument: Argument) -> Verdict:
        """Proved, if the meanings used are agreed on and execution does not contradict the proof."""
        sources: dict[str, str] = {}
        instructions = self._instructions()
        if self.options.semantics == "rows":
            for instruction in instructions:
                agreement = self.checker.agreements.of(instruction, timeout=max(self.prover.left, 1.0))
                if not agreement.trusted:
                    return Unsupported(f"{instruction.text}: {agreement.explanation}")
                sources[instruction.text] = agreement.label
        if self.options.differential and self.runs.runnable():
            state = self.runs.contradiction(self.options.differential, 5, max(self.options.timeout, 1.0))
            if state is not None:
                found = self.runs.trial(state).difference
                what = f"{found.what}: {found.original} against {found.candidate}" if found is not None else "?"
                return Unknown(f"the proof is contradicted by execution ({what}): a fault in this tool", self.seconds)
        query = "\n".join((*(f"; {line}" for line in proved), *self.prover.queries))
        meanings = proof_digest(tuple(instructions))
        stated = self.options.stated if self.options.premises else ()
        return Proved(
            Certificate("simulation", query, tuple(self.prover.engines), meanings, sources, self.seconds, stated, argument=(argument,))
        )

    def _instructions(self) -> list[Instruction]:
        """The instructions whose meaning was used."""
        lines = (line for function in (self.original, self.candidate) for line in function.lines if line.event is None)
        return list(dict.fromkeys(line.instruction for line in lines))


def refusal_of(original: Function, candidate: Function, options: CheckOptions) -> str | None:
    """Why nothing is to be proved of two functions; or None."""
    lines = (*original.lines, *candidate.lines)
    if "fpsr" in options.live_out and any(line.instruction.row.may_set_fpsr for line in lines):
        return "fpsr is live, and floating-point exception bits are not modelled"
    own = {SELF, *original.siblings, *candidate.siblings}
    calls = [line for line in lines if line.event is not None and line.event.kind == "call" and line.event.shape[1] in own]
    if calls and "mem" not in options.live_out:
        return f"{calls[0].instruction.text} calls a function of the same text, and memory is not live where functions return"
    if options.premises and (stray := next((f for f in (original, candidate) if _goes_to(f, own)), None)) is not None:
        return f"{stray.source}: a function of the same text is called or jumped to, where nothing is known of what --assume says"
    return None


def identical(original: Function, candidate: Function) -> bool:
    """Whether both are the same code, which calls no function of the text that may not be the same."""
    siblings = original.siblings | candidate.siblings
    calls = {line.event.shape[1] for line in original.lines if line.event is not None and line.event.kind == "call"}
    return same_code(original, candidate) and calls.isdisjoint(siblings)


def ends_of(options: CheckOptions, *, whole: bool) -> Ends:
    """What must be equal where functions, or else pieces of code, are left."""
    return Ends(options.live_out, LiveSet.everything() if whole else options.live_out, options.dead_stack)


def simulation_of(sides: Sides, prover: Prover, guesses: Callable[[Pair], Relation], options: CheckOptions) -> Simulation:
    """A simulation in which nothing is known yet."""
    kept = frozenset(location for location, bits in options.live_out.items() if LiveSet.everything().bits(location) == bits)
    premise = conjunction(options.premises) if options.premises else s.TRUE
    return Simulation(sides, prover, guesses, kept, premise)


def _goes_to(function: Function, names: Set[str]) -> bool:
    """Whether the function calls, jumps to or runs into one of these functions."""
    called = {line.event.shape[1] for line in function.lines if line.event is not None and line.event.kind == "call"}
    left = {line.target for line in function.lines} | ({function.following} if function.ends() else set[str | None]())
    return not names.isdisjoint(called) or not names.isdisjoint(left)


def _no_guesses(pair: Pair) -> Relation:
    return Relation.of()


def same_code(original: Function, candidate: Function) -> bool:
    """Whether both are the same instructions that lead to the same places."""
    first, second = ([_written(line) for line in function.lines] for function in (original, candidate))
    if original.following is None and original.ends():
        return False  # control runs into bytes, which are not compared
    return first == second and original.following == candidate.following


def _written(line: Line) -> tuple[object, ...]:
    """What a line says; where a branch leads is a place rather than a symbol."""
    symbol = None if line.target is not None or line.event is not None else line.instruction.symbol
    return line.instruction.row, line.instruction.fields, line.target, symbol, line.event


def check_functions(
    checker: Checker, original: Function, candidate: Function, options: CheckOptions, *, whole: bool = True, unroll: int = 0
) -> Verdict:
    """Judge two functions; see :class:`FunctionCheck`. Raises UnsatisfiablePremises.

    ``unroll``: where there is no proof, compare them for so many rounds of their loops.
    """
    return FunctionCheck(checker, original, candidate, options, whole=whole, unroll=unroll).run()
