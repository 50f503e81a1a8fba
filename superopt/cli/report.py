"""The summary of an optimisation on stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

from rich.markup import escape

from superopt.cli.problems import one_line
from superopt.cli.tables import console, plain_table, print_table
from superopt.optimizer.report import BlockReport, Report

MOST_ROWS = 200
MOST_REASONS = 20


def print_report(report: Report, told: Sequence[str] = ()) -> None:
    """What changed, what was left alone, and why; without the notes that the user has been told already."""
    out = console(sys.stderr)
    if report.improved:
        table = plain_table("block", "line", "instructions", "predicted cycles", "proof", "proposer")
        for block in report.improved[:MOST_ROWS]:
            table.add_row(*map(escape, _row(block)))
        print_table(out, f"{report.source}: improved blocks ({report.objective} on {report.cpu})", table)
        if len(report.improved) > MOST_ROWS:
            out.print(f"  and {len(report.improved) - MOST_ROWS} more")
    for line in (*_summary(report), *(f"note: {note}" for note in report.notes if note not in told)):
        out.print(one_line(line), markup=False, soft_wrap=True)


def _row(block: BlockReport) -> tuple[str, ...]:
    return (
        one_line(block.function),
        str(block.line),
        f"{block.instructions_before} -> {block.instructions_after}",
        f"{block.cycles_before:g} -> {block.cycles_after:g}",
        f"{sum(step.proof_seconds for step in block.steps):.2f} s",
        ", ".join(dict.fromkeys(step.proposer for step in block.steps)),
    )


def _summary(report: Report) -> Iterator[str]:
    yield f"{len(report.improved)} of {report.considered} blocks improved ({report.blocks} in all) in {report.seconds:.1f} s"
    if report.improved:
        means = f"{report.count_ratio:.3f} of the instructions, {report.cycle_ratio:.3f} of the predicted cycles"
        yield f"geometric means over improved blocks: {means}"
    for proposer, counts in report.candidates.items():
        yield f"candidates of {proposer}: " + ", ".join(f"{count} {what}" for what, count in sorted(counts.items()))
    if report.interrupted:
        yield "interrupted: what was proved by then is written"
    if report.exhausted:
        yield "the budget ran out before everything was tried"
    for reason, count in sorted(report.skipped.items(), key=lambda item: -item[1])[:MOST_REASONS]:
        yield f"left alone, {count} instruction{'s' * (count != 1)}: {reason}"
    if len(report.skipped) > MOST_REASONS:
        yield f"left alone for {len(report.skipped) - MOST_REASONS} other reasons"
