"""Certificates of proofs about functions, as folders.

original.s, candidate.s  the texts
statement.md             for people: what is stated, and by what argument
certificate.json         the same for programs, with the argument, the versions and the hash of every other file
segment-NNN.smt2         what does not hold by construction: each must be unsat
assumptions.smt2         must be sat, if anything is assumed
meanings.md              what each instruction is taken to do
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grammars.errors import GrammarsError
from semantics.assembler import Instruction
from semantics.assumptions import assume
from semantics.errors import SemanticsError
from semantics.fingerprint import foundations, vex_translation
from semantics.liveset import LiveSet
from semantics.plain import plain
from semantics.run.smtlib import render
from verifier.certificates import folder as blocks
from verifier.certificates.folder import MEANINGS, RECORD, STATEMENT, CertificateError
from verifier.certificates.queries import CONTRACT, PREMISES, Query
from verifier.certificates.text import meanings_text
from verifier.check import CheckOptions
from verifier.verdict import Certificate
from verifier.version import judge_digest

KIND = "functions"
ORIGINAL, CANDIDATE = "original.s", "candidate.s"


@dataclass(frozen=True, slots=True)
class Derived:
    """What an argument about two texts comes to: queries by file name, a description, and the instructions that were given a meaning."""

    queries: Mapping[str, Query]
    described: Sequence[str]
    instructions: Sequence[Instruction]


type Deriver = Callable[[bytes, bytes, Sequence[Mapping[str, Any]], CheckOptions], Derived]


def files_of(texts: tuple[bytes, bytes], options: CheckOptions, certificate: Certificate, derive: Deriver) -> dict[str, bytes]:
    """The files of a proof. Raises Underivable."""
    derived = derive(*texts, certificate.argument, options)
    entries = {part.text: blocks.meaning_entry(part, certificate.sources) for part in derived.instructions}
    contents = {ORIGINAL: texts[0], CANDIDATE: texts[1]}
    contents[MEANINGS] = meanings_text(derived.instructions, (options.semantics,), entries).encode()
    roles = {ORIGINAL: "text", CANDIDATE: "text", MEANINGS: "meanings"}
    queries = dict(derived.queries) | premises_query(options)
    contents |= {name: query.text.encode() for name, query in queries.items()}
    record: dict[str, Any] = {
        "format": blocks.FORMAT,
        "version": blocks.FORMAT_VERSION,
        "kind": KIND,
        "contract": CONTRACT,
        "statement": {
            "live_out": list(options.live_out.names()),
            "dead_stack": [list(pair) for pair in options.dead_stack.ranges] if options.dead_stack is not None else None,
            "assumptions": list(options.assumptions),
            "semantics": options.semantics,
        },
        "proof": {"method": certificate.method, "engines": list(certificate.engines), "seconds": round(certificate.seconds, 6)},
        "argument": [dict(part) for part in certificate.argument],
        "described": list(derived.described),
        "versions": blocks.versions(),
        "meanings": entries,
        "judge": judge_digest(),
        "foundations": foundations(),
        "vex_translation": vex_translation(),
        "files": {name: {"sha256": blocks.sha(data), "role": roles.get(name, "query")} for name, data in contents.items()},
    }
    contents[STATEMENT] = statement_text(record, texts).encode("utf-8", "surrogateescape")
    record["files"][STATEMENT] = {"sha256": blocks.sha(contents[STATEMENT]), "role": "statement"}
    contents[RECORD] = (json.dumps(record, indent=1) + "\n").encode()
    return contents


def premises_query(options: CheckOptions) -> dict[str, Query]:
    """That some state satisfies the assumptions, if there are any."""
    if not options.assumptions:
        return {}
    with plain():
        words = tuple(assume(text).word for text in options.assumptions)
    header = "; Some initial state satisfies all assumptions of the certificate: a solver must answer sat."
    return {PREMISES: Query("sat", words, f"{header}\n{render(words)}")}


def statement_text(record: Mapping[str, Any], texts: tuple[bytes, bytes]) -> str:
    """The statement of a certificate, in Markdown."""
    statement, proof = record["statement"], record["proof"]
    first, second = (_shown(text) for text in texts)
    dead = "none" if statement["dead_stack"] is None else "stack memory below the final stack pointer"
    lines = ["# Certificate of equivalence of functions", "", f"The code (`{ORIGINAL}`)", "", *first, ""]
    lines += [f"may be replaced by (`{CANDIDATE}`)", "", *second, ""]
    lines += [
        f"under version {record['contract']} of superopt's contract (docs/contract.md, docs/functions.md), for every initial state",
        "",
    ]
    lines += [f"- live where it is left: {', '.join(statement['live_out']) or 'nothing'}"]
    lines += [f"- memory that is dead there: {dead}"]
    lines += [f"- assumptions of the initial state: {'; '.join(statement['assumptions']) or 'none'}"]
    lines += [f"- meanings of the instructions: {statement['semantics']} ({MEANINGS})", "", "## The argument", ""]
    lines += ["From equal states both go from cut point to cut point together, do the same there, and leave alike.", ""]
    lines += [*record["described"], ""]
    lines += [f"- method: {proof['method']}; solvers: {', '.join(proof['engines']) or 'none'}; seconds: {proof['seconds']}"]
    lines += [f"- versions: {', '.join(f'{name} {version}' for name, version in record['versions'].items())}", ""]
    lines += ["## How to check it", ""]
    lines += ["- `segment-*.smt2`: any solver must answer `unsat` to each; to `assumptions.smt2`, if it is there, `sat`."]
    lines += ["- `superopt recheck .` derives them from the texts and the argument again, compares, and asks every solver."]
    lines += ["- That these queries are enough rests on superopt's construction of the segments, and on its simplifier."]
    return "\n".join([*lines, ""])


def _shown(text: bytes) -> list[str]:
    return [f"    {line}" for line in text.decode("utf-8", "surrogateescape").splitlines()]


# --- reading ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StoredFunctions:
    """A certificate of functions read from a folder, its files as its record says."""

    folder: Path
    record: Mapping[str, Any]
    texts: tuple[bytes, bytes]
    options: CheckOptions
    scripts: Mapping[str, str]
    digest: str


def read(folder: Path) -> StoredFunctions:
    """The certificate in a folder, its hashes checked. Raises CertificateError."""
    record = blocks.read_record(folder)
    try:
        contents = {name: blocks.checked(folder, name, str(entry["sha256"])) for name, entry in record["files"].items()}
        texts = contents[ORIGINAL], contents[CANDIDATE]
        options = _options(record)
        if contents[STATEMENT].decode("utf-8", "surrogateescape") != statement_text(record, texts):
            raise CertificateError(folder, f"{STATEMENT} does not say what {RECORD} says")
        scripts = {name: text.decode() for name, text in contents.items() if record["files"][name]["role"] == "query"}
        if not isinstance(record["judge"], str) or not isinstance(record["argument"], list):
            raise ValueError("no argument")
    except (KeyError, TypeError, ValueError, AttributeError, SemanticsError, GrammarsError) as error:
        raise CertificateError(folder, f"{RECORD} is damaged ({type(error).__name__}: {error})") from None
    return StoredFunctions(folder, record, texts, options, scripts, blocks.sha(json.dumps(record).encode()))


def _options(record: Mapping[str, Any]) -> CheckOptions:
    data = record["statement"]
    if data["semantics"] not in ("rows", "vex", "sleigh"):
        raise ValueError(f"meanings {data['semantics']!r}")
    if record["contract"] != CONTRACT:
        raise ValueError(f"version {record['contract']!r} of the contract; this is {CONTRACT}")
    assumptions = tuple(map(blocks.printable, data["assumptions"]))
    return CheckOptions(
        live_out=LiveSet.parse(",".join(data["live_out"])) if data["live_out"] else LiveSet(),
        dead_stack=blocks.dead_stack_of(data["dead_stack"]),
        semantics=data["semantics"],
        premises=tuple(assume(text).word for text in assumptions),
        assumptions=assumptions,
    )
