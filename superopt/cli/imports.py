"""Rewrites from elsewhere: nothing in such a file is believed; every one is proved again."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from grammars.errors import GrammarsError
from grammars.instruction import parse_operation
from proposer.proposal import CostKey
from semantics.assembler import Instruction, assemble
from semantics.block import effects
from semantics.canonical import canonicalise, locations_in
from semantics.errors import SemanticsError
from semantics.frames import MAX_FRAME, DeadStack
from semantics.liveset import LiveSet
from superopt.cache import Question, Rewrite
from superopt.cli.problems import one_line
from superopt.cost import Objective, UnknownCpu, machine
from superopt.pricing import cost_of
from verifier.check import Checker, CheckOptions
from verifier.verdict import Proved
from verifier.version import proof_digest

PROPOSER_LENGTH = 40
_DEAD_STACK = re.compile(r"dead-stack((?:\+\d+\.\.\d+)*)")
_RANGE = re.compile(r"\+(\d+)\.\.(\d+)")


def restamped(line: str) -> str:
    """An exported line with what we know ourselves in place of what it says: meanings, costs, certificate.

    Text that is no export comes back as it is.
    """
    try:
        data = json.loads(line)
        rewrite = data["rewrite"]
        block, replacement = _instructions(data["question"]["block"]), _instructions(rewrite["replacement"])
        cost = _cost(str(data["question"]["objective"]))
        rewrite["semantics"] = proof_digest((*block, *replacement))
        rewrite["cost"], rewrite["cost_before"] = cost(replacement), cost(block)
        rewrite["certificate"] = {"method": "proved again when imported"}
        rewrite["proposer"] = one_line(str(rewrite["proposer"]))[:PROPOSER_LENGTH]
        return json.dumps(data)
    except (ValueError, KeyError, TypeError, AttributeError, Refused, RecursionError):
        return line


class Refused(Exception):
    """Why a rewrite is not stored."""


@dataclass(slots=True)
class Prover:
    """Decides on rewrites; ``timeout`` in seconds for each proof. Answers are remembered."""

    checker: Checker
    timeout: float = 10.0
    reasons: dict[str, int] = field(default_factory=dict[str, int])
    _known: dict[tuple[str, str, str, tuple[float, ...]], bool] = field(default_factory=dict[tuple[str, str, str, tuple[float, ...]], bool])

    def valid(self, question: Question, rewrite: Rewrite) -> bool:
        """Whether the rewrite answers the question: proved, with the meanings and the cost that it says."""
        key = question.key, rewrite.replacement, rewrite.semantics, rewrite.cost
        if key not in self._known:
            try:
                self._check(question, rewrite)
                self._known[key] = True
            except Refused as error:
                self.reasons[str(error)] = self.reasons.get(str(error), 0) + 1
                self._known[key] = False
        return self._known[key]

    def _check(self, question: Question, rewrite: Rewrite) -> None:
        block, replacement = _instructions(question.block), _instructions(rewrite.replacement)
        live_out = _live_out(question, block)
        if question.features:
            raise Refused("it asks for processor features")
        if proof_digest((*block, *replacement)) != rewrite.semantics:
            raise Refused("it was proved with other meanings")
        _check_scratch(question, block, replacement)
        _check_cost(question, rewrite, block, replacement)
        options = CheckOptions(live_out, dead_stack_of(question.assumptions), self.timeout)
        if not isinstance(self.checker.check(block, replacement, options), Proved):
            raise Refused("it is not proved here")


def _instructions(text: str) -> tuple[Instruction, ...]:
    try:
        found = tuple(assemble(parse_operation(line)) for line in text.split("\n")) if text else ()
        for instruction in found:
            effects(instruction)  # raises where there is no meaning
        return found
    except (GrammarsError, SemanticsError):
        raise Refused("it contains something that is no instruction with a meaning here") from None


def _live_out(question: Question, block: Sequence[Instruction]) -> LiveSet:
    """The live-outs of the question, if its block is canonical under them; the search only asks such questions."""
    try:
        live_out = LiveSet.parse(question.live_out) if question.live_out else LiveSet()
        canonical = canonicalise(block, live_out)
    except SemanticsError:
        raise Refused("its live-outs cannot be read") from None
    if canonical.text != question.block or str(canonical.live_out) != question.live_out or not {"sp", "mem"} <= set(live_out):
        raise Refused("its block is not in canonical form")
    return live_out


def _check_scratch(question: Question, block: Sequence[Instruction], replacement: Sequence[Instruction]) -> None:
    """Registers beyond the block's are spare ones; no more of them than the question allows. No way out is new."""
    own = {location for i in block for location in locations_in(i.plain)}
    more = {location for i in replacement for location in locations_in(i.plain)} - own
    general = sum(location[0] == "x" for location in more)
    if general > question.scratch[0] or len(more) - general > question.scratch[1]:
        raise Refused("it uses more registers than it says")
    if any(effects(i).exit is not None for i in (*block, *replacement)):
        raise Refused("it holds a branch")


def _check_cost(question: Question, rewrite: Rewrite, block: Sequence[Instruction], replacement: Sequence[Instruction]) -> None:
    cost = _cost(question.objective)
    if tuple(cost(replacement)) != rewrite.cost or tuple(cost(block)) != rewrite.cost_before:
        raise Refused("its cost is another one here")


def _cost(objective: str) -> Callable[[Sequence[Instruction]], CostKey]:
    goal, _, cpu = objective.partition(":")
    try:
        return cost_of(machine(cpu), Objective(goal))
    except (UnknownCpu, ValueError):
        raise Refused("its objective is not known here") from None


def dead_stack_of(assumptions: Sequence[str]) -> DeadStack | None:
    """The dead stack that a question's assumptions speak of. Raises Refused for any other assumption."""
    if not assumptions:
        return None
    found = _DEAD_STACK.fullmatch(assumptions[0])
    if found is None or len(assumptions) > 1:
        raise Refused("its assumptions are not known here")
    ranges = tuple((int(low), int(high)) for low, high in _RANGE.findall(found[1]))
    if any(not low < high <= MAX_FRAME for low, high in ranges):
        raise Refused("its assumptions are not known here")
    return DeadStack(ranges)
