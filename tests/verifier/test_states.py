from __future__ import annotations

import numpy as np
import pytest

from semantics.locations import GENERAL, LOCATIONS, VECTORS
from semantics.machine import MachineState
from verifier.states import MEMORY_SEED, Column, random_columns, random_states

POINTERS = ("x0", "x1", "sp")
MASK64 = (1 << 64) - 1
PINNED_X3 = [0, MASK64, 0x1B03A07A35E47171, 0xE64E6FE5D572A2F3, 0x23, 0xD7DB9C7100000003]
PINNED_V7 = [
    0,
    (1 << 128) - 1,
    0x7F800001DF800000CF000000DF800000,
    0x3EC374CABE30000040872D04C0AF37CF,
    0x3FC000003FC000005EFFFFFF5F800001,
    0xFFF8000000000001FFF8000000000001,
]


@pytest.fixture(scope="module")
def states() -> list[MachineState]:
    return random_states(1536, 11, pointers=POINTERS)


@pytest.fixture(scope="module")
def columns() -> dict[str, Column]:
    return random_columns(1536, 11, LOCATIONS, POINTERS)


def signed_distance(left: int, right: int) -> int:
    return (left - right + (1 << 63)) % (1 << 64) - (1 << 63)


def values(columns: dict[str, Column], location: str) -> list[int]:
    column = columns[location]
    assert not isinstance(column, tuple)
    return column.tolist()


def test_same_seed_same_states_other_seed_others() -> None:
    first = random_states(40, 5, pointers=POINTERS)
    assert first == random_states(40, 5, pointers=POINTERS)
    assert all(a != b for a, b in zip(first[2:], random_states(40, 6, pointers=POINTERS)[2:], strict=True))


def test_values_are_pinned() -> None:
    """Counterexamples are reported by seed, so the numbers must not move with numpy or with the machine."""
    columns = random_columns(6, 2026, ("x3", "v7"))
    low, high = columns["v7"]
    assert values(columns, "x3") == PINNED_X3
    assert [h << 64 | lo for lo, h in zip(low.tolist(), high.tolist(), strict=True)] == PINNED_V7


def test_rows_do_not_depend_on_how_much_is_asked_for(columns: dict[str, Column]) -> None:
    few = random_columns(10, 11, ("x7", "sp", "v3", "c"), POINTERS)
    for location, column in few.items():
        for part, whole in zip(np.atleast_2d(column), np.atleast_2d(columns[location]), strict=True):
            assert np.array_equal(part, whole[:10]), location


def test_states_are_the_rows_of_the_columns(states: list[MachineState], columns: dict[str, Column]) -> None:
    for i in range(0, len(states), 97):
        assert states[i].memory.seed == values(columns, MEMORY_SEED)[i]
        for location in LOCATIONS:
            column = columns[location]
            if isinstance(column, tuple):
                assert states[i].get(location) == int(column[0][i]) | int(column[1][i]) << 64
            else:
                assert states[i].get(location) == int(column[i])


def test_columns_are_of_64_bit_words(columns: dict[str, Column]) -> None:
    assert set(columns) == {MEMORY_SEED, *LOCATIONS}
    for location, column in columns.items():
        parts = column if isinstance(column, tuple) else (column,)
        assert len(parts) == (2 if location in VECTORS else 1)
        assert all(part.dtype == np.uint64 and part.shape == (1536,) for part in parts)


def test_corner_values_are_frequent_in_every_register(columns: dict[str, Column]) -> None:
    corners = {0, 1, MASK64, 1 << 63, (1 << 63) - 1, (1 << 31) - 1, 1 << 31, 1 << 32, MASK64 >> 32, 127, 128, 255, 256}
    corners |= {-(1 << 31) & MASK64, 32767, 32768, 65535, 65536} | {1 << k for k in range(64)}
    for location in GENERAL[2:]:
        column = values(columns, location)
        assert sum(value in corners for value in column) > len(column) / 10
        assert len(set(column)) > len(column) / 2
    union = {value for location in GENERAL[2:] for value in values(columns, location)}
    assert corners <= union


def test_two_corners_often_meet(columns: dict[str, Column]) -> None:
    extremes = {0, 1, MASK64, 1 << 63, (1 << 63) - 1}
    both = [a in extremes and b in extremes for a, b in zip(values(columns, "x4"), values(columns, "x5"), strict=True)]
    assert sum(both) >= 8


def test_upper_halves_are_dirty_over_corner_words(columns: dict[str, Column]) -> None:
    column = values(columns, "x9")
    for word in (0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF):
        assert any(value & 0xFFFFFFFF == word and 8 < (value >> 32).bit_count() < 24 for value in column), hex(word)


def test_shift_amounts_are_frequent(columns: dict[str, Column]) -> None:
    assert sum(value <= 64 for value in values(columns, "x2")) > 100


def test_sparse_and_dense_masks_occur(columns: dict[str, Column]) -> None:
    counts = [value.bit_count() for value in values(columns, "x8")]
    assert sum(3 <= count <= 14 for count in counts) > 30
    assert sum(50 <= count <= 61 for count in counts) > 30


@pytest.mark.parametrize(("left", "right"), [("x3", "x4"), ("x10", "x30"), ("v0", "v1"), ("v4", "v31")])
def test_registers_are_equal_at_times(states: list[MachineState], left: str, right: str) -> None:
    equal = sum(state.get(left) == state.get(right) for state in states[2:])
    assert 15 < equal < len(states) / 4


def test_all_flag_settings_in_every_sixteen_rows(states: list[MachineState]) -> None:
    for start in range(0, len(states), 16):
        assert len({(s.n, s.z, s.c, s.v) for s in states[start : start + 16]}) == 16
    orders = {tuple((s.n, s.z, s.c, s.v) for s in states[start : start + 16]) for start in range(0, len(states), 16)}
    assert len(orders) > 20


def test_pointers_overlap_in_every_way(states: list[MachineState]) -> None:
    distances = [signed_distance(state.x[0], state.x[1]) for state in states]
    assert set(range(-16, 17)) <= set(distances)
    assert distances.count(0) > 40
    assert sum(abs(distance) < 16 for distance in distances) > len(states) / 5
    assert sum(abs(distance) > 1 << 20 for distance in distances) > len(states) / 10


def test_pointers_reach_over_page_edges_and_are_unaligned(states: list[MachineState]) -> None:
    offsets = [state.x[0] % 4096 for state in states]
    assert {4096 - k for k in range(1, 16)} <= set(offsets)
    assert {state.x[0] % 16 for state in states} == set(range(16))
    assert sum(state.x[0] % 8 == 0 for state in states) > len(states) / 4


def test_stack_pointer_is_aligned_and_at_times_near(states: list[MachineState]) -> None:
    assert all(state.sp % 16 == 0 for state in states)
    near = sum(abs(signed_distance(state.sp, state.x[0])) < 128 for state in states)
    assert len(states) / 10 < near < len(states) / 2


def test_stack_pointer_that_is_no_pointer_takes_any_value() -> None:
    plain = values(random_columns(200, 1, ("sp",)), "sp")
    assert {value % 16 for value in plain} == set(range(16))


def test_addresses_stay_away_from_the_code(states: list[MachineState]) -> None:
    assert all(state.x[0] > 1 << 20 for state in states)


def test_memory_about_pointers_holds_corners_in_a_third(states: list[MachineState]) -> None:
    filled = [state for state in states if state.memory.overrides]
    assert len(filled) == len(states) // 3
    loads = [state.read_written(state.x[0], 8) for state in filled]
    assert sum(load in (0, 1, MASK64) for load in loads) > 5
    for state in filled[:20]:
        for base in (state.x[0], state.x[1], state.sp):
            assert all((base + i) & MASK64 in state.memory.overrides for i in range(-16, 80))
    assert len({state.memory.seed for state in states}) == len(states)


def test_vectors_hold_special_floats_and_lane_corners(states: list[MachineState]) -> None:
    doubles = {state.vector[5] & MASK64 for state in states}
    singles = {state.vector[5] & 0xFFFFFFFF for state in states}
    assert {0x7FF << 52, 0xFFF << 52, 1 << 63, 0x7FF8 << 48, (0x7FF << 52) + 1, 1, 0x3FF << 52} <= doubles
    assert {0x7F800000, 0xFF800000, 0x80000000, 0x7FC00000, 0x7F800001, 1, 0x3F800000} <= singles
    assert {0x4004 << 48, 0x3FE0 << 48, 0xC1DFFFFFFFE00000, 0x432FFFFFFFFFFFFF} <= {
        state.vector[5] & MASK64 for state in random_states(6000, 3)
    }
    assert {0x80, 0x7F, 0xFF, 0, 1} <= {state.vector[5] & 0xFF for state in states}
    assert sum(state.vector[5] >> 64 != 0 for state in states) > len(states) / 2


def test_first_rows_are_zero_and_ones(states: list[MachineState]) -> None:
    assert states[0].x[2:] == (0,) * 29
    assert states[1].vector == ((1 << 128) - 1,) * 32


def test_no_rows_and_one_row() -> None:
    assert random_states(0, 1, pointers=POINTERS) == []
    assert len(random_states(1, 1, pointers=POINTERS)) == 1


@pytest.mark.parametrize("location", ["w0", "x31", "v32", "pc"])
def test_unknown_names_are_refused(location: str) -> None:
    with pytest.raises(ValueError, match=location):
        random_columns(1, 0, (location,))
    with pytest.raises(ValueError, match=location):
        random_states(1, 0, pointers=(location,))


def test_a_vector_is_no_pointer() -> None:
    with pytest.raises(ValueError, match="v0"):
        random_columns(1, 0, ("v0",), ("v0",))
