"""The process that runs one engine on one query, as a fork of the solver server: its limits, its life and its death.

Soft timeouts of solvers are not believed. The child has its own session, may use so much address space and CPU time
and no more, dies with the server, and is killed with SIGKILL when its wall-clock time is up.
"""

from __future__ import annotations

import contextlib
import ctypes
import math
import os
import resource
import signal
import sys
import time
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from verifier.solving.engines import Engine
from verifier.solving.wire import ENGINE_ERROR, MEMORY, TIMEOUT, Frames, Reply, Request, encode, reply

_SIGNAL_ON_PARENTS_DEATH = 1  # PR_SET_PDEATHSIG, prctl(2)
_STACK = 100 << 20  # deep terms; the kernel keeps 128 MiB below the stack free whatever the limit was at start
_LIBC: Any = ctypes.CDLL(None) if sys.platform == "linux" else None


class Child:
    """A running engine, seen from the server.

    Attributes:
        ticket: the request it works for.
        fd: where its reply arrives; readable at the latest when it has died. Closed by :meth:`end`.
    """

    def __init__(self, request: Request, engine: Engine, label: str, unwanted: Iterable[int]) -> None:
        """Fork. ``unwanted`` are descriptors of the server that the child must not keep open."""
        self.ticket = request.ticket
        self._label, self._request = label, request
        self._started = time.monotonic()
        self._frames = Frames()
        self._ended = False
        self.fd, write = os.pipe()
        server = os.getpid()
        self._pid = os.fork()
        if self._pid == 0:
            _live(request, engine, label, server, write, (*unwanted, self.fd))
        os.close(write)

    def read(self) -> Reply | None:
        """Take what has arrived at ``fd``; the reply if it is complete, or if the child has died without one."""
        seconds = time.monotonic() - self._started
        data = os.read(self.fd, 1 << 16)
        try:
            for body in self._frames.feed(data):
                return replace(reply(body), seconds=seconds)
        except (ValueError, TypeError) as error:
            return Reply(self._label, "unknown", f"{ENGINE_ERROR}{self._label}: {error}", failed=True, seconds=seconds)
        if data:
            return None
        used, status = self._reap()
        cause = self._cause_of_death(os.waitstatus_to_exitcode(status), used)
        return Reply(self._label, "unknown", cause, seconds=seconds)

    def overdue(self) -> Reply:
        """The reply for a child whose time is up; :meth:`end` it."""
        return Reply(self._label, "unknown", TIMEOUT, seconds=time.monotonic() - self._started)

    def end(self) -> None:
        """Kill the child, if it still lives, and leave nothing of it behind."""
        if not self._ended:
            self._reap()

    def _reap(self) -> tuple[resource.struct_rusage, int]:
        self._ended = True
        for kill in (os.killpg, os.kill):  # it may not have its own group yet
            with contextlib.suppress(ProcessLookupError, PermissionError):
                kill(self._pid, signal.SIGKILL)
        _, status, used = os.wait4(self._pid, 0)
        os.close(self.fd)
        return used, status

    def _cause_of_death(self, code: int, used: resource.struct_rusage) -> str:
        cpu = used.ru_utime + used.ru_stime
        if code in (-signal.SIGXCPU, -signal.SIGKILL) and cpu >= self._request.timeout:
            return TIMEOUT
        # A request for more memory than is left ends in all kinds of ways; the size it had got to tells.
        if used.ru_maxrss >= self._request.memory_mib * 1024 * 2 // 5:
            return MEMORY
        what = f"killed by {signal.Signals(-code).name}" if code < 0 else f"exited with status {code}"
        return f"{ENGINE_ERROR}{self._label} {what}"


def _live(request: Request, engine: Engine, label: str, server: int, write: int, unwanted: Iterable[int]) -> None:
    """The whole life of the child process; does not return."""
    code = 1
    try:
        _isolate(server, unwanted)
        _limit(request)
        data = encode(_solve(request, engine, label))
        while data:
            data = data[os.write(write, data) :]
        code = 0
    finally:
        os._exit(code)


def _isolate(server: int, unwanted: Iterable[int]) -> None:
    os.setsid()
    if _LIBC is not None:
        _LIBC.prctl(_SIGNAL_ON_PARENTS_DEATH, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != server:
        os._exit(1)
    for fd in unwanted:
        os.close(fd)
    nothing = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(nothing, fd)


def _limit(request: Request) -> None:
    seconds = math.ceil(request.timeout) + 1
    _lower(resource.RLIMIT_CPU, seconds, seconds + 1)
    _lower(resource.RLIMIT_CORE, 0, 0)
    _lower(resource.RLIMIT_AS, request.memory_mib << 20, request.memory_mib << 20)
    _, hard = resource.getrlimit(resource.RLIMIT_STACK)
    resource.setrlimit(resource.RLIMIT_STACK, (_STACK if hard == resource.RLIM_INFINITY else min(_STACK, hard), hard))


def _lower(what: int, soft: int, hard: int) -> None:
    """Set a limit, or keep the stricter one that is in force."""
    _, most = resource.getrlimit(what)
    if most != resource.RLIM_INFINITY:
        soft, hard = min(soft, most), min(hard, most)
    resource.setrlimit(what, (soft, hard))


def _solve(request: Request, engine: Engine, label: str) -> Reply:
    try:
        outcome = engine.solve(request.query, request.values)
    except MemoryError:
        return Reply(label, "unknown", MEMORY)
    except BaseException as error:  # whatever it is, the server has to hear of it
        text = " ".join(str(error).split()) or type(error).__name__
        if "out of memory" in text or "bad_alloc" in text:
            return Reply(label, "unknown", MEMORY)
        return Reply(label, "unknown", f"{ENGINE_ERROR}{label}: {text}", failed=True)
    if outcome.status == "unknown":
        return Reply(label, "unknown", _gave_up(outcome.reason))
    return Reply(label, outcome.status, values=outcome.values)


def _gave_up(reason: str) -> str:
    if "memout" in reason or "memory" in reason or "bad_alloc" in reason:
        return MEMORY
    return f"incomplete: {reason}"
