"""``superopt conform``: do all sources agree about every instruction form?"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from superopt.cli.options import AsJson, jobs_or_default
from superopt.cli.problems import UsageProblem
from superopt.errors import SuperoptError
from superopt.interruption import ended_like_ctrl_c

if TYPE_CHECKING:
    from verifier.conformance.campaign import Places
    from verifier.conformance.check import Effort
    from verifier.conformance.forms import Form
    from verifier.conformance.result import FormResult

DISAGREEMENT = 1
INTERRUPTED = 130
MAX_STATES = 1_000_000


class ConformProblem(SuperoptError):
    """A run that cannot go on: why."""


States = Annotated[int, typer.Option("--states", metavar="N", help="States to run each form from, on each emulator.")]
Sample = Annotated[int | None, typer.Option("--sample", metavar="K", help="Only K forms, drawn by --seed.")]
Seed = Annotated[int, typer.Option("--seed", metavar="N", help="Draws instances, states and the sample.")]
Only = Annotated[str, typer.Option("--only", metavar="PATTERN", help="Only forms whose mnemonic matches, as in 'ld*'.")]
Jobs = Annotated[int | None, typer.Option("--jobs", metavar="N", help="Worker processes. Default: one a processor.")]
Output = Annotated[Path | None, typer.Option("-o", metavar="FILE", help="The table, as Markdown. Default: standard output.")]
Resume = Annotated[Path | None, typer.Option("--resume", metavar="FILE", help="Finished forms. Default: FILE of -o with .resume added.")]


def conform(
    states: States = 1000,
    sample: Sample = None,
    seed: Seed = 0,
    only: Only = "*",
    jobs: Jobs = None,
    output: Output = None,
    resume: Resume = None,
    as_json: AsJson = False,
) -> int:
    """Compare our rows with VEX and SLEIGH by proof, with Unicorn and qemu-aarch64 by execution, and with llvm-mc by text.

    Each form of instruction is tried with edge immediates, register 31 and equal registers. The table goes to standard
    output or to the file of -o; with --json the results are JSON on standard output instead. Sources that are not
    installed have no vote. A run that is interrupted goes on where it was when it is started again.

    Exit status: 0 if nothing disagrees but for known causes, 1 if something does, 2 bad usage.
    """
    from superopt.cli.streams import check_writable
    from verifier.conformance.check import Effort

    if not 1 <= states <= MAX_STATES:
        raise UsageProblem(f"--states must be from 1 to {MAX_STATES}, not {states}")
    output = None if output == Path("-") else output
    forms = _forms(only, sample, seed)
    kept = resume if resume is not None else output.with_name(output.name + ".resume") if output is not None else None
    for path in (output, kept):
        if path is not None:
            check_writable(path)
    with ended_like_ctrl_c():
        _warn_of_absent()
        results, interrupted = _run(forms, Effort(states, seed=seed), kept, jobs_or_default(jobs))
    if interrupted:
        where = f"; they are kept in {kept}, and the same command goes on from there" if kept is not None else ""
        print(f"superopt: interrupted with {len(results)} of {len(forms)} forms finished{where}", file=sys.stderr)
        return INTERRUPTED
    return _report(results, _command(states, sample, seed, only, output), output, as_json)


def _forms(only: str, sample: int | None, seed: int) -> Sequence[Form]:
    from random import Random

    from verifier.conformance.forms import matching

    forms = matching(only)
    if not forms:
        raise UsageProblem(f"--only: no mnemonic matches {only!r}")
    if sample is None:
        return forms
    if sample < 1:
        raise UsageProblem(f"--sample must be at least 1, not {sample}")
    chosen = set(Random(seed).sample(range(len(forms)), min(sample, len(forms))))
    return [form for number, form in enumerate(forms) if number in chosen]


def _warn_of_absent() -> None:
    """One line for each source that has no vote."""
    from superopt.cli.streams import warn
    from superopt.paths import usable_folder
    from verifier.conformance.check import unusable_qemu
    from verifier.conformance.versions import ABSENT, versions

    reasons = {name: "not installed" for name in ("pypcode", "llvm-mc") if versions()[name] == ABSENT}
    qemu = unusable_qemu(usable_folder())
    for name, reason in {**reasons, **({"qemu-aarch64": qemu} if qemu else {})}.items():
        warn(f"{name} has no vote: {reason}")


def _run(forms: Sequence[Form], effort: Effort, kept: Path | None, jobs: int) -> tuple[list[FormResult], bool]:
    """The results, and whether they are not all because of an interrupt."""
    from verifier.conformance.errors import ConformanceError
    from verifier.qemu import HarnessError

    try:
        return _run_and_keep(forms, effort, kept, jobs)
    except (ConformanceError, HarnessError) as error:
        raise ConformProblem(str(error)) from None


def _run_and_keep(forms: Sequence[Form], effort: Effort, kept: Path | None, jobs: int) -> tuple[list[FormResult], bool]:
    from superopt.cli.progress import progress_bar
    from verifier.conformance.campaign import Campaign
    from verifier.conformance.store import Finished

    finished = Finished(kept)
    try:
        with progress_bar("conform", unit="forms") as progress:
            campaign = Campaign(forms, effort, _places(), finished, progress)
            try:
                campaign.run(jobs)
            except KeyboardInterrupt:
                return campaign.ordered(), True
            return campaign.ordered(), False
    finally:
        finished.close()


def _places() -> Places:
    from superopt.paths import agreements_file, usable_folder
    from verifier.conformance.campaign import Places

    return Places(usable_folder(), agreements_file())


def _command(states: int, sample: int | None, seed: int, only: str, output: Path | None) -> str:
    """The command line that gives the same table again."""
    parts = ["superopt conform", f"--states {states}"]
    parts += [f"--sample {sample}"] if sample is not None else []
    parts += [f"--seed {seed}"] if seed else []
    parts += [f"--only '{only}'"] if only != "*" else []
    parts += [f"-o {output}"] if output is not None and not output.is_absolute() else []
    return " ".join(parts)


def _report(results: Sequence[FormResult], command: str, output: Path | None, as_json: bool) -> int:
    from superopt.cli.streams import print_json, write_whole
    from verifier.conformance.summary import counts, unexplained
    from verifier.conformance.table import as_json as data_of
    from verifier.conformance.table import markdown
    from verifier.conformance.versions import versions

    text = markdown(results, command, versions())
    if output is not None:
        write_whole(output, text.encode())
    if as_json:
        print_json(data_of(results, command, versions()))
    elif output is None:
        print(text, end="")
    for count in counts(results):
        print(f"{count.number:>12,}  {count.what}", file=sys.stderr)
    for result in results:
        for found in result.disagreements:
            if not found.cause:
                print(f"superopt: unexplained: {found.source}: {found.instruction}: {found.detail}", file=sys.stderr)
    return DISAGREEMENT if unexplained(results) else 0
