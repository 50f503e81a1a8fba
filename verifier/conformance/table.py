"""The results as a Markdown document, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from semantics.pcode import faults as sleigh_faults
from semantics.vex import faults as vex_faults
from verifier.conformance.faults import EMULATOR_FAULTS
from verifier.conformance.result import FormResult, Run
from verifier.conformance.summary import counts

_INTRODUCTION = """\
What each source says about each instruction form, as `superopt conform` found it. A form is an encoding (a row of
`semantics/isa/`) and, where it has two, a width of its general registers. Its instances are drawn to have register 31 in
every place, equal registers, and the edges of every immediate (0, 1, the sign bit, the largest values); there is one for
every 20 states asked for, 40 at most. Only instances without relocations are drawn. Every instance is put to VEX and SLEIGH for
a proof and to llvm-mc, and runs on both emulators from random and corner states.
"""

_LEGEND = """\
| column | what is in it |
|---|---|
| row | `yes`: the row has a meaning; `-`: it has none, VEX's is used; `ord`: ordered or system instruction, never given one |
| VEX | `=` proved equal in all states; `only` it gives the meaning; `abs` it has none; `ref` refused, a known fault; `?` undecided; `≠` |
| SLEIGH | `=` proved equal (to the row, or to VEX without one); `-` no vote; `?` undecided; `≠` |
| Unicorn, qemu | states executed and compared; `abs` the emulator lacks the instruction; `~` a result was left out, see below; `≠` |
| LLVM | lines assembled by llvm-mc or printed by it and read by us, with the same word |
| bad | disagreements, by instance or state |
| notes | numbers of the notes at the end: why a source has no vote, and causes of disagreements |

A number behind a sign counts instances; without one, the sign holds for all. `~`: floating-point arithmetic that our
meaning keeps as an uninterpreted function has no concrete value of ours to compare; everything else of the state was compared.
States whose accesses leave the memory that qemu-aarch64 was given are skipped there, and not counted.
"""

_VEX = {"agree": "=", "vex only": "only", "absent": "abs", "refused": "ref", "undecided": "?", "not asked": "?", "disagree": "≠"}
_SLEIGH = {"agree": "=", "no vote": "-", "undecided": "?", "not asked": "?", "disagree": "≠"}
_ROW = {"row": "yes", "no row": "-", "ordered": "ord"}


def markdown(results: Sequence[FormResult], command: str, versions: Mapping[str, str]) -> str:
    """The whole document."""
    notes: dict[str, int] = {}
    groups = list(dict.fromkeys(result.group for result in results))
    parts = ["# Conformance", "", _INTRODUCTION, *_summary(results, command, versions), "## How to read the tables", "", _LEGEND]
    for group in groups:
        parts += [f"## {group}", "", *_table([result for result in results if result.group == group], notes), ""]
    parts += ["## Notes", "", *(f"{number}. {text}" for text, number in notes.items()), ""]
    parts += ["## Disagreements", "", *_disagreements(results), "", "## Known faults and gaps of the sources", "", *_known()]
    return "\n".join(parts).rstrip() + "\n"


def as_json(results: Sequence[FormResult], command: str, versions: Mapping[str, str]) -> dict[str, Any]:
    """Everything as plain data."""
    summary = {count.what: count.number for count in counts(results)}
    return {"command": command, "versions": dict(versions), "summary": summary, "forms": [result.as_json() for result in results]}


def _summary(results: Sequence[FormResult], command: str, versions: Mapping[str, str]) -> Iterator[str]:
    yield from ("## Summary", "", "| | |", "|---|---:|")
    yield from (f"| {count.what} | {count.number:,} |" for count in counts(results))
    yield from ("", f"Made by `{command}` with {', '.join(f'{name} {version}' for name, version in versions.items())}.", "")


def _table(results: Sequence[FormResult], notes: dict[str, int]) -> Iterator[str]:
    yield "| form | row | VEX | SLEIGH | Unicorn | qemu | LLVM | bad | notes |"
    yield "|---|---|---|---|---:|---:|---:|---:|---|"
    for result in results:
        numbers = [notes.setdefault(note, len(notes) + 1) for note in result.notes]
        ordered = result.kind == "ordered"
        cells = (
            f"`{result.form}`",
            _ROW[result.kind],
            "" if ordered else _verdicts(result.vex, _VEX),
            "" if ordered else _verdicts(result.sleigh, _SLEIGH),
            "" if ordered else _run(result.unicorn),
            "" if ordered else _run(result.qemu),
            str(result.lines or "-"),
            str(sum(result.wrong.values())),
            " ".join(map(str, sorted(numbers))),
        )
        yield f"| {' | '.join(cells)} |"


def _verdicts(found: Mapping[str, int], signs: Mapping[str, str]) -> str:
    if len(found) < 2:
        return next((signs[verdict] for verdict in found), "-")
    return " ".join(f"{sign} {number}" for verdict, sign in signs.items() if (number := found.get(verdict)))


def _run(run: Run) -> str:
    parts = [str(run.compared)] if run.compared else ["abs"] if run.missing else ["-"]
    if run.missing and run.compared:
        parts.append(f"abs {run.missing}")
    if run.blind:
        parts.append("~")
    if run.wrong:
        parts.append(f"≠ {run.wrong}")
    return " ".join(parts)


def _disagreements(results: Sequence[FormResult]) -> Iterator[str]:
    if not any(result.wrong for result in results):
        yield "None."
        return
    yield "The first few of each form and source."
    yield ""
    for result in results:
        for found in result.disagreements:
            yield f"- {found.source}: `{found.instruction}`: {found.detail}. Cause: {found.cause or 'unexplained'}."


def _known() -> Iterator[str]:
    yield "Each with an instruction that shows it. The first two tables are kept beside the translations of VEX and SLEIGH."
    yield ""
    yield from ("| source | words: mask, value | example | what |", "|---|---|---|---|")
    for fault in vex_faults.KNOWN_FAULTS:
        yield f"| VEX | `{fault.mask:08x}` `{fault.value:08x}` | `{fault.example}` | {fault.reason} |"
    for fault in (*sleigh_faults.FAULTS, *sleigh_faults.POLICY):
        yield f"| SLEIGH | `{fault.mask:08x}` `{fault.value:08x}` | `{fault.example}` | {fault.reason} |"
    for fault in EMULATOR_FAULTS:
        sources = ", ".join(sorted(fault.sources))
        yield f"| {sources} | `{fault.mask:08x}` `{fault.value:08x}` | `{fault.example}` | {fault.reason} |"
