"""What goes wrong with a conformance run; never a verdict about an instruction."""

from __future__ import annotations

from pathlib import Path

from verifier.errors import VerifierError


class ConformanceError(VerifierError):
    """A run that cannot go on: why."""


class ResumeError(ConformanceError):
    """The file of finished forms cannot be used: ``path``, and the reason."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason
