"""Counts over all forms of a run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from verifier.conformance.result import FormResult, Run


@dataclass(frozen=True, slots=True)
class Count:
    """One line of the summary."""

    what: str
    number: int


def counts(results: Sequence[FormResult]) -> list[Count]:
    """What the table amounts to."""
    own = [result for result in results if result.kind == "row"]
    others = [result for result in results if result.kind == "no row"]
    return [
        Count("forms", len(results)),
        Count("forms with a row that has a meaning", len(own)),
        Count("... of these, proved equal to VEX in every instance that VEX can be asked about, and in one at least", _number(own, proved)),
        Count("... of these, VEX absent or refused in every instance", sum(_unasked(result) for result in own)),
        Count("... of these, a proof against VEX undecided", sum(result.vex.get("undecided", 0) > 0 for result in own)),
        Count("forms whose meaning is VEX's", sum(result.vex.get("vex only", 0) > 0 for result in others)),
        Count("forms without any meaning: refused by name", sum(not result.vex.get("vex only") for result in others)),
        Count("ordered and system forms: encoding and text only", sum(result.kind == "ordered" for result in results)),
        Count("forms for which SLEIGH votes, and agrees in every instance it votes on", _number(results, seconded)),
        Count("instances", sum(result.instances for result in results)),
        Count("states compared on Unicorn", sum(result.unicorn.compared for result in results)),
        Count("states compared on qemu-aarch64", sum(result.qemu.compared for result in results)),
        Count("... on either, with a result left out that is an uninterpreted function", sum(_blind(result) for result in results)),
        Count("states that qemu's arena cannot hold, skipped", sum(result.qemu.skipped for result in results)),
        Count("comparisons of text and encoding with llvm-mc", sum(result.lines for result in results)),
        Count("disagreements", sum(sum(result.wrong.values()) for result in results)),
        Count("unexplained disagreements", unexplained(results)),
    ]


def unexplained(results: Sequence[FormResult]) -> int:
    """Disagreements without a known cause."""
    return sum(result.unexplained for result in results)


def proved(result: FormResult) -> bool:
    """Equal to VEX wherever VEX was asked."""
    return result.vex.get("agree", 0) > 0 and not any(result.vex.get(verdict) for verdict in ("disagree", "undecided", "not asked"))


def seconded(result: FormResult) -> bool:
    """SLEIGH agrees wherever it votes."""
    return result.sleigh.get("agree", 0) > 0 and not any(result.sleigh.get(verdict) for verdict in ("disagree", "undecided", "not asked"))


def _number(results: Sequence[FormResult], holds: Callable[[FormResult], bool]) -> int:
    return sum(holds(result) for result in results)


def _unasked(result: FormResult) -> bool:
    return not any(result.vex.get(verdict) for verdict in ("agree", "disagree", "undecided"))


def _blind(result: FormResult) -> int:
    runs: tuple[Run, Run] = (result.unicorn, result.qemu)
    return sum(run.blind for run in runs)
