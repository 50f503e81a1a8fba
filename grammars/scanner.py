"""Assembly text cut into fragments: labels, statements and C preprocessor lines, each with its place.

Knows comments (`//`, `/* */`, and `#` where a statement could begin), strings, character constants and the separators
newline and `;`. `@` begins no comment on AArch64. Between fragments are only white space, comments and separators.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from grammars.transform import StatementError

NAME = r"[A-Za-z_.$\x80-\U0010ffff][A-Za-z0-9_.$\x80-\U0010ffff]*+"
QUOTED = r'"(?:[^"\\\n\r]|\\[^\n\r])++"'

SPACES = " \t\f\v"  # what str.strip() takes beyond these can be part of a name

# The fragments that need no care: blanks, then a label, or a statement up to a separator, without quotes and slashes.
_SIMPLE = re.compile(
    rf"""[ \t\f\v\r\n;]*+(?: (?P<label>{NAME}|[0-9]++) [ \t]*+ :
                                       | (?P<statement>[A-Za-z_.$][^\n\r;"'/]*+) (?=[\n\r;]|//) )""",
    re.VERBOSE,
)
_BLANK = re.compile(r"[ \t\f\v\r\n;]*+")
_QUOTED_LABEL = re.compile(rf"({QUOTED})[ \t]*+:")
_BODY = re.compile(
    r"""(?: [^\n\r;"'/]++                         # anything that ends nothing
          | "(?:[^"\\\n\r]++|\\[^\n\r])*+"        # a string
          | '(?:\\[^\n\r]|[^\n\r\\])'?+           # a character constant; GNU as lets the second quote go
          | /(?![/*])
        )*+""",
    re.VERBOSE,
)
_REST_OF_LINE = re.compile(r"[^\n]*+")
_PREPROCESSOR = re.compile(
    r"#[ \t]*(?:define|undef|include|ifdef|ifndef|if|elif|else|endif|pragma|error|warning)\b(?:[^\n\\]++|\\\r?\n|\\)*+"
)

Kind = Literal["label", "statement", "preprocessor"]


@dataclass(frozen=True, slots=True)
class Fragment:
    """text[start:end] with its comments overwritten by spaces; a label's text is its name as written."""

    kind: Kind
    start: int
    end: int
    text: str


def fragments(text: str) -> Iterator[Fragment]:
    """The fragments in their order; `text` has no lone carriage return. Raises StatementError, offset into `text`."""
    position, length = 0, len(text)
    while position < length:
        simple = _SIMPLE.match(text, position)
        if simple is None:
            position, found = _careful(text, position)
            if found:
                yield found
            continue
        position = simple.end()
        if simple["label"]:
            yield Fragment("label", simple.start("label"), position, simple["label"])
        else:
            body = simple["statement"].rstrip(SPACES)
            start = simple.start("statement")
            yield Fragment("statement", start, start + len(body), body)


def _careful(text: str, position: int) -> tuple[int, Fragment | None]:
    """The fragment at `position`, if one begins there, and where to go on."""
    position = _end(_BLANK, text, position)
    first = text[position : position + 1]
    if not first:
        return position, None
    if first == "#":
        return _hash_line(text, position)
    if text.startswith("//", position):
        return _end(_REST_OF_LINE, text, position), None
    if text.startswith("/*", position):
        return _end_of_comment(text, position), None
    if first == '"' and (label := _QUOTED_LABEL.match(text, position)):
        return label.end(), Fragment("label", position, label.end(), label[1])
    end, body = _statement(text, position)
    return end, Fragment("statement", position, position + len(body), body)


def _hash_line(text: str, position: int) -> tuple[int, Fragment | None]:
    directive = _PREPROCESSOR.match(text, position)
    if directive is None:
        return _end(_REST_OF_LINE, text, position), None
    body = directive.group().rstrip(SPACES + "\r")
    return directive.end(), Fragment("preprocessor", position, position + len(body), body)


def _statement(text: str, position: int) -> tuple[int, str]:
    """Where the statement's separator or comment stands, and the statement's text, as long as in `text`."""
    parts: list[str] = []
    while True:
        end = _end(_BODY, text, position)
        parts.append(text[position:end])
        position = end
        if text.startswith("/*", position):
            position = _end_of_comment(text, position)
            parts.append(" " * (position - end))
            continue
        if text.startswith('"', position):
            raise StatementError(position, "unterminated string")
        if text.startswith("'", position):
            raise StatementError(position, "unterminated character constant")
        return position, "".join(parts).rstrip(SPACES)


def _end_of_comment(text: str, position: int) -> int:
    end = text.find("*/", position + 2)
    if end < 0:
        raise StatementError(position, "unterminated comment")
    return end + 2


def _end(pattern: re.Pattern[str], text: str, position: int) -> int:
    found = pattern.match(text, position)
    return found.end() if found else position
