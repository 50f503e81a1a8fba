"""The language of assumptions: text -> tree, with places in errors. What a tree means: :mod:`semantics.assumptions`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedInput

from grammars.errors import GrammarError, shorten

MAX_TEXT = 4096  # characters of one assumption
MAX_OPERATORS = 128  # parentheses count as operators
MAX_DIGITS = 66

_OPERATOR = re.compile(r"<<|>>|[-+*/%&|^~(]|\b(?:and|or|not)\b")
_PIECE = re.compile(r"\w+|[<>=!]+|.", re.DOTALL)
_REGISTER_HELP = "registers are x0 to x30, w0 to w30, sp, v0 to v31 (b, h, s, d: low bits), and the flags n, z, c, v"
_PREDICATE_HELP = "noalias(...), aligned(...) or nowrap(...)"


class AssumptionError(GrammarError):
    """An assumption that cannot be understood: where (column from 1) and why."""


@dataclass(frozen=True, slots=True)
class Number:
    """An integer of any size; it takes the width of what it meets."""

    value: int
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Register:
    """A register or flag before the block, by its name in lower case."""

    name: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Extension:
    """``uxtw(...)`` and its kind: the low 8, 16 or 32 bits extended to 64."""

    kind: str
    operand: Expression
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Unary:
    """``-`` or ``~``."""

    sign: str
    operand: Expression
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """One of ``| ^ & << >> + - * / %``; ``at`` is the operator's place."""

    sign: str
    left: Expression
    right: Expression
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    """``first``, and each relation with its right side: ``1 <= x2 < 64`` is two comparisons."""

    first: Expression
    rest: tuple[tuple[str, Expression], ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A predicate with its arguments."""

    name: str
    arguments: tuple[Expression, ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary."""

    operand: Condition


@dataclass(frozen=True, slots=True)
class And:
    """Both."""

    left: Condition
    right: Condition


@dataclass(frozen=True, slots=True)
class Or:
    """Either, or both."""

    left: Condition
    right: Condition


type Expression = Number | Register | Extension | Unary | Binary
type Condition = Comparison | Call | Not | And | Or


def parse_assumption(text: str, source: str = "assumption") -> Condition:
    """The tree of one assumption. Raises AssumptionError with the place in ``text``."""
    _check_size(text, source)
    try:
        return cast(Condition, _parser().parse(text))
    except UnexpectedInput as error:
        raise _explained(text, error, source) from None
    except _Misfit as error:
        raise fault(error.at, error.message, source) from None


def fault(at: int, message: str, source: str = "assumption") -> AssumptionError:
    """An error about the character number ``at`` (from 0) of an assumption."""
    return AssumptionError(source, 1, at + 1, message)


class _Misfit(ValueError):
    def __init__(self, at: int, message: str) -> None:
        super().__init__(message)
        self.at, self.message = at, message


@lru_cache(1)
def _parser() -> Lark:
    grammar = (Path(__file__).parent / "assumption.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", transformer=_ToTree())


def _check_size(text: str, source: str) -> None:
    if len(text) > MAX_TEXT:
        raise fault(0, f"{len(text)} characters, more than {MAX_TEXT}", source)
    for number, operator in enumerate(_OPERATOR.finditer(text)):
        if number >= MAX_OPERATORS:
            raise fault(operator.start(), f"more than {MAX_OPERATORS} operators and parentheses", source)


def _explained(text: str, error: UnexpectedInput, source: str) -> AssumptionError:
    at = cast("int | None", error.pos_in_stream)
    token = cast(Any, getattr(error, "token", None))
    if (token is not None and token.type == "$END") or at is None or at >= len(text):
        return fault(len(text), f"{shorten(text)} ends too early", source)
    found = _PIECE.match(text, at)
    piece = found.group() if found else ""
    return fault(at, _reason(piece, shorten(text)), source)


def _reason(piece: str, text: str) -> str:
    if piece.lower() in ("fpcr", "fpsr"):
        return f"{piece}: floating point is judged with FPCR = 0 only, and nothing else can be assumed about its registers"
    if piece == "=":
        return f"unexpected '=' in {text}; equality is =="
    if re.fullmatch(r"[A-Za-z_]\w*", piece) and piece.lower() not in ("and", "or", "not"):
        return f"unexpected {shorten(piece)} in {text}; {_REGISTER_HELP}, conditions comparisons and {_PREDICATE_HELP}"
    return f"unexpected {shorten(piece)} in {text}"


@v_args(inline=True)
class _ToTree(Transformer[Token, Any]):
    """Called by the parser while it reduces, so deep texts need no recursion."""

    def number(self, token: Token) -> Number:
        text = token.lower()
        if len(text) > MAX_DIGITS:
            raise _Misfit(_at(token), "the number does not fit in 64 bits")
        base = {"0x": 16, "0b": 2}.get(text[:2], 10)
        if base == 10 and len(text) > 1 and text[0] == "0":
            raise _Misfit(_at(token), "a decimal number has no leading zero")
        value = int(text, base)
        if value >> 64:
            raise _Misfit(_at(token), "the number does not fit in 64 bits")
        return Number(value, _at(token))

    def register(self, token: Token) -> Register:
        return Register(token.lower(), _at(token))

    def extension(self, token: Token, operand: Expression) -> Extension:
        return Extension(token.lower(), operand, _at(token))

    def unary(self, token: Token, operand: Expression) -> Unary:
        return Unary(str(token), operand, _at(token))

    def binary(self, left: Expression, token: Token, right: Expression) -> Binary:
        return Binary(str(token), left, right, _at(token))

    def comparison(self, first: Expression, *rest: Any) -> Comparison:
        pairs = tuple((str(rest[i]), cast(Expression, rest[i + 1])) for i in range(0, len(rest), 2))
        return Comparison(first, pairs, _at(rest[0]))

    def call(self, token: Token, *arguments: Expression | None) -> Call:
        return Call(token.lower(), tuple(a for a in arguments if a is not None), _at(token))

    def negation(self, operand: Condition) -> Not:
        return Not(operand)

    def all_of(self, left: Condition, right: Condition) -> And:
        return And(left, right)

    def any_of(self, left: Condition, right: Condition) -> Or:
        return Or(left, right)


def _at(token: Token) -> int:
    return token.start_pos or 0


# --- printing -----------------------------------------------------------------------------------


def assumption_text(condition: Condition) -> str:
    """The condition in one spelling, which reads back as the same tree."""
    match condition:
        case Comparison(first, rest):
            return " ".join([_text(first), *(f"{relation} {_text(right)}" for relation, right in rest)])
        case Call(name, arguments):
            return f"{name}({', '.join(map(_text, arguments))})"
        case Not(operand):
            return f"not {_bracketed(operand)}"
        case And(left, right):
            return f"{_bracketed(left)} and {_bracketed(right)}"
        case Or(left, right):
            return f"{_bracketed(left)} or {_bracketed(right)}"


def _bracketed(condition: Condition) -> str:
    text = assumption_text(condition)
    return text if isinstance(condition, Comparison | Call) else f"({text})"


def _text(expression: Expression) -> str:
    match expression:
        case Number(value):
            return str(value) if value < 4096 else hex(value)
        case Register(name):
            return name
        case Extension(kind, operand):
            return f"{kind}({_text(operand)})"
        case Unary(sign, operand):
            return f"{sign}{_operand(operand)}"
        case Binary(sign, left, right):
            return f"{_operand(left)} {sign} {_operand(right)}"


def _operand(expression: Expression) -> str:
    return f"({_text(expression)})" if isinstance(expression, Unary | Binary) else _text(expression)
