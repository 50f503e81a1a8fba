"""What can go wrong while pricing code."""

from __future__ import annotations

from superopt.errors import SuperoptError


class UnknownCpu(SuperoptError):
    """A CPU for which there is no cost table."""

    def __init__(self, cpu: str, known: tuple[str, ...]) -> None:
        super().__init__(f"unknown CPU '{cpu}'; known: {', '.join(known)}")
        self.cpu = cpu
        self.known = known


class TableError(SuperoptError):
    """A cost table that does not say what a table must say."""

    def __init__(self, table: str, message: str) -> None:
        super().__init__(f"{table}: {message}")
        self.table = table
        self.message = message


class JudgeUnavailable(SuperoptError):
    """No llvm-mca that is new enough is installed."""

    def __init__(self, tried: tuple[str, ...], minimum: int) -> None:
        super().__init__(f"no llvm-mca of version {minimum} or newer found (tried {', '.join(tried)})")
        self.tried = tried
        self.minimum = minimum


class JudgeFailed(SuperoptError):
    """llvm-mca gave no usable answer, or not in time."""

    def __init__(self, message: str) -> None:
        super().__init__(f"llvm-mca: {message}")
        self.message = message


class JudgeRefused(JudgeFailed):
    """llvm-mca does not know an instruction, or its scheduling model has no cost for it (LSE atomics on every CPU).

    ``lines``: the numbers of the refused lines of the text given to llvm-mca (from 1), empty if it named none.
    """

    def __init__(self, message: str, lines: tuple[int, ...] = ()) -> None:
        super().__init__(message)
        self.lines = lines
