"""Whether one-bit words hold in every state, with the queries that showed it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from semantics import simplify as s
from semantics.locations import GENERAL, WIDTHS
from semantics.memory_image import MemoryImage, splitmix64
from semantics.run.ints import compile_words
from semantics.run.smtlib import render
from semantics.words import Word, variables
from verifier import counterexample as cx
from verifier.check import CheckOptions
from verifier.screen import Assignment
from verifier.solvers import Solvers

type Known = Literal["yes", "no", "unknown"]

SHARE = 4  # a query gets at most one part in so many of the time that is left


@dataclass(slots=True)
class Prover:
    """Proves implications within a time limit; remembers what it has proved.

    Attributes:
        model: a state in which what was last asked does not hold, if one was found.
        queries: the texts of the queries that were unsatisfiable, with what each is about.
        engines: the solvers that decided them.
    """

    solvers: Solvers
    options: CheckOptions
    deadline: float
    queries: list[str] = field(default_factory=list[str])
    engines: dict[str, None] = field(default_factory=dict[str, None])
    model: Assignment | None = None
    _known: dict[tuple[Word, Word], tuple[Known, Assignment | None]] = field(
        default_factory=dict[tuple[Word, Word], tuple[Known, Assignment | None]]
    )

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return max(self.deadline - time.monotonic(), 0.0)

    def implies(self, premise: Word, goal: Word, what: str) -> Known:
        """Whether ``goal`` holds in every state in which ``premise`` does; ``what`` names the query for people."""
        self.model = None
        wrong = s.and_(premise, ~goal)
        if wrong is s.FALSE:
            return "yes"
        key = premise, goal
        if self._known.get(key, ("unknown", None))[0] == "unknown":
            known: Known = "no" if self._sampled(wrong) else self._solved(wrong, what)
            self._known[key] = known, self.model
        known, self.model = self._known[key]
        return known

    def feasible(self, premise: Word, what: str) -> bool:
        """Whether some state satisfies ``premise``, as far as anybody knows."""
        return self.implies(premise, s.FALSE, what) != "yes"

    def sampled(self, premise: Word, goal: Word) -> bool:
        """Whether some state at hand satisfies ``premise`` and not ``goal``."""
        wrong = s.and_(premise, ~goal)
        return wrong is not s.FALSE and self._sampled(wrong)

    def _sampled(self, wrong: Word) -> bool:
        if wrong is s.TRUE:
            self.model = Assignment({}, {}, 0)
            return True
        run, inputs = compile_words([wrong]), variables([wrong])
        for number in range(SAMPLES):
            found = {name: sample(number, name, word.width) for name, word in inputs.items()}
            if run(found, _image(number).read)[0]:
                self.model = Assignment(found, {}, number)
                return True
        return False

    def _solved(self, wrong: Word, what: str) -> Known:
        if self.left <= 0:
            return "unknown"
        wanted = cx.model_values(wrong)
        query = render([wrong], values=wanted, check=False)
        options = self.options
        answer = self.solvers.solve(
            query, values=tuple(wanted), timeout=max(self.left / SHARE, 0.05), engines=options.engines, confirm=options.confirm
        )
        if answer.status == "unsat":
            self.queries.append(f"; {what}\n{query}")
            self.engines |= dict.fromkeys((answer.engine, *answer.agreed))
            return "yes"
        if answer.status == "sat":
            self.model = cx.from_model(wrong, answer.values)
            return "no"
        return "unknown"


# --- states at hand -----------------------------------------------------------------------------

SAMPLES = 48
_SMALL = (0, 1, 2, 3, 7, 8, 255, (1 << 32) - 1, 1 << 31, (1 << 64) - 1, 1 << 63, 16, 4, 5, 100, 48)


@cache
def _image(number: int) -> MemoryImage:
    return MemoryImage(number)


def sample(number: int, name: str, width: int) -> int:
    """The value of an input in state ``number``: small, alike on both sides, pointing near others, or noise, by turns."""
    return _sample(number, name.rstrip("'") if number % 3 else name) & ((1 << width) - 1)


@cache
def _sample(number: int, name: str) -> int:
    seed = splitmix64(number * 1009 + sum(ord(c) * 31**i for i, c in enumerate(name)) & (1 << 64) - 1)
    noise = splitmix64(seed) | splitmix64(seed + 1) << 64
    if WIDTHS.get(name) == 128:
        return noise
    match number % 4:
        case 0:
            return _SMALL[seed >> 7 & 15] if seed & 3 else noise
        case 1:
            return 0x10000 + (seed & 0xFF) if name in GENERAL or name == "sp" else noise
        case 2:
            return seed & 7
        case _:
            return noise


def holds_in(goals: Mapping[str, Word], state: Assignment) -> dict[str, bool]:
    """Which of the one-bit words are 1 in a state; inputs that it does not name are 0."""
    image = MemoryImage(state.seed, dict(state.memory))
    names = dict.fromkeys(variables(list(goals.values())), 0) | dict(state.inputs)
    values = compile_words(list(goals.values()))(names, image.read)
    return {name: value == 1 for name, value in zip(goals, values, strict=True)}
