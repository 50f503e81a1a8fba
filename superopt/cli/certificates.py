"""Proofs written as certificates: from what the command line asked and was answered to folders."""

from __future__ import annotations

import re
from dataclasses import fields
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from grammars.printing import format_operation
from semantics.assembler import assemble
from superopt.cli.blocks import NotOneBlock, aligned, block_in
from superopt.errors import SuperoptError
from verifier.certificates.folder import CertificateError, check_target, files_of, read, write
from verifier.certificates.queries import Statement, Underivable
from verifier.verdict import Certificate

if TYPE_CHECKING:
    from superopt.cache import Entry
    from superopt.cli.pairs import Demands, Text

_EXPRESSED = {"live_out", "dead_stack", "timeout", "confirm", "semantics", "assume", "constant_time", "same_access_size", "unroll"}
_EXPRESSED.add("hypothesis")  # changes how a proof is cross-checked, not what it says
_LENGTH = 80  # characters of a folder's name


class NoCertificate(SuperoptError):
    """A proof that cannot be written as a certificate: where, and why."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: error: {reason}")
        self.path = path
        self.reason = reason


def check_folder(folder: Path) -> None:
    """Find out before a proof that its certificate could not be written. Raises NoCertificate."""
    try:
        check_target(folder)
    except CertificateError as error:
        raise NoCertificate(folder, error.reason) from None


def check_parent(folder: Path) -> None:
    """Make the folder that certificates go into. Raises NoCertificate."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NoCertificate(folder, (error.strerror or str(error)).lower()) from None


def save(folder: Path, statement: Statement, certificate: Certificate) -> None:
    """Write a certificate. Raises NoCertificate."""
    try:
        write(folder, files_of(statement, certificate))
    except Underivable as error:
        raise NoCertificate(folder, f"this proof has no certificate: {error.reason}") from None
    except CertificateError as error:
        raise NoCertificate(folder, error.reason) from None


def save_named(parent: Path, name: str | None, statement: Statement, certificate: Certificate) -> Path:
    """Write a certificate into a folder of its own in ``parent``, and return which. Raises NoCertificate."""
    mark = sha256(repr(statement).encode()).hexdigest()[:12]
    folder = parent / (safe_name(name) if name is not None else f"pair-{mark}")
    if folder.exists() and not _holds(folder, statement):
        folder = parent / f"{folder.name[: _LENGTH - len(mark) - 1]}-{mark}"
    save(folder, statement, certificate)
    return folder


def _holds(folder: Path, statement: Statement) -> bool:
    try:
        return read(folder).statement == statement
    except CertificateError:
        return False


def safe_name(name: str) -> str:
    """A name for a folder: itself if it is harmless, else what is harmless of it and a mark of what it was."""
    kept = re.sub(r"[^A-Za-z0-9._+-]+", "_", name)[:_LENGTH].lstrip(".-")
    if kept == name != "":
        return name
    kept = kept or "pair"
    mark = sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{kept[: _LENGTH - len(mark) - 1]}-{mark}"


def statement_of(original: Text, candidate: Text, demands: Demands, folder: Path) -> Statement:
    """What was proved of a pair of texts. Raises NoCertificate for what no certificate can express."""
    _check_demands(demands, folder)
    try:
        left, right = block_in(original.data, original.source), block_in(candidate.data, candidate.source)
    except NotOneBlock as error:
        raise NoCertificate(folder, f"this proof has no certificate: {error}") from None
    if left.operations == right.operations:
        lines = tuple(map(format_operation, left.operations))
        blocks = lines, lines
    else:
        for block in (left, right):
            if any(i.symbol is not None and block.symbols.get(i.symbol.name) == "start" for i in block.instructions):
                raise NoCertificate(folder, f"this proof has no certificate: {block.source} goes back to its own start")
        blocks = (
            tuple(instruction.text for instruction in left.instructions),
            tuple(assemble(operation).text for operation in aligned(left, right)),
        )
    from semantics.frames import DeadStack

    dead = DeadStack() if demands.dead_stack else None
    assumptions = tuple(assumption.text for assumption in demands.assume)
    further = tuple(name for name in ("constant-time", "same-access-size") if getattr(demands, name.replace("-", "_")))
    return Statement(*blocks, demands.live_out, dead, assumptions, demands.semantics, further)


def proved_rewrite(entry: Entry, folder: Path) -> tuple[Statement, Certificate]:
    """What was proved of a rewrite in the cache. Raises NoCertificate if the meanings have changed since."""
    from semantics.liveset import LiveSet
    from superopt.cli.imports import Refused, dead_stack_of
    from superopt.optimizer.search import recorded
    from verifier.version import proof_digest

    question, rewrite = entry.question, entry.rewrite
    try:
        dead = dead_stack_of(question.assumptions)
    except Refused as error:
        raise NoCertificate(folder, str(error)) from None
    live_out = LiveSet.parse(question.live_out) if question.live_out else LiveSet()
    statement = Statement(tuple(question.block.splitlines()), tuple(rewrite.replacement.splitlines()), live_out, dead)
    try:
        meanings = proof_digest([part for block in statement.instructions for part in block])
    except Underivable as error:
        raise NoCertificate(folder, error.reason) from None
    if meanings != rewrite.semantics:
        raise NoCertificate(folder, "it was proved with other meanings")
    return statement, recorded(rewrite)


def _check_demands(demands: Demands, folder: Path) -> None:
    """Whatever else was demanded, a certificate would pass over in silence."""
    from superopt.cli.pairs import Demands

    usual = Demands()
    for demand in fields(demands):
        if demand.name not in _EXPRESSED and getattr(demands, demand.name) != getattr(usual, demand.name):
            raise NoCertificate(folder, f"this proof has no certificate: it is one under --{demand.name.replace('_', '-')}")
