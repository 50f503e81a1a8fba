"""``superopt check --batch``: lines of JSON in, verdicts out in the same order, by workers that may die."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import select
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from grammars.errors import SourceError
from superopt.cli.streams import STDIN
from superopt.cli.verdicts import error_json

MAX_LINE = 4 << 20  # bytes
AHEAD = 256  # lines that are read before the first of them has its verdict, for each worker
_CHUNK = 1 << 16


@dataclass(slots=True)
class Lines:
    """Lines of a file descriptor, as they come; None for a line beyond MAX_LINE, which is thrown away."""

    descriptor: int
    ended: bool = False
    _rest: bytearray = field(default_factory=bytearray)
    _too_long: bool = False

    def read(self) -> Iterator[bytes | None]:
        """Read once (it blocks unless the descriptor is ready) and return the lines that are complete."""
        data = os.read(self.descriptor, _CHUNK)
        self.ended = not data
        start = 0
        while (end := data.find(b"\n", start)) >= 0:
            yield self._complete(data[start:end])
            start = end + 1
        self._append(data[start:])
        if self.ended and (self._rest or self._too_long):
            yield self._complete(b"")

    def _append(self, data: bytes) -> None:
        self._rest += data
        if len(self._rest) > MAX_LINE:
            self._rest.clear()
            self._too_long = True

    def _complete(self, data: bytes) -> bytes | None:
        self._append(data)
        line, too_long = bytes(self._rest), self._too_long
        self._rest.clear()
        self._too_long = False
        return None if too_long else line


@dataclass(slots=True)
class Worker:
    """A worker process and the line it works on, with its number."""

    process: subprocess.Popen[bytes]
    task: tuple[int, bytes] | None = None
    _answer: bytearray = field(default_factory=bytearray)

    @classmethod
    def start(cls, defaults: dict[str, Any]) -> Worker:
        """A new process; in a session of its own, so that Ctrl-C reaches the parent alone."""
        path = os.pathsep.join(os.path.abspath(entry) for entry in sys.path)
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "superopt.cli.worker", json.dumps(defaults)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
            start_new_session=True,
            bufsize=0,
        )
        return cls(process)

    @property
    def descriptor(self) -> int:
        """Where its answers come from."""
        assert self.process.stdout is not None
        return self.process.stdout.fileno()

    def ask(self, number: int, line: bytes) -> None:
        """Hand it a line; it must be idle. If it is dead, the end of its output will say so."""
        assert self.process.stdin is not None
        self.task = number, line
        view = memoryview(line + b"\n")
        with contextlib.suppress(BrokenPipeError):
            while view:
                view = view[self.process.stdin.write(view) :]

    def receive(self) -> tuple[bytes | None, bool]:
        """Read once: the answer if it is complete, and whether the worker lives."""
        data = os.read(self.descriptor, _CHUNK)
        self._answer += data
        if not self._answer.endswith(b"\n"):
            return None, bool(data)
        answer = bytes(self._answer)
        self._answer.clear()
        return answer, True

    def cause_of_death(self) -> str:
        """Why it ended."""
        self.release()
        self.stop()
        code = self.process.returncode
        if code == -signal.SIGALRM:
            return "it took far longer than its time limit"
        return f"the worker process died ({signal.Signals(-code).name})" if code < 0 else f"the worker process ended with status {code}"

    def release(self) -> None:
        """Let it end by itself."""
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()

    def stop(self) -> None:
        """Make sure that it is gone."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=0.5 if self.task is None else 0.05)
        self.process.kill()
        self.process.wait()


class Batch:
    """One batch in progress.

    Args:
        lines: the questions.
        jobs: most workers at once.
        defaults: what a line that does not say otherwise asks for.
    """

    def __init__(self, lines: Lines, jobs: int, defaults: dict[str, Any]) -> None:
        self.lines, self.jobs, self.defaults = lines, jobs, defaults
        self.workers: list[Worker] = []
        self.waiting: deque[tuple[int, bytes]] = deque()
        self.answers: dict[int, bytes] = {}
        self.read = self.written = 0

    def run(self) -> None:
        """Answer everything; results go to stdout as soon as all before them are there."""
        try:
            while not self._done():
                self._assign()
                self._print()
                if not self._done():
                    self._wait()
            self._print()
        finally:
            for worker in self.workers:
                worker.release()
            for worker in self.workers:
                worker.stop()

    def _done(self) -> bool:
        return self.lines.ended and self.written == self.read

    def _assign(self) -> None:
        idle = [worker for worker in self.workers if worker.task is None]
        while self.waiting and (idle or len(self.workers) < self.jobs):
            if not idle:
                idle.append(Worker.start(self.defaults))
                self.workers.append(idle[0])
            number, line = self.waiting.popleft()
            idle.pop(0).ask(number, line)

    def _wait(self) -> None:
        """Wait for an answer or, while there is room, for another line."""
        busy = {worker.descriptor: worker for worker in self.workers if worker.task is not None}
        sources = list(busy)
        if not self.lines.ended and self.read - self.written < AHEAD * self.jobs and len(self.waiting) < AHEAD:
            sources.append(self.lines.descriptor)
        if not sources:
            return
        for descriptor in select.select(sources, [], [])[0]:
            if descriptor in busy:
                self._receive(busy[descriptor])
            else:
                self._take_lines()

    def _receive(self, worker: Worker) -> None:
        assert worker.task is not None
        number, line = worker.task
        answer, alive = worker.receive()
        if answer is not None:
            self.answers[number], worker.task = answer, None
        elif not alive:
            self.answers[number] = _line({"id": _identity(line), "verdict": "unknown", "reason": worker.cause_of_death()})
            self.workers.remove(worker)

    def _take_lines(self) -> None:
        for line in self.lines.read():
            if line is None:
                self.answers[self.read] = _line({"id": None, **error_json(f"line longer than {MAX_LINE >> 20} MiB")})
            elif line.strip():
                self.waiting.append((self.read, line))
            else:
                continue
            self.read += 1

    def _print(self) -> None:
        while self.written in self.answers:
            sys.stdout.write(self.answers.pop(self.written).decode())
            self.written += 1
        sys.stdout.flush()


def _line(data: dict[str, Any]) -> bytes:
    return json.dumps(data).encode() + b"\n"


def _identity(line: bytes) -> Any:
    with contextlib.suppress(ValueError, RecursionError):
        pair = json.loads(line)
        if isinstance(pair, dict):
            return cast(dict[str, Any], pair).get("id")
    return None


def run_batch(source: str, jobs: int, defaults: dict[str, Any]) -> int:
    """Answer the lines of a file or of stdin on stdout; returns the exit status. Raises SourceError."""
    if source == STDIN:
        Batch(Lines(sys.stdin.fileno()), jobs, defaults).run()
        return 0
    try:
        descriptor = os.open(source, os.O_RDONLY)
        if os.path.isdir(source):
            os.close(descriptor)
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    except OSError as error:
        raise SourceError(source, (error.strerror or str(error)).lower()) from None
    try:
        Batch(Lines(descriptor), jobs, defaults).run()
    finally:
        os.close(descriptor)
    return 0
