"""What the functions of this package raise for arguments they cannot use."""

from __future__ import annotations

from superopt.errors import SuperoptError


class InvalidArgument(SuperoptError, ValueError):
    """An argument out of its range: its name, and what is wrong with it."""

    def __init__(self, argument: str, reason: str) -> None:
        super().__init__(f"{argument}: {reason}")
        self.argument = argument
        self.reason = reason


def between(argument: str, value: object, least: int, most: int) -> int:
    """``value`` if it is a whole number in the range. Raises InvalidArgument."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidArgument(argument, f"a whole number is needed, not {value!r}")
    if not least <= value <= most:
        raise InvalidArgument(argument, f"{value} is not between {least} and {most}")
    return value
