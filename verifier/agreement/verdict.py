"""What a comparison of two meanings of one instruction can end in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, assert_never

type Verdict = Literal["agree", "disagree", "row only", "vex only", "undecided"]


@dataclass(frozen=True, slots=True)
class Agreement:
    """The verdict on one instruction.

    Attributes:
        verdict: ``agree``; ``disagree``; ``row only``, VEX is not asked or does not know it; ``vex only``, the row has no
            meaning of its own; ``undecided``.
        location: what differs: a location, ``exit``, ``memory``; empty without a difference.
        values: an initial state where it differs, by input.
        reason: why it is not simply ``agree``, or how the agreement was found (``identical``, ``solver``).
    """

    verdict: Verdict
    location: str = ""
    values: Mapping[str, int] = field(default_factory=dict[str, int])
    reason: str = ""

    @property
    def trusted(self) -> bool:
        """Whether the instruction may be used."""
        match self.verdict:
            case "agree" | "row only" | "vex only":
                return True
            case "disagree" | "undecided":
                return False
        assert_never(self.verdict)

    @property
    def label(self) -> str:
        """How the meaning is known, for certificates."""
        match self.verdict:
            case "agree":
                return "row = VEX"
            case "row only":
                return f"row only ({self.reason})"
            case "vex only":
                return "VEX only"
            case "disagree" | "undecided":
                return self.verdict
        assert_never(self.verdict)

    @property
    def explanation(self) -> str:
        """Why the instruction is not trusted, for people."""
        if self.verdict != "disagree":
            return f"{self.verdict}: {self.reason}" if self.reason else self.verdict
        inputs = ", ".join(f"{name}={value:#x}" for name, value in sorted(self.values.items()))
        return f"sources disagree about {self.location}{f' for {inputs}' if inputs else ''}"
