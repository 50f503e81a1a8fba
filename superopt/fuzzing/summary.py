"""The figures of a campaign, as plain data."""

from __future__ import annotations

from collections import Counter
from typing import Any

from superopt.fuzzing.record import Record

SEEN = ("different", "alike", "not run")
VERDICTS = ("proved", "refuted", "unknown", "unsupported")


def summary(record: Record) -> dict[str, Any]:
    """Counts by kind, by what the emulator showed and by verdict; by operator; reasons; time; and what must not be."""
    totals: dict[str, dict[str, Counter[str]]] = {kind: {seen: Counter() for seen in SEEN} for kind in ("mutant", "rewrite")}
    rules: dict[str, dict[str, dict[str, Counter[str]]]] = {"mutant": {}, "rewrite": {}}
    for kind, rule, seen, verdict, count in record.counts():
        totals[kind][seen][verdict] += count
        rules[kind].setdefault(rule, {s: Counter() for s in SEEN})[seen][verdict] += count
    runs, seconds, trials = record.sessions()
    times = record.check_seconds()
    wrong = [(number, finding) for number, finding in record.findings()]
    return {
        "mutants": _filled(totals["mutant"]),
        "rewrites": _filled(totals["rewrite"]),
        "operators": {rule: _filled(counts) for rule, counts in rules["mutant"].items()},
        "rules": {rule: _filled(counts) for rule, counts in rules["rewrite"].items()},
        "reasons": [{"kind": k, "verdict": v, "reason": r, "count": n} for k, v, r, n in record.reasons()],
        "wrong_acceptances": sum("called equivalent" in finding.what for _, finding in wrong),
        "findings": [{"trial": n, "what": f.what, "original": f.original, "candidate": f.candidate, "live_out": f.live_out,
                      "dead_stack": f.dead_stack, "difference": f.difference} for n, f in wrong],
        "trials": len(times),
        "check_seconds": {name: round(_quantile(times, part), 4) for name, part in (("median", 0.5), ("90%", 0.9), ("slowest", 1.0))},
        "runs": runs,
        "seconds": round(seconds, 1),
        "trials_a_second": round(trials / seconds, 2) if seconds else 0.0,
    }  # fmt: skip


def _filled(counts: dict[str, Counter[str]]) -> dict[str, dict[str, int]]:
    return {seen: {verdict: counts[seen][verdict] for verdict in VERDICTS} for seen in SEEN}


def _quantile(ordered: list[float], part: float) -> float:
    return ordered[min(int(part * len(ordered)), len(ordered) - 1)] if ordered else 0.0
