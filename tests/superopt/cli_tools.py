"""The command line run in this process, and files for it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import superopt.cli

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Cli:
    """``cli("check", "a.s", "b.s")`` in a folder of its own; ``cli.file`` makes files there."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> None:
        self.folder, self._capture, self._patch = folder, capture, patch

    def __call__(self, *arguments: object, stdin: bytes = b"") -> Ran:
        self._patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        self._capture.readouterr()
        status = superopt.cli.run([str(argument) for argument in arguments])
        out, err = self._capture.readouterr()
        assert "Traceback" not in err
        return Ran(status, out, err)

    def file(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def check(self, original: str | bytes, candidate: str | bytes, *options: object) -> Ran:
        """``superopt check`` on two texts, in files ``a.s`` and ``b.s``."""
        return self("check", self.file("a.s", original), self.file("b.s", candidate), *options)


def environment() -> dict[str, str]:
    """For processes of their own: they find the same packages."""
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def spawn(*arguments: object, **options: Any) -> subprocess.Popen[bytes]:
    """The command line in a process of its own."""
    command = [sys.executable, "-m", "superopt", *map(str, arguments)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, env=environment(), **{**pipes, **options})


def run_python(code: str, *arguments: object) -> str:
    """What a Python program prints; it must end well."""
    ran = subprocess.run([sys.executable, "-c", code, *map(str, arguments)], env=environment(), capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def descendants(process: int) -> set[int]:
    """Processes started by a process and by those, as Linux lists them."""
    found, todo = set[int](), [process]
    while todo:
        for task in Path(f"/proc/{todo.pop()}/task").glob("*/children"):
            new = set(map(int, task.read_text().split())) - found
            found |= new
            todo += new
    return found
