"""What can go wrong while reading assembly text.

Every exception of the package is a :class:`GrammarsError`. Their texts are one line each, fit for a terminal.
"""

QUOTED_LIMIT = 60  # characters of somebody's text that a message repeats


class GrammarsError(Exception):
    """The root of all errors of this package."""


class GrammarError(GrammarsError):
    """Text that is not assembly: where (line and column count from 1, in characters) and why."""

    def __init__(self, source: str, line: int, column: int, message: str) -> None:
        super().__init__(source, line, column, message)
        self.source = source
        self.line = line
        self.column = column
        self.message = message

    def __str__(self) -> str:
        return f"{self.source}:{self.line}:{self.column}: error: {self.message}"


class SourceError(GrammarsError):
    """A file that cannot be read at all: missing, a directory, too large."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(path, message)
        self.path = path
        self.message = message

    def __str__(self) -> str:
        return f"{self.path}: error: {self.message}"


class EditError(GrammarsError):
    """An edit that does not fit its listing: overlapping, or not a run of instructions."""

    def __init__(self, source: str, start: int, stop: int, message: str) -> None:
        super().__init__(source, start, stop, message)
        self.source = source
        self.start = start
        self.stop = stop
        self.message = message

    def __str__(self) -> str:
        return f"{self.source}: error: edit of statements {self.start} to {self.stop}: {self.message}"


def shorten(text: str) -> str:
    """`text` in quotes, on one line, printable everywhere and not longer than QUOTED_LIMIT characters."""
    cut = text if len(text) <= QUOTED_LIMIT else text[: QUOTED_LIMIT - 3] + "..."
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in cut)
    return f"'{shown}'"
