"""``superopt optimize``: a listing in, a drop-in listing with proved rewrites out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from superopt.cli.options import AsJson, Cpu, positive
from superopt.cli.problems import UsageProblem

if TYPE_CHECKING:
    from grammars.listing import Listing
    from superopt.optimizer.options import OptimizeOptions

MAX_WINDOW = 64
NOT_GIVEN = "model,enumerate"

File = Annotated[str, typer.Argument(metavar="FILE", help="Assembly of a compiler or by hand; - is standard input.")]
Output = Annotated[Path | None, typer.Option("-o", "--output", metavar="OUT", help="Where the result goes. Default: standard output (-).")]
LiveOut = Annotated[
    str | None,
    typer.Option(
        "--live-out", metavar="LIST", help="Live where functions return or the text ends, besides sp, in place of AAPCS64's rule."
    ),
]
Goal = Annotated[str, typer.Option("--objective", metavar="WHAT", help="cycles, size, or count (of instructions).")]
Proposers = Annotated[str | None, typer.Option("--proposers", metavar="NAMES", help=f"Who suggests rewrites. Default: {NOT_GIVEN}.")]
Model = Annotated[Path | None, typer.Option("--model", metavar="FOLDER", help="A checkpoint for the proposer model.")]
Budget = Annotated[float, typer.Option("--budget", metavar="SECONDS", help="For the whole file.")]
Timeout = Annotated[float, typer.Option("--timeout", metavar="SECONDS", help="For one proof.")]
Window = Annotated[int, typer.Option("--window", metavar="N", help="Most instructions that are replaced at once.")]
Scratch = Annotated[
    str,
    typer.Option("--scratch", metavar="WHICH", help="Spare registers: function (what it writes anyway) or aapcs (call-clobbered)."),
]
DeadStack = Annotated[bool, typer.Option("--dead-stack/--no-dead-stack", help="Drop stores below the final stack pointer before a return.")]
CacheFile = Annotated[Path | None, typer.Option("--cache", metavar="PATH", help="The rewrite cache. Default: in the user's cache folder.")]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Neither use nor keep earlier rewrites.")]
Jobs = Annotated[int | None, typer.Option("--jobs", metavar="N", help="Search processes. Default: one a processor, at most 8.")]
Judge = Annotated[bool, typer.Option("--judge/--no-judge", help="Let llvm-mca, where installed, confirm each improvement.")]
Seed = Annotated[int, typer.Option("--seed", metavar="N", help="For everything random.")]
Html = Annotated[Path | None, typer.Option("--html", metavar="PAGE", help="Write a report page as well.")]
Certificates = Annotated[
    Path | None, typer.Option("--certificates", metavar="DIR", help="Write a certificate of each applied rewrite into this empty folder.")
]


def optimize(
    file: File,
    output: Output = None,
    live_out: LiveOut = None,
    cpu: Cpu = "neoverse-n1",
    objective: Goal = "cycles",
    proposers: Proposers = None,
    model: Model = None,
    budget: Budget = 120.0,
    timeout: Timeout = 10.0,
    window: Window = 12,
    scratch: Scratch = "function",
    dead_stack: DeadStack = True,
    cache: CacheFile = None,
    no_cache: NoCache = False,
    jobs: Jobs = None,
    judge: Judge = True,
    seed: Seed = 0,
    as_json: AsJson = False,
    html: Html = None,
    certificates: Certificates = None,
) -> int:
    """Replace runs of instructions by cheaper ones that are proved equivalent; everything else stays byte for byte.

    The result goes to OUT (whole or not at all) or to standard output, the summary to standard error; with --json it
    is JSON, on standard output if that is free. Ctrl-C ends the search, and what is proved by then is written.
    """
    from superopt.cli.optimizing import Run, Targets, optimize_file
    from superopt.cli.options import jobs_or_default
    from superopt.cli.streams import check_writable, read_input

    if no_cache and cache is not None:
        raise UsageProblem("give either --cache or --no-cache")
    options = _options(live_out, cpu, objective, proposers, budget, timeout, window, scratch, dead_stack, judge, seed)
    output = None if output == Path("-") else output
    for path in (output, html):
        if path is not None:
            check_writable(path)
    listing = _listing(*read_input(file))
    if certificates is not None:
        from superopt.cli.applied import check_empty

        check_empty(certificates)
    run = Run(listing, options, proposers is not None, model, cache, not no_cache, jobs_or_default(jobs) if jobs is not None else None)
    return optimize_file(run, Targets(output, html, as_json, certificates))


def _options(
    live_out: str | None,
    cpu: str,
    objective: str,
    proposers: str | None,
    budget: float,
    timeout: float,
    window: int,
    scratch: str,
    dead_stack: bool,
    judge: bool,
    seed: int,
) -> OptimizeOptions:
    from semantics.liveset import LiveSet
    from superopt.cost import Objective, machine
    from superopt.optimizer.options import DEFAULT_PROPOSERS, OptimizeOptions
    from superopt.proposers import parse_names

    machine(cpu)  # raises UnknownCpu
    if objective not in [known.value for known in Objective]:
        raise UsageProblem(f"--objective must be one of {', '.join(known.value for known in Objective)}, not {objective!r}")
    if scratch not in ("function", "aapcs"):
        raise UsageProblem(f"--scratch must be function or aapcs, not {scratch!r}")
    if not 1 <= window <= MAX_WINDOW:
        raise UsageProblem(f"--window must be from 1 to {MAX_WINDOW}, not {window}")
    return OptimizeOptions(
        cpu=cpu,
        objective=Objective(objective),
        proposers=parse_names(proposers) if proposers is not None else DEFAULT_PROPOSERS,
        budget=positive(budget, "--budget"),
        timeout=positive(timeout, "--timeout"),
        window=window,
        live_out=LiveSet.parse(live_out) | LiveSet.of(["sp"]) if live_out is not None else None,
        scratch=scratch,
        dead_stack=dead_stack,
        use_judge=judge,
        seed=seed,
    )


def _listing(data: bytes, name: str) -> Listing:
    from grammars.errors import SourceError
    from grammars.listing import decode_listing, parse_listing

    listing = parse_listing(decode_listing(data, name), name)
    if not listing.statements:
        raise SourceError(name, "no instructions")
    return listing
