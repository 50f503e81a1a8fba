"""What keeps two functions from being compared."""

from __future__ import annotations

from grammars.statements import Position
from verifier.errors import VerifierError


class NotAFunction(VerifierError):
    """Text whose control flow or instructions are not known well enough: where, and why."""

    def __init__(self, source: str, place: Position | None, reason: str) -> None:
        super().__init__(f"{source}:{place.line}:{place.column}: {reason}" if place is not None else f"{source}: {reason}")
        self.source = source
        self.place = place
        self.reason = reason


class Unmatched(VerifierError):
    """The two functions cannot be matched or a segment cannot be proved; ``reason`` is a sentence for people."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TooManyPaths(VerifierError):
    """More paths between two cut points than the limit, or longer ones."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what
