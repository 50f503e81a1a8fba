"""The harness as a process that is fed cases, watched, killed when it hangs, and started again when it dies."""

from __future__ import annotations

import os
import resource
import selectors
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from semantics.machine import MachineState
from verifier.qemu.build import QEMU, build_harness, missing_tools
from verifier.qemu.cases import RESULT_SIZE, Case, Ended, Left, Outcome, case_of, result_size, unpack
from verifier.qemu.errors import CaseError, HarnessError

_CHUNK = 1 << 18
_BATCH = 2048  # cases sent at once, about 2 MB
_MEMORY = 8 << 30  # bytes of address space
_ASK_SECONDS = 10.0
_NOP = bytes.fromhex("1f2003d5")
_NO_SPACE = 3  # exit status of the harness


@cache
def version() -> str | None:
    """The version of qemu-aarch64, or None where there is none that answers."""
    path = shutil.which(QEMU)
    if path is None:
        return None
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=_ASK_SECONDS, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    words = said.split()
    return words[words.index("version") + 1] if "version" in words[:-1] else None


def trouble(folder: Path) -> str:
    """Why the harness cannot be used here, with the program kept in ``folder``; empty if it can.

    Besides the tools it needs certain addresses, which not every system gives. Raises HarnessError if it cannot be built.
    """
    missing = missing_tools()
    if missing:
        return f"not installed: {', '.join(missing)}"
    with Qemu(folder) as qemu:
        try:
            (outcome,) = qemu.run([case_of(_NOP, MachineState.zero())])
        except HarnessError as error:
            return str(error)
    return "" if isinstance(outcome, Left) else f"it does not even do nothing: {outcome}"


class Qemu:
    """Runs cases under qemu-aarch64, one process after another; started by the first case.

    Memory is the arena alone: see :class:`~verifier.qemu.cases.Skipped`. Code that branches to itself ends at a time
    limit of 0.1 to 0.2 s. FPCR is 0. Not for use by several threads at once.

    Args:
        folder: where the program is built and kept; only the user may be able to write there.
        patience: seconds without any result after which the process is killed.

    Raises HarnessError if it cannot be built or does not start.
    """

    def __init__(self, folder: Path, *, patience: float = 20.0) -> None:
        self._qemu = shutil.which(QEMU)
        if self._qemu is None:
            raise HarnessError(QEMU, "not installed")
        self._program = build_harness(folder)
        self._patience = patience
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @property
    def process(self) -> int | None:
        """The number of the running process, if there is one."""
        return self._process.pid if self._process is not None else None

    def close(self) -> None:
        """End the process; the next case starts another."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()

    def run(self, cases: Sequence[Case]) -> list[Outcome]:
        """What comes of each case, in order."""
        outcomes: list[Outcome] = []
        for start in range(0, len(cases), _BATCH):
            outcomes += self._run(cases[start : start + _BATCH])
        return outcomes

    def _run(self, cases: Sequence[Case]) -> list[Outcome]:
        """One batch. If the process dies, whose fault it was is found out by running smaller batches."""
        if not cases:
            return []
        try:
            results, death = _Exchange(*self._streams(), cases, self._patience).run()
        except BaseException:
            self.close()  # what it is still working on is nobody's
            raise
        outcomes = [unpack(result, len(case.code)) for result, case in zip(results, cases[: len(results)], strict=True)]
        if not death:
            return outcomes
        self._refuse_to_start_again()
        left = cases[len(outcomes) :]
        if len(left) == 1:
            return [*outcomes, Ended(death)]
        middle = len(left) // 2
        return [*outcomes, *self._run(left[:middle]), *self._run(left[middle:])]

    def _refuse_to_start_again(self) -> None:
        """Clear away a dead or hanging process. Raises HarnessError if every other one would die of the same."""
        process = self._process
        self.close()  # a process that has ended keeps its status
        if process is not None and process.returncode == _NO_SPACE:
            raise HarnessError(QEMU, "the harness cannot have the addresses that it needs")

    def _streams(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = self._start()
        process = self._process
        if process.stdin is None or process.stdout is None:
            raise HarnessError(QEMU, "it has no pipes")
        return process.stdin, process.stdout

    def _start(self) -> subprocess.Popen[bytes]:
        command = [str(self._qemu), "-cpu", "max", str(self._program)]
        pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
        try:
            process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=nothing, env={}, cwd="/", bufsize=0)
        except OSError as error:
            raise HarnessError(QEMU, (error.strerror or str(error)).lower()) from None
        for what, limit in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_AS, _MEMORY)):
            resource.prlimit(process.pid, what, (limit, limit))
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                os.set_blocking(stream.fileno(), False)
        return process


class _Exchange:
    """Writes cases and reads results at once, since either pipe may be full."""

    def __init__(self, to: IO[bytes], source: IO[bytes], cases: Sequence[Case], patience: float) -> None:
        self._to, self._from, self._patience = to, source, patience
        self._wanted = len(cases)
        self._unsent = memoryview(b"".join([case.pack() for case in cases]))
        self._received = bytearray()
        self._results: list[bytes] = []

    def run(self) -> tuple[list[bytes], str]:
        """The results that came, and what the process died of if they are not all."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._from, selectors.EVENT_READ)
            selector.register(self._to, selectors.EVENT_WRITE)
            while len(self._results) < self._wanted:
                ready = selector.select(self._patience)
                if not ready:
                    return self._results, f"no result for {self._patience:g} s"
                for key, _ in ready:
                    trouble = self._read() if key.fileobj is self._from else self._write(selector)
                    if trouble:
                        return self._results, trouble
        return self._results, ""

    def _write(self, selector: selectors.BaseSelector) -> str:
        try:
            sent = os.write(self._to.fileno(), self._unsent[:_CHUNK])
        except BlockingIOError:
            return ""
        except BrokenPipeError:
            selector.unregister(self._to)  # what it still said can be read
            return ""
        self._unsent = self._unsent[sent:]
        if not self._unsent:
            selector.unregister(self._to)
        return ""

    def _read(self) -> str:
        try:
            data = os.read(self._from.fileno(), _CHUNK)
        except BlockingIOError:
            return ""
        if not data:
            return "the process ended"
        self._received += data
        try:
            self._take()
        except CaseError as error:
            return str(error)
        return ""

    def _take(self) -> None:
        at, received = 0, self._received
        while len(received) - at >= RESULT_SIZE:
            size = result_size(memoryview(received)[at:].tobytes() if at else received)
            if len(received) - at < size:
                break
            self._results.append(bytes(received[at : at + size]))
            at += size
        del received[:at]
