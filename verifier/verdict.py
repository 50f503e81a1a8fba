"""What a check can end in: a sum type, matched exhaustively. Only :class:`Proved` is success."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

FLOAT_METHOD = "solver with floating-point theory"
"""The method of proofs for which a solver had to be told what floating-point functions are."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """How equivalence was established.

    Attributes:
        method: ``identical`` (the same instructions), ``structural`` (equal after normalisation) ``solver``,
            or ``FLOAT_METHOD``.
        query: the SMT-LIB text that was unsatisfiable; empty if no solver was needed.
        engines: solvers that answered, with versions; the first decided, further ones agree.
        semantics: SHA-256 over the judge and the meanings of the instructions used (:mod:`verifier.version`).
        sources: how each distinct instruction is known: ``row = VEX`` or ``VEX only``.
        seconds: wall time of the whole check.
        assumptions: what was assumed of the initial state, as texts; the query asserts them.
        further: what was proved beyond the contract: ``constant-time``, ``same-access-size``.
        argument: for functions, what leads from the texts to the queries, one for each (:mod:`verifier.functions.argument`).
    """

    method: str
    query: str
    engines: tuple[str, ...]
    semantics: str
    sources: Mapping[str, str]
    seconds: float
    assumptions: tuple[str, ...] = ()
    further: tuple[str, ...] = ()
    argument: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """One observable that differs: its name and the two values (texts, for reading)."""

    what: str
    original: str
    candidate: str


@dataclass(frozen=True, slots=True)
class Counterexample:
    """An initial state on which the two blocks differ.

    Attributes:
        inputs: value of each input that matters, by location or label name.
        memory: initial bytes that matter, by address.
        seed: contents of all other memory (see :mod:`semantics.memory_image`).
        differences: what comes out different, the first one first.
        replayed: whether the emulator showed the difference too (None: it could not run the blocks).
        found_by: ``screening`` or a solver's name.
        second: for a difference between two runs of the candidate, the initial state of the other one.
    """

    inputs: Mapping[str, int]
    memory: Mapping[int, int]
    seed: int
    differences: tuple[Difference, ...]
    replayed: bool | None
    found_by: str
    second: Counterexample | None = None


@dataclass(frozen=True, slots=True)
class Proved:
    """The candidate is equivalent under the contract."""

    certificate: Certificate


@dataclass(frozen=True, slots=True)
class Bounded:
    """Not proved, but equivalent from every state in which loops end soon: weaker than :class:`Proved`, and no success.

    Attributes:
        rounds: how many times in all the original may pass the head of a loop.
        certificate: how this was established.
        reason: why there is no proof for all states.
    """

    rounds: int
    certificate: Certificate
    reason: str


@dataclass(frozen=True, slots=True)
class Refuted:
    """The candidate differs on a concrete initial state."""

    counterexample: Counterexample


@dataclass(frozen=True, slots=True)
class Unknown:
    """Not decided: why, and the seconds spent."""

    reason: str
    seconds: float
    details: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Unsupported:
    """An instruction or construct whose meaning is not known well enough to judge."""

    what: str


type Verdict = Proved | Bounded | Refuted | Unknown | Unsupported
