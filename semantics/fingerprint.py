"""Hashes of the code that meanings rest on, so that what was proved under other meanings is recognised as such."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent


def _hash(paths: Iterable[Path], *more: str) -> str:
    sha = hashlib.sha256("\n".join(more).encode())
    for path in sorted(paths):
        sha.update(path.relative_to(FOLDER).as_posix().encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return sha.hexdigest()


@cache
def foundations() -> str:
    """SHA-256 over everything in this package but the rows themselves and VEX's translation."""
    rows = FOLDER / "isa"
    shared = rows / "arithmetic.py"
    skipped = (rows, FOLDER / "vex")
    return _hash([path for path in FOLDER.rglob("*.py") if path == shared or not any(f in path.parents for f in skipped)])


@cache
def vex_translation() -> str:
    """SHA-256 over the translation of VEX and the version of pyvex."""
    from semantics import vex

    return _hash((FOLDER / "vex").rglob("*.py"), vex.version())
