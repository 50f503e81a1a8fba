"""Arbitrary text: it is read or refused, and nothing else happens."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from grammars.errors import GrammarError, GrammarsError
from grammars.listing import Listing, decode_listing, parse_listing, parse_operation

PIECES = [
    *["add", "ldr", "b.eq", "csel", "msr", "prfm", "tbz", ".macro", ".endm", ".rept", ".endr", ".end", ".req", ".ascii", "#define"],
    *["x0", "w31", "v3.4s", "v0.s[1]", "{", "}", "[", "]", "(", ")", "z0.s", "p0/z", "mul", "lsl", "eq", "1f", "sym", "."],
    *["#", "1", "0x", "99999999999999999999", "1.5", "1e999", "-", "~", "<<", "/", "%", "*", "=", ":", ":lo12:", "!", ","],
    *["//", "/*", "*/", '"', "'", "\\", ";", "\n", "\r\n", "\r", "\t", " ", "\0", "é", "\udc80", "\u2028", "\x0c"],
]
garbled = st.lists(st.sampled_from(PIECES), max_size=30).map("".join) | st.lists(st.sampled_from(PIECES), max_size=20).map(" ".join)
texts = st.text() | garbled


def covers(listing: Listing) -> bool:
    """The spans are in order and apart."""
    ends = [0, *(statement.span[1] for statement in listing.statements)]
    starts = [statement.span[0] for statement in listing.statements]
    return all(end <= start for end, start in zip(ends, starts, strict=False))


@settings(max_examples=1500)
@example("\udc80")
@example("\ufeffnop")
@example("mov x0, " + "(" * 5000)
@given(texts)
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        listing = parse_listing(text, "any")
    except GrammarError as error:
        assert error.source == "any"
        assert 1 <= error.line <= text.count("\n") + 1
        assert 1 <= error.column <= len(text) + 1
        assert "\n" not in str(error) and str(error).encode()
    else:
        assert covers(listing)
        assert listing.replace([]) == text


@settings(max_examples=800)
@given(texts)
def test_any_operation_is_read_or_refused(text: str) -> None:
    try:
        parse_operation(text)
    except GrammarError as error:
        assert 1 <= error.column <= len(text) + 1


@settings(max_examples=300)
@given(st.binary())
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        parse_listing(decode_listing(data))
    except GrammarsError as error:
        assert str(error)
