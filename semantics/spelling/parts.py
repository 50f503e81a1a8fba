"""Shared by the tables of aliases: what operands are, and demands on them that explain themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from grammars.operands import Immediate, Name, Operand, Operation, Register
from semantics.conditions import PREFERRED, condition_number
from semantics.operands.base import Mismatch

type Operands = Sequence[Operand]
type Expansion = Callable[[Operands], Operation | None]
type Preference = Callable[[Operands], Operation | None]


def width_of(operand: Operand | None) -> int | None:
    """32 or 64 for a general register, else None."""
    if not isinstance(operand, Register):
        return None
    return {"w": 32, "x": 64, "s": 64}.get(operand.name[0])


def zero(operand: Operand) -> Register:
    """The zero register of the operand's width."""
    return Register("wzr" if width_of(operand) == 32 or operand == Register("wsp") else "xzr")


def is_zero(operand: Operand) -> bool:
    """Whether the operand is a zero register."""
    return operand in (Register("xzr"), Register("wzr"))


def is_sp(operand: Operand) -> bool:
    """Whether the operand is the stack pointer."""
    return operand in (Register("sp"), Register("wsp"))


def immediate_of(operand: Operand) -> int | None:
    return operand.value if isinstance(operand, Immediate) else None


def inverted_condition(condition: Operand) -> Name | None:
    number = condition_number(condition.text) if isinstance(condition, Name) else None
    return Name(PREFERRED[number ^ 1]) if number is not None and number < 14 else None


def at_least(o: Operands, count: int) -> None:
    """Require ``count`` operands at least."""
    if len(o) < count:
        raise Mismatch("too few operands", len(o))


def exactly(o: Operands, count: int) -> None:
    """Require ``count`` operands."""
    at_least(o, count)
    if len(o) > count:
        raise Mismatch("unexpected operand", count)


def required_number(o: Operands, position: int, low: int, high: int) -> int:
    """The immediate at ``position``, from ``low`` to ``high``."""
    value = immediate_of(o[position])
    if value is None:
        raise Mismatch("expected an immediate", position)
    if not low <= value <= high:
        raise Mismatch(f"immediate {value} is out of range {low} to {high}", position, close=True)
    return value


def required_width(o: Operands, position: int) -> int:
    """Width of the general register at ``position``."""
    width = width_of(o[position])
    if width is None:
        raise Mismatch("expected a general register", position)
    return width
