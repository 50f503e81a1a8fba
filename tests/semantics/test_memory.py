"""The log of stores against a dictionary of bytes, with bases that overlap in every way."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from semantics import simplify as s
from semantics.locations import WIDTHS
from semantics.memory import Access, Memory, distance, overlaid, read, split
from semantics.memory_image import MASK64, MemoryImage
from semantics.run.ints import evaluate
from semantics.state import INITIAL

BASES = ("x0", "x1", "x2")
SP = INITIAL["sp"]

places = st.tuples(st.sampled_from(BASES), st.integers(-12, 20))
actions = st.lists(
    st.tuples(st.booleans(), places, st.sampled_from([1, 2, 4, 8, 16]), st.integers(0, (1 << 128) - 1)), min_size=1, max_size=9
)
pointers = st.tuples(st.sampled_from([0, 0x1000, (1 << 64) - 9]), st.integers(-20, 20), st.integers(-20, 20))


@settings(max_examples=400, deadline=None)
@given(actions, pointers)
def test_reads_are_what_bytes_say(actions: list[tuple[bool, tuple[str, int], int, int]], at: tuple[int, int, int]) -> None:
    env = {"x0": at[0], "x1": at[0] + at[1] & MASK64, "x2": at[0] + at[2] & MASK64}
    image, memory, written = MemoryImage(7), Memory(), dict[int, int]()
    for is_store, (base, offset), size, value in actions:
        address, concrete = INITIAL[base] + offset, env[base] + offset
        if is_store:
            memory.store(address, s.const(value & ((1 << 8 * size) - 1), 8 * size), SP)
            written |= {concrete + i & MASK64: value >> 8 * i & 0xFF for i in range(size)}
        else:
            word = memory.load(address, size, SP)
            bytes_ = [written.get(concrete + i & MASK64, image.byte(concrete + i & MASK64)) for i in range(size)]
            assert evaluate([word], env, image.read) == [int.from_bytes(bytes(bytes_), "little")]


SPELLED = {"x0": INITIAL["x0"], "~x0": ~INITIAL["x0"], "-x0": -INITIAL["x0"], "x1 << 4": s.shl(INITIAL["x1"] + 3, s.const(4, 64))}


@settings(max_examples=300, deadline=None)
@example([("-x0", -4, 4), ("~x0", 0, 8)], 0)
@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(SPELLED)), st.sampled_from([-9, -4, -1, 0, 1, 4, 60, 63, 64]), st.sampled_from([1, 4, 8, 64])),
        min_size=2,
        max_size=7,
    ),
    st.integers(0, MASK64),
)
def test_addresses_may_be_spelled_in_any_way(stores: list[tuple[str, int, int]], at: int) -> None:
    env, image, runs, written = {"x0": at, "x1": at >> 4}, MemoryImage(7), list[Access](), dict[int, int]()
    for number, (name, offset, size) in enumerate(stores):
        address, value = SPELLED[name] + offset, int.from_bytes(bytes([number + 1] * size), "little")
        runs = overlaid(runs, Access("write", address, size, s.const(value, 8 * size), SP))
        (concrete,) = evaluate([address], env, image.read)
        written |= {concrete + i & MASK64: number + 1 for i in range(size)}
    for name, offset, size in stores:
        address = SPELLED[name] + offset
        (concrete,) = evaluate([address], env, image.read)
        word = read(tuple(runs), address, size)
        assert evaluate([word], env, image.read) == [int.from_bytes(bytes(written[concrete + i & MASK64] for i in range(size)), "little")]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.sampled_from([1, 2, 4, 8, 16])), min_size=1, max_size=8))
def test_runs_with_one_base_are_apart_and_in_order(places: list[tuple[int, int]]) -> None:
    runs = list[Access]()
    for number, (offset, size) in enumerate(places):
        runs = overlaid(runs, Access("write", INITIAL["x0"] + offset, size, s.var(f"v{number}", 8 * size), SP))
    ends = [(split(run.address)[1], split(run.address)[1] + run.size) for run in runs]
    assert all(stop < start for (_, stop), (start, _) in pairwise(ends))
    assert {i for start, stop in ends for i in range(start, stop)} == {o + i for o, size in places for i in range(size)}
    assert all(run.value.width == 8 * run.size for run in runs)


def test_grouping_of_stores_does_not_show() -> None:
    low, high = INITIAL["x1"], INITIAL["x2"]
    grouped, single = Memory(), Memory()
    grouped.store(INITIAL["x0"], s.concat(high, low), SP)
    single.store(INITIAL["x0"] + 8, high, SP)
    single.store(INITIAL["x0"], s.var("overwritten", 32), SP)
    single.store(INITIAL["x0"], low, SP)
    assert [(a.address, a.value) for a in grouped.stores] == [(a.address, a.value) for a in single.stores]
    assert grouped.load(INITIAL["x3"], 4, SP) is single.load(INITIAL["x3"], 4, SP)


def test_a_store_elsewhere_stands_between() -> None:
    memory = Memory()
    for base in ("x0", "x1", "x0"):
        memory.store(INITIAL[base], s.var(f"{base}{len(memory.accesses)}", 64), SP)
    assert len(memory.stores) == 3
    assert distance(memory.stores[0].address, memory.stores[2].address) == 0


def test_long_runs_come_in_pieces() -> None:
    memory = Memory()
    for i in range(5):
        memory.store(INITIAL["x0"] + 8 * i, INITIAL["x1"], SP)
    assert [store.size for store in memory.stores] == [16, 16, 8]
    assert WIDTHS["x1"] == 64
