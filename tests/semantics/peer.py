"""llvm-mc as a peer: texts to words and words to texts, thousands a process."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence

import pytest

LLVM_MC = shutil.which("llvm-mc-19") or shutil.which("llvm-mc")

needs_llvm_mc = pytest.mark.skipif(LLVM_MC is None, reason="llvm-mc is not installed")

_ENCODING = re.compile(r"// encoding: \[([^\]]*)\]")
_ERROR = re.compile(r"<stdin>:(\d+):\d+: error: (.*)")
_WARNING = re.compile(r"<stdin>:(\d+):\d+: warning: invalid instruction encoding")


def _run(lines: Sequence[str], *options: str) -> tuple[str, str]:
    command = [LLVM_MC or "", "-triple=aarch64", "-mattr=+all", *options]
    done = subprocess.run(command, input="".join(f"{line}\n" for line in lines), capture_output=True, text=True, timeout=300, check=False)
    return done.stdout, done.stderr


def assemble_all(texts: Sequence[str]) -> list[int | str]:
    """For each text the 32-bit word, or the first error message."""
    stdout, stderr = _run(texts, "-show-encoding")
    errors: dict[int, str] = {}
    for found in _ERROR.finditer(stderr):
        errors.setdefault(int(found[1]), found[2])
    words = iter(_ENCODING.findall(stdout))
    result: list[int | str] = []
    for line in range(1, len(texts) + 1):
        if line in errors:
            result.append(errors[line])
            continue
        parts = next(words).split(",")
        plain = all(part.startswith("0x") for part in parts)
        result.append(int.from_bytes(bytes(int(p, 16) for p in parts), "little") if plain else "relocated")
    if next(words, None) is not None:
        raise AssertionError("llvm-mc printed more instructions than lines")
    return result


def disassemble_all(words: Sequence[int]) -> list[str | None]:
    """For each word its text, or None where llvm-mc knows no instruction."""
    lines = [" ".join(f"{byte:#04x}" for byte in word.to_bytes(4, "little")) for word in words]
    stdout, stderr = _run(lines, "-disassemble")
    invalid = {int(found[1]) for found in _WARNING.finditer(stderr)}
    texts = (line.partition("//")[0].strip() for line in stdout.splitlines() if line.startswith("\t") and line != "\t.text")
    return [None if line in invalid else next(texts) for line in range(1, len(words) + 1)]
