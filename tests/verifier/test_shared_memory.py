"""--same-access-size: the same accesses, one for one, and the same results whatever reads bring."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from believing import believing, judged

from verifier.check import Checker
from verifier.verdict import Proved, Refuted


@pytest.fixture(scope="module")
def checker() -> Iterator[Checker]:
    with believing() as checker:
        yield checker


SAME = {
    "another register": ("ldr x2, [x0, #8]", "add x9, x0, #8; ldr x2, [x9]", "x2"),
    "post-index": ("ldp x2, x3, [x0]; add x0, x0, #16", "ldp x2, x3, [x0], #16", ""),
    "pre-index": ("add x0, x0, #8; str x1, [x0]", "str x1, [x0, #8]!", ""),
    "arithmetic around": ("ldr w2, [x0]; lsl w2, w2, #1; str w2, [x1]", "ldr w2, [x0]; add w2, w2, w2; str w2, [x1]", ""),
    "sign extension after": ("ldrsh x2, [x0]", "ldrh w2, [x0]; sxth x2, w2", ""),
    "whole vector": ("ldr q0, [x0]; str q0, [x1]", "mov x9, x1; ldr q0, [x0]; str q0, [x9]", "v0,mem"),
    "structures in the same elements": ("ld1 {v0.8h, v1.8h}, [x0]; uzp1 v0.8h, v0.8h, v1.8h", "ld2 {v0.8h, v1.8h}, [x0]", "v0,mem"),
    "no access": ("add x0, x1, x2", "add x0, x2, x1", ""),
}

# What a single thread cannot see: candidate, live-out, the start of what differs.
OTHER = {
    "merged loads": ("ldr x2, [x0]; ldr x3, [x0, #8]", "ldp x2, x3, [x0]", "", "access 1: a read of 8 bytes becomes a read of 2 times"),
    "split pair": ("ldp x2, x3, [x0]", "ldr x2, [x0]; ldr x3, [x0, #8]", "x2,x3", "access 1: a read of 2 times"),
    "pair for a vector": ("ldr q0, [x0]; mov x2, v0.d[0]; mov x3, v0.d[1]", "ldp x2, x3, [x0]", "x2,x3", "access 1: a read of 16"),
    "elements for a vector": ("ldr q0, [x0]", "ld1 {v0.16b}, [x0]", "v0", "access 1: a read of 16 bytes becomes a read of 16 times"),
    "smaller elements": ("st1 {v0.4s}, [x0]", "st1 {v0.8h}, [x0]", "mem", "access 1: a write of 4 times 4 bytes"),
    "elements for a pair": (
        "ldp s0, s1, [x0]",
        "ld1 {v0.2s}, [x0]; mov s1, v0.s[1]; fmov s0, s0",
        "v0,v1",
        "access 1: only one is by elements",
    ),
    "one structure for a pair": ("stp s0, s1, [x0]", "st2 {v0.s, v1.s}[0], [x0]", "mem", "access 1: only one is by elements"),
    "torn load": ("ldr w2, [x0]", "ldrh w2, [x0]; ldrh w3, [x0, #2]; orr w2, w2, w3, lsl #16", "x2", "access 1: a read of 4"),
    "torn store": ("str xzr, [x0]", "str wzr, [x0]; str wzr, [x0, #4]", "", "access 1: a write of 8"),
    "merged stores": ("str wzr, [x0]; str wzr, [x0, #4]", "str xzr, [x0]", "", "access 1: a write of 4"),
    "narrower load": ("ldr x2, [x0]; and x2, x2, #255", "ldrb w2, [x0]", "x2", "access 1: a read of 8"),
    "non-temporal": ("ldp x2, x3, [x0]", "ldnp x2, x3, [x0]", "x2,x3", "access 1: only one is non-temporal"),
    "dropped load": ("ldr x2, [x0]; ldr x3, [x1]", "ldr x3, [x1]", "x3", "access 2: a read of 8 bytes becomes nothing"),
    "dropped store": ("str x1, [x0]; str x2, [x0]", "str x2, [x0]", "", "access 2: a write of 8 bytes becomes nothing"),
    "second load": ("ldr x2, [x0]", "ldr x2, [x0]; ldr x9, [x0]", "x2", "access 2: nothing becomes a read"),
    "load once for twice": ("ldr x2, [x0]; ldr x3, [x0]", "ldr x2, [x0]; mov x3, x2", "", "access 2: a read"),
    "twice, but one value": ("ldr x2, [x0]; ldr x3, [x0]", "ldr x2, [x0]; ldr x9, [x0]; mov x3, x2", "x2,x3", "x3 (if memory changes"),
    "twice, by registers of other sizes": (
        "ld1 {v0.2d}, [x0]; ldr d2, [x0, #8]",
        "ld1 {v0.1d, v1.1d}, [x0]; ldr d5, [x0, #8]; fmov d2, d1",
        "v2",
        "v2 (if memory changes",
    ),
    "load after own store": ("str x2, [x0]; ldr x3, [x0]", "str x2, [x0]; ldr x9, [x0]; mov x3, x2", "x3,mem", "x3 (if memory changes"),
    "other order of loads": ("ldr x2, [x0]; ldr x3, [x1]", "ldr x3, [x1]; ldr x2, [x0]", "x2,x3", "access 1 (read of 8 bytes): address"),
    "other order of stores": (
        "str x2, [x0]; str x2, [x0, #8]",
        "str x2, [x0, #8]; str x2, [x0]",
        "mem",
        "access 1 (write of 8 bytes): addr",
    ),
    "another value first": ("str x1, [x0]; str x2, [x0]", "str x2, [x0]; str x2, [x0]", "mem", "access 1 (write of 8 bytes): value"),
    "branch on a second look": (
        "ldr x2, [x0]; ldr x3, [x0]; cbz x3, f",
        "ldr x2, [x0]; ldr x3, [x0]; cbz x2, f",
        "mem",
        "branch taken (if memory changes",
    ),
}


@pytest.mark.parametrize("name", SAME)
def test_the_same_accesses(checker: Checker, name: str) -> None:
    original, candidate, live_out = SAME[name]
    live_out = live_out or "x0,x1,x2,x3,mem"
    verdict = judged(checker, original, candidate, live_out=live_out, same_access_size=True)
    assert isinstance(verdict, Proved), verdict
    assert verdict.certificate.further == ("same-access-size",)


@pytest.mark.parametrize("name", OTHER)
def test_other_accesses_that_one_thread_cannot_tell_apart(checker: Checker, name: str) -> None:
    original, candidate, live_out, difference = OTHER[name]
    live_out = live_out or "x0,x1,x2,x3,mem"
    assert isinstance(judged(checker, original, candidate, live_out=live_out), Proved), "one thread sees no difference"
    verdict = judged(checker, original, candidate, live_out=live_out, same_access_size=True)
    assert isinstance(verdict, Refuted), verdict
    assert any(d.what.startswith(difference) for d in verdict.counterexample.differences), verdict.counterexample.differences


def test_premises_may_be_needed_for_equal_addresses(checker: Checker) -> None:
    pair = "ldr x2, [x0]", "ldr x2, [x1]"
    assert isinstance(judged(checker, *pair, "x0 == x1", live_out="x2", same_access_size=True), Proved)
    assert isinstance(judged(checker, *pair, live_out="x2", same_access_size=True), Refuted)
