"""What premises say of overlap: bases that are kept apart, and no more than that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from believing import believing, block, judged
from hypothesis import given, settings
from hypothesis import strategies as st

from semantics.assumptions import assume
from semantics.block import execute
from semantics.memory import Access, Apart, overlaid, split
from semantics.memory_image import MemoryImage
from semantics.run.ints import evaluate
from semantics.run.smtlib import render
from semantics.state import INITIAL
from semantics.words import Word
from verifier.check import Checker
from verifier.disjoint import apart_word, facts
from verifier.screen import Premised
from verifier.solving.answers import Answer
from verifier.verdict import Proved, Refuted, Unknown

TOP = 1 << 64
X0, X1 = INITIAL["x0"], INITIAL["x1"]


@pytest.fixture(scope="module")
def checker() -> Iterator[Checker]:
    with believing() as checker:
        yield checker


def found(checker: Checker, code: str, *texts: str) -> Apart | None:
    words = [assume(text).word for text in texts]
    premised: Premised = checker.witnesses.of(words, 5.0)

    def solve(asserts: Sequence[Word]) -> tuple[str, Answer]:
        query = render(asserts, check=False)
        return query, checker.solvers.solve(query, timeout=5.0)

    facts_ = facts(execute(block(code)).accesses, premised, solve)
    return facts_.apart if facts_ is not None else None


@pytest.mark.parametrize(
    ("texts", "apart"),
    [
        (["noalias(x0, x1, 16)"], True),
        (["noalias(x0, x1, 15)"], False),
        (["noalias(x0, 16, x1, 8)"], True),  # eight bytes are all that is touched there
        (["noalias(x0, 8, x1, 16)"], False),
        (["noalias(x0, x1, x2)", "x2 >= 16"], True),
        (["noalias(x0, x1, x2)", "x2 >= 15"], False),
        (["x1 == x0 + 16"], True),
        (["x1 == x0 - 8"], True),
        (["x1 == x0 - 7"], False),
        (["x0 & 16 == 0 and x1 & 16 == 16 and aligned(x0, 16) and aligned(x1, 16)"], True),
        (["x2 < 64"], False),
    ],
)
def test_which_bases_are_apart(checker: Checker, texts: list[str], apart: bool) -> None:
    known = found(checker, "ldp x3, x4, [x0]; str x3, [x1]", *texts)
    assert (known is not None) == apart
    if known is not None:
        assert known.accesses(X0, 16, X1, 8)
        assert not known.accesses(X0, 17, X1, 8)  # beyond what was asked about
        assert not known.accesses(X0 - 1, 1, X1, 8)
        assert not known.accesses(X0, 8, INITIAL["x2"], 8)


@given(st.integers(0, 40) | st.integers(TOP - 40, TOP - 1), st.integers(0, 40), st.integers(1, 24), st.integers(1, 24), st.integers(-9, 9))
def test_apart_is_about_the_bytes_modulo_2_to_64(one: int, other: int, size: int, other_size: int, low: int) -> None:
    word = apart_word(X0, (low, low + size), X1, (0, other_size))
    bytes_ = {(one + low + i) % TOP for i in range(size)} & {(other + i) % TOP for i in range(other_size)}
    assert evaluate([word], {"x0": one, "x1": other}, MemoryImage(0).read) == [int(not bytes_)]


def test_proofs_that_rest_on_a_variable_number_of_bytes(checker: Checker) -> None:
    original = ";".join(f"ldr x3, [x0, #{i}]; str x3, [x1, #{i}]" for i in range(0, 32, 8))
    candidate = "ldp q0, q1, [x0]; stp q0, q1, [x1]"
    enough, less = "32 <= x2 < 4096", "24 <= x2 < 4096"
    verdict = judged(checker, original, candidate, "noalias(x0, x1, x2)", enough, live_out="x0,x1,mem")
    assert isinstance(verdict, Proved)
    assert "(bvult" in verdict.certificate.query, "the query about the ranges is part of the proof"
    assert isinstance(judged(checker, original, candidate, "noalias(x0, x1, x2)", less, live_out="x0,x1,mem"), Refuted)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(["x0", "x1"]), st.integers(-80, 80), st.sampled_from([1, 2, 4, 8, 16])), max_size=12), st.data())
def test_stores_that_are_apart_do_not_part_others(stores: list[tuple[str, int, int]], data: st.DataObject) -> None:
    """The log comes to the same memory as the stores one by one, on a state in which the ranges are apart."""
    apart = Apart({X0: (-100, 100), X1: (-100, 100)}, frozenset([frozenset([X0, X1])]))
    bases, log, memory = {"x0": 1000, "x1": 5000}, list[Access](), dict[int, int]()
    for base, offset, size in stores:
        value = data.draw(st.integers(0, (1 << 8 * size) - 1))
        log = overlaid(log, Access("write", INITIAL[base] + offset, size, _const(value, size), INITIAL["sp"]), apart)
        memory |= {bases[base] + offset + i: value >> 8 * i & 0xFF for i in range(size)}
    kept = dict[int, int]()
    for run in log:
        base, offset = split(run.address)
        start = bases[str(base.attrs[0])] + offset - (offset >> 63 << 64)
        kept |= {start + i: run.value.value >> 8 * i & 0xFF for i in range(run.size)}
        assert run.size <= 64
    assert kept == memory


def _const(value: int, size: int) -> Word:
    from semantics import simplify as s

    return s.const(value, 8 * size)


def test_long_runs_of_stores_stay_words(checker: Checker) -> None:
    original = ";".join(f"str x2, [x1, #{i}]" for i in range(0, 200, 8))
    candidate = ";".join(f"str x2, [x1, #{i}]" for i in range(192, -8, -8))
    assert isinstance(judged(checker, original, candidate), Proved)


TANGLE = ";".join(f"ldr x3, [x0, #{8 * i}]; add x3, x3, x4; str x3, [x1, #{8 * i}]; ldr x6, [x2, #{8 * i}]" for i in range(40))


def test_memory_that_premises_disentangle(checker: Checker) -> None:
    pair, apart = (f"{TANGLE}; str x6, [x5]", f"{TANGLE}; str x6, [x5]; mov x9, x9"), "noalias(x1, 320, {}, {})"
    texts = [apart.format(name, size) for name, size in (("x0", 320), ("x2", 320), ("x5", 8))]
    assert isinstance(judged(checker, *pair, *texts, differential=4, timeout=60.0, constant_time=True), Proved)
    assert isinstance(judged(checker, *pair), Unknown)
