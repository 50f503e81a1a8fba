"""What is found out about one form: counts by source, and the disagreements one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

type Source = Literal["VEX", "SLEIGH", "Unicorn", "qemu", "llvm-mc", "text", "tool"]

MAX_KEPT = 4
"""Disagreements of one form and source that are kept with their reproducer; all are counted."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One difference between our meaning or encoding and a source.

    Attributes:
        source: who differs; ``text`` is our own parser and printer, ``tool`` a failure of this tool.
        instruction: the instruction, as text and word.
        detail: what differs, with the inputs.
        cause: why, from the tables of known faults; empty if nobody has found out.
    """

    source: Source
    instruction: str
    detail: str
    cause: str = ""


@dataclass(slots=True)
class Run:
    """One emulator's part: states run and compared, states that it could not be asked about, and differences.

    ``missing`` counts instances that the emulator does not know, ``blind`` states where a result was not compared
    because our meaning leaves it to an uninterpreted function.
    """

    compared: int = 0
    skipped: int = 0
    wrong: int = 0
    missing: int = 0
    blind: int = 0


@dataclass(slots=True)
class FormResult:
    """Everything about one form. ``vex`` and ``sleigh`` count instances by verdict; ``lines`` are texts compared with llvm-mc."""

    form: str
    group: str
    kind: str
    instances: int = 0
    vex: dict[str, int] = field(default_factory=dict[str, int])
    sleigh: dict[str, int] = field(default_factory=dict[str, int])
    unicorn: Run = field(default_factory=Run)
    qemu: Run = field(default_factory=Run)
    lines: int = 0
    disagreements: list[Disagreement] = field(default_factory=list[Disagreement])
    wrong: dict[str, int] = field(default_factory=dict[str, int])
    unexplained: int = 0
    notes: list[str] = field(default_factory=list[str])

    @property
    def states(self) -> int:
        """States compared on emulators."""
        return self.unicorn.compared + self.qemu.compared

    def disagree(self, found: Disagreement) -> None:
        """Count a disagreement, and keep it if there are not many of its source yet."""
        number = self.wrong[found.source] = self.wrong.get(found.source, 0) + 1
        self.unexplained += not found.cause
        if number <= MAX_KEPT:
            self.disagreements.append(found)
        if found.cause:
            self.note(f"{found.source}: {found.cause}")

    def note(self, text: str) -> None:
        """Say something about the form, once."""
        if text not in self.notes:
            self.notes.append(text)

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> FormResult:
        """What :meth:`as_json` gave. Raises KeyError, TypeError for other data."""
        given = dict(data)
        given["unicorn"], given["qemu"] = Run(**given["unicorn"]), Run(**given["qemu"])
        given["disagreements"] = [Disagreement(**found) for found in given["disagreements"]]
        return cls(**given)
