"""Live sets as values, and their spelling on the command line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantics.liveset import WIDTHS_OF, LiveSet, LiveSetError, mask_of

SETS = st.dictionaries(st.sampled_from(sorted(WIDTHS_OF)), st.integers(0, 128)).map(
    lambda bits: LiveSet.of({name: min(count, WIDTHS_OF[name][-1]) for name, count in bits.items()})
)


def test_names_and_widths() -> None:
    live = LiveSet.parse("x0, W1 ,v2,d8,s9,nzcv,mem,sp,fpsr")
    assert dict(live.items()) == {
        "x0": 64,
        "x1": 32,
        "sp": 64,
        **dict.fromkeys("nzcv", 1),
        "v2": 128,
        "v8": 64,
        "v9": 32,
        "fpsr": 1,
        "mem": 1,
    }
    assert str(live) == "x0,w1,sp,nzcv,v2,d8,s9,fpsr,mem"
    assert live.bits("x2") == 0 and "x2" not in live and "x1" in live and 3 not in live
    assert LiveSet.parse("x1,w1") == LiveSet.parse("x1")
    assert LiveSet.parse("q3,fp,lr") == LiveSet.parse("v3,x29,x30")
    assert str(LiveSet.parse("n,z,v")) == "n,z,v"
    assert str(LiveSet.parse("n,z,v,c,v0")) == "nzcv,v0"


@pytest.mark.parametrize(
    ("text", "piece", "column"),
    [
        ("", "", 1),
        ("x0,", "", 4),
        ("x0,,x1", "", 4),
        ("x0, x31", "x31", 5),
        ("xzr", "xzr", 1),
        ("x0 x1", "x0 x1", 1),
        ("w1,memory", "memory", 4),
        ("x٣", "x٣", 1),
    ],
)
def test_errors_name_the_place(text: str, piece: str, column: int) -> None:
    with pytest.raises(LiveSetError) as caught:
        LiveSet.parse(text)
    assert (caught.value.piece, caught.value.column) == (piece, column)
    assert "\n" not in str(caught.value)


def test_of_names_may_be_empty() -> None:
    assert LiveSet.of([]) == LiveSet() and not LiveSet()
    assert LiveSet.of(["w3", "mem"]) == LiveSet.parse("w3,mem")
    with pytest.raises(LiveSetError):
        LiveSet.of(["x99"])
    with pytest.raises(KeyError):
        LiveSet.of({"x99": 64})
    with pytest.raises(ValueError, match="fewer"):
        mask_of("x0", 65)


def test_known_sets() -> None:
    assert len(LiveSet.everything()) == 31 + 1 + 4 + 32 + 1
    assert "fpsr" not in LiveSet.everything() and "fpsr" in LiveSet.everything(fpsr=True)
    at_return = LiveSet.aapcs64_return()
    assert [at_return.bits(f"v{i}") for i in range(17)] == [128] * 4 + [0] * 4 + [64] * 8 + [0]
    assert [i for i in range(31) if f"x{i}" in at_return] == [0, 1, *range(18, 31)]
    assert "n" not in at_return and "sp" in at_return and "mem" in at_return
    assert at_return <= LiveSet.everything() and not LiveSet.everything() <= at_return


@given(SETS)
def test_printing_reads_back(live: LiveSet) -> None:
    assert LiveSet.of(live.names()) == live
    assert LiveSet.of(dict(live.items())) == live
    if live:
        assert LiveSet.parse(str(live)) == live
    assert eval(repr(live)) == live


@given(SETS, SETS)
def test_union_is_the_wider_of_each(first: LiveSet, second: LiveSet) -> None:
    union, common = first | second, first & second
    for location in WIDTHS_OF:
        assert union.bits(location) == max(first.bits(location), second.bits(location))
        assert common.bits(location) == min(first.bits(location), second.bits(location))
    assert first <= union and common <= second
    assert (union <= first) == (second <= first)
    assert set(union.without(first)) == set(second) - set(first)
