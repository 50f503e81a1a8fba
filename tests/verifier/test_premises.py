"""Proofs under premises: what they allow, what they must not, and that somebody can meet them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from believing import believing, block, judged

from semantics import simplify as s
from semantics.assumptions import assume
from semantics.liveset import LiveSet
from semantics.state import INITIAL
from verifier import differential, premises
from verifier.check import Checker
from verifier.errors import UndecidedPremises, UnsatisfiablePremises
from verifier.premises import Witnesses, holds, holds_in
from verifier.screen import Assignment, Premised, screen
from verifier.solvers import Solvers
from verifier.solving.answers import Answer
from verifier.verdict import Proved, Refuted, Unknown


@pytest.fixture(scope="module")
def checker() -> Iterator[Checker]:
    with believing() as checker:
        yield checker


COPY = "ldr x2, [x0]; str x2, [x1]; ldr x2, [x0, #8]; str x2, [x1, #8]"
PAIRS = "ldp x3, x2, [x0]; stp x3, x2, [x1]"

# name: original, candidate, live-out, what to assume, and what is nearly that and not enough
CASES = {
    "range": ("mov x9, #64; cmp x2, x9; cset x0, lo", "mov x0, #1", "x0", "x2 < 64", "x2 <= 64"),
    "signed range": ("cmp x2, #5; csel x0, x1, x2, lt", "mov x0, x1", "x0", "x2 <s 5", "x2 <s 6"),
    "flag": ("cset x0, eq", "mov x0, #1", "x0", "z == 1", "z == 1 or c == 1"),
    "alignment": ("and x0, x1, #-16", "mov x0, x1", "x0", "aligned(x1, 16)", "aligned(x1, 8)"),
    "no extension": ("sxtw x0, w1", "uxtw x0, w1", "x0", "w1 >=s 0", "w1 >=s -1"),
    "division": ("udiv x0, x1, x2", "mov x0, #0", "x0", "x1 < x2", "x1 <= x2"),
    "overflow": ("add w0, w1, w2; uxtw x0, w0", "add x0, x1, x2", "x0", "x1 < 0x80000000 and x2 <= 0x80000000", "x1 + x2 <= 0x100000000"),
    "copy": (COPY, PAIRS, "x0,x1,mem", "noalias(x0, x1, 16)", "noalias(x0, 15, x1, 16)"),
    "exchange": ("str x0, [x1]; str x2, [x3]", "str x2, [x3]; str x0, [x1]", "mem", "noalias(x1, x3, 8)", "noalias(x1, x3, 7)"),
    "one place": ("str x0, [x1]; ldr x2, [x3]", "str x0, [x1]; mov x2, x0", "x2,mem", "x1 == x3", "x1 | 1 == x3 | 1"),
    "known value": ("ldr x0, [x1, x2]", "ldr x0, [x1, #8]", "x0", "x2 == 8", "x2 & ~1 == 8"),
    "footprint": ("ldr x0, [x1]; ldr x0, [x2]", "ldr x0, [x1]; ldr x0, [x1, #8]", "x0", "x2 == x1 + 8", "x2 == x1 + 8 or x2 == x1"),
    "frame": ("mov w0, #1; add x0, x0, x1", "add x0, x1, #1", "x0", "1 == 1", ""),
    "vector": ("fmov x0, d1", "mov x0, #7", "x0", "d1 == 7", "s1 == 7"),
    "stack": ("add x0, sp, #8; and x0, x0, #-16", "mov x0, sp", "x0", "aligned(sp, 16)", "aligned(sp, 8)"),
    "needle": ("mov x0, x1", "mov x9, #0x1234; eor x0, x1, x9", "", "", "x1 == 0x123456789abcdef"),
}


@pytest.mark.parametrize("name", CASES)
def test_equivalent_where_the_premise_holds_and_only_there(checker: Checker, name: str) -> None:
    original, candidate, live_out, enough, too_little = CASES[name]
    if enough:
        verdict = judged(checker, original, candidate, enough, live_out=live_out, differential=16)
        assert isinstance(verdict, Proved), verdict
        assert verdict.certificate.assumptions == (assume(enough).text,)
    for texts in ([too_little] if too_little else [], []):
        verdict = judged(checker, original, candidate, *texts, live_out=live_out)
        if enough == "1 == 1":
            assert isinstance(verdict, Proved)
            continue
        assert isinstance(verdict, Refuted), verdict
        example = verdict.counterexample
        assignment = Assignment({**dict.fromkeys(INITIAL, 0), **example.inputs}, example.memory, example.seed)
        assert all(holds(assume(text).word, assignment) for text in texts), "the counterexample is one under the premises"


def test_the_query_asserts_the_premise(checker: Checker) -> None:
    verdict = judged(checker, "udiv x0, x1, x2", "mov x0, #0", "x1 < x2", live_out="x0")
    assert isinstance(verdict, Proved)
    assert "(bvult x1 x2)" in verdict.certificate.query


@pytest.mark.parametrize(
    ("texts", "named"),
    [
        (["x0 < 0"], ["x0 < 0"]),
        (["x1 == 3", "x0 < 3 and x0 > 5"], ["x0 < 3 and x0 > 5"]),
        (["x0 < 3", "x1 == 1", "x0 > 5"], ["x0 < 3", "x1 == 1", "x0 > 5"]),
        (["noalias(x0, x0 + 8, 16)"], ["noalias(x0, x0 + 8, 16)"]),
        (["noalias(x0, x1, 0x8000000000000001)"], ["noalias(x0, x1, 0x8000000000000001)"]),
        (["1 == 2"], ["1 == 2"]),
    ],
)
def test_premises_that_no_state_meets_are_an_error(checker: Checker, texts: list[str], named: list[str]) -> None:
    for candidate in ("mov x0, #1", "mov x0, #2"):  # also where there is nothing to prove, and the second time
        with pytest.raises(UnsatisfiablePremises) as caught:
            judged(checker, "mov x0, #1", candidate, *texts)
        assert list(caught.value.assumptions) == named


class Silent:
    """A solver that never answers; ``asked`` counts."""

    def __init__(self, status: str) -> None:
        self.asked, self.status = 0, status

    def solve(self, query: str, *, values: object = (), timeout: float) -> Answer:
        self.asked += 1
        return Answer(self.status, "nobody", 0.0)  # type: ignore[arg-type]


def test_premises_are_refused_once_and_remembered() -> None:
    solver = Silent("unsat")
    witnesses = Witnesses(solver)
    word = assume("x0 == 1").word
    for _ in range(3):
        with pytest.raises(UnsatisfiablePremises):
            witnesses.of([word], 1.0)
    assert solver.asked == 1


def test_premises_that_nobody_decides_prove_nothing(checker: Checker, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UndecidedPremises):
        Witnesses(Silent("unknown")).of([assume("x0 == 1").word], 1.0)
    monkeypatch.setattr(checker, "witnesses", Witnesses(Silent("unknown")))
    assert isinstance(judged(checker, "mov x0, #1", "mov x0, #2", "x0 == 1"), Unknown)


def test_screening_finds_states_that_meet_rare_premises() -> None:
    """Without states bent to the premise, nothing would be screened: no random state has such values."""
    x = INITIAL
    for text in ("x1 == 0x123456789abcdef", "x1 == x2 + 24", "noalias(x1, x2, 4096)", "1000 <= x1 < 1010", "aligned(x1, 4096)"):
        assumption = assume(text)
        goal = premises.implied(~assumption.word, [assumption.word])
        with Solvers() as solvers:
            given = Witnesses(solvers).of([assumption.word], 5.0)
        found = screen([goal], frozenset({"x1", "x2"}), given=given)
        assert found is not None, text
        assert holds(assumption.word, found)
    assert x["x1"].width == 64


@pytest.mark.parametrize("text", ["x1 == 0x123456789abcdef", "x1 == x2 + 24 and z == 1", "noalias(x1, x2, 64)", "v3 == 9"])
def test_execution_judges_only_states_that_meet_the_premise(text: str) -> None:
    assumption = assume(text)
    with Solvers() as solvers:
        given = Witnesses(solvers).of([assumption.word], 5.0)
    states = differential.states_for(("x1", "x2", "z", "v3"), ("x1", "x2"), 16, 1, given)
    assert len(states) == 16
    assert all(holds_in(assumption.word, state) for state in states)


def test_where_memory_is_given_the_known_state_is_run(checker: Checker) -> None:
    """Random memory hardly ever holds what is asked for."""
    word = s.eq(s.load(INITIAL["x1"], 8), s.const(0x1234, 64))
    given = checker.witnesses.of([word], 5.0)
    (state,) = differential.states_for(("x1",), ("x1",), 16, 1, given)
    assert state.read_written(state.x[1], 8) == 0x1234
    pair = block("ldr x0, [x1]"), block("mov x0, #0x1235")
    assert differential.contradiction(*pair, LiveSet.parse("x0"), given=given) is not None


def test_execution_contradicts_a_proof_only_under_the_premise(checker: Checker) -> None:
    original, candidate = block("mov x0, #1"), block("cset x0, eq")
    given = Premised(INITIAL["z"], Assignment({"z": 1}, {}, 0))
    assert differential.contradiction(original, candidate, LiveSet.parse("x0"), given=given) is None
    against = Premised(~INITIAL["z"], Assignment({"z": 0}, {}, 0))
    assert differential.contradiction(original, candidate, LiveSet.parse("x0"), given=against) is not None
