"""Errors raised by :mod:`proposer`."""

from __future__ import annotations


class ProposerError(Exception):
    """Root of the package's errors."""


class ProposerUnavailable(ProposerError):
    """A proposer cannot run here: a package, a checkpoint or a setting is missing.

    ``remedy`` says in a few words what to install or set.
    """

    def __init__(self, name: str, reason: str, remedy: str) -> None:
        super().__init__(f"proposer {name}: {reason} ({remedy})")
        self.name = name
        self.reason = reason
        self.remedy = remedy
