"""A certificate as a folder: written whole or not at all, read with suspicion.

statement.md      for people: what is stated, how it was proved, how to check it
certificate.json  the same for programs, with the versions and the hash of every other file
query.smt2        a complete script for any SMT solver, which must answer unsat; query-vex.smt2 with VEX's meanings
assumptions.smt2  must be sat: some state satisfies the assumptions, if there are any
solved-*.smt2     what the solvers were asked at the time, after simplification
meanings.md       what each instruction is taken to do
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, cast

from semantics.assembler import Instruction
from semantics.block import Source
from semantics.errors import SemanticsError
from semantics.fingerprint import foundations, vex_translation
from semantics.frames import MAX_FRAME, DeadStack
from semantics.liveset import LiveSet
from verifier.certificates.queries import CONTRACT, Query, Statement, Underivable, queries
from verifier.certificates.text import meanings_text, statement_text
from verifier.errors import VerifierError
from verifier.verdict import FLOAT_METHOD, Certificate
from verifier.version import judge_digest

RECORD, STATEMENT, MEANINGS = "certificate.json", "statement.md", "meanings.md"
FORMAT, FORMAT_VERSION = "superopt certificate", 1
SAT_FILES = re.compile(r"query(-vex)?\.(cnf|drat)")  # what recheck --sat writes beside the rest
MAX_FILE = 64 << 20  # bytes that are read of any file
_SCRIPT = re.compile(r"^(?=\(set-logic )", re.MULTILINE)
_PACKAGES = {"superopt": "superopt", "z3": "z3-solver", "bitwuzla": "bitwuzla", "pyvex": "pyvex", "pypcode": "pypcode"}


class CertificateError(VerifierError):
    """A folder that is no sound certificate, or cannot be written: which, and why."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: error: {reason}")
        self.path = path
        self.reason = reason


# --- making -------------------------------------------------------------------------------------


def files_of(statement: Statement, certificate: Certificate) -> dict[str, bytes]:
    """The files of a proof. Raises Underivable where neither a query nor equality of the texts supports the statement."""
    statement = replace(statement, floats=certificate.method == FLOAT_METHOD)
    try:
        derived = queries(statement)
    except Underivable:
        if not statement.identical:
            raise
        derived = dict[str, Query]()
    scripts = {name: query.text for name, query in derived.items()}
    roles = {name: {"role": "query", "expected": query.expected, "instead_of": query.instead_of} for name, query in derived.items()}
    for number, script in enumerate(solved_scripts(certificate.query), 1):
        scripts[f"solved-{number}.smt2"] = script
        roles[f"solved-{number}.smt2"] = {"role": "solved", "expected": "unsat"}
    meanings, text = _meanings(statement, certificate)
    scripts[MEANINGS] = text
    contents = {name: script.encode() for name, script in scripts.items()}
    record: dict[str, Any] = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "contract": CONTRACT,
        "statement": statement_data(statement),
        "proof": {"method": certificate.method, "engines": list(certificate.engines), "seconds": round(certificate.seconds, 6)},
        "versions": versions(),
        "meanings": meanings,
        "judge": judge_digest(),
        "foundations": foundations(),
        "vex_translation": vex_translation(),
        "files": {name: {"sha256": sha(data), **roles.get(name, {"role": "meanings"})} for name, data in contents.items()},
    }
    contents[STATEMENT] = statement_text(record).encode()
    record["files"][STATEMENT] = {"sha256": sha(contents[STATEMENT]), "role": "statement"}
    contents[RECORD] = (json.dumps(record, indent=2) + "\n").encode()
    return contents


def solved_scripts(query: str) -> list[str]:
    """The texts that solvers were asked, each as a script of its own."""
    return [f"{script.rstrip()}\n(check-sat)\n" for script in _SCRIPT.split(query) if script.strip()]


def statement_data(statement: Statement) -> dict[str, Any]:
    """A statement as plain data."""
    return {
        "original": list(statement.original),
        "candidate": list(statement.candidate),
        "live_out": list(statement.live_out.names()),
        "dead_stack": [list(pair) for pair in statement.dead_stack.ranges] if statement.dead_stack is not None else None,
        "assumptions": list(statement.assumptions),
        "semantics": statement.semantics,
        "further": list(statement.further),
        "floats": statement.floats,
    }


def _meanings(statement: Statement, certificate: Certificate) -> tuple[dict[str, dict[str, str]], str]:
    try:
        instructions = tuple(dict.fromkeys(part for block in statement.instructions for part in block))
    except Underivable:
        return {}, "# Meanings\n\nNone is needed: both blocks are the same text.\n"
    entries = {instruction.text: meaning_entry(instruction, certificate.sources) for instruction in instructions}
    sources: tuple[Source, ...] = ("rows", "vex") if statement.semantics == "all" else (statement.semantics,)
    return entries, meanings_text(instructions, sources, entries)


def meaning_entry(instruction: Instruction, trust: Mapping[str, str]) -> dict[str, str]:
    """One instruction's row, hash and how it is known."""
    own = instruction.row.function is not None
    return {
        "code": f"{instruction.code:08x}",
        "row": instruction.row.name,
        "digest": instruction.row.digest,
        "trust": trust.get(instruction.text, "not asked" if own else "VEX only"),
    }


def versions() -> dict[str, str]:
    found: dict[str, str] = {}
    for name, package in _PACKAGES.items():
        with contextlib.suppress(PackageNotFoundError):
            found[name] = version(package)
    return found | {"python": platform.python_version()}


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


# --- writing ------------------------------------------------------------------------------------


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write a certificate's files, in place of an older certificate there. Raises CertificateError."""
    try:
        check_target(folder)
        folder.parent.mkdir(parents=True, exist_ok=True)
        new = Path(tempfile.mkdtemp(prefix=f".{folder.name[:80]}.", suffix=".tmp", dir=folder.parent))
        try:
            for name, data in files.items():
                _write_file(new / name, data)
            new.chmod(0o777 & ~_umask())
            _replace(folder, new)
        finally:
            shutil.rmtree(new, ignore_errors=True)
    except OSError as error:
        raise CertificateError(folder, (error.strerror or str(error)).lower()) from None


def _write_file(path: Path, data: bytes) -> None:
    with open(path, "xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _umask() -> int:
    current = os.umask(0o077)
    os.umask(current)
    return current


def _replace(folder: Path, new: Path) -> None:
    if not folder.exists():
        new.rename(folder)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name[:80]}.", suffix=".old", dir=folder.parent))
    try:
        folder.rename(old / "old")
        new.rename(folder)
    finally:
        shutil.rmtree(old, ignore_errors=True)


def check_target(folder: Path) -> None:
    """Whether a certificate may be written there: nothing is there, or an older certificate and no other file. Raises CertificateError."""
    if not folder.exists() and not folder.is_symlink():
        return
    if folder.is_symlink() or not folder.is_dir():
        raise CertificateError(folder, "is no folder")
    names = {path.name for path in folder.iterdir()}
    if not names:
        return
    try:
        known = set(read_record(folder)["files"])
    except CertificateError:
        raise CertificateError(folder, "holds something that is no certificate; it is left alone") from None
    others = sorted(name for name in names - known - {RECORD} if not SAT_FILES.fullmatch(name))
    if others:
        raise CertificateError(folder, f"holds more than a certificate ({others[0]}); it is left alone")


# --- reading ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stored:
    """A certificate read from a folder, its files as its record says.

    Attributes:
        folder: where it is.
        record: ``certificate.json``.
        statement: what is stated.
        scripts: the queries, by file name.
        solved: the simplified questions, by file name.
        digest: SHA-256 of ``certificate.json``.
    """

    folder: Path
    record: Mapping[str, Any]
    statement: Statement
    scripts: Mapping[str, str]
    solved: Mapping[str, str]
    digest: str

    @property
    def same_meanings(self) -> bool:
        """Whether the meanings it was made with are those of now."""
        try:
            instructions = [part for block in self.statement.instructions for part in block]
        except Underivable:
            return True
        now = {instruction.text: instruction.row.digest for instruction in instructions}
        then = {text: entry.get("digest") for text, entry in self.record["meanings"].items()}
        return now == then and (self.record["foundations"], self.record["vex_translation"]) == (foundations(), vex_translation())


def read_record(folder: Path) -> dict[str, Any]:
    """``certificate.json``, if it has the shape of one. Raises CertificateError."""
    record = _json(folder, _read(folder, RECORD))
    if record.get("format") != FORMAT:
        raise CertificateError(folder, f"{RECORD} is not that of a certificate")
    if record.get("version") != FORMAT_VERSION:
        raise CertificateError(folder, f"a certificate of format {record.get('version')!r}; this version reads {FORMAT_VERSION}")
    files = record.get("files")
    if not isinstance(files, dict) or any(Path(name).name != name or name in ("", ".", "..") for name in cast(dict[str, Any], files)):
        raise CertificateError(folder, f"{RECORD} lists no files, or files elsewhere")
    return record


def _json(folder: Path, data: bytes) -> dict[str, Any]:
    try:
        record = json.loads(data)
    except (ValueError, RecursionError):
        raise CertificateError(folder, f"{RECORD} is not JSON") from None
    if not isinstance(record, dict):
        raise CertificateError(folder, f"{RECORD} is not an object")
    return cast(dict[str, Any], record)


def read(folder: Path) -> Stored:
    """The certificate in a folder, its hashes and its statement checked. Raises CertificateError."""
    record = read_record(folder)
    data = _read(folder, RECORD)
    try:
        contents = {name: checked(folder, name, str(entry["sha256"])) for name, entry in record["files"].items()}
        statement = _statement(record)
        hashes = [record[name] for name in ("judge", "foundations", "vex_translation")]
        if not all(isinstance(value, str) for value in hashes):
            raise ValueError("a hash that is no text")
        _check_encodings(folder, statement, record)
        if contents[STATEMENT].decode() != statement_text(record):
            raise CertificateError(folder, f"{STATEMENT} does not say what {RECORD} says")
        roles = {name: entry["role"] for name, entry in record["files"].items()}
        scripts = {name: text.decode() for name, text in contents.items() if roles[name] == "query"}
        solved = {name: text.decode() for name, text in contents.items() if roles[name] == "solved"}
    except (KeyError, TypeError, ValueError, AttributeError, SemanticsError) as error:
        raise CertificateError(folder, f"{RECORD} is damaged ({type(error).__name__}: {error})") from None
    return Stored(folder, record, statement, scripts, solved, sha(data))


def _read(folder: Path, name: str) -> bytes:
    try:
        with open(folder / name, "rb") as file:
            data = file.read(MAX_FILE + 1)
    except OSError as error:
        raise CertificateError(folder, f"{name}: {(error.strerror or str(error)).lower()}") from None
    if len(data) > MAX_FILE:
        raise CertificateError(folder, f"{name} is larger than {MAX_FILE >> 20} MiB")
    return data


def checked(folder: Path, name: str, digest: str) -> bytes:
    data = _read(folder, name)
    if sha(data) != digest:
        raise CertificateError(folder, f"{name} is not the file that the certificate was made with")
    return data


def _statement(record: Mapping[str, Any]) -> Statement:
    data = record["statement"]
    blocks = [tuple(map(printable, data[name])) for name in ("original", "candidate")]
    live_out = LiveSet.parse(",".join(data["live_out"])) if data["live_out"] else LiveSet()
    if data["semantics"] not in ("rows", "vex", "sleigh", "all"):
        raise ValueError(f"meanings {data['semantics']!r}")
    if record["contract"] != CONTRACT:
        raise ValueError(f"version {record['contract']!r} of the contract; this is {CONTRACT}")
    further = tuple(data["further"])
    if not set(further) <= {"constant-time", "same-access-size"}:
        raise ValueError(f"something further that is not known here: {further!r}")
    dead, assumptions = dead_stack_of(data["dead_stack"]), tuple(map(printable, data["assumptions"]))
    return Statement(blocks[0], blocks[1], live_out, dead, assumptions, data["semantics"], further, data.get("floats", False) is True)


def printable(value: Any) -> str:
    if not isinstance(value, str) or not value.isprintable():
        raise ValueError(f"{value!r} where a line of text is needed")
    return value


def dead_stack_of(ranges: Sequence[Sequence[int]] | None) -> DeadStack | None:
    if ranges is None:
        return None
    pairs = tuple((int(low), int(high)) for low, high in ranges)
    if any(not 0 <= low < high <= MAX_FRAME for low, high in pairs):
        raise ValueError("dead memory that no proof speaks of")
    return DeadStack(pairs)


def _check_encodings(folder: Path, statement: Statement, record: Mapping[str, Any]) -> None:
    """The texts must still be read as the encodings that were proved about."""
    try:
        instructions = [part for block in statement.instructions for part in block]
    except Underivable as error:
        if statement.identical:
            return
        raise CertificateError(folder, error.reason) from None
    for instruction in instructions:
        entry = record["meanings"].get(instruction.text)
        if entry is None or entry["code"] != f"{instruction.code:08x}":
            raise CertificateError(folder, f"{instruction.text}: its encoding is not the one recorded")
