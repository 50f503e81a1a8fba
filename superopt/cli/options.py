"""Options that several verbs share, and the values behind their texts."""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING, Annotated

import typer

from superopt.cli.problems import UsageProblem

if TYPE_CHECKING:
    from semantics.liveset import LiveSet

LIVE_OUT_HELP = "What must come out equal: x0..x30, w0..w30, sp, v0..v31 (b, h, s, d: low bits), nzcv or n, z, c, v, fpsr, mem."

LiveOut = Annotated[str | None, typer.Option("--live-out", metavar="LIST", help=f"{LIVE_OUT_HELP} Default: everything.")]
Timeout = Annotated[float, typer.Option("--timeout", metavar="SECONDS", help="For one proof.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object instead of text.")]
Cpu = Annotated[str, typer.Option("--cpu", metavar="NAME", help="The processor whose costs count.")]


def live_set(text: str | None) -> LiveSet:
    """The set that ``--live-out`` names. Raises LiveSetError."""
    from semantics.liveset import LiveSet

    return LiveSet.parse(text) if text is not None else LiveSet.everything()


def positive(seconds: float, option: str) -> float:
    """``seconds`` if it is a time that one can wait for. Raises UsageProblem."""
    if not (math.isfinite(seconds) and 0 < seconds <= 1e6):
        raise UsageProblem(f"{option} must be a positive number of seconds, not {seconds}")
    return seconds


def jobs_or_default(jobs: int | None) -> int:
    """The number of processes to use. Raises UsageProblem."""
    if jobs is None:
        return os.cpu_count() or 1
    if not 1 <= jobs <= 256:
        raise UsageProblem(f"--jobs must be from 1 to 256, not {jobs}")
    return jobs
