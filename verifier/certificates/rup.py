"""A small checker of refutations by SAT solvers: each learnt clause must follow by unit propagation (RUP).

Forward checking with two watched literals. It accepts only lemmas with the property RUP, so everything it accepts follows from
the formula; a proof that uses more (RAT) is refused. Deletions only make it faster: a clause that decides a
literal stays, as in drat-trim. It is for want of a verified checker, which it does not replace.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence

from verifier.errors import VerifierError


class ProofError(VerifierError):
    """A proof that does not prove, or cannot be read: where (its step, counted from 1; 0 for the whole), and why."""

    def __init__(self, step: int, reason: str) -> None:
        super().__init__(f"step {step}: {reason}" if step else reason)
        self.step = step
        self.reason = reason


class Exhausted(VerifierError):
    """The time is up, or the proof is larger than the limit: nothing is said about it."""


def parse_dimacs(text: str) -> list[list[int]]:
    """The clauses of a formula. Raises ProofError for text that is none, or whose header counts otherwise."""
    clauses, counts, rest = list[list[int]](), None, list[int]()
    for line in text.splitlines():
        if not line or line[0] == "c":
            continue
        if line[0] == "p":
            counts = _header(line, counts)
            continue
        for number in _numbers(line, 0):
            if number:
                rest.append(number)
            else:
                clauses.append(rest)
                rest = []
    if counts is None or rest or len(clauses) != counts[1]:
        raise ProofError(0, "the formula is not DIMACS, or not all of it is there")
    if any(abs(literal) > counts[0] for clause in clauses for literal in clause):
        raise ProofError(0, "the formula has more variables than it says")
    return clauses


def _header(line: str, before: tuple[int, int] | None) -> tuple[int, int]:
    words = line.split()
    if before is not None or len(words) != 4 or words[1] != "cnf" or not all(word.isdecimal() for word in words[2:]):
        raise ProofError(0, "the formula has no header of DIMACS, or two")
    return int(words[2]), int(words[3])


def _numbers(line: str, step: int) -> list[int]:
    try:
        return [int(word) for word in line.split()]
    except ValueError:
        raise ProofError(step, f"not a clause: {line[:40]!r}") from None


def parse_proof(lines: Iterable[str]) -> Iterator[tuple[bool, list[int]]]:
    """The steps of a textual DRAT proof: whether a clause is added, and its literals."""
    for step, line in enumerate(lines, 1):
        if not line.strip() or line[0] == "c":
            continue
        added = line[0] != "d"
        numbers = _numbers(line if added else line[1:], step)
        if not numbers or numbers[-1] or 0 in numbers[:-1]:
            raise ProofError(step, f"not a clause: {line[:40]!r}")
        yield added, numbers[:-1]


class Checker:
    """The clauses that hold so far, and what follows from them by unit propagation alone.

    Args:
        clauses: the formula.
        seconds: when to give up.
    """

    def __init__(self, clauses: Iterable[Sequence[int]], seconds: float = 60.0) -> None:
        self._deadline = time.monotonic() + seconds
        self._values: dict[int, bool] = {}  # literal: true; its complement is entered, too
        self._trail: list[int] = []
        self._propagated = 0
        self._watches: dict[int, list[list[int]]] = {}
        self._by_key: dict[tuple[int, ...], list[list[int]]] = {}
        self._reasons: set[int] = set()  # identities of clauses that decided a literal for good
        self.refuted = False
        for clause in clauses:
            self._add(clause)

    def check(self, proof: Iterable[tuple[bool, Sequence[int]]]) -> int:
        """Follow a proof until the empty clause follows; the number of lemmas checked. Raises ProofError and Exhausted."""
        lemmas = 0
        for step, (added, clause) in enumerate(proof, 1):
            if self.refuted:
                return lemmas
            if time.monotonic() > self._deadline:
                raise Exhausted(f"the time was up after {lemmas} lemmas")
            if not added:
                self._delete(clause)
                continue
            if not self._follows(clause):
                raise ProofError(step, f"the clause {' '.join(map(str, clause)) or '(empty)'} does not follow by unit propagation")
            lemmas += 1
            self._add(clause)
        if not self.refuted:
            raise ProofError(0, "the proof ends without the empty clause")
        return lemmas

    # --- clauses --------------------------------------------------------------------------------

    def _add(self, literals: Sequence[int]) -> None:
        clause = list(dict.fromkeys(literals))
        if self.refuted or any(-literal in clause for literal in clause):
            return
        clause.sort(key=lambda literal: self._values.get(literal) is False)  # literals that may still hold come first
        free = [literal for literal in clause if self._values.get(literal) is not False]
        if not free:
            self.refuted = True
            return
        if len(clause) > 1:
            self._watch(clause)
            self._by_key.setdefault(_key(clause), []).append(clause)
        if len(free) == 1 and free[0] not in self._values:
            self._reasons.add(id(clause))
            self._assign(free[0])
            self.refuted = not self._propagate(True)

    def _watch(self, clause: list[int]) -> None:
        for literal in clause[:2]:
            self._watches.setdefault(literal, []).append(clause)

    def _delete(self, literals: Sequence[int]) -> None:
        """Forget one copy of a clause, if there is one; what is not there cannot be missed."""
        copies = self._by_key.get(_key(literals), [])
        for clause in copies:
            if id(clause) not in self._reasons:
                copies.remove(clause)
                for literal in clause[:2]:
                    watching = self._watches[literal]
                    watching[:] = [other for other in watching if other is not clause]
                return

    # --- propagation ----------------------------------------------------------------------------

    def _follows(self, clause: Sequence[int]) -> bool:
        """Whether its negation leads to a conflict; everything assumed for that is taken back."""
        mark = len(self._trail)
        conflict = False
        for literal in clause:
            value = self._values.get(literal)
            if value is True:
                conflict = True
                break
            if value is None:
                self._assign(-literal)
        conflict = conflict or not self._propagate(False)
        for literal in self._trail[mark:]:
            del self._values[literal], self._values[-literal]
        del self._trail[mark:]
        self._propagated = mark
        return conflict

    def _assign(self, literal: int) -> None:
        self._values[literal], self._values[-literal] = True, False
        self._trail.append(literal)

    def _propagate(self, for_good: bool) -> bool:
        """Assign all that follows; False if a clause has no literal left."""
        values, watches = self._values, self._watches
        while self._propagated < len(self._trail):
            falsified = -self._trail[self._propagated]
            self._propagated += 1
            watching = watches.get(falsified)
            if not watching:
                continue
            kept = list[list[int]]()
            watches[falsified] = kept
            for number, clause in enumerate(watching):
                if clause[0] == falsified:
                    clause[0], clause[1] = clause[1], falsified
                other = clause[0]
                if values.get(other) is True:
                    kept.append(clause)
                    continue
                if self._moved(clause):
                    continue
                kept.append(clause)
                if values.get(other) is False:
                    kept += watching[number + 1 :]
                    return False
                if for_good:
                    self._reasons.add(id(clause))
                self._assign(other)
        return True

    def _moved(self, clause: list[int]) -> bool:
        """Let another literal than the second be watched, if one may still hold."""
        values = self._values
        for i in range(2, len(clause)):
            if values.get(clause[i]) is not False:
                clause[1], clause[i] = clause[i], clause[1]
                self._watches.setdefault(clause[1], []).append(clause)
                return True
        return False


def _key(clause: Sequence[int]) -> tuple[int, ...]:
    return tuple(sorted(set(clause)))


def check_refutation(formula: str, proof: Iterable[str], seconds: float = 60.0) -> int:
    """Check that a textual proof refutes a DIMACS formula; the number of lemmas. Raises ProofError and Exhausted."""
    return Checker(parse_dimacs(formula), seconds).check(parse_proof(proof))
