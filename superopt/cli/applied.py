"""Certificates of the rewrites that an optimisation has applied, a folder for each."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from superopt.cli.certificates import NoCertificate, check_parent, save
from superopt.cli.progress import progress_bar
from superopt.cli.streams import warn, write_whole
from superopt.optimizer.report import BlockReport, Report, Step

INDEX = "rewrites.jsonl"


def check_empty(folder: Path) -> None:
    """Make the folder; one that holds something would mix rewrites of this run with others. Raises NoCertificate."""
    check_parent(folder)
    try:
        holds = next(folder.iterdir(), None)
    except OSError as error:
        raise NoCertificate(folder, (error.strerror or str(error)).lower()) from None
    if holds is not None:
        raise NoCertificate(folder, f"is not empty ({holds.name})")


def numbered(report: Report) -> Iterator[tuple[str, BlockReport, Step]]:
    """Every applied rewrite with the name of its folder: the line of its block, and its number among those of that line."""
    met = Counter[int]()
    for block in report.improved:
        for step in block.steps:
            met[block.line] += 1
            yield f"line-{block.line:05d}-{met[block.line]}", block, step


def certify(report: Report, parent: Path) -> bool:
    """Write the certificates of a report, and an index of them; whether each rewrite has one. Raises NoCertificate."""
    rewrites, lines, refusals = list(numbered(report)), list[str](), list[str]()
    with progress_bar("certificates") as bar:
        for number, (name, block, step) in enumerate(rewrites, 1):
            refusal = _save(parent / name, step)
            if refusal is not None:
                refusals.append(refusal)
            lines.append(_line(name if refusal is None else None, block, step, refusal))
            bar(number, len(rewrites))
    write_whole(parent / INDEX, "".join(lines).encode())
    if refusals:
        warn(f"{parent}: {len(refusals)} of {len(rewrites)} rewrites have no certificate: {refusals[0]}")
    return not refusals


def _save(folder: Path, step: Step) -> str | None:
    """Write one; why there is none, or None."""
    try:
        save(folder, step.statement, step.certificate)
    except NoCertificate as error:
        return error.reason
    return None


def _line(name: str | None, block: BlockReport, step: Step, refusal: str | None) -> str:
    data = {"certificate": name, "function": block.function, "line": block.line, "before": step.before, "after": step.after}
    return json.dumps(data if refusal is None else data | {"reason": refusal}) + "\n"
