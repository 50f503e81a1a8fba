"""The client's end of the pipes to a solver server: starts it, talks to it without ever blocking on a full pipe, ends it."""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Mapping

from verifier.errors import SolverError
from verifier.solving.wire import Cancel, Frames, Report, Request, encode, report

_GRACE = 30.0
"""Seconds of silence beyond the longest time limit after which a server that still runs is given up (it may have to import first)."""


class ServerLost(Exception):
    """The server is not there any more, or does not react."""


class Client:
    """A running server.

    Args:
        module: what to run; called with the number of jobs and our process number.
        jobs: queries to work on at once.
    """

    def __init__(self, module: str, jobs: int) -> None:
        if not sys.executable:
            raise SolverError("there is no Python interpreter to run the solvers with")
        # The server has to find the modules that we find, whether installed or not, and nothing else: -P keeps the
        # working directory out, unless it is on our path.
        path = os.pathsep.join(os.path.abspath(entry) for entry in sys.path)
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", module, str(jobs), str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
            start_new_session=True,
            bufsize=0,
        )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._sink, self._source = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._sink, False)
        self._owner = os.getpid()
        self._torn = False
        self._outgoing = bytearray()
        self._frames = Frames()

    @property
    def usable(self) -> bool:
        """False if an exception (Ctrl-C, say) tore a message apart, or this is a fork of the process that started the server."""
        return not self._torn and self._owner == os.getpid()

    @property
    def dead(self) -> bool:
        """Whether the server has ended."""
        return self._process.poll() is not None

    @property
    def process(self) -> int:
        """The server's process number."""
        return self._process.pid

    def send(self, message: Request | Cancel) -> None:
        """Queue a message; :meth:`exchange` sends it."""
        self._outgoing += encode(message)

    def exchange(self, timeout: float | None, longest: float, settle: Callable[[Report], None]) -> None:
        """Send what can be sent, and pass on the reports that come; returns after the first of them, or when the time is up.

        Args:
            timeout: seconds to wait for a report; None waits until one comes.
            longest: the longest time limit of the queries in work, in seconds.
            settle: called with each report.

        Raises ServerLost.
        """
        deadline = time.monotonic() + (longest + _GRACE if timeout is None else timeout)
        while True:
            left = max(0.0, deadline - time.monotonic())
            events = self._ready(left)
            # From here on a message may be half sent or half read: an exception in between makes the connection useless.
            self._torn = True
            came = self._move(events, settle)
            self._torn = False
            if came or (timeout is not None and left == 0.0 and self._sink not in events):
                return
            if timeout is None and left == 0.0:
                raise ServerLost("the solver server does not answer")

    def _ready(self, seconds: float) -> dict[int, int]:
        poller = select.poll()
        poller.register(self._source, select.POLLIN)
        if self._outgoing:
            poller.register(self._sink, select.POLLOUT)
        return dict(poller.poll(seconds * 1000))

    def _move(self, events: Mapping[int, int], settle: Callable[[Report], None]) -> bool:
        """Write and read once; whether a report has come."""
        if self._sink in events:
            try:
                del self._outgoing[: os.write(self._sink, self._outgoing)]
            except BlockingIOError:
                pass
            except BrokenPipeError:
                self._outgoing.clear()  # the end of its output says the rest
        if self._source not in events:
            return False
        data = os.read(self._source, 1 << 16)
        if not data:
            raise ServerLost(f"the solver server died ({self._cause()})")
        try:
            reports = [report(body) for body in self._frames.feed(data)]
        except (ValueError, TypeError, KeyError) as error:
            raise ServerLost(f"the solver server talks nonsense ({error})") from error
        for found in reports:
            settle(found)
        return bool(reports)

    def _cause(self) -> str:
        try:
            code = self._process.wait(timeout=1.0)
        except subprocess.TimeoutExpired:
            return "it closed its output"
        return f"killed by signal {-code}" if code < 0 else f"exit status {code}"

    def close(self) -> None:
        """Let the server end by itself, and make sure of it."""
        if self._owner == os.getpid():
            self._close_pipes()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=2.0)
        self.abandon()

    def abandon(self) -> None:
        """End the server at once; in a fork of our process, only let go of it."""
        self._close_pipes()
        if self._owner == os.getpid():
            self._process.kill()
            self._process.wait()
        else:
            self._process.returncode = 0  # not our child: nothing to reap, nothing to warn about

    def _close_pipes(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
