"""--constant-time: the candidate's addresses, branches and divisions tell no more than the original's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from believing import believing, block, judged

from semantics.locations import LOCATIONS
from semantics.memory_image import MemoryImage
from semantics.run.ints import evaluate
from semantics.state import INITIAL
from semantics.words import variables
from verifier.check import Checker
from verifier.stricter.leaks import follows, leaks, variable_time
from verifier.verdict import Counterexample, Proved, Refuted, Unknown

LOADS = "ldr x2, [x0]; ldr x3, [x1]; cmp x4, #0; csel x5, x2, x3, eq"


@pytest.fixture(scope="module")
def checker() -> Iterator[Checker]:
    with believing() as checker:
        yield checker


# Original, candidate, live-out, and the start of what the candidate tells; empty if it tells nothing new.
CASES = {
    "selection of values": ("cmp x4, #0; csel x5, x2, x3, eq", "cmp x4, #0; csel x5, x3, x2, ne", "x5", ""),
    "selection of addresses": (LOADS, "cmp x4, #0; csel x6, x0, x1, eq; ldr x5, [x6]", "x5", "address of access 1"),
    "address by a secret just loaded": (
        "ldr x0, [x1]; ldr x2, [x3]; ldr x2, [x3, #8]",
        "ldr x0, [x1]; and x0, x0, #8; ldr x0, [x3, x0]; ldr x2, [x3, #8]",
        "x2",
        "address of access 2",
    ),
    "address told by the original": ("ldr x0, [x1]; ldr x2, [x0]", "ldr x0, [x1]; mov x9, x0; ldr x2, [x9]; mov x9, #0", "x0,x2", ""),
    "other order": ("ldr x0, [x1]; ldr x2, [x3]", "ldr x2, [x3]; ldr x0, [x1]", "x0,x2", ""),
    "one left out": ("ldr x0, [x1]; ldr x2, [x3]", "ldr x2, [x3]", "x2", ""),
    "another spelling": ("ldr x0, [x1, x2, lsl #3]", "add x9, x1, x2, lsl #3; ldr x0, [x9]", "x0", ""),
    "by a solver": ("orr x9, x1, #1; ldr x0, [x9]", "and x9, x1, #-2; ldr x0, [x9, #1]", "x0", ""),
    "part of what is told": ("ldr x2, [x0]; ldr x3, [x0, #8]", "ldr x3, [x0, #8]", "x3", ""),
    "store of a secret": ("str x0, [x1]", "str x0, [x1]; mov x9, x0", "mem", ""),
    "overlapping store": ("str x0, [x1]; ldr x2, [x3]", "str x0, [x1]; ldr x2, [x3]; mov x9, x2", "x2,mem", ""),
    "shift for a division": ("mov x9, #8; udiv x0, x1, x9", "lsr x0, x1, #3", "x0", ""),
    "division for a shift": ("lsr x0, x1, #3", "mov x9, #8; udiv x0, x1, x9", "x0", "operands of udiv"),
    "division of something else": (
        "mov x9, #8; udiv x0, x1, x9; lsr x2, x3, #3",
        "mov x9, #8; udiv x2, x3, x9; lsr x0, x1, #3",
        "x0,x2",
        "operands of udiv",
    ),
    "division of what an address tells": ("ldr x0, [x1]; lsr x2, x1, #3", "ldr x0, [x1]; mov x9, #8; udiv x2, x1, x9", "x0,x2", ""),
    "division of constants": ("mov x0, #3", "mov x0, #13; mov x9, #4; udiv x0, x0, x9", "x0", ""),
    "what a conversion keeps": ("fcvtn2 v0.4s, v1.2d", "fsqrt d9, d0; fcvtn2 v0.4s, v1.2d", "v0", "operands of fsqrt"),
    "what a conversion overwrites": ("fcvtxn v0.2s, v1.2d", "fsqrt d9, d0; fcvtxn v0.2s, v1.2d", "v0", "operands of fsqrt"),
    "half of a register": ("fcvtl2 v0.2d, v1.4s", "fcvtl v9.2d, v1.2s; fcvtl2 v0.2d, v1.4s", "v0", "operands of fcvtl"),
    "multiplication": ("add x0, x1, x1, lsl #1", "mov x9, #3; mul x0, x1, x9", "x0", ""),
    "equal branches": ("cmp x0, x1; b.eq f", "subs xzr, x0, x1; b.eq f", "x0", ""),
}


@pytest.mark.parametrize("name", CASES)
def test_what_the_candidate_tells(checker: Checker, name: str) -> None:
    original, candidate, live_out, told = CASES[name]
    assert isinstance(judged(checker, original, candidate, live_out=live_out), Proved), "equivalent but for its time"
    verdict = judged(checker, original, candidate, live_out=live_out, constant_time=True)
    if not told:
        assert isinstance(verdict, Proved), verdict
        assert verdict.certificate.further == ("constant-time",)
        return
    assert isinstance(verdict, Refuted), verdict
    assert verdict.counterexample.differences[0].what.startswith(f"constant time: {told}")
    _check_twins(verdict.counterexample, original, candidate, told.split()[0])


def _check_twins(example: Counterexample, original: str, candidate: str, kind: str) -> None:
    """In the two states the original tells the same, and the candidate does not."""
    assert example.second is not None
    told = {text: [leak.word for leak in leaks(block(text))] for text in (original, candidate)}
    values = {
        text: [
            evaluate(
                words,
                {name: state.inputs.get(name, 0) for name in variables(words)},
                MemoryImage(state.seed, dict(state.memory)).read,
            )
            for state in (example, example.second)
        ]
        for text, words in told.items()
    }
    same = [a == b for a, b in zip(*values[original], strict=True)]
    addresses = [leak.operand for leak in leaks(block(original))]
    assert all(equal for equal, operand in zip(same, addresses, strict=True) if kind == "operands" or not operand)
    assert values[candidate][0] != values[candidate][1]


def test_the_operand_of_a_division_does_not_allow_it_as_an_address(checker: Checker) -> None:
    """Addresses are told to the byte; a division's time tells little. So the one does not excuse the other."""
    original = "and x9, x1, #8; mov x8, #3; udiv x2, x9, x8; ldr x0, [x3]; ldr x0, [x3, #8]"
    candidate = "and x9, x1, #8; mov x8, #3; udiv x2, x9, x8; ldr x0, [x3, x9]; ldr x0, [x3, #8]"
    assert isinstance(judged(checker, original, candidate, live_out="x0,x2"), Proved)
    assert isinstance(judged(checker, original, candidate, live_out="x0,x2", constant_time=True), Refuted)


def test_premises_hold_in_both_states(checker: Checker) -> None:
    original, candidate = "ldr x2, [x0]", "and x9, x1, #8; ldr x2, [x0, x9]"
    known = "x1 & 8 == 0"
    assert isinstance(judged(checker, original, candidate, known, live_out="x2", constant_time=True), Proved)
    both = "ldr x2, [x0]; ldr x2, [x0, #8]", "and x9, x1, #8; ldr x2, [x0, x9]; ldr x2, [x0, #8]"
    assert isinstance(judged(checker, *both, known, live_out="x2", constant_time=True), Proved)
    assert isinstance(judged(checker, *both, "x1 & 7 == 0", live_out="x2", constant_time=True), Refuted)


def test_the_proof_by_two_states_is_in_the_certificate(checker: Checker) -> None:
    verdict = judged(checker, *CASES["by a solver"][:2], live_out="x0", constant_time=True)
    assert isinstance(verdict, Proved)
    assert verdict.certificate.method == "solver"
    assert "|x1'|" in verdict.certificate.query


def test_contents_of_memory_are_secret(checker: Checker) -> None:
    """That an address is told does not tell what is there."""
    original = "ldr x0, [x1]; ldr x2, [x3]; ldr x2, [x3, #8]"
    words = [leak.word for leak in leaks(block(original))]
    loaded = leaks(block("ldr x0, [x1]; ldr x2, [x0]"))[1].word
    assert not follows(loaded, words)
    assert follows(leaks(block("ldr x0, [x1, #24]"))[0].word, words)
    assert follows(leaks(block("adr x9, f; ldr x0, [x9]"))[0].word, [])  # where code lies is no secret
    assert not any(follows(INITIAL[name], []) for name in LOCATIONS)


def test_an_undecided_question_is_no_proof(checker: Checker, monkeypatch: pytest.MonkeyPatch) -> None:
    from verifier.stricter import twins

    monkeypatch.setattr(twins, "search", lambda *_: None)
    monkeypatch.setattr(twins, "from_model", lambda *_: None)
    different = CASES["selection of addresses"]
    assert isinstance(judged(checker, *different[:2], live_out=different[2], constant_time=True), Unknown)


def test_a_model_of_the_solver_gives_the_two_states(checker: Checker, monkeypatch: pytest.MonkeyPatch) -> None:
    from verifier.stricter import twins

    monkeypatch.setattr(twins, "search", lambda *_: None)
    for name in ("selection of addresses", "address by a secret just loaded", "division for a shift"):
        original, candidate, live_out, told = CASES[name]
        verdict = judged(checker, original, candidate, live_out=live_out, constant_time=True)
        assert isinstance(verdict, Refuted)
        _check_twins(verdict.counterexample, original, candidate, told.split()[0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("udiv x0, x1, x2", True),
        ("sdiv w0, w1, w2", True),
        ("fadd d0, d1, d2", True),
        ("fsqrt s0, s1", True),
        ("fcmp d0, d1", True),
        ("scvtf d0, x1", True),
        ("fcvtzs x0, d0", True),
        ("fmov d0, x1", False),
        ("fabs d0, d1", False),
        ("fcsel d0, d1, d2, eq", False),
        ("mul x0, x1, x2", False),
        ("umulh x0, x1, x2", False),
        ("csel x0, x1, x2, eq", False),
        ("lsl x0, x1, x2", False),
        ("add v0.4s, v1.4s, v2.4s", False),
        ("ldr x0, [x1]", False),
    ],
)
def test_which_instructions_take_a_time_of_their_operands(text: str, expected: bool) -> None:
    assert variable_time(block(text)[0]) == expected
