"""Errors raised by :mod:`semantics`; one root, each error carries its data."""

from __future__ import annotations


class SemanticsError(Exception):
    """Root of the package's errors."""


class WidthError(SemanticsError):
    """Operands of one operation have different or impossible widths."""

    def __init__(self, operation: str, widths: tuple[int, ...]) -> None:
        super().__init__(f"{operation}: operand widths {', '.join(map(str, widths))} do not fit together")
        self.operation = operation
        self.widths = widths


class EncodingError(SemanticsError):
    """An operation is no A64 instruction that this package knows.

    ``operand`` is the zero-based index of the operand at fault, or None when
    the mnemonic or the number of operands is.
    """

    def __init__(self, message: str, operand: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.operand = operand


class UnsupportedInstruction(SemanticsError):
    """The instruction exists but no source of meaning covers it."""

    def __init__(self, instruction: str, reason: str) -> None:
        super().__init__(f"{instruction}: {reason}")
        self.instruction = instruction
        self.reason = reason
