"""The report of an optimisation as one HTML page without outside resources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from superopt.cli.problems import one_line
from superopt.optimizer.report import BlockReport, Report, Step

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #1c1c1c; background: #fff; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; border-top: 1px solid #ccc; padding-top: 1rem; }
table { border-collapse: collapse; } th, td { text-align: left; padding: .15rem 1rem .15rem 0; vertical-align: top; }
th { font-weight: 600; color: #555; } .code { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; }
pre { background: #f5f5f2; padding: .7rem; margin: .3rem 0; overflow-x: auto; } .proof { color: #2b6a2b; } .note { color: #555; }
@media (prefers-color-scheme: dark) { body { background: #161616; color: #e4e4e4; } pre { background: #232323; }
  th, .note { color: #aaa; } .proof { color: #8ecf8e; } h2 { border-color: #444; } }
"""


def page(report: Report) -> str:
    """The page's text; whatever comes from the input is escaped."""
    title = f"superopt: {_text(report.source)}"
    return "\n".join(
        [
            "<!DOCTYPE html>",
            f'<html lang="en"><head><meta charset="utf-8"><title>{title}</title>',
            f"<style>{STYLE}</style></head><body>",
            f"<h1>{title}</h1>",
            *_overview(report),
            *(line for block in report.improved for line in _block(block)),
            "</body></html>\n",
        ]
    )


def _text(value: object) -> str:
    return escape(one_line(str(value)))


def _overview(report: Report) -> Iterator[str]:
    rows = [
        ("processor", report.cpu),
        ("objective", report.objective),
        ("blocks", f"{len(report.improved)} of {report.considered} improved, {report.blocks} in all"),
        ("instructions", f"{report.count_ratio:.3f} (geometric mean over improved blocks, after / before)"),
        ("predicted cycles", f"{report.cycle_ratio:.3f} (geometric mean over improved blocks, after / before)"),
        ("time", f"{report.seconds:.1f} s, of which {report.proof_seconds:.1f} s for proofs"),
    ]
    for name, counts in report.candidates.items():
        rows.append((f"candidates of {name}", ", ".join(f"{n} {what}" for what, n in sorted(counts.items()))))
    yield _table(rows)
    if report.interrupted:
        yield '<p class="note">The search was interrupted; everything shown was proved.</p>'
    if report.exhausted:
        yield '<p class="note">The budget ran out before everything was tried.</p>'
    yield from (f'<p class="note">{_text(note)}</p>' for note in report.notes)
    if report.skipped:
        yield "<h2>Left alone</h2>"
        yield _table([(reason, f"{count} instruction{'s' * (count != 1)}") for reason, count in report.skipped.items()])


def _table(rows: Sequence[tuple[str, str]]) -> str:
    return "<table>" + "".join(f"<tr><th>{_text(name)}</th><td>{_text(value)}</td></tr>" for name, value in rows) + "</table>"


def _block(block: BlockReport) -> Iterator[str]:
    yield f"<h2>{_text(block.function)}, line {block.line}</h2>"
    yield (
        f"<p>{block.instructions_before} &rarr; {block.instructions_after} instructions, "
        f"{block.cycles_before:g} &rarr; {block.cycles_after:g} predicted cycles</p>"
    )
    for step in block.steps:
        yield f'<div class="code">{_code(step.before)}{_code(step.after)}</div>'
        yield f'<p class="proof">{_text(_proof(step))}</p>'


def _code(lines: Sequence[str]) -> str:
    return "<pre>" + escape("\n".join(map(one_line, lines)) or "(nothing)") + "</pre>"


def _proof(step: Step) -> str:
    engines = f" by {', '.join(step.engines)}" if step.engines else ""
    how = "proved earlier, from the cache" if step.cached else f"proved ({step.method}{engines}, {step.proof_seconds:.2f} s)"
    return f"{how}; proposed by {step.proposer}"
