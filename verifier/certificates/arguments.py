"""The queries of an argument about two functions, derived without a search and without a solver.

The argument says where both are cut and what holds at each pair of points. From that follow the segments, what the contract
demands of each, and which paths must not be taken together. Whatever does not follow from the form of the words is a query
that must be ``unsat``; if all are, the functions are equivalent. The words are made with the simplifier.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from semantics.errors import SemanticsError
from semantics.memory import distance
from semantics.run.smtlib import render
from semantics.words import Word
from verifier.certificates.queries import Query, Underivable
from verifier.check import CheckOptions
from verifier.errors import VerifierError
from verifier.functions.argument import BadArgument, relations_of
from verifier.functions.cuts import STRATEGIES, heads
from verifier.functions.graph import Function
from verifier.functions.judge import ends_of, identical, refusal_of, simulation_of
from verifier.functions.prove import Known, Prover
from verifier.functions.relation import Relation, summary
from verifier.functions.segments import prove_segments
from verifier.functions.simulation import ENTRY, SP, Pair, Sides, Simulation
from verifier.functions.unroll import unrolled
from verifier.solvers import Solvers
from verifier.stack import ALIGNMENT

NOT_LARGER = 2048  # rounds that an argument may ask to unroll


class Recorder(Prover):
    """Takes for granted what a solver would have to be asked, and keeps the questions."""

    def __init__(self, options: CheckOptions) -> None:
        super().__init__(Solvers(jobs=1), options, math.inf)
        self.asked: dict[Word, str] = {}

    def _sampled(self, wrong: Word) -> bool:
        return False

    def _solved(self, wrong: Word, what: str) -> Known:
        self.asked.setdefault(wrong, what)
        return "yes"


def derive(
    pairs: Sequence[tuple[Function, Function]], arguments: Sequence[Mapping[str, Any]], options: CheckOptions, *, whole: bool
) -> tuple[dict[str, Query], list[str]]:
    """The queries that prove each pair of functions by its argument, by file name, and a description for people. Raises Underivable."""
    if len(pairs) != len(arguments):
        raise Underivable(f"{len(arguments)} arguments about {len(pairs)} functions")
    queries, lines = dict[str, Query](), list[str]()
    for (original, candidate), argument in zip(pairs, arguments, strict=True):
        recorder = Recorder(options)
        try:
            refusal = refusal_of(original, candidate, options)
            if refusal is not None:
                raise Underivable(refusal)
            lines += [f"{original.name or 'The code'}:", *_argued(original, candidate, argument, recorder, whole)]
            for word, what in recorder.asked.items():
                name = f"segment-{len(queries) + 1:03}.smt2"
                header = f"; {what}: a solver must answer unsat. Meanings: {options.semantics}."
                queries[name] = Query("unsat", (word,), f"{header}\n{render([word])}")
        except (VerifierError, SemanticsError) as error:
            raise error if isinstance(error, Underivable) else Underivable(str(error)) from None
        except (KeyError, TypeError, ValueError) as error:
            raise Underivable(f"an argument that is none ({type(error).__name__}: {error})") from None
    return queries, lines


def _argued(original: Function, candidate: Function, argument: Mapping[str, Any], recorder: Recorder, whole: bool) -> list[str]:
    match argument["method"]:
        case "identical":
            if not identical(original, candidate):
                raise BadArgument("the functions are not the same")
            return ["- both are the same instructions"]
        case "unrolling":
            return _unrolled(original, candidate, argument, recorder, whole)
        case "simulation":
            return _simulated(original, candidate, argument, recorder, whole)
        case other:
            raise BadArgument(f"the method {other!r}")


def _unrolled(original: Function, candidate: Function, argument: Mapping[str, Any], recorder: Recorder, whole: bool) -> list[str]:
    rounds, options = argument["rounds"], recorder.options
    if not isinstance(rounds, int) or not 0 <= rounds <= NOT_LARGER:
        raise BadArgument(f"{rounds!r} rounds")
    sides = Sides(original, candidate, (heads(original), heads(candidate)), options.semantics)
    simulation = simulation_of(sides, recorder, _nothing, options)
    found = unrolled(simulation, recorder, ends_of(options, whole=whole), rounds, all_or_nothing=argument["all_or_nothing"] is True)
    if not found.complete:
        raise BadArgument(f"the original may go round more than {rounds} times")
    return [f"- {line}; it never goes round more often" for line in found.proved]


def _simulated(original: Function, candidate: Function, argument: Mapping[str, Any], recorder: Recorder, whole: bool) -> list[str]:
    options = recorder.options
    cuts, peeled = tuple(map(frozenset, argument["cuts"])), tuple(way is True for way in argument["peeled"])
    if cuts not in [(first(original), second(candidate)) for first, second in STRATEGIES] or len(cuts) != 2 or len(peeled) != 2:
        raise BadArgument("cut points that are none of those that every cycle is known to go through")
    simulation = simulation_of(Sides(original, candidate, cuts, options.semantics, peeled), recorder, _nothing, options)
    relations, aligned = relations_of(argument)
    points = len(original.lines), len(candidate.lines)
    if any(point > last for pair in relations for point, last in zip(pair, points, strict=True)):
        raise BadArgument("a point that is not in the text")
    simulation.relations |= relations
    simulation.aligned |= aligned
    proved = prove_segments(simulation, recorder, ends_of(options, whole=whole))
    for pair in relations:
        _check_alignment(simulation, pair)
    _check_alignment(simulation, ENTRY)
    return [
        f"- cut points of the original: {_points(original, cuts[0])}",
        f"- cut points of the candidate: {_points(candidate, cuts[1])}",
        *(line for pair in relations for line in _described(simulation, pair)),
        *(f"- segments {line}" for line in proved),
    ]


def _check_alignment(simulation: Simulation, pair: Pair) -> None:
    """That sp is a multiple of 16 wherever the argument says so, if it is at a pair. Raises BadArgument."""
    for step in simulation.steps(pair):
        if step.target is None or not simulation.aligned[step.target]:
            continue
        raised = distance(step.right.state.get("sp"), SP)
        if not simulation.aligned[pair] or raised is None or raised % ALIGNMENT:
            raise BadArgument(f"sp need not be a multiple of {ALIGNMENT} at {simulation.sides.describe(step.target)}")


def _points(function: Function, cuts: frozenset[int]) -> str:
    return ", ".join(function.describe(point) for point in sorted(cuts)) or "none"


def _described(simulation: Simulation, pair: Pair) -> list[str]:
    facts = simulation.relations[pair].facts
    more = summary(facts)
    plain = [fact.key[1] for fact in facts if str(fact) not in more]
    lines = [f"- at {simulation.sides.describe(pair)} these hold, whatever way led there, and memory is the same:"]
    lines += [f"  - the same on both sides: {', '.join(plain) or 'nothing'}"]
    return [*lines, *(f"  - {line}" for line in more)]


def _nothing(pair: Pair) -> Relation:
    return Relation.of()
