"""Constant expressions in operands, as GNU as and LLVM evaluate them: 64 bits, truncating division, logical `>>`.

A value is an integer, a symbol plus a constant, or, for anything else over symbols, a Name holding the text.
Where the assemblers would silently wrap around, or differ, we refuse.
"""

import math
import operator
import re
from collections.abc import Callable

from grammars.operands import MODIFIERS, REGISTER_ALIASES, REGISTER_NAMES, Name, Symbol

Value = int | Symbol | Name

_SIGNED = 1 << 63
_UNSIGNED = 1 << 64
_MAX_DIGITS = 66  # 64 binary digits and their prefix
_PLAIN_NAME = re.compile(r"[A-Za-z_.$][A-Za-z0-9_.$]*|[0-9]+[fb]")
_OTHER_REGISTER = re.compile(r"([vz]([0-9]|[12][0-9]|3[01])|pn?([0-9]|1[0-5])|[xw]31)(\.[0-9]{0,2}[bhsdq])?|zt0|za[0-9]*[hv]?")
_ESCAPES = {"b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "\\": 92, "'": 39, '"': 34}


class ExpressionError(ValueError):
    """An expression without a value; the message says why."""


def integer(text: str) -> int:
    """The value of a literal: decimal, `0x`, `0b`, or octal by a leading zero."""
    digits = text.lower()
    if len(digits.lstrip("0xb")) > _MAX_DIGITS:
        raise ExpressionError("the number does not fit in 64 bits")
    if digits.startswith(("0x", "0b")):
        return _checked(int(digits, 0))
    if not digits.startswith("0"):
        return _checked(int(digits))
    if not set(digits) <= set("01234567"):
        raise ExpressionError("a number with a leading zero is octal, and has no digits 8 and 9")
    return _checked(int(digits, 8))


def character(text: str) -> int:
    """The value of `'a'` or `'\\n'`; GNU as lets the closing quote go."""
    body = text[1:2] if text[1:2] != "\\" else text[1:3]
    if len(body) == 2 and body[1] not in _ESCAPES:
        raise ExpressionError("unknown escape in a character constant")
    value = _ESCAPES[body[1]] if len(body) == 2 else ord(body)
    if value > 127:
        raise ExpressionError("only ASCII characters can be constants")
    return value


def floating(text: str) -> float:
    """The double nearest to a decimal literal."""
    value = float(text)
    if math.isinf(value):
        raise ExpressionError("the number is too large for a double")
    if value == 0.0 and re.search("[1-9]", text.lower().split("e")[0]):
        raise ExpressionError("the number is too small for a double")
    return value


def unary(sign: str, value: Value) -> Value:
    """`+value`, `-value` or `~value`."""
    if sign == "+":
        return value
    if not isinstance(value, int):
        return Name(sign + _as_atom(value))
    if sign == "-":
        return _checked(-value)
    return ~value % _UNSIGNED if value >= _SIGNED else ~value


def binary(sign: str, left: Value, right: Value) -> Value:
    """`left sign right` for one of + - * / % << >> & | ^."""
    if isinstance(left, int) and isinstance(right, int):
        return _checked(_FOLD[sign](left, right))
    if isinstance(left, Symbol) and isinstance(right, int) and sign in "+-":
        return Symbol(left.name, None, _checked(_FOLD[sign](left.addend, right)))
    if isinstance(left, int) and isinstance(right, Symbol) and sign == "+":
        return Symbol(right.name, None, _checked(left + right.addend))
    return Name(_as_atom(left) + sign + _as_atom(right))


def value_text(value: Value) -> str:
    """The expression in a form that reads back as the same value."""
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Name):
        return value.text
    sign = f"{value.addend:+d}" if value.addend else ""
    return symbol_text(value.name, bare=value.specifier is not None) + sign


def symbol_text(name: str, *, bare: bool = False) -> str:
    """A symbol's name, in quotes where it would read as something else; `bare` where no register can stand."""
    if not _PLAIN_NAME.fullmatch(name):
        return f'"{name}"'
    return f'"{name}"' if not bare and reads_as_operand(name) else name


def reads_as_operand(word: str) -> bool:
    """Whether a word names a register (of SVE too) or a modifier rather than a symbol."""
    word = word.lower()
    if word in REGISTER_NAMES or word in REGISTER_ALIASES or word in MODIFIERS:
        return True
    return _OTHER_REGISTER.fullmatch(word) is not None


def _as_atom(value: Value) -> str:
    text = value_text(value)
    if isinstance(value, int):
        return text if value >= 0 else f"({text})"
    return text if isinstance(value, Symbol) and not value.addend else f"({text})"


def _checked(value: int) -> int:
    if not -_SIGNED <= value < _UNSIGNED:
        raise ExpressionError("the value does not fit in 64 bits")
    return value


def _divide(left: int, right: int) -> int:
    if right == 0:
        raise ExpressionError("division by zero")
    if left >= _SIGNED or right >= _SIGNED:
        raise ExpressionError("division beyond 63 bits, which assemblers do not agree on")
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


def _remainder(left: int, right: int) -> int:
    return left - right * _divide(left, right)


def _shift(shift: Callable[[int, int], int]) -> Callable[[int, int], int]:
    def apply(left: int, right: int) -> int:
        if not 0 <= right < 64:
            raise ExpressionError("shift by less than 0 or more than 63 bits")
        return shift(left, right)

    return apply


def _bitwise(op: Callable[[int, int], int]) -> Callable[[int, int], int]:
    def apply(left: int, right: int) -> int:
        if left < _SIGNED and right < _SIGNED:
            return op(left, right)
        return op(left % _UNSIGNED, right % _UNSIGNED)

    return apply


_FOLD: dict[str, Callable[[int, int], int]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divide,
    "%": _remainder,
    "<<": _shift(operator.lshift),
    ">>": _shift(lambda left, right: left % _UNSIGNED >> right),
    "&": _bitwise(operator.and_),
    "|": _bitwise(operator.or_),
    "^": _bitwise(operator.xor),
}
