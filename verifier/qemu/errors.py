"""What goes wrong with the harness; never a verdict about code."""

from __future__ import annotations

from verifier.errors import VerifierError


class HarnessError(VerifierError):
    """The harness cannot be built or run: what failed, and why."""

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(f"{what}: {reason}")
        self.what = what
        self.reason = reason


class CaseError(VerifierError):
    """A case that the harness does not take: why."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"case: {reason}")
        self.reason = reason
