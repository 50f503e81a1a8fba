"""The error of this package: libVEX's code holds something that is not on a whitelist."""

from __future__ import annotations

from semantics.errors import SemanticsError


class VexError(SemanticsError):
    """A statement, operation or use of the guest state that has no translation; the instruction is unsupported."""
