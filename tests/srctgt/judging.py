"""Cases judged: the verdict, and what differs."""

from __future__ import annotations

from semantics.assumptions import assume
from semantics.liveset import LiveSet
from srctgt.cases import Case
from superopt.cli.pairs import Demands, Text, judge
from verifier.check import Checker
from verifier.verdict import Refuted, Verdict

NOTHING = "mov x28, x28\n"  # makes two blocks different texts with the same meaning


def demands(case: Case) -> Demands:
    """What the headers ask for."""
    live_out = case.headers.get("live-out")
    semantics = case.headers.get("semantics", "rows")
    assert semantics in ("rows", "vex", "all")
    further = case.headers.get("further", "").split()
    assert {*further} <= {"constant-time", "same-access-size"}
    return Demands(
        live_out=LiveSet.parse(live_out) if live_out is not None else LiveSet.everything(),
        dead_stack=case.headers.get("dead-stack") == "yes",
        timeout=20.0,
        unroll=int(case.headers.get("unroll", "0")),
        semantics=semantics,
        assume=tuple(assume(text) for text in case.headers.get("assume", "").split(";") if text.strip()),
        constant_time="constant-time" in further,
        same_access_size="same-access-size" in further,
    )


def verdict(checker: Checker, case: Case) -> Verdict:
    """The verdict on source and target."""
    return judge(checker, Text(case.source.encode(), "src"), Text(case.target.encode(), "tgt"), demands(case))


def verdict_on_itself(checker: Checker, case: Case) -> Verdict:
    """The verdict on the source and itself, by proof rather than by comparing texts."""
    labels, code = [], case.source
    while (head := code.lstrip().partition("\n")[0]).rstrip().endswith(":"):
        labels.append(head)
        code = code.lstrip().partition("\n")[2]
    target = "".join(f"{label}\n" for label in labels) + NOTHING + code
    return judge(checker, Text(case.source.encode(), "src"), Text(target.encode(), "src again"), demands(case))


def differences(found: Verdict) -> str:
    """What differs, for the header ``differs``: observables without the addresses of memory."""
    if not isinstance(found, Refuted):
        return ""
    return ", ".join(dict.fromkeys(d.what.partition(" at ")[0] for d in found.counterexample.differences))
