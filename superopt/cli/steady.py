"""A checker and a cache for long runs: what goes wrong in one of them costs one answer, not the run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from superopt.cache import Cache, CacheError, Question, Rewrite
from verifier.agreement import Agreements
from verifier.agreement.remember import StoreError
from verifier.check import Checker, CheckOptions
from verifier.errors import EnginesDisagree, SolverError
from verifier.verdict import Unknown, Verdict

if TYPE_CHECKING:
    from semantics.assembler import Instruction

type Warn = Callable[[str], None]


class SteadyChecker(Checker):
    """Faults of the solvers, and of the file of agreements, come out as ``unknown``: never as success."""

    def check(self, original: Sequence[Instruction], candidate: Sequence[Instruction], options: CheckOptions) -> Verdict:
        """Judge one pair."""
        try:
            return super().check(original, candidate, options)
        except StoreError:  # go on without the file
            self.agreements = Agreements(self.solvers)
            return self.check(original, candidate, options)
        except (SolverError, EnginesDisagree) as error:
            return Unknown(f"{error}: a fault in this tool or in a solver", options.timeout)


class SteadyCache(Cache):
    """A cache that stops working, with a warning, when its file does.

    Args:
        cache: path of the file.
        warn: called once.
    """

    def __init__(self, path: object, warn: Warn) -> None:
        super().__init__(str(path))
        self._warn = warn
        self._broken = False

    def get(self, question: Question, valid: Callable[[Rewrite], bool]) -> Rewrite | None:
        """As :meth:`Cache.get`; nothing once the file is broken."""
        return self._guarded(lambda: super(SteadyCache, self).get(question, valid), None)

    def put(self, question: Question, rewrite: Rewrite, valid: Callable[[Rewrite], bool]) -> bool:
        """As :meth:`Cache.put`."""
        return self._guarded(lambda: super(SteadyCache, self).put(question, rewrite, valid), False)

    def fruitless(self, question: Question, semantics: str, proposers: Iterable[str]) -> float:
        """As :meth:`Cache.fruitless`."""
        return self._guarded(lambda: super(SteadyCache, self).fruitless(question, semantics, proposers), 0.0)

    def put_fruitless(self, question: Question, semantics: str, proposers: Iterable[str], budget: float) -> None:
        """As :meth:`Cache.put_fruitless`."""
        self._guarded(lambda: super(SteadyCache, self).put_fruitless(question, semantics, proposers, budget), None)

    def note(self, question: Question, place: str) -> None:
        """As :meth:`Cache.note`."""
        self._guarded(lambda: super(SteadyCache, self).note(question, place), None)

    def _guarded[R](self, action: Callable[[], R], otherwise: R) -> R:
        if self._broken:
            return otherwise
        try:
            return action()
        except (CacheError, ValueError) as error:  # ValueError: what the file holds is no JSON
            self._broken = True
            self._warn(f"going on without the cache: {error}")
            return otherwise
