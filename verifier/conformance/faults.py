"""Known gaps and faults of the emulators, with reproducers. Those of VEX and SLEIGH are beside their translations.

An emulator that calls an instruction undefined which is listed here has no vote on it; any other such answer is a
disagreement that somebody has to look into.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gap:
    """Instruction words with ``code & mask == value`` that ``source`` does not implement; ``example`` shows it."""

    source: str
    mask: int
    value: int
    reason: str
    example: str

    def covers(self, code: int) -> bool:
        """Whether this is one of the words."""
        return code & self.mask == self.value


KNOWN_GAPS: tuple[Gap, ...] = ()


def absent_from(source: str, code: int) -> str | None:
    """Why ``source`` (``Unicorn`` or ``qemu``) does not know the instruction word, or None if it should."""
    return next((gap.reason for gap in KNOWN_GAPS if gap.source == source and gap.covers(code)), None)
