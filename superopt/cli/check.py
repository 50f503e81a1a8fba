"""``superopt check``: are two blocks equivalent?"""

from __future__ import annotations

import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from superopt.cli.options import AsJson, LiveOut, Timeout, jobs_or_default, live_set, positive
from superopt.cli.problems import BAD_INPUT, UsageProblem

if TYPE_CHECKING:
    from superopt.cli.pairs import Demands, Text
    from verifier.verdict import Verdict

MAX_ROUNDS = 64
MAX_STATES = 1_000_000
LAST_RESORT = 10.0  # seconds beyond the time limits of three proofs
STATE_SECONDS = 0.05  # for each state that Hypothesis draws, generously

Original = Annotated[str | None, typer.Argument(metavar="ORIGINAL", help="Assembly text of a block or of functions; - is standard input.")]
Candidate = Annotated[str | None, typer.Argument(metavar="CANDIDATE", help="What is to replace it.")]
DeadStack = Annotated[bool, typer.Option("--dead-stack", help="Memory below the final stack pointer is dead, as at a return.")]
Confirm = Annotated[bool, typer.Option("--confirm", help="Ask for a second solver's agreement.")]
Semantics = Annotated[str, typer.Option("--semantics", metavar="SOURCE", help="Whose meanings to prove with: rows, vex, sleigh, or all.")]
Assume = Annotated[
    list[str] | None,
    typer.Option(
        "--assume",
        metavar="FACT",
        help="What holds before the block, such as 'noalias(x0, x1, 64)', 'aligned(x0, 16)' or '1 <= x2 < 64'; may be repeated.",
    ),
]
ConstantTime = Annotated[
    bool,
    typer.Option("--constant-time", help="Addresses, branches and operands of divisions tell no more about the inputs than before."),
]
SameAccessSize = Annotated[
    bool,
    typer.Option("--same-access-size", help="The same memory accesses in the same order, for memory that others use meanwhile."),
]
Unroll = Annotated[
    int, typer.Option("--unroll", metavar="K", help="Where loops defeat the proof, compare runs that pass heads of loops at most K times.")
]
Hypothesis = Annotated[
    int,
    typer.Option("--hypothesis", metavar="N", help="After a proof, run both on N states that Hypothesis draws so that pointers overlap."),
]
CertificateFolder = Annotated[
    Path | None,
    typer.Option("--certificate", metavar="DIR", help="Write the proof there for others to check; of a batch, a folder for each."),
]
Batch = Annotated[str | None, typer.Option("--batch", metavar="PAIRS", help="Judge every line of a JSON-lines file (- is standard input).")]
Jobs = Annotated[int | None, typer.Option("--jobs", metavar="N", help="Worker processes of a batch. Default: one a processor.")]


def check(
    original: Original = None,
    candidate: Candidate = None,
    live_out: LiveOut = None,
    timeout: Timeout = 10.0,
    dead_stack: DeadStack = False,
    confirm: Confirm = False,
    semantics: Semantics = "rows",
    assume: Assume = None,
    constant_time: ConstantTime = False,
    same_access_size: SameAccessSize = False,
    unroll: Unroll = 0,
    hypothesis: Hypothesis = 0,
    certificate: CertificateFolder = None,
    as_json: AsJson = False,
    batch: Batch = None,
    jobs: Jobs = None,
) -> int:
    """Prove that CANDIDATE does what ORIGINAL does, or show a state in which it does not.

    The texts are straight-line code, or functions with branches, loops and calls. Exit status: 0 equivalent, 1 different,
    2 bad input, 3 unknown, unsupported, or equivalent up to K iterations only.

    Lines of a batch are objects with "original" and "candidate" (texts), and optionally "id", "live_out" (names),
    "dead_stack", "timeout", "confirm", "semantics", "assume" (facts), "constant_time", "same_access_size", "unroll" and
    "hypothesis"; a line with a verdict comes out for each, in the same order.
    """
    positive(timeout, "--timeout")
    if semantics not in ("rows", "vex", "sleigh", "all"):
        raise UsageProblem(f"--semantics must be rows, vex, sleigh or all, not {semantics!r}")
    if not 0 <= unroll <= MAX_ROUNDS:
        raise UsageProblem(f"--unroll must be from 0 to {MAX_ROUNDS}, not {unroll}")
    if not 0 <= hypothesis <= MAX_STATES:
        raise UsageProblem(f"--hypothesis must be from 0 to {MAX_STATES}, not {hypothesis}")
    if semantics == "sleigh" and find_spec("pypcode") is None:
        raise UsageProblem("--semantics sleigh needs the package pypcode (pip install 'superopt[oracles]')")
    asked = {
        "live_out": live_out,
        "timeout": timeout,
        "dead_stack": dead_stack,
        "confirm": confirm,
        "semantics": semantics,
        "assume": assume or [],
        "constant_time": constant_time,
        "same_access_size": same_access_size,
        "unroll": unroll,
        "hypothesis": hypothesis,
    }
    if batch is not None:
        if original is not None:
            raise UsageProblem("a batch names its blocks itself: give either --batch or ORIGINAL and CANDIDATE")
        return _batch(batch, jobs, asked, certificate)
    if original is None or candidate is None:
        raise UsageProblem("check needs ORIGINAL and CANDIDATE, or --batch (see superopt check --help)")
    if original == candidate == "-":
        raise UsageProblem("only one of the two blocks can come from standard input")
    if not as_json:
        return _check(original, candidate, asked, as_json, certificate)
    try:
        return _check(original, candidate, asked, as_json, certificate)
    except Exception as error:
        from superopt.cli.problems import explain
        from superopt.cli.streams import print_json
        from superopt.cli.verdicts import error_json

        line = explain(error)
        if line is not None:
            print_json(error_json(line))
        raise


def _check(original: str, candidate: str, asked: dict[str, Any], as_json: bool, folder: Path | None) -> int:
    from verifier.solvers import Solvers

    started, timeout = time.monotonic(), float(asked["timeout"])
    with Solvers(jobs=1) as solvers:
        solvers.start()  # so that it loads the solvers while we read
        from superopt.cli.pairs import OutOfTime, Text, alarm, judge
        from superopt.cli.stores import checker_with
        from superopt.cli.streams import print_json, read_input, warn
        from superopt.cli.verdicts import as_json as verdict_json
        from superopt.cli.verdicts import status
        from verifier.verdict import Unknown

        texts = Text(*read_input(original)), Text(*read_input(candidate))
        demands = _demands(asked)
        if folder is not None:
            from superopt.cli.certificates import check_folder

            check_folder(folder)
        checker = checker_with(solvers, warn)
        try:
            with alarm(patience(timeout, asked["hypothesis"])):
                verdict = judge(checker, *texts, demands)
        except OutOfTime:
            verdict = Unknown("timeout", time.monotonic() - started)
        except MemoryError:
            verdict = Unknown("out of memory", time.monotonic() - started)
        refusal = _certify(folder, texts, demands, verdict) if folder is not None else None
        if as_json:
            data = verdict_json(verdict, time.monotonic() - started) | {"live_out": list(demands.live_out.names())}
            print_json(data | ({"no_certificate": refusal} if refusal is not None else {}))
        else:
            _print(verdict)
        if refusal is not None:
            print(refusal, file=sys.stderr)
            return BAD_INPUT
        return status(verdict)


def patience(timeout: float, hypothesis: int) -> float:
    """Seconds after which a check is out of all bounds."""
    return 3 * timeout + LAST_RESORT + STATE_SECONDS * hypothesis


def _certify(folder: Path, texts: tuple[Text, Text], demands: Demands, verdict: Verdict) -> str | None:
    """Write the certificate of a proof; why there is none although there is a proof, or None."""
    from superopt.cli.certificates import NoCertificate, save, statement_of
    from superopt.cli.problems import one_line
    from superopt.cli.streams import warn
    from verifier.verdict import Proved

    if not isinstance(verdict, Proved):
        warn(f"{folder}: nothing is proved, so no certificate is written")
        return None
    try:
        if verdict.certificate.argument:
            from superopt.cli.function_certificates import save_functions

            save_functions(folder, texts, demands, verdict.certificate)
        else:
            save(folder, statement_of(*texts, demands, folder), verdict.certificate)
    except NoCertificate as error:
        return one_line(str(error))
    return None


def _demands(asked: dict[str, Any]) -> Demands:
    from semantics.assumptions import assume
    from superopt.cli.pairs import Demands

    fields = dict(asked)
    fields["live_out"] = live_set(asked["live_out"])
    fields["assume"] = tuple(assume(text, "--assume") for text in asked["assume"])
    return Demands(**fields)


def _print(verdict: object) -> None:
    from superopt.cli.problems import one_line
    from superopt.cli.verdicts import proof_line, word
    from verifier.verdict import Bounded, Proved, Refuted, Unknown, Unsupported

    match verdict:
        case Proved(certificate):
            print(word(verdict))
            print(proof_line(certificate))
        case Bounded(rounds, certificate, reason):
            print(f"equivalent up to {rounds} iterations")
            print(f"reason: {one_line(reason)}")
            print(proof_line(certificate))
        case Refuted(counterexample):
            from superopt.cli.counterexamples import print_counterexample
            from superopt.cli.tables import console

            print(word(verdict))
            print_counterexample(console(), counterexample)
        case Unknown(reason, seconds):
            print(word(verdict))
            print(f"reason: {one_line(reason)} (after {seconds:.1f} s)")
        case Unsupported(what):
            print(word(verdict))
            print(f"reason: {one_line(what)}")
        case _:
            raise TypeError(f"no verdict: {verdict!r}")


def _batch(source: str, jobs: int | None, asked: dict[str, Any], folder: Path | None) -> int:
    from superopt.cli.batch import run_batch

    _demands(asked)  # a mistake here concerns every line
    if folder is not None:
        from superopt.cli.certificates import check_parent

        check_parent(folder)
        asked = asked | {"certificates": str(folder.resolve())}
    return run_batch(source, jobs_or_default(jobs), asked)
