"""The solver server: imports the engines once, and forks a child for each query and engine.

Started by :class:`verifier.solvers.Solvers` as ``python -m verifier.solving.server JOBS PARENT``, it reads requests from
standard input and writes reports to standard output (:mod:`verifier.solving.wire`). It ends when its input ends or its
parent process dies, and its children with it. It is single-threaded, so forking is safe.

At most JOBS queries are worked on at once. A query's first engine starts at once. The others start :data:`PAUSE` later if a
core is free, and :data:`HEAD_START` later in any case; so most easy queries cost one process, and no hard query waits
for its second engine for long.
"""

from __future__ import annotations

import contextlib
import gc
import os
import selectors
import signal
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from verifier.solving import engines as solver_engines
from verifier.solving.child import Child
from verifier.solving.wire import ENGINE_ERROR, TIMEOUT, Cancel, Frames, Reply, Report, Request, command, encode

PAUSE = 0.006
"""Seconds after which a query's further engines start if a core is free."""

HEAD_START = 0.05
"""Seconds after which a query's further engines start even if every core is busy."""


@dataclass(slots=True)
class _Task:
    """A query in work."""

    request: Request
    started: float
    to_start: deque[str]
    children: list[Child] = field(default_factory=list[Child])
    replies: list[Reply] = field(default_factory=list[Reply])

    @property
    def deadline(self) -> float:
        return self.started + self.request.timeout


class Server:
    """The server's state and its loop.

    Args:
        source: descriptor to read requests from.
        sink: descriptor to write reports to.
        jobs: queries to work on at once.
    """

    def __init__(self, source: int, sink: int, jobs: int) -> None:
        self._source, self._sink, self._jobs = source, sink, jobs
        self._labels = {name: _label(name) for name in ("z3", "bitwuzla")}
        self._frames = Frames()
        self._outgoing = bytearray()
        self._waiting: deque[Request] = deque()
        self._tasks: dict[int, _Task] = {}
        # Not epoll: that would be shared with the children, and report what they keep open.
        self._selector = selectors.PollSelector()
        self._selector.register(source, selectors.EVENT_READ, self._receive)
        self._alive = True
        os.set_blocking(sink, False)

    def stop_when_dies(self, process: int) -> None:
        """End the loop when this process dies (Linux; elsewhere the end of the input has to do)."""
        if hasattr(os, "pidfd_open"):
            with contextlib.suppress(OSError):
                self._selector.register(os.pidfd_open(process), selectors.EVENT_READ, self._stop)

    def serve(self) -> None:
        """Work until the client has gone."""
        try:
            while self._alive:
                self._start()
                for key, _ in self._selector.select(self._patience()):
                    key.data()
                self._end_overdue()
        finally:
            for task in self._tasks.values():
                self._stop_children(task)

    # --- the client -----------------------------------------------------------------------------

    def _stop(self) -> None:
        self._alive = False

    def _receive(self) -> None:
        data = os.read(self._source, 1 << 20)
        if not data:
            self._stop()
        for body in self._frames.feed(data):
            message = command(body)
            if isinstance(message, Cancel):
                self._cancel(message.ticket)
            else:
                self._waiting.append(message)

    def _cancel(self, ticket: int) -> None:
        task = self._tasks.pop(ticket, None)
        if task is not None:
            self._stop_children(task)
        else:
            self._waiting = deque(request for request in self._waiting if request.ticket != ticket)

    def _send(self, message: Report) -> None:
        if not self._outgoing:
            self._selector.register(self._sink, selectors.EVENT_WRITE, self._flush)
        self._outgoing += encode(message)
        self._flush()

    def _flush(self) -> None:
        try:
            del self._outgoing[: os.write(self._sink, self._outgoing)]
        except BlockingIOError:
            return
        except BrokenPipeError:
            self._outgoing.clear()
            self._stop()
        if not self._outgoing:
            self._selector.unregister(self._sink)

    # --- the engines ----------------------------------------------------------------------------

    def _start(self) -> None:
        while self._waiting and len(self._tasks) < self._jobs:
            request = self._waiting.popleft()
            task = self._tasks[request.ticket] = _Task(request, time.monotonic(), deque(request.engines))
            self._start_engine(task)
        for task in list(self._tasks.values()):
            while task.to_start and self._may_start_another(task):
                self._start_engine(task)

    def _may_start_another(self, task: _Task) -> bool:
        return not task.children or task.request.confirm or time.monotonic() >= self._next_start(task)

    def _next_start(self, task: _Task) -> float:
        """When the next of a task's engines may start, as things are."""
        busy = sum(len(other.children) for other in self._tasks.values())
        return task.started + (PAUSE if busy < self._jobs else HEAD_START)

    def _start_engine(self, task: _Task) -> None:
        name = task.to_start.popleft()
        label = self._labels.get(name) or self._labels.setdefault(name, _label(name))
        if isinstance(label, Reply):
            self._account(task, label)
            return
        unwanted = [key.fd for key in self._selector.get_map().values() if key.fd > 2]
        if self._sink not in unwanted:
            unwanted.append(self._sink)
        try:
            child = Child(task.request, solver_engines.ENGINES[name], label, unwanted)
        except OSError as error:
            self._account(task, Reply(label, "unknown", f"{ENGINE_ERROR}{label}: {error}"))
            return
        task.children.append(child)
        self._selector.register(child.fd, selectors.EVENT_READ, self._reader(task, child))

    def _reader(self, task: _Task, child: Child) -> Callable[[], None]:
        def read() -> None:
            # Another event of the same round may have ended this child.
            reply = child.read() if child in task.children else None
            if reply is not None:
                self._drop(task, child)
                self._account(task, reply)
                child.end()

        return read

    def _drop(self, task: _Task, child: Child) -> None:
        self._selector.unregister(child.fd)
        task.children.remove(child)

    def _stop_children(self, task: _Task) -> None:
        for child in list(task.children):
            self._drop(task, child)
            child.end()

    def _account(self, task: _Task, reply: Reply) -> None:
        """Take an engine's reply; if it settles the query, report first, and clean up afterwards."""
        task.replies.append(reply)
        decided = reply.status != "unknown" and not task.request.confirm
        if decided or not (task.children or task.to_start):
            self._report(task)
            self._stop_children(task)

    def _report(self, task: _Task) -> None:
        request = task.request
        del self._tasks[request.ticket]
        replies = sorted(task.replies, key=lambda reply: reply.status == "unknown")
        self._send(Report(request.ticket, time.monotonic() - task.started, tuple(replies)))

    def _end_overdue(self) -> None:
        now = time.monotonic()
        for task in [task for task in self._tasks.values() if task.deadline <= now]:
            task.replies += [Reply(name, "unknown", TIMEOUT) for name in task.to_start]
            task.replies += [child.overdue() for child in task.children]
            self._report(task)
            self._stop_children(task)

    def _patience(self) -> float | None:
        """Seconds until something is due."""
        due = [task.deadline for task in self._tasks.values()]
        due += [self._next_start(task) for task in self._tasks.values() if task.to_start]
        return max(0.0, min(due) - time.monotonic()) if due else None


def _label(name: str) -> str | Reply:
    """The engine's name with its version, or what to reply where there is no such engine."""
    if name not in solver_engines.ENGINES:
        return Reply(name, "unknown", f"{ENGINE_ERROR}{name}: no such engine", failed=True)
    try:
        return solver_engines.ENGINES[name].load()
    except ImportError as error:
        return Reply(name, "unknown", f"{ENGINE_ERROR}{name} is not installed: {error}", failed=True)


def main() -> None:
    """Serve on standard input and output."""
    jobs, parent = int(sys.argv[1]), int(sys.argv[2])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sink = os.dup(1)  # solvers print; that must not reach the client
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.close(nothing)
    server = Server(0, sink, jobs)
    server.stop_when_dies(parent)
    gc.freeze()
    server.serve()


if __name__ == "__main__":
    main()
