"""A worker of a batch: one line of JSON in, one line of JSON out, until its input ends.

It runs in a process of its own, so that whatever a pair does to it (a crash, all of the memory, no end) costs that
pair alone. The alarm that ends a pair out of all bounds is not caught: the parent process sees the death.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, cast

from superopt.cli.check import MAX_ROUNDS, MAX_STATES, patience
from superopt.cli.pairs import Demands, Text, judge
from superopt.cli.problems import explain, one_line
from superopt.cli.verdicts import as_json, error_json
from superopt.errors import SuperoptError
from verifier.verdict import Certificate, Proved

if TYPE_CHECKING:
    from semantics.assumptions import Assumption
    from semantics.liveset import LiveSet
    from verifier.check import Checker

MEMORY = 8 << 30  # bytes of address space
MAX_TIMEOUT = 86_400.0


class BadLine(SuperoptError):
    """A line of a batch that is no pair."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"batch: error: {reason}")
        self.reason = reason


def main() -> None:
    """Serve the parent process."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    _limit_memory()
    defaults = json.loads(sys.argv[1])
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing else may get between the answers
    from superopt.cli.stores import checker_with
    from verifier.solvers import Solvers

    with Solvers(jobs=1) as solvers:
        solvers.start()
        serve(checker_with(solvers, lambda message: None), sys.stdin.buffer, answers, defaults)


def serve(checker: Checker, questions: BinaryIO, answers: BinaryIO, defaults: dict[str, Any]) -> None:
    """Answer every line."""
    with contextlib.suppress(BrokenPipeError):
        for line in questions:
            answers.write(json.dumps(answer(checker, line, defaults)).encode() + b"\n")
            answers.flush()


def answer(checker: Checker, line: bytes, defaults: dict[str, Any]) -> dict[str, Any]:
    """The verdict on one line, as data; never an exception."""
    started, identity = time.monotonic(), None
    try:
        pair = _parse(line)
        identity = pair.get("id")
        original, candidate = (Text(_text(pair, name), name) for name in ("original", "candidate"))
        demands = _demands(defaults | pair)
        signal.setitimer(signal.ITIMER_REAL, patience(demands.timeout, demands.hypothesis))
        verdict = judge(checker, original, candidate, demands)
        found = as_json(verdict, time.monotonic() - started, query=False)
        if isinstance(verdict, Proved) and "certificates" in defaults:
            found |= _certified(Path(defaults["certificates"]), identity, original, candidate, demands, verdict.certificate)
    except BadLine as error:
        found = error_json(error.reason)
    except MemoryError:
        found = {"verdict": "unknown", "reason": "out of memory"}
    except Exception as error:
        found = error_json((explain(error) or "").removeprefix("superopt: error: ") or f"internal error: {type(error).__name__}: {error}")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
    return {"id": identity, **found}


def _certified(parent: Path, identity: Any, original: Text, candidate: Text, demands: Demands, certificate: Certificate) -> dict[str, str]:
    """Where the proof's certificate is, or why there is none."""
    from superopt.cli.certificates import NoCertificate, save_named, statement_of

    name = None if identity is None else identity if isinstance(identity, str) else json.dumps(identity)
    try:
        folder = save_named(parent, name, statement_of(original, candidate, demands, parent), certificate)
    except NoCertificate as error:
        return {"no_certificate": one_line(str(error))}
    return {"certificate_folder": str(folder)}


def _limit_memory() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def _parse(line: bytes) -> dict[str, Any]:
    try:
        pair = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadLine(f"not JSON: {one_line(str(error))}") from None
    if not isinstance(pair, dict):
        raise BadLine("not a JSON object")
    return cast(dict[str, Any], pair)


def _text(pair: dict[str, Any], name: str) -> bytes:
    value = pair.get(name)
    if not isinstance(value, str):
        raise BadLine(f'"{name}" must be assembly text' if name in pair else f'"{name}" is missing')
    return value.encode("utf-8", "surrogatepass")


def _demands(given: dict[str, Any]) -> Demands:
    timeout = given["timeout"]
    if isinstance(timeout, bool) or not isinstance(timeout, int | float) or not 0 < timeout <= MAX_TIMEOUT:
        raise BadLine('"timeout" must be a positive number of seconds')
    semantics = given["semantics"]
    if semantics not in ("rows", "vex", "sleigh", "all"):
        raise BadLine('"semantics" must be "rows", "vex", "sleigh" or "all"')
    for name in ("dead_stack", "confirm", "constant_time", "same_access_size"):
        if not isinstance(given[name], bool):
            raise BadLine(f'"{name}" must be true or false')
    if isinstance(given["unroll"], bool) or not isinstance(given["unroll"], int) or not 0 <= given["unroll"] <= MAX_ROUNDS:
        raise BadLine(f'"unroll" must be a number from 0 to {MAX_ROUNDS}')
    if isinstance(given["hypothesis"], bool) or not isinstance(given["hypothesis"], int) or not 0 <= given["hypothesis"] <= MAX_STATES:
        raise BadLine(f'"hypothesis" must be a number from 0 to {MAX_STATES}')
    meanings: Literal["rows", "vex", "sleigh", "all"] = semantics
    return Demands(
        _live_out(given["live_out"]),
        given["dead_stack"],
        float(timeout),
        given["confirm"],
        meanings,
        _assumptions(given["assume"]),
        given["constant_time"],
        given["same_access_size"],
        given["unroll"],
        given["hypothesis"],
    )


def _assumptions(value: Any) -> tuple[Assumption, ...]:
    from semantics.assumptions import assume

    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in cast(list[Any], texts)):
        raise BadLine('"assume" must be a list of facts')
    return tuple(assume(text, "assume") for text in cast(list[str], texts))


def _live_out(value: Any) -> LiveSet:
    from semantics.liveset import LiveSet

    if value is None:
        return LiveSet.everything()
    if isinstance(value, str):
        return LiveSet.parse(value)
    if isinstance(value, list) and all(isinstance(name, str) and "," not in name for name in cast(list[Any], value)):
        names = cast(list[str], value)
        return LiveSet.parse(",".join(names)) if names else LiveSet()
    raise BadLine('"live_out" must be a list of names')


if __name__ == "__main__":
    main()
