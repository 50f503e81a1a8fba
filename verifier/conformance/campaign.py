"""Many forms, by worker processes that may die, with what is finished kept."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from verifier.conformance.check import Effort
from verifier.conformance.errors import ConformanceError
from verifier.conformance.forms import Form
from verifier.conformance.result import Disagreement, FormResult
from verifier.conformance.store import Finished
from verifier.conformance.versions import result_key

CHUNK = 12
"""Forms given to a worker at once: llvm-mc is started twice for each chunk."""

SILENCE = 900.0
"""Seconds without a result after which a worker is killed."""

_READ = 1 << 16


@dataclass(frozen=True, slots=True)
class Places:
    """Where things are kept: the folder of the harness for qemu, and the file of agreements with VEX (None: nowhere)."""

    folder: Path
    agreements: Path | None


@dataclass(slots=True)
class _Worker:
    """A process and the forms that it still owes."""

    process: subprocess.Popen[bytes]
    owed: deque[Form] = field(default_factory=deque[Form])
    text: bytes = b""


class Campaign:
    """A run over ``forms``. ``progress(done, in all)`` is called as results come.

    Whatever :meth:`run` is interrupted by, the finished forms are in ``finished``. ``worker`` is the module that the
    worker processes run.
    """

    def __init__(
        self,
        forms: Sequence[Form],
        effort: Effort,
        places: Places,
        finished: Finished,
        progress: Callable[[int, int], None],
        *,
        worker: str = "verifier.conformance.worker",
    ) -> None:
        self._forms, self._effort, self._places = forms, effort, places
        self._finished, self._progress, self._module = finished, progress, worker
        self.results: dict[str, FormResult] = {}
        self._todo: deque[Form] = deque()
        self._deaths: dict[str, int] = {}

    def run(self, jobs: int) -> None:
        """Find the missing results with ``jobs`` processes. Raises ConformanceError if workers cannot even start."""
        for form in self._forms:
            known = self._finished.get(result_key(form, self._effort))
            if known is None:
                self._todo.append(form)
            else:
                self.results[form.key] = known
        self._progress(len(self.results), len(self._forms))
        workers: list[_Worker] = []
        try:
            workers += [self._start() for _ in range(min(jobs, -(-len(self._todo) // CHUNK)))]
            self._serve(workers)
        finally:
            for worker in workers:
                _end(worker.process)

    def ordered(self) -> list[FormResult]:
        """The results there are, in the order of the forms."""
        return [self.results[form.key] for form in self._forms if form.key in self.results]

    def _start(self) -> _Worker:
        agreements = str(self._places.agreements) if self._places.agreements is not None else ""
        given = {"folder": str(self._places.folder), "agreements": agreements, "effort": asdict(self._effort)}
        command = [sys.executable, "-m", self._module, json.dumps(given)]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, bufsize=0)
        return _Worker(process)

    def _serve(self, workers: list[_Worker]) -> None:
        with selectors.DefaultSelector() as selector:
            for worker in workers:
                self._feed(worker)
                selector.register(_output(worker), selectors.EVENT_READ, worker)
            while any(worker.owed for worker in workers):
                ready = selector.select(SILENCE)
                if not ready:
                    for worker in workers:
                        worker.process.kill()  # each comes back as one that died
                for key, _ in ready:
                    worker: _Worker = key.data
                    if not self._hear(worker):
                        selector.unregister(key.fileobj)
                        workers.remove(worker)
                        replacement = self._bury(worker)
                        if replacement is not None:
                            workers.append(replacement)
                            selector.register(_output(replacement), selectors.EVENT_READ, replacement)

    def _feed(self, worker: _Worker) -> None:
        """Give the next chunk to a worker that owes nothing."""
        if worker.owed or not self._todo:
            return
        worker.owed.extend(self._todo.popleft() for _ in range(min(CHUNK, len(self._todo))))
        line = json.dumps([form.key for form in worker.owed]) + "\n"
        if worker.process.stdin is not None:
            try:
                worker.process.stdin.write(line.encode())
            except BrokenPipeError:
                return  # its end is noticed when it is read from

    def _hear(self, worker: _Worker) -> bool:
        """Take what the worker says; False once it has ended."""
        data = os.read(_output(worker), _READ)
        if not data:
            return False
        *lines, worker.text = (worker.text + data).split(b"\n")
        for line in lines:
            self._keep(worker.owed.popleft(), FormResult.of_json(json.loads(line)))
        self._feed(worker)
        return True

    def _keep(self, form: Form, result: FormResult) -> None:
        if result.form != form.key:
            raise ConformanceError(f"a result of {result.form} where {form.key} is due")
        self._finished.put(result_key(form, self._effort), result)
        self.results[form.key] = result
        self._progress(len(self.results), len(self._forms))

    def _bury(self, worker: _Worker) -> _Worker | None:
        """A worker died: at its next form, unless it had not begun. That form is tried once more, alone."""
        _end(worker.process)
        if not worker.owed:
            return self._start_if_needed()
        culprit = worker.owed.popleft()
        self._todo.extendleft(reversed(worker.owed))
        deaths = self._deaths[culprit.key] = self._deaths.get(culprit.key, 0) + 1
        if deaths < 2:
            self._todo.appendleft(culprit)
            return self._start_if_needed()
        if not self.results and len(self._deaths) == 1:
            raise ConformanceError(f"worker processes end with status {worker.process.returncode} before their first result")
        result = FormResult(culprit.key, culprit.group, culprit.kind)
        result.disagree(Disagreement("tool", culprit.key, f"the process died or hung, with status {worker.process.returncode}"))
        self.results[culprit.key] = result  # not kept for the next run: it may have been the machine
        return self._start_if_needed()

    def _start_if_needed(self) -> _Worker | None:
        if not self._todo:
            return None
        worker = self._start()
        self._feed(worker)
        return worker


def _output(worker: _Worker) -> int:
    if worker.process.stdout is None:
        raise ConformanceError("a worker without an output")
    return worker.process.stdout.fileno()


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a worker; its own children end with their inputs."""
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()
    process.kill()
    process.wait()
