"""``superopt fuzz``: attack the judge with real code, spoilt on purpose, and with blocks that are equivalent by construction."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from superopt.cli.options import AsJson, jobs_or_default, positive
from superopt.cli.problems import UsageProblem

if TYPE_CHECKING:
    from superopt.fuzzing.campaign import Campaign
    from superopt.fuzzing.outcome import Outcome
    from superopt.fuzzing.record import Record

WRONG = 1
INTERRUPTED = 130
_MOST = 100_000_000

Sources = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Assembly text, object files, archives (.a) of them.")]
Count = Annotated[int, typer.Option("--count", metavar="N", help="Trials in all; every fifth asks about equivalent blocks.")]
Seed = Annotated[int, typer.Option("--seed", metavar="N", help="Of everything that is drawn.")]
Jobs = Annotated[int | None, typer.Option("--jobs", metavar="N", help="Processes. Default: one a processor.")]
Resume = Annotated[Path | None, typer.Option("--resume", metavar="FILE", help="SQLite record to make, or to go on with.")]
Operators = Annotated[str | None, typer.Option("--operators", metavar="LIST", help="Mutation operators, by name. Default: all.")]
States = Annotated[int, typer.Option("--states", metavar="N", help="Emulator states for each pair.")]
Timeout = Annotated[float, typer.Option("--timeout", metavar="SECONDS", help="For one proof.")]
Longest = Annotated[int, typer.Option("--longest", metavar="N", help="Instructions of a block, at most.")]
Steps = Annotated[int, typer.Option("--steps", metavar="N", help="Equivalent rewrites before a block is spoilt, at most.")]
Invented = Annotated[int, typer.Option("--invented", metavar="PERCENT", help="Blocks drawn from the instruction set, not from files.")]
Findings = Annotated[Path, typer.Option("--findings", metavar="DIR", help="Where pairs go that must not be; made when there are any.")]


def fuzz(
    sources: Sources,
    count: Count = 1000,
    seed: Seed = 0,
    jobs: Jobs = None,
    resume: Resume = None,
    operators: Operators = None,
    states: States = 48,
    timeout: Timeout = 2.0,
    longest: Longest = 12,
    steps: Steps = 2,
    invented: Invented = 0,
    findings: Findings = Path("fuzz-findings"),
    as_json: AsJson = False,
) -> int:
    """Attack the judge: spoil blocks of real code, and show that none that runs differently is called equivalent.

    The judge's own run on the emulator after a proof is switched off, so that the proof alone has to be right.

    Exit status: 0 nothing found, 1 a wrong verdict found, 2 bad input, 130 interrupted (go on with --resume).
    """
    ranges = (("--count", count, 1, _MOST), ("--states", states, 1, 10_000), ("--longest", longest, 1, 64))
    for name, value, least, most in (*ranges, ("--steps", steps, 0, 8), ("--invented", invented, 0, 100)):
        if not least <= value <= most:
            raise UsageProblem(f"{name} must be from {least} to {most}, not {value}")
    positive(timeout, "--timeout")
    from superopt.fuzzing.campaign import Campaign
    from superopt.fuzzing.outcome import Limits
    from superopt.fuzzing.record import Record
    from verifier.mutation import UnknownOperator, operators_named

    names = tuple(name.strip() for name in operators.split(",")) if operators is not None else ()
    try:
        operators_named(names)
    except UnknownOperator as error:
        raise UsageProblem(str(error)) from None
    limits = Limits(states, timeout)
    campaign = Campaign(tuple(sources), seed, count, names, longest, steps, invented, jobs_or_default(jobs), limits)
    record = Record(resume)
    try:
        return _run(campaign, record, findings, as_json)
    finally:
        record.close()


def _run(campaign: Campaign, record: Record, folder: Path, as_json: bool) -> int:
    from superopt.cli.progress import progress_bar
    from superopt.cli.streams import print_json, warn
    from superopt.fuzzing.campaign import run
    from superopt.fuzzing.corpus import corpus_of
    from superopt.fuzzing.summary import summary

    corpus = corpus_of(campaign.sources, campaign.seed)
    with progress_bar("trials") as progress:

        def report(done: int, total: int, outcome: Outcome | None) -> None:
            progress(done, total)
            if outcome is not None and outcome.finding is not None:
                warn(f"trial {outcome.number}: {outcome.finding.what} ({outcome.finding.difference})")

        complete = run(campaign, corpus, record, report)
    written = _write_findings(record, folder)
    data = summary(record) | {"blocks": len(corpus.pieces), "instructions": corpus.instructions, "complete": complete}
    if as_json:
        print_json(data)
    else:
        _print(data)
    for path in written:
        warn(f"written: {path}")
    return WRONG if written else 0 if complete else INTERRUPTED


def _write_findings(record: Record, folder: Path) -> list[Path]:
    """For each finding two files that ``superopt check`` reads, and a note."""
    from superopt.cli.streams import write_whole

    written = list[Path]()
    for number, finding in record.findings():
        folder.mkdir(parents=True, exist_ok=True)
        stem = folder / f"{number}"
        write_whole(stem.with_suffix(".original.s"), (finding.original + "\n").encode())
        write_whole(stem.with_suffix(".candidate.s"), (finding.candidate + "\n").encode())
        options = f"--live-out {finding.live_out}{' --dead-stack' if finding.dead_stack else ''}"
        command = f"superopt check {number}.original.s {number}.candidate.s {options}"
        note = f"{finding.what}\n{finding.difference}\n\n{command}\n\n{finding.state}\n"
        write_whole(stem.with_suffix(".txt"), note.encode())
        written.append(stem.with_suffix(".txt"))
    return written


def _print(data: dict[str, Any]) -> None:
    from rich.markup import escape

    from superopt.cli.tables import console, plain_table, print_table
    from superopt.fuzzing.summary import SEEN, VERDICTS

    out = console()
    out.print(
        f"{data['blocks']} blocks of {data['instructions']} instructions; {data['trials']} trials in {data['seconds']:.0f} s",
        soft_wrap=True,
    )
    for title, part in (("mutants", data["mutants"]), ("equivalent by construction", data["rewrites"])):
        table = plain_table("on the emulator", *VERDICTS)
        for seen in SEEN:
            table.add_row(seen, *(str(part[seen][verdict]) for verdict in VERDICTS))
        print_table(out, title, table)
    operators = plain_table("operator", "mutants", "run differently", "of these refuted", "not decided", "proved")
    for name, counts in sorted(data["operators"].items()):
        different = counts["different"]
        undecided = different["unknown"] + different["unsupported"]
        total = sum(sum(part.values()) for part in counts.values())
        cells = (total, sum(different.values()), different["refuted"], undecided, different["proved"])
        operators.add_row(name, *map(str, cells))
    print_table(out, "by mutation operator", operators)
    reasons = plain_table("kind", "verdict", "reason", "trials")
    for row in data["reasons"][:20]:
        reasons.add_row(row["kind"], row["verdict"], escape(row["reason"]), str(row["count"]))
    print_table(out, "why there was no verdict", reasons)
    out.print(f"wrong acceptances: {data['wrong_acceptances']}; other findings: {len(data['findings']) - data['wrong_acceptances']}")
