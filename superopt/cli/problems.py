"""From exceptions to one line on stderr and an exit status."""

from __future__ import annotations

import os
import sys
import traceback

from superopt.errors import SuperoptError

BAD_INPUT = 2
INTERNAL = 70  # EX_SOFTWARE; 1 would read as "different"
DEBUG = "SUPEROPT_DEBUG"


class UsageProblem(SuperoptError):
    """A command line whose parts do not fit together."""


def report(error: Exception) -> int:
    """Print what went wrong and return the exit status."""
    import typer

    click_error, usage_error = typer.BadParameter.__mro__[2], typer.BadParameter.__mro__[1]
    if isinstance(error, click_error):
        _print_usage(error, isinstance(error, usage_error))
        return BAD_INPUT
    line = explain(error)
    if line is not None:
        print(line, file=sys.stderr)
        return BAD_INPUT
    if os.environ.get(DEBUG):
        traceback.print_exception(error)
    text = one_line(f"{type(error).__name__}: {error}")
    print(f"superopt: internal error: {text} (set {DEBUG}=1 for details; please report it)", file=sys.stderr)
    return INTERNAL


def explain(error: BaseException) -> str | None:
    """The line for an error in what the user gave us, or None for any other."""
    from grammars.errors import GrammarsError
    from proposer.errors import ProposerError
    from semantics.errors import SemanticsError
    from verifier.errors import UnsatisfiablePremises

    if isinstance(error, GrammarsError):
        return one_line(str(error))
    if isinstance(error, SuperoptError | SemanticsError | ProposerError | UnsatisfiablePremises):
        text = one_line(str(error))
        return text if ": error: " in text else f"superopt: error: {text}"
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else "superopt: "
        return one_line(f"{place}error: {(error.strerror or str(error)).lower()}")
    if isinstance(error, MemoryError | RecursionError):
        return "superopt: error: out of memory"
    return None


def one_line(text: str) -> str:
    """``text`` without line ends and control characters."""
    joined = "; ".join(part.strip() for part in text.splitlines() if part.strip())
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode("ascii") for c in joined)


def _print_usage(error: Exception, usage: bool) -> None:
    message = getattr(error, "format_message")()  # noqa: B009 - typed differently by versions of typer
    context = getattr(error, "ctx", None)
    if message.startswith("Usage:"):  # a group without a verb: the message is the help
        print(message, file=sys.stderr)
        return
    path = context.command_path if context is not None else "superopt"
    hint = f" (see {path} --help)" if usage else ""
    print(f"{path}: error: {one_line(message).rstrip('.')}{hint}", file=sys.stderr)
