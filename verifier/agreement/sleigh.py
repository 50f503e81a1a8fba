"""The third vote: does SLEIGH's p-code mean what we take an instruction to mean?

It is asked for by the conformance table, never on the path of a check: that our row equals VEX is enough for trust, and
SLEIGH (the package pypcode) is optional.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, assert_never

from semantics import simplify as s
from semantics.assembler import Instruction
from semantics.errors import UnsupportedInstruction
from semantics.state import State
from verifier.agreement.prove import TIMEOUT, Solve, equal, weakest
from verifier.agreement.verdict import Agreement


@dataclass(frozen=True, slots=True)
class SleighVote:
    """SLEIGH's vote on one instruction.

    Attributes:
        verdict: ``agree``, ``disagree``, ``undecided`` by the solvers, or ``no vote``: SLEIGH has no meaning that can be
            used (see ``reason``), or nobody else has.
        against: whose meaning it was compared with: the row's, or VEX's where the row has none of its own.
        location: what differs: a location, ``exit``, ``memory``; empty without a difference.
        values: an initial state where it differs, by input.
        reason: how the agreement was found (``identical``, ``solver``), or why there is no vote.
    """

    verdict: Literal["agree", "disagree", "undecided", "no vote"]
    against: Literal["row", "VEX"]
    location: str = ""
    values: Mapping[str, int] = field(default_factory=dict[str, int])
    reason: str = ""

    @property
    def label(self) -> str:
        """One cell of a table: ``row = SLEIGH``, ``row ≠ SLEIGH (x0)``, ``no vote (why)``, ``undecided (why)``."""
        match self.verdict:
            case "agree":
                return f"{self.against} = SLEIGH"
            case "disagree":
                return f"{self.against} ≠ SLEIGH ({self.location})"
            case "undecided" | "no vote":
                return f"{self.verdict} ({self.reason})"
        assert_never(self.verdict)


def agrees_with_sleigh(instruction: Instruction, solve: Solve, timeout: float = TIMEOUT) -> SleighVote:
    """Compare the row's meaning (VEX's, if the row has none) with SLEIGH's in every state; nothing is remembered.

    ``timeout`` in seconds for each proof. An operand that a linker fills in is checked with the immediates 0, 1 and all
    ones in its place. Raises PcodeMissing (semantics.pcode) where pypcode is not installed.
    """
    from semantics import pcode

    pcode.version()
    found = weakest(instruction, lambda concrete, address: _agrees_at(concrete, address, solve, timeout))
    against = "row" if instruction.row.function is not None else "VEX"
    match found.verdict:
        case "agree" | "disagree" | "undecided":
            return SleighVote(found.verdict, against, found.location, found.values, found.reason)
        case "row only" | "vex only":
            return SleighVote("no vote", against, reason=found.reason)
    assert_never(found.verdict)


def _agrees_at(instruction: Instruction, address: int, solve: Solve, timeout: float) -> Agreement:
    """As one of several trials; without SLEIGH it is ``row only`` or ``vex only``."""
    from semantics import pcode, vex

    ours, theirs = State(pc=s.const(address, 64)), State(pc=s.const(address, 64))
    own = instruction.row.function is not None
    try:
        pcode.execute(instruction, theirs)
        if own:
            instruction.row.run(dict(instruction.fields), None, ours)
        else:
            vex.execute(instruction, ours)
    except UnsupportedInstruction as error:
        return Agreement("row only" if own else "vex only", reason=error.reason)
    return equal(ours, theirs, solve, timeout)
