"""Which judge gave a verdict: what a stored proof must have in common with the present code to be believed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import semantics
from semantics.assembler import Instruction, digest


@cache
def judge_digest() -> str:
    """SHA-256 over all that makes a verdict: the sources of meanings, obligations and solvers' use, and pyvex's version."""
    from semantics import vex

    sha = hashlib.sha256(vex.version().encode())
    folders = (Path(semantics.__file__).parent, Path(__file__).parent)
    for path in sorted(path for folder in folders for path in folder.rglob("*.py")):
        sha.update(hashlib.sha256(path.read_bytes()).digest())
    return sha.hexdigest()


def proof_digest(instructions: Sequence[Instruction]) -> str:
    """SHA-256 over the judge and the rows of the instructions: a proof is worth as much as both."""
    return hashlib.sha256(f"{judge_digest()} {digest(instructions)}".encode()).hexdigest()
