"""llvm-mc as a peer for text and encoding: thousands of lines in one process, both ways."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache

from verifier.errors import VerifierError

PROGRAMS = ("llvm-mc-19", "llvm-mc")

_SECONDS = 300.0
_ENCODING = re.compile(r"// encoding: \[([^\]]*)\]")
_ERROR = re.compile(r"<stdin>:(\d+):\d+: error: (.*)")
_WARNING = re.compile(r"<stdin>:(\d+):\d+: warning: (?:potentially undefined|invalid) instruction encoding")


class LlvmMcError(VerifierError):
    """llvm-mc did not do what it is asked for: why."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"llvm-mc: {reason}")
        self.reason = reason


@cache
def program() -> str | None:
    """The path of llvm-mc, or None where it is not installed."""
    return next((path for path in map(shutil.which, PROGRAMS) if path), None)


@cache
def version() -> str | None:
    """The version of llvm-mc, or None where there is none."""
    path = program()
    if path is None:
        return None
    said = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=_SECONDS, check=False).stdout
    found = re.search(r"version (\S+)", said)
    return found[1] if found else "unknown"


def assemble(texts: Sequence[str]) -> list[int | str]:
    """For each line the 32-bit word, or the error message. Raises LlvmMcError."""
    if any("\n" in text for text in texts):
        raise LlvmMcError("a line end in a line")
    said, errors_said = _run(texts, "-show-encoding")
    errors: dict[int, str] = {}
    for found in _ERROR.finditer(errors_said):
        errors.setdefault(int(found[1]), found[2])
    encodings = _ENCODING.findall(said)
    if len(encodings) + len(errors) != len(texts):
        raise LlvmMcError(f"{len(encodings)} encodings and {len(errors)} errors for {len(texts)} lines")
    words = iter(encodings)
    return [errors[line] if line in errors else _word(next(words)) for line in range(1, len(texts) + 1)]


def _word(encoding: str) -> int | str:
    parts = encoding.split(",")
    if not all(part.startswith("0x") for part in parts):
        return "relocated"
    return int.from_bytes(bytes(int(part, 16) for part in parts), "little")


def disassemble(words: Sequence[int]) -> list[str | None]:
    """For each word its text, or None where there is no such instruction. Raises LlvmMcError."""
    lines = [" ".join(f"{byte:#04x}" for byte in word.to_bytes(4, "little")) for word in words]
    said, warned = _run(lines, "-disassemble")
    invalid = {int(found[1]) for found in _WARNING.finditer(warned) if "invalid" in found[0]}
    texts = [line.partition("//")[0].strip() for line in said.splitlines() if line.startswith("\t") and line != "\t.text"]
    if len(texts) + len(invalid) != len(words):
        raise LlvmMcError(f"{len(texts)} instructions and {len(invalid)} refusals for {len(words)} words")
    rest = iter(texts)
    return [None if line in invalid else next(rest) for line in range(1, len(words) + 1)]


def _run(lines: Sequence[str], *options: str) -> tuple[str, str]:
    path = program()
    if path is None:
        raise LlvmMcError("not installed")
    if not lines:
        return "", ""
    command, text = [path, "-triple=aarch64", "-mattr=+all", *options], "".join(f"{line}\n" for line in lines)
    try:
        done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise LlvmMcError(f"no answer in {_SECONDS:g} s") from None
    return done.stdout, done.stderr
