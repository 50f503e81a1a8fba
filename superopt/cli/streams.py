"""Standard streams and files: read with limits, written whole or not at all."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from grammars.errors import SourceError
from superopt.errors import SuperoptError

STDIN = "-"


class OutputError(SuperoptError):
    """A file that cannot be written: which one, and why."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: error: {reason}")
        self.path = path
        self.reason = reason


def prepare_streams() -> None:
    """Make printing fail for no text: what the terminal's encoding lacks comes out as an escape."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def discard_stdout() -> None:
    """After a broken pipe: let the interpreter's final flush go nowhere."""
    with contextlib.suppress(OSError, ValueError), open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)


def warn(message: str) -> None:
    """One line on stderr."""
    print(f"superopt: warning: {message}", file=sys.stderr)


def print_json(data: Any) -> None:
    """One JSON object on stdout."""
    print(json.dumps(data, indent=2))


def read_input(path: str) -> tuple[bytes, str]:
    """The bytes of a file or of stdin (``-``), and the name to use in messages. Raises SourceError."""
    from grammars.listing import MAX_FILE

    name = "<stdin>" if path == STDIN else path
    try:
        if path == STDIN:
            data = sys.stdin.buffer.read(MAX_FILE + 1)
        else:
            with open(path, "rb") as file:
                data = file.read(MAX_FILE + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise SourceError(name, (reason or str(error)).lower()) from None
    if len(data) > MAX_FILE:
        raise SourceError(name, f"larger than {MAX_FILE >> 20} MiB")
    return data, name


def check_writable(path: Path) -> None:
    """Find out before a long search that its result could not be written. Raises OutputError."""
    target = _target(path)
    if target.is_dir():
        raise OutputError(path, "is a directory")
    if not target.parent.is_dir():
        raise OutputError(path, "no such directory")
    if target.exists() and not target.is_file():
        return
    if not os.access(target.parent, os.W_OK) or (target.exists() and not os.access(target, os.W_OK)):
        raise OutputError(path, "permission denied")


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it holds its old or its new contents at any time. Links are followed. Raises OutputError."""
    target = _target(path)
    try:
        if target.exists() and not target.is_file():  # a device or a pipe
            target.write_bytes(data)
            return
        _replace(target, data)
    except OSError as error:
        raise OutputError(path, (error.strerror or str(error)).lower()) from None


def _target(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle
        raise OutputError(path, str(error).lower()) from None


def _replace(target: Path, data: bytes) -> None:
    mode = target.stat().st_mode & 0o7777 if target.exists() else 0o666 & ~_umask()
    handle, name = tempfile.mkstemp(prefix=f".{target.name[:100]}.", suffix=".tmp", dir=target.parent)
    try:
        with open(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, mode)
        os.replace(name, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def _umask() -> int:
    current = os.umask(0o077)
    os.umask(current)
    return current
