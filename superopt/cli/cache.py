"""``superopt cache``: what earlier runs have proved."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from superopt.cli.options import AsJson
from superopt.errors import SuperoptError

if TYPE_CHECKING:
    from superopt.cache import Cache, Entry

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="List, show, export and import proved rewrites.")

CachePath = Annotated[Path | None, typer.Option("--cache", metavar="PATH", help="The cache's file. Default: in the user's cache folder.")]
Certificates = Annotated[
    Path | None,
    typer.Option("--certificates", metavar="DIR", help="Write a certificate of each rewrite there; lines of JSON only with -o."),
]
SHOWN = 12  # characters of a key


class NoSuchEntry(SuperoptError):
    """A key, or the beginning of one, that does not name one entry."""


@app.command("ls")
def list_entries(cache: CachePath = None, as_json: AsJson = False) -> int:
    """List all rewrites, most often met first."""
    from superopt.cli.streams import print_json
    from superopt.cli.tables import console, plain_table, print_table

    with _open(cache) as opened:
        entries = list(opened.entries())
    if as_json:
        print_json([entry_data(entry) for entry in entries])
        return 0
    table = plain_table("key", "met", "instructions", "cost", "objective", "proposer")
    from rich.markup import escape

    for entry in entries:
        lengths = f"{_lines(entry.question.block)} -> {_lines(entry.rewrite.replacement)}"
        cost = f"{entry.rewrite.cost_before[0]:g} -> {entry.rewrite.cost[0]:g}" if entry.rewrite.cost and entry.rewrite.cost_before else "-"
        row = (entry.key[:SHOWN], str(sum(entry.seen.values())), lengths, cost, entry.question.objective, entry.rewrite.proposer)
        table.add_row(*map(escape, row))
    print_table(console(), f"{len(entries)} rewrites", table)
    return 0


@app.command("show")
def show(
    key: Annotated[str, typer.Argument(metavar="KEY", help="The key, or as much of it as names one entry.")],
    cache: CachePath = None,
    as_json: AsJson = False,
) -> int:
    """Show one rewrite: before, after, what must hold, how it was proved, and where it was met."""
    from superopt.cli.problems import one_line
    from superopt.cli.streams import print_json

    with _open(cache) as opened:
        found = opened.find(key)
    if len(found) != 1:
        count = "no rewrite has a key" if not found else f"{len(found)} rewrites have keys"
        raise NoSuchEntry(f"{count} starting with {key!r}")
    entry = found[0]
    if as_json:
        print_json(entry_data(entry))
        return 0
    question, rewrite = entry.question, entry.rewrite
    proof = ", ".join(f"{name} {value}" for name, value in rewrite.certificate.items() if name != "sources")
    lines = [
        f"key: {entry.key}",
        *("before:", *(f"  {line}" for line in question.block.splitlines())),
        *("after:", *(f"  {line}" for line in rewrite.replacement.splitlines())),
        f"live-out: {question.live_out}",
        f"assumptions: {', '.join(question.assumptions) or 'none'}",
        f"objective: {question.objective}, cost {list(rewrite.cost_before)} -> {list(rewrite.cost)}",
        f"proved: {proof or 'nothing recorded'}",
        f"proposer: {rewrite.proposer}",
        *(f"met: {place} ({count} times)" for place, count in entry.seen.items()),
    ]
    print("\n".join(("  " if line.startswith("  ") else "") + one_line(line) for line in lines))
    return 0


@app.command("export")
def export(
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Default: standard output.")] = None,
    certificates: Certificates = None,
    cache: CachePath = None,
) -> int:
    """Write every rewrite as one line of JSON, or as a certificate in a folder of its own."""
    from superopt.cli.streams import write_whole

    if certificates is not None:
        with _open(cache) as opened:
            _certify(list(opened.entries()), certificates)
        if output is None:
            return 0
    with _open(cache) as opened:
        text = "".join(f"{line}\n" for line in opened.export())
    if output is None:
        sys.stdout.write(text)
    else:
        write_whole(output, text.encode())
    return 0


def _certify(entries: list[Entry], parent: Path) -> None:
    """A certificate of each rewrite, named by the beginning of its key; those that have none are counted by the reason."""
    from superopt.cli.certificates import NoCertificate, check_parent, proved_rewrite, save
    from superopt.cli.problems import one_line
    from superopt.cli.progress import progress_bar

    check_parent(parent)
    refused = dict[str, int]()
    with progress_bar("certificates") as bar:
        for number, entry in enumerate(entries, 1):
            folder = parent / entry.key[:16]
            try:
                save(folder, *proved_rewrite(entry, folder))
            except NoCertificate as error:
                refused[error.reason] = refused.get(error.reason, 0) + 1
            bar(number, len(entries))
    print(f"{len(entries) - sum(refused.values())} certificates written to {parent}, {sum(refused.values())} rewrites without one")
    for reason, count in refused.items():
        print(one_line(f"  {count} without: {reason}"))


@app.command("import")
def import_(
    file: Annotated[str, typer.Argument(metavar="FILE", help="What export wrote; - is standard input.")],
    cache: CachePath = None,
    as_json: AsJson = False,
) -> int:
    """Prove every rewrite of an exported file again and store those that hold."""
    from superopt.cli.imports import Prover, restamped
    from superopt.cli.stores import checker_with, open_cache
    from superopt.cli.streams import print_json, read_input, warn
    from verifier.solvers import Solvers

    data, name = read_input(file)
    with Solvers() as solvers, open_cache(cache, warn) as opened:
        solvers.start()
        prover = Prover(checker_with(solvers, warn))
        lines = map(restamped, data.decode("utf-8", "replace").split("\n"))
        stored, refused = opened.load(lines, name, prover.valid)
    if as_json:
        print_json({"stored": stored, "refused": refused, "reasons": prover.reasons})
        return 0
    print(f"{stored} stored, {refused} refused")
    for reason, count in prover.reasons.items():
        print(f"  {count} refused: {reason}")
    return 0


@app.command("stats")
def stats(cache: CachePath = None, as_json: AsJson = False) -> int:
    """Count rewrites, fruitless searches and sightings."""
    from superopt.cli.streams import print_json

    with _open(cache) as opened:
        counts = {"path": str(opened.path), **opened.counts()}
    if as_json:
        print_json(counts)
    else:
        print("\n".join(f"{name}: {value}" for name, value in counts.items()))
    return 0


def _open(path: Path | None) -> Cache:
    """A cache to read: a named file must exist."""
    from superopt.cache import CacheError
    from superopt.cli.stores import open_cache
    from superopt.cli.streams import warn

    if path is not None and not path.is_file():
        raise CacheError(path, "no such file")
    return open_cache(path, warn)


def entry_data(entry: Entry) -> dict[str, object]:
    """An entry as plain data."""
    question, rewrite = entry.question, entry.rewrite
    return {
        "key": entry.key,
        "before": question.block.splitlines(),
        "after": rewrite.replacement.splitlines(),
        "live_out": question.live_out,
        "assumptions": list(question.assumptions),
        "objective": question.objective,
        "cost_before": list(rewrite.cost_before),
        "cost": list(rewrite.cost),
        "certificate": dict(rewrite.certificate),
        "proposer": rewrite.proposer,
        "seen": dict(entry.seen),
    }


def _lines(text: str) -> int:
    return len(text.splitlines())
