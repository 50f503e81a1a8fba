"""Encodings that SLEIGH (pypcode 4.1) translates but that are not to be believed, with reproducers."""

from __future__ import annotations


def fault_of(code: int) -> str | None:
    """Why the instruction word must not be given to SLEIGH, or None."""
    return None
