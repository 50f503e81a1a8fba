"""The text of one instruction <-> Operation."""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Literal, cast

from lark import Lark, Token
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from grammars.errors import GrammarError, shorten
from grammars.operands import Name, Operand, Operation
from grammars.printing import format_operation
from grammars.transform import NotConstantError, StatementError, inlined, join_post_index

__all__ = ["MAX_STATEMENT", "StatementError", "format_operation", "parse_operation", "parse_statement"]

MAX_STATEMENT = 1 << 16  # characters of one instruction
_MEMO_LENGTH = 160  # longer statements are not remembered
_MEMO_SIZE = 1 << 15
_MAX_DEPTH = 64  # parentheses

_AROUND = " \t\f\v\r\n"
_PIECE = re.compile(r'[A-Za-z0-9_.$\x80-\U0010ffff]+|"[^"]*"?|.', re.DOTALL)
_MARKS = re.compile(r'"[^"]*"|[\[{(]|[\]})]|,')
_CONDITIONAL = re.compile(r"f?csel|f?ccmp|cs(et|inc|inv|neg)|c(inc|inv|neg|cmn)", re.IGNORECASE)
_CLOSING = {"[": "]", "{": "}", "(": ")"}
# Operands of SVE and SME, and `mul vl`: kept as text, see Name.
_UNMODELLED = re.compile(r"(?<![\w.$:])([zp](3[01]|[12]?[0-9])|pn(1[0-5]|[0-9])|za[0-9]*[hv]?|zt0|mul)(?![\w$])", re.IGNORECASE)
_EXPECTED = {
    "COMMA": "','",
    "RSQB": "']'",
    "RBRACE": "'}'",
    "RPAR": "')'",
    "LSQB": "'['",
    "REGISTER": "a register",
    "VECTOR": "a vector register",
    "CONDITION": "a condition",
    "FLOAT": "a number",
    "INTEGER": "a number",
    "$END": "the end",
}


def parse_operation(text: str, source: str = "<text>") -> Operation:
    """The one instruction in `text`, without label or comment. Raises GrammarError with the place in `text`."""
    skipped = len(text) - len(text.lstrip(_AROUND))
    try:
        return parse_statement(text.strip(_AROUND))
    except StatementError as error:
        before = text[: skipped + error.offset]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise GrammarError(source, line, column, error.message) from None


def parse_statement(text: str) -> Operation:
    """The instruction in `text`, which has no white space around it. Raises StatementError."""
    if len(text) <= _MEMO_LENGTH:
        return _remembered(text)
    if len(text) > MAX_STATEMENT:
        raise StatementError(0, f"instruction of {len(text)} characters, more than {MAX_STATEMENT}")
    return _parse_afresh(text)


@lru_cache(_MEMO_SIZE)
def _remembered(text: str) -> Operation:
    return _parse_afresh(text)


def _parse_afresh(text: str) -> Operation:
    try:
        return _strictly(text, "operation")
    except NotConstantError:
        return _loosely(text)
    except StatementError:
        if not _UNMODELLED.search(text):
            raise
        return _loosely(text)


@lru_cache(1)
def _parser() -> Lark:
    grammar = (Path(__file__).parent / "aarch64.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", start=["operation", "operand"], transformer=inlined())


def _strictly[R: (Operation, Operand)](text: str, start: Literal["operation", "operand"]) -> R:
    if text.count("(") > _MAX_DEPTH:
        _check_depth(text)
    try:
        return cast(R, _parser().parse(text, start=start))
    except UnexpectedInput as error:
        raise _explained(text, error) from None


def _loosely(text: str) -> Operation:
    """The instruction with those operands kept as text that our operands cannot express."""
    head = _PIECE.match(text)
    mnemonic_end = head.end() if head else 0
    operands = [_loose_operand(text, start, stop) for start, stop in _split(text, mnemonic_end)]
    return Operation(text[:mnemonic_end].lower(), join_post_index(operands))


def _loose_operand(text: str, start: int, stop: int) -> Operand:
    piece = text[start:stop]
    skipped = len(piece) - len(piece.lstrip())
    piece = piece.strip()
    try:
        operand: Operand = _strictly(piece, "operand")
        return operand
    except StatementError as error:
        if isinstance(error, NotConstantError) or _UNMODELLED.search(piece):
            return Name(" ".join(piece.split()))
        raise StatementError(start + skipped + error.offset, error.message) from None


def _split(text: str, start: int) -> Iterator[tuple[int, int]]:
    """The pieces between the commas that stand outside of all brackets."""
    open_brackets: list[str] = []
    for mark in _MARKS.finditer(text, start):
        found = mark.group()
        if found in _CLOSING:
            open_brackets.append(_CLOSING[found])
        elif found in ("]", "}", ")"):
            if not open_brackets or open_brackets.pop() != found:
                raise StatementError(mark.start(), f"unexpected {shorten(found)} in {shorten(text)}")
        elif found == "," and not open_brackets:
            yield start, mark.start()
            start = mark.end()
    if open_brackets:
        raise StatementError(len(text), f"{shorten(text)} ends too early, expected '{open_brackets[-1]}'")
    yield start, len(text)


def _check_depth(text: str) -> None:
    depth = 0
    for offset, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth > _MAX_DEPTH:
            raise StatementError(offset, f"more than {_MAX_DEPTH} parentheses inside each other")


def _explained(text: str, error: UnexpectedInput) -> StatementError:
    if isinstance(error, UnexpectedToken):
        token = cast(Token, error.token)
        ended = token.type == "$END"
        offset = len(text) if ended else token.start_pos or 0
        allowed = set(error.accepts or error.expected)
    elif isinstance(error, UnexpectedCharacters):
        ended, offset, allowed = False, error.pos_in_stream or 0, set(error.allowed or ())
    else:
        ended, offset, allowed = True, len(text), set[str]()
    hint = _hint(allowed)
    if ended and _CONDITIONAL.match(text):
        return StatementError(offset, f"{shorten(text)} needs a condition (eq, ne, ...) as its last operand")
    if ended:
        return StatementError(offset, f"{shorten(text)} ends too early{hint}")
    piece = _PIECE.match(text, offset)
    return StatementError(offset, f"unexpected {shorten(piece.group() if piece else '')} in {shorten(text)}{hint}")


def _hint(allowed: set[str]) -> str:
    phrases = sorted({_EXPECTED.get(name, "") for name in allowed} - {""})
    if not phrases or len(phrases) > 3:
        return ""
    return f", expected {' or '.join(phrases)}"
