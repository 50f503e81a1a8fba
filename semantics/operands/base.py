"""What every operand kind offers, and how a failed match is reported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grammars.operands import Memory, Modifier, Name, Operand, Register, RegisterList, Symbol, VectorRegister
from semantics.errors import SemanticsError
from semantics.state import State
from semantics.words import Word

type Fields = dict[str, int]


class Mismatch(SemanticsError):
    """An operand does not fit a kind; ``operand`` is its index, ``close`` tells that only its value is off."""

    def __init__(self, message: str, operand: int, close: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.operand = operand
        self.close = close


class Matching:
    """The state of matching one operation against one row.

    Attributes:
        operands: the operation's operands.
        at: index of the next operand.
        fields: encoding fields found so far; ``sf`` (1 for 64 bits) is shared by all register operands.
        symbol: the relocated symbol, if an operand was one.
    """

    __slots__ = ("at", "fields", "operands", "symbol")

    def __init__(self, operands: Sequence[Operand]) -> None:
        self.operands = operands
        self.at = 0
        self.fields: Fields = {}
        self.symbol: Symbol | None = None

    def peek(self) -> Operand | None:
        """The next operand, or None at the end."""
        return self.operands[self.at] if self.at < len(self.operands) else None

    def take[T](self, kind: type[T], what: str) -> T:
        """Consume the next operand, which must be of ``kind``; raise :class:`Mismatch` otherwise."""
        operand = self.peek()
        if operand is None:
            raise Mismatch(f"expected {what}, found the end", self.at)
        if not isinstance(operand, kind):
            raise Mismatch(f"expected {what}", self.at)
        self.at += 1
        return operand

    def fail(self, message: str, close: bool = False) -> Mismatch:
        """The mismatch at the operand consumed last."""
        return Mismatch(message, max(self.at - 1, 0), close)

    def put(self, name: str, value: int) -> None:
        """Set a field; a second, different value for the same field is a mismatch."""
        if self.fields.setdefault(name, value) != value:
            raise self.fail("operand widths differ", close=True)


def shape_of(operand: Operand) -> str:
    """One letter for what an operand is: r general register, f scalar of a vector register, v vector register,
    l register list, i immediate or label, m memory, n name, s shift or extension."""
    match operand:
        case Register(name):
            return "f" if name[0] in "bhdq" or (name[0] == "s" and name != "sp") else "r"
        case VectorRegister():
            return "v"
        case RegisterList():
            return "l"
        case Memory():
            return "m"
        case Name():
            return "n"
        case Modifier():
            return "s"
        case _:
            return "i"


class Kind:
    """One kind of operand. Subclasses say which encoding fields they own and how to use them."""

    def fields(self, name: str) -> tuple[str, ...]:
        """Names of the encoding fields that belong to the placeholder ``name``."""
        return (name,)

    @property
    def shape(self) -> str:
        """The letter of the operand this kind is written as, see :func:`shape_of`."""
        return "r"

    def match(self, name: str, matching: Matching) -> None:
        """Consume operands and set fields, or raise :class:`Mismatch`."""
        raise TypeError(f"{type(self).__name__} cannot be written")

    def render(self, name: str, fields: Fields, symbol: Symbol | None) -> list[Operand]:
        """The operands that denote these fields."""
        raise TypeError(f"{type(self).__name__} cannot be written")

    def valid(self, name: str, fields: Fields) -> bool:
        """Whether the fields are an allocated, predictable encoding."""
        return True

    @property
    def reason(self) -> str:
        """What to say where :meth:`valid` is false."""
        return "unallocated encoding"

    def value(self, name: str, fields: Fields, symbol: Symbol | None, state: State) -> Any:
        """What the row's function receives."""
        return None

    def assign(self, name: str, fields: Fields, state: State, word: Word) -> None:
        """Write the row's result for this placeholder into the state."""
        raise TypeError(f"{type(self).__name__} cannot be assigned")

    def finish(self, name: str, fields: Fields, symbol: Symbol | None, state: State) -> None:
        """Whatever the operand does of itself after the function's writes (base register writeback)."""
