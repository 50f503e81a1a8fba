"""The two other definitions of the instructions asked for proofs: VEX, and SLEIGH where it is installed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from semantics.assembler import Instruction
from semantics.vex.faults import fault_of
from verifier.agreement import Agreements
from verifier.agreement.prove import HasSolve
from verifier.agreement.sleigh import SleighVote, agrees_with_sleigh
from verifier.conformance.result import Disagreement, FormResult

GIVE_UP = 3
"""Undecided proofs of one form after which a source is not asked about its other instances."""


@dataclass(frozen=True, slots=True)
class Judges:
    """Who proves: agreements with VEX, and a function for SLEIGH's votes (None where it is absent)."""

    agreements: Agreements
    sleigh: Callable[[Instruction], SleighVote] | None
    timeout: float


def sleigh_votes(solvers: HasSolve, timeout: float) -> Callable[[Instruction], SleighVote] | None:
    """Asks SLEIGH; None if the package pypcode is not installed."""
    from semantics import pcode

    try:
        pcode.version()
    except pcode.PcodeMissing:
        return None
    return lambda instruction: agrees_with_sleigh(instruction, solvers.solve, timeout)


def vote(made: Sequence[Instruction], judges: Judges, result: FormResult) -> None:
    """Ask both about every instance."""
    for instruction in made:
        if result.vex.get("undecided", 0) >= GIVE_UP:
            _count(result.vex, "not asked")
            continue
        _ask_vex(instruction, judges, result)
    for instruction in made if judges.sleigh is not None else ():
        if result.sleigh.get("undecided", 0) >= GIVE_UP:
            _count(result.sleigh, "not asked")
            continue
        _ask_sleigh(instruction, judges, result)


def _count(counts: dict[str, int], verdict: str) -> None:
    counts[verdict] = counts.get(verdict, 0) + 1


def _ask_vex(instruction: Instruction, judges: Judges, result: FormResult) -> None:
    found = judges.agreements.of(instruction, judges.timeout)
    known = fault_of(instruction.code)
    if known is not None:
        result.note(f"VEX refused: {known}")
        _count(result.vex, "refused")
        return
    own = instruction.row.function is not None
    match found.verdict:
        case "agree" | "vex only":
            _count(result.vex, found.verdict)
        case "row only":
            _count(result.vex, "absent")
            result.note(f"VEX: {found.reason}")
        case "undecided":
            _count(result.vex, "undecided" if own else "absent")
            result.note(f"VEX: {found.reason}")
        case "disagree":
            _count(result.vex, "disagree")
            result.disagree(Disagreement("VEX", f"{instruction.text} ({instruction.code:#010x})", found.explanation))


def _ask_sleigh(instruction: Instruction, judges: Judges, result: FormResult) -> None:
    if judges.sleigh is None:
        return
    found = judges.sleigh(instruction)
    _count(result.sleigh, found.verdict)
    if found.verdict in ("no vote", "undecided"):
        result.note(f"SLEIGH: {found.reason}")
    if found.verdict == "disagree":
        inputs = ", ".join(f"{name}={value:#x}" for name, value in sorted(found.values.items()))
        detail = f"{found.location} differs{f' for {inputs}' if inputs else f' ({found.reason})'}"
        result.disagree(Disagreement("SLEIGH", f"{instruction.text} ({instruction.code:#010x})", detail))
