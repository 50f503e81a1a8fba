"""What leads from two functions to the queries that prove them equivalent, as plain data: found by search, checked without one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from semantics.locations import WIDTHS
from verifier.functions.errors import Unmatched
from verifier.functions.relation import Fact, Key, Relation, same
from verifier.functions.simulation import ENTRY, Pair, Simulation

type Argument = Mapping[str, Any]

IDENTICAL: Argument = {"method": "identical"}


class BadArgument(Unmatched):
    """An argument that is none: why."""


def argument_of(simulation: Simulation) -> Argument:
    """Where both functions are cut, and what holds at each pair of points."""
    pairs = [pair for pair in simulation.relations if pair != ENTRY]
    return {
        "method": "simulation",
        "cuts": [sorted(points) for points in simulation.sides.cuts],
        "peeled": list(simulation.sides.peeled),
        "pairs": [
            {
                "at": list(pair),
                "aligned": simulation.aligned[pair],
                "facts": [_fact_data(fact) for fact in simulation.relations[pair].facts],
            }
            for pair in pairs
        ],
    }


def unrolling_of(rounds: int, *, all_or_nothing: bool) -> Argument:
    """That loops go round no more often."""
    return {"method": "unrolling", "rounds": rounds, "all_or_nothing": all_or_nothing}


def _fact_data(fact: Fact) -> list[Any]:
    return [*fact.key, fact.bits, [[coefficient, *key] for coefficient, key in fact.terms], fact.constant, fact.zero]


def relations_of(argument: Argument) -> tuple[dict[Pair, Relation], dict[Pair, bool]]:
    """The relation at each pair but the entry, and whether sp is aligned there. Raises BadArgument."""
    relations, aligned = dict[Pair, Relation](), dict[Pair, bool]()
    try:
        for entry in argument["pairs"]:
            left, right = (_number(point) for point in entry["at"])
            if min(left, right) < 0 or (left, right) in relations:
                raise BadArgument(f"the pair {left}, {right}")
            relations[left, right] = _relation([_fact(data) for data in entry["facts"]])
            aligned[left, right] = entry["aligned"] is True
    except (KeyError, TypeError, ValueError) as error:
        raise BadArgument(f"{type(error).__name__}: {error}") from None
    return relations, aligned


def _relation(facts: list[Fact]) -> Relation:
    relation = Relation({fact.key: [fact] for fact in facts})
    if len(relation.guesses) != len(facts):
        raise BadArgument("two facts about one location")
    if relation.fact(("candidate", "sp")) != same("sp"):
        raise BadArgument("stack pointers that may differ")
    return relation


def _fact(data: Any) -> Fact:
    side, location, bits, terms, constant, zero = data
    key = _key(side, location)
    width, bits, read = WIDTHS[location], _number(bits), tuple((_number(factor), _key(*other)) for factor, *other in terms)
    if not 0 <= bits <= width or (zero and (bits == width or width < 2)):
        raise BadArgument(f"a fact about {bits} bits of {location}")
    if any(WIDTHS[other] < bits for _, (_, other) in read):
        raise BadArgument(f"a fact about {bits} bits of {location} that are not in what they are said to equal")
    return Fact(key, bits, read, _number(constant), zero is True)


def _key(side: Any, location: Any) -> Key:
    if side not in ("original", "candidate") or location not in WIDTHS:
        raise BadArgument(f"no location: {location} of the {side}")
    return side, str(location)


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadArgument(f"{value!r} where a number is needed")
    return value
