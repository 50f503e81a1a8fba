"""Listings: assembly files as a sequence of statements over a text that is never lost.

Reading raises GrammarError or SourceError and nothing else, whatever the text. No file named in a text is opened.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from grammars.editing import Edit, apply_edits, expected_statements
from grammars.errors import EditError, GrammarError, SourceError
from grammars.instruction import format_operation, parse_operation
from grammars.statements import Directive, Instruction, LabelDef, Lines, Position, Statement, read_statements
from grammars.transform import StatementError

__all__ = [
    "Directive",
    "Edit",
    "Instruction",
    "LabelDef",
    "Listing",
    "Position",
    "Statement",
    "decode_listing",
    "encode_listing",
    "format_operation",
    "parse_listing",
    "parse_operation",
    "read_listing",
]

MAX_FILE = 64 << 20  # bytes of a file, characters of a text
MAX_LINE = 1 << 20  # characters; instructions have their own, lower limit

_LONE_RETURN = re.compile(r"\r(?!\n)")


@dataclass(frozen=True, slots=True)
class Listing:
    """A parsed text. The statements' spans are offsets into it."""

    source: str
    text: str
    statements: tuple[Statement, ...]

    def replace(self, edits: Sequence[Edit]) -> str:
        """The text with the edits made and all other lines as they were.

        The result is read again and compared with what the edits ask for. Raises EditError for edits that overlap
        or touch anything but instructions, and where the surrounding text would change the meaning of the new one
        (a macro named like an instruction).
        """
        changed = apply_edits(self.source, self.text, self.statements, edits)
        try:
            found = [_meaning(statement) for statement in parse_listing(changed, self.source).statements]
        except GrammarError as error:
            raise EditError(self.source, 0, len(self.statements), f"the result does not parse: {error}") from error
        wanted = [
            _meaning(item) if isinstance(item, Instruction | LabelDef | Directive) else item
            for item in expected_statements(self.statements, edits)
        ]
        if found != wanted:
            raise EditError(self.source, 0, len(self.statements), "the surrounding text changes the new instructions")
        return changed


def parse_listing(text: str, source: str = "<text>") -> Listing:
    """The statements of an assembly text. Raises GrammarError, which names `source`."""
    lines = Lines(text)
    try:
        _check(text, lines)
        return Listing(source, text, tuple(read_statements(text, lines)))
    except StatementError as error:
        place = lines.position(error.offset)
        raise GrammarError(source, place.line, place.column, error.message) from None


def decode_listing(data: bytes, source: str = "<bytes>") -> str:
    """The text of a file's bytes: UTF-8, where other bytes survive as surrogates. Line ends stay as they are."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        raise GrammarError(source, 1, 1, "byte order mark: assembly is plain ASCII or UTF-8 without a mark")
    return data.decode("utf-8", "surrogateescape")


def encode_listing(text: str) -> bytes:
    """The inverse of decode_listing, for writing a listing back."""
    return text.encode("utf-8", "surrogateescape")


def read_listing(path: str | Path) -> Listing:
    """Parse a file. Raises SourceError if it cannot be read, GrammarError for what it holds."""
    name = str(path)
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_FILE + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise SourceError(name, (reason or str(error)).lower()) from None
    if len(data) > MAX_FILE:
        raise SourceError(name, f"larger than {MAX_FILE >> 20} MiB")
    return parse_listing(decode_listing(data, name), name)


def _check(text: str, lines: Lines) -> None:
    """Guards against what no assembly file holds. Raises StatementError."""
    if len(text) > MAX_FILE:
        raise StatementError(0, f"text of {len(text)} characters, more than {MAX_FILE}")
    for start, following in pairwise([*lines.starts, len(text)]):
        if following - start > MAX_LINE:
            raise StatementError(start, f"line of {following - start} characters, more than {MAX_LINE}")
    if (place := text.find("\0")) >= 0:
        raise StatementError(place, "NUL character: this is not assembly text")
    if lone := _LONE_RETURN.search(text):
        raise StatementError(lone.start(), "carriage return without a line feed, where assemblers differ")


def _meaning(statement: Statement) -> object:
    match statement:
        case Instruction(operation):
            return operation
        case LabelDef(name):
            return name
        case Directive(name, arguments):
            return name, arguments
