"""``superopt recheck``: prove certificates again, each with every solver alone."""

from __future__ import annotations

import json
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from superopt.cli.options import AsJson, jobs_or_default, positive
from superopt.cli.problems import UsageProblem
from superopt.errors import SuperoptError

if TYPE_CHECKING:
    from verifier.certificates.recheck import Pending, Rechecked, Rechecker
    from verifier.certificates.recheck_functions import FunctionRechecker, PendingFunctions

PROVED, CONTRADICTED, BAD, UNDECIDED = 0, 1, 2, 3
AHEAD = 4  # certificates in work for each process

Folders = Annotated[list[Path], typer.Argument(metavar="DIR...", help="Certificates, or folders of such.")]
Engines = Annotated[
    str | None, typer.Option("--engine", metavar="LIST", help="Solvers to ask: z3, bitwuzla, cvc5. Default: all that are installed.")
]
Timeout = Annotated[float, typer.Option("--timeout", metavar="SECONDS", help="For each query and solver.")]
Jobs = Annotated[int | None, typer.Option("--jobs", metavar="N", help="Queries to work on at once. Default: one a processor.")]
Results = Annotated[
    Path | None,
    typer.Option("--results", metavar="FILE", help="Keep results there, one line of JSON each, and skip certificates it has results of."),
]
Sat = Annotated[
    bool,
    typer.Option("--sat", help="Also translate each query to propositional clauses, let a SAT solver refute them, and check its proof."),
]


class NotCertificates(SuperoptError):
    """Folders that hold no certificates."""


def recheck(
    folders: Folders,
    engine: Engines = None,
    timeout: Timeout = 30.0,
    jobs: Jobs = None,
    results: Results = None,
    sat: Sat = False,
    as_json: AsJson = False,
) -> int:
    """Derive the queries of certificates again from their blocks, compare, and put them to every solver.

    Exit status: 0 if every certificate is proved by at least one solver and none says otherwise, 1 if a solver says
    otherwise or a SAT solver's proof is refused, 2 if a certificate is damaged, 3 if some are not decided.
    """
    from verifier.solving.engines import ENGINES

    positive(timeout, "--timeout")
    workers = jobs_or_default(jobs)
    engines = _engines(engine, tuple(ENGINES))
    found = list(_certificates(folders))
    asked = {"engines": list(engines), "timeout": timeout, "sat": sat}
    run = Run(found, engines, timeout, workers, _Results(results, asked), sat)
    entries = run.entries(as_json)
    if as_json:
        from superopt.cli.streams import print_json

        print_json({"certificates": entries, "summary": summary(entries)})
    else:
        print("; ".join(f"{count} {outcome}" for outcome, count in summary(entries).items()))
    return status(entries)


def _engines(text: str | None, known: Sequence[str]) -> tuple[str, ...]:
    from verifier.certificates.recheck import installed

    if text is None:
        return installed(known)
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",")))
    for name in names:
        if name not in known:
            raise UsageProblem(f"--engine takes {', '.join(known)}, not {name!r}")
        if not installed([name]):
            raise UsageProblem(f"the solver {name} is not installed")
    return names


def _certificates(folders: Sequence[Path]) -> Iterator[Path]:
    """The certificates meant: the folders themselves, or else those in them. Raises NotCertificates."""
    from verifier.certificates.folder import RECORD

    for folder in folders:
        if not folder.is_dir():
            raise NotCertificates(f"{folder}: error: {'is no folder' if folder.exists() else 'no such folder'}")
        if (folder / RECORD).exists():
            yield folder
            continue
        inside = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
        if not inside:
            raise NotCertificates(f"{folder}: error: holds no certificates")
        yield from inside


def summary(entries: Sequence[dict[str, Any]]) -> dict[str, int]:
    """How many certificates came to what."""
    counts: dict[str, int] = {}
    for entry in entries:
        counts[entry["outcome"]] = counts.get(entry["outcome"], 0) + 1
    return dict(sorted(counts.items()))


def status(entries: Sequence[dict[str, Any]]) -> int:
    """The exit status."""
    outcomes = {entry["outcome"] for entry in entries}
    if outcomes & {"contradiction", "refuted"} or any(map(_rejections, entries)):
        return CONTRADICTED
    if "damaged" in outcomes:
        return BAD
    return PROVED if outcomes <= {"proved"} else UNDECIDED


def _rejections(entry: dict[str, Any]) -> list[str]:
    """The queries whose refutation by a SAT solver no checker accepts and one refuses."""
    proofs: dict[str, Any] = entry.get("sat", {})
    verdicts = {name: set(proof["checkers"].values()) for name, proof in proofs.items() if proof["status"] == "unsat"}
    return [name for name, said in verdicts.items() if "rejected" in said and "verified" not in said]


class _Results:
    """What earlier runs found, kept line by line."""

    def __init__(self, path: Path | None, asked: dict[str, Any]) -> None:
        self._path, self._asked = path, asked
        self._known: dict[tuple[str, str], dict[str, Any]] = {}
        if path is not None and path.exists():
            for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
                self._read(line)

    def _read(self, line: str) -> None:
        try:
            data = json.loads(line)
            if data["asked"] == self._asked and data["judge"] == _judge():
                entry = dict(data["entry"])
                self._known[str(entry["folder"]), str(entry["digest"])] = entry
        except (ValueError, KeyError, TypeError, RecursionError):
            return  # a line torn by an interruption, or something else: what it was about is done again

    def get(self, folder: Path, digest: str) -> dict[str, Any] | None:
        """The result of this certificate as it is now."""
        return self._known.get((str(folder), digest))

    def keep(self, entry: dict[str, Any]) -> None:
        """Remember a result."""
        if self._path is not None:
            with open(self._path, "a", encoding="utf-8") as file:
                file.write(json.dumps({"asked": self._asked, "judge": _judge(), "entry": entry}) + "\n")


def _judge() -> str:
    from verifier.version import judge_digest

    return judge_digest()


@dataclass(frozen=True, slots=True)
class _Both:
    """Who proves certificates of blocks again, and who those of functions."""

    of_blocks: Rechecker
    of_functions: FunctionRechecker


class Run:
    """One call of the command."""

    def __init__(self, found: Sequence[Path], engines: tuple[str, ...], timeout: float, jobs: int, results: _Results, sat: bool) -> None:
        self._found, self._engines, self._timeout, self._jobs = found, engines, timeout, jobs
        self._results, self._sat = results, sat

    def entries(self, quiet: bool) -> list[dict[str, Any]]:
        """Recheck everything; prints a line for each unless ``quiet``."""
        from superopt.cli.function_certificates import derived
        from superopt.cli.progress import progress_bar
        from superopt.cli.stores import stored_agreements
        from superopt.cli.streams import warn
        from verifier.certificates.recheck import Rechecker
        from verifier.certificates.recheck_functions import FunctionRechecker
        from verifier.solvers import Solvers

        entries = list[dict[str, Any]]()
        with Solvers(jobs=self._jobs) as solvers, progress_bar("certificates") as bar:
            agreements = stored_agreements(solvers, warn)
            of_functions = FunctionRechecker(solvers, agreements, self._engines, self._timeout, derived)
            rechecker = Rechecker(solvers, agreements, self._engines, self._timeout, sat=self._sat)
            for entry in self._work(_Both(rechecker, of_functions)):
                entries.append(entry)
                bar(len(entries), len(self._found))
                _show(entry, quiet)
        return entries

    def _work(self, rechecker: _Both) -> Iterator[dict[str, Any]]:
        """Results in the order of the certificates; the solvers are some ahead."""
        window: deque[dict[str, Any] | Pending | PendingFunctions] = deque()
        for folder in self._found:
            window.append(self._start(rechecker, folder))
            if len(window) >= AHEAD * self._jobs:
                yield self._finish(rechecker, window.popleft())
        while window:
            yield self._finish(rechecker, window.popleft())

    def _start(self, rechecker: _Both, folder: Path) -> dict[str, Any] | Pending | PendingFunctions:
        from verifier.certificates import functions
        from verifier.certificates.folder import CertificateError, read, read_record

        try:
            if read_record(folder).get("kind") == functions.KIND:
                found = functions.read(folder)
                return self._results.get(folder, found.digest) or rechecker.of_functions.start(found)
            stored = read(folder)
            return self._results.get(folder, stored.digest) or rechecker.of_blocks.start(stored)
        except CertificateError as error:
            return {"folder": str(folder), "outcome": "damaged", "reason": error.reason}

    def _finish(self, rechecker: _Both, begun: dict[str, Any] | Pending | PendingFunctions) -> dict[str, Any]:
        from verifier.certificates.recheck import Pending

        if isinstance(begun, dict):
            return begun
        found = rechecker.of_blocks.finish(begun) if isinstance(begun, Pending) else rechecker.of_functions.finish(begun)
        entry = entry_data(found)
        self._results.keep(entry)
        return entry


def entry_data(found: Rechecked) -> dict[str, Any]:
    """A result as plain data."""
    return {
        "folder": str(found.folder),
        "digest": found.digest,
        "outcome": found.outcome,
        "derivation": found.derivation,
        "reason": found.reason,
        "proved_by": list(found.engines),
        "queries": {
            name: [{"engine": s.engine, "status": s.status, "seconds": round(s.seconds, 3), "reason": s.reason} for s in answers]
            for name, answers in found.said.items()
        },
        "sat": {name: asdict(proof) for name, proof in found.proofs.items()},
    }


def _show(entry: dict[str, Any], quiet: bool) -> None:
    from superopt.cli.problems import one_line

    if entry["outcome"] == "damaged":
        print(one_line(f"{entry['folder']}: error: {entry['reason']}"), file=sys.stderr)
    elif entry["outcome"] == "contradiction":
        print(f"{entry['folder']}: CONTRADICTION between solvers: one of them is wrong; keep this folder", file=sys.stderr)
    for name in _rejections(entry):
        print(f"{entry['folder']}: {name}: the SAT solver's proof is REJECTED", file=sys.stderr)
    if not quiet and entry["outcome"] != "damaged":
        print(line_of(entry))


def line_of(entry: dict[str, Any]) -> str:
    """One line for people."""
    said = [f"{name}: {', '.join(map(_answer, answers))}" for name, answers in entry["queries"].items()]
    for name, proof in entry["sat"].items():
        checkers = "".join(f", proof {verdict} by {checker}" for checker, verdict in proof["checkers"].items())
        said.append(f"{name} as {proof['clauses']} clauses: {proof['solver']} {proof['reason'] or proof['status']}{checkers}")
    reason = [entry["reason"]] if entry["reason"] else []
    return "; ".join([f"{entry['outcome']}: {entry['folder']}: {entry['derivation']}", *said, *reason])


def _answer(answer: dict[str, Any]) -> str:
    what = answer["status"] if answer["status"] != "unknown" else answer["reason"].partition(":")[0]
    return f"{answer['engine']} {what} {answer['seconds']:.2f} s"
