"""Verdicts as words, exit statuses, JSON and text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_never

from superopt.cli.problems import one_line
from verifier.verdict import Bounded, Certificate, Counterexample, Proved, Refuted, Unknown, Unsupported, Verdict

PROVED, DIFFERENT, BAD_INPUT, UNDECIDED = 0, 1, 2, 3


def word(verdict: Verdict) -> str:
    """The verdict's name in the output."""
    match verdict:
        case Proved():
            return "equivalent"
        case Bounded():
            return "bounded"
        case Refuted():
            return "different"
        case Unknown():
            return "unknown"
        case Unsupported():
            return "unsupported"
    assert_never(verdict)


def status(verdict: Verdict) -> int:
    """The exit status."""
    match verdict:
        case Proved():
            return PROVED
        case Refuted():
            return DIFFERENT
        case Bounded() | Unknown() | Unsupported():
            return UNDECIDED
    assert_never(verdict)


def as_json(verdict: Verdict, seconds: float, *, query: bool = True) -> dict[str, Any]:
    """The verdict as plain data; numbers that may need 64 bits or more are hexadecimal text.

    ``query`` includes the SMT-LIB text of the proof.
    """
    data: dict[str, Any] = {"verdict": word(verdict), "seconds": round(seconds, 6)}
    match verdict:
        case Proved(certificate):
            data["certificate"] = certificate_json(certificate, query=query)
        case Bounded(rounds, certificate, reason):
            data |= {"rounds": rounds, "reason": one_line(reason), "certificate": certificate_json(certificate, query=query)}
        case Refuted(counterexample):
            data["counterexample"] = counterexample_json(counterexample)
        case Unknown(reason):
            data["reason"] = one_line(reason)
        case Unsupported(what):
            data["reason"] = one_line(what)
        case _:
            assert_never(verdict)
    return data


def error_json(reason: str) -> dict[str, Any]:
    """What stands in for a verdict where there is no pair to judge."""
    return {"verdict": "error", "reason": one_line(reason)}


def certificate_json(certificate: Certificate, *, query: bool = True) -> dict[str, Any]:
    """A certificate as plain data."""
    data: dict[str, Any] = {
        "method": certificate.method,
        "engines": list(certificate.engines),
        "semantics": certificate.semantics,
        "sources": dict(certificate.sources),
        "seconds": round(certificate.seconds, 6),
        "assumptions": list(certificate.assumptions),
        "further": list(certificate.further),
    }
    return data | {"query": certificate.query} if query else data


def counterexample_json(example: Counterexample) -> dict[str, Any]:
    """A counterexample as plain data."""
    return {
        "inputs": {name: hex(value) for name, value in example.inputs.items()},
        "memory": {hex(address): hex(byte) for address, byte in sorted(example.memory.items())},
        "seed": hex(example.seed),
        "differences": [{"what": d.what, "original": d.original, "candidate": d.candidate} for d in example.differences],
        "replayed": example.replayed,
        "found_by": example.found_by,
    } | ({"second": _state_json(example.second)} if example.second is not None else {})


def _state_json(state: Counterexample) -> dict[str, Any]:
    return {
        "inputs": {name: hex(value) for name, value in state.inputs.items()},
        "memory": {hex(address): hex(byte) for address, byte in sorted(state.memory.items())},
        "seed": hex(state.seed),
    }


def proof_line(certificate: Certificate) -> str:
    """How it was proved, in one line."""
    match certificate.method:
        case "identical":
            how = "the same instructions"
        case "structural":
            how = "equal after normalisation, no solver needed"
        case _:
            how = f"{certificate.method}: {', '.join(certificate.engines) or 'no solver needed'}"
    assuming = f"; assuming {' and '.join(certificate.assumptions)}" if certificate.assumptions else ""
    further = f"; also {' and '.join(certificate.further)}" if certificate.further else ""
    return f"proof: {how}{_knowledge(certificate.sources)}{assuming}{further}, {certificate.seconds:.3f} s"


def _knowledge(sources: Mapping[str, str]) -> str:
    """How the instructions' meanings are known, with how many of each."""
    counts: dict[str, int] = {}
    for label in sources.values():
        counts[label] = counts.get(label, 0) + 1
    return f"; meanings: {', '.join(f'{count} {label}' for label, count in sorted(counts.items()))}" if counts else ""


def replay_line(example: Counterexample) -> str:
    """Who found the counterexample and who confirmed it."""
    match example.replayed:
        case True:
            replayed = "and shown again on the emulator"
        case False:
            replayed = "but not shown again on the emulator"
        case None:
            replayed = "evaluated by the meanings; the emulator cannot run these blocks alone or does not see this difference"
    return f"counterexample found by {example.found_by}, {replayed}"
