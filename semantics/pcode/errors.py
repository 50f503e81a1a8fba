"""The error of this package: SLEIGH's code holds something that is not on a whitelist."""

from __future__ import annotations

from semantics.errors import SemanticsError


class PcodeError(SemanticsError):
    """An operation or a use of the register space that has no translation; the instruction is unsupported."""
