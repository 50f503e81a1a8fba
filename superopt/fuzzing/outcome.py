"""What becomes of a trial: the emulator says whether the blocks differ, the judge says what it thinks."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from semantics.frames import DeadStack
from semantics.machine import MachineState
from superopt.cli.pairs import OutOfTime, alarm
from superopt.cli.verdicts import word
from superopt.fuzzing.trial import Kind, Trial
from verifier.check import Checker, CheckOptions
from verifier.disturbance import disturbance
from verifier.hypothesis_run import address_registers, difference_at
from verifier.observation import NotRunnable, Runnable
from verifier.replay import DEFAULT_SP
from verifier.states import random_states
from verifier.verdict import Counterexample, Difference, Proved, Refuted, Unknown, Unsupported, Verdict

type Seen = Literal["different", "alike", "not run"]
type Word = Literal["proved", "refuted", "unknown", "unsupported"]

GRACE = 5.0  # seconds beyond twice the time limit, before a check is ended
_VARIETY = 8  # sets of states
_SIGNALLED = 6  # states to run with signals, where sp takes part
_DETAIL = re.compile(r"0x[0-9a-f]+|\d+(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Limits:
    """How hard to look: ``states`` for each pair on the emulator, seconds for each check."""

    states: int = 48
    timeout: float = 2.0


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that must not be: what, and the pair with what is needed to see it again."""

    what: str
    original: str
    candidate: str
    live_out: str
    dead_stack: bool
    state: str
    difference: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """One trial's result.

    Attributes:
        number: of the trial.
        rule: the mutation operator's or rewrite rule's name.
        seen: what the emulator shows.
        verdict: what the judge says, without its own run on the emulator.
        reason: why it says unknown or unsupported, without numbers.
        seconds: what the check took.
        finding: a wrong acceptance, a wrong refutation, or a rule at fault.
    """

    number: int
    kind: Kind
    rule: str
    seen: Seen
    verdict: Word
    reason: str
    seconds: float
    finding: Finding | None = None


def outcome_of(checker: Checker, trial: Trial, number: int, limits: Limits) -> Outcome:
    """Judge one pair, and compare with what the emulator shows."""
    seen, witness = observed(trial, number, limits.states)
    started = time.monotonic()
    verdict = _judged(checker, trial, limits.timeout)
    seconds = time.monotonic() - started
    finding = _finding(checker, trial, witness, verdict, limits)
    return Outcome(number, trial.kind, trial.rule, seen, _word(verdict), _reason(verdict), seconds, finding)


def observed(trial: Trial, number: int, count: int) -> tuple[Seen, tuple[MachineState, Difference] | None]:
    """Whether the emulator tells the blocks apart on some of ``count`` states whose pointers overlap."""
    try:
        left, right = Runnable.of(trial.original), Runnable.of(trial.candidate)
        bases = tuple(sorted(address_registers(trial.original) | address_registers(trial.candidate)))
        for state in _states(bases, count, number % _VARIETY):
            found = difference_at(left, right, state, trial.live_out, trial.dead_stack)
            if found is not None:
                return "different", (state, found)
    except NotRunnable:
        return "not run", None
    calm = _states(bases, count, number % _VARIETY)[2 : 2 + _SIGNALLED]  # rows 0 and 1 are all zeros and all ones
    shaken = disturbance(trial.original, trial.candidate, calm, trial.live_out)
    return ("different", shaken) if shaken is not None else ("alike", None)


@lru_cache(maxsize=512)
def _states(bases: tuple[str, ...], count: int, seed: int) -> Sequence[MachineState]:
    return random_states(count, seed, pointers=bases)


def _judged(checker: Checker, trial: Trial, timeout: float, *, explain: bool = False) -> Verdict:
    """The verdict of the proof alone: the judge's own run on the emulator, which would hide a hole, is left out."""
    dead = DeadStack() if trial.dead_stack else None
    options = CheckOptions(trial.live_out, dead, timeout=timeout, differential=0, explain=explain)
    try:
        with alarm(2 * timeout + GRACE):
            return checker.check(trial.original, trial.candidate, options)
    except OutOfTime:
        return Unknown("out of all time", 2 * timeout + GRACE)
    except MemoryError:
        return Unknown("out of memory", 0.0)


def _finding(
    checker: Checker, trial: Trial, witness: tuple[MachineState, Difference] | None, verdict: Verdict, limits: Limits
) -> Finding | None:
    if witness is not None and isinstance(verdict, Proved):
        what = "a block that runs differently is called equivalent"
        return _described(what, trial, *witness)
    if witness is not None and trial.kind == "rewrite":
        return _described(f"the rule {trial.rule} made a block that runs differently", trial, *witness)
    if witness is None and isinstance(verdict, Refuted):
        return _unconfirmed(checker, trial, limits)
    return None


def _unconfirmed(checker: Checker, trial: Trial, limits: Limits) -> Finding | None:
    """A refutation that the emulator does not confirm; every refuted rewrite is one, whatever the emulator says."""
    verdict = _judged(checker, trial, 4 * limits.timeout, explain=True)
    if not isinstance(verdict, Refuted):
        return None
    example = verdict.counterexample
    if trial.kind == "mutant" and (example.replayed or _shown(trial, example) or _beyond_emulation(example)):
        return None
    inputs = ", ".join(f"{name}={value:#x}" for name, value in example.inputs.items())
    difference = example.differences[0] if example.differences else Difference("nothing", "", "")
    what = "blocks that are equivalent are called different" if trial.kind == "rewrite" else "a refutation that no run confirms"
    return replace(_described(what, trial, None, difference), state=f"{inputs}; memory seed {example.seed:#x}")


def _shown(trial: Trial, example: Counterexample) -> bool:
    """Whether the counterexample's own state shows a difference, way out and footprint included, or cannot be run."""
    from semantics.locations import LOCATIONS
    from semantics.memory_image import MemoryImage

    state = MachineState.zero().replace(memory=MemoryImage(example.seed, dict(example.memory)), sp=DEFAULT_SP)
    for name, value in example.inputs.items():
        if name in LOCATIONS:
            state = state.with_location(name, value)
    try:
        left, right = Runnable.of(trial.original), Runnable.of(trial.candidate)
    except NotRunnable:
        return False
    if left.run(state) is None or right.run(state) is None:  # the emulator does not know an instruction
        return True
    return difference_at(left, right, state, trial.live_out, trial.dead_stack) is not None


def _beyond_emulation(example: Counterexample) -> bool:
    """Demands that no single run can show: what a signal handler may do below sp, and faults of a misaligned sp."""
    return bool(example.differences) and not any(
        d.what in ("memory", "exit", "footprint") or d.what[0] in "xvnzc" for d in example.differences
    )


def _described(what: str, trial: Trial, state: MachineState | None, difference: Difference) -> Finding:
    texts = ["\n".join(instruction.text for instruction in block) for block in (trial.original, trial.candidate)]
    shown = f"{difference.what}: {difference.original} against {difference.candidate}"
    return Finding(what, texts[0], texts[1], str(trial.live_out), trial.dead_stack, repr(state) if state is not None else "", shown)


_WORDS: dict[str, Word] = {"equivalent": "proved", "different": "refuted", "unsupported": "unsupported"}


def _word(verdict: Verdict) -> Word:
    """Whatever is neither proved nor refuted nor refused by name is unknown."""
    return _WORDS.get(word(verdict), "unknown")


def _reason(verdict: Verdict) -> str:
    """Why there is no verdict, with the operands and numbers of the single case left out."""
    if isinstance(verdict, Unsupported):
        instruction, _, why = verdict.what.rpartition(": ")
        return _DETAIL.sub("N", f"{instruction.partition(' ')[0]}: {why}" if instruction else why)[:120]
    return _DETAIL.sub("N", verdict.reason)[:120] if isinstance(verdict, Unknown) else ""
