from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from semantics.locations import LOCATIONS, WIDTHS
from semantics.machine import MachineState
from semantics.memory_image import PAGE_SIZE, MemoryImage, splitmix64

TOP = 1 << 64


def test_splitmix64_gives_the_published_sequence() -> None:
    # First outputs of SplitMix64 from state 0; the state grows by the golden gamma.
    golden = 0x9E3779B97F4A7C15
    outputs = [splitmix64(i * golden % TOP) for i in range(3)]
    assert outputs == [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F]


def test_bytes_are_those_of_the_hashed_word() -> None:
    image = MemoryImage(seed=0x1234)
    word = splitmix64((0x5678 >> 3) ^ 0x1234)
    assert [image.byte(0x5678 + i) for i in range(8)] == list(word.to_bytes(8, "little"))


@pytest.mark.parametrize("address", [0, 1, 5, 7, 8, 4093, TOP // 2, TOP - 1, TOP - 3, TOP - 8, TOP - 16])
@pytest.mark.parametrize("size", [1, 2, 3, 4, 8, 16, 17, 64])
@pytest.mark.parametrize("overrides", [{}, {5: 0xAA, TOP - 1: 0xBB}])
def test_read_is_the_bytes_in_order_also_around_the_top(address: int, size: int, overrides: dict[int, int]) -> None:
    image = MemoryImage(7, overrides)
    expected = bytes(image.byte((address + i) % TOP) for i in range(size))
    assert image.read(address, size) == int.from_bytes(expected, "little")


@pytest.mark.parametrize("base", [0, 5 * PAGE_SIZE, TOP - PAGE_SIZE])
def test_page_agrees_with_bytes(base: int) -> None:
    image = MemoryImage(99, {base + 17: 1, (base - 1) % TOP: 2, (base + PAGE_SIZE) % TOP: 3})
    assert image.page(base) == bytes(image.byte(base + i) for i in range(PAGE_SIZE))
    assert image.page(base)[17] == 1


@pytest.mark.parametrize("base", [1, PAGE_SIZE - 1, -PAGE_SIZE, TOP])
def test_page_refuses_what_is_no_page(base: int) -> None:
    with pytest.raises(ValueError, match="not the address of a page"):
        MemoryImage().page(base)


def test_image_is_immutable_and_does_not_share_the_callers_dictionary() -> None:
    overrides = {3: 4}
    image = MemoryImage(0, overrides)
    overrides[3] = 5
    assert image.byte(3) == 4
    with pytest.raises(TypeError):
        image.overrides[3] = 6  # type: ignore[index]
    with pytest.raises(AttributeError):
        image.seed = 1  # type: ignore[misc]


def test_image_overrides_are_addresses_of_64_bits() -> None:
    assert MemoryImage(0, {-1: 7}) == MemoryImage(0, {TOP - 1: 7})
    assert MemoryImage(0, {-1: 7}).byte(TOP - 1) == 7
    with pytest.raises(ValueError, match="byte out of range"):
        MemoryImage(0, {0: 256})


def test_with_bytes_adds_and_replaces() -> None:
    image = MemoryImage(1, {1: 1, 2: 2}).with_bytes({2: 9, 3: 3})
    assert dict(image.overrides) == {1: 1, 2: 9, 3: 3}


def test_get_and_with_location_reach_every_location() -> None:
    state = MachineState.zero()
    for position, location in enumerate(LOCATIONS):
        state = state.with_location(location, position + 1)
    values = [state.get(location) for location in LOCATIONS]
    expected = [(position + 1) & ((1 << WIDTHS[name]) - 1) for position, name in enumerate(LOCATIONS)]
    assert values == expected
    assert state.x[30] == 31
    assert state.sp == 32
    assert state.vector[31] == len(LOCATIONS)


def test_flag_v_is_not_vector_v0() -> None:
    state = MachineState.zero().with_location("v", 1)
    assert (state.v, state.get("v"), state.vector[0]) == (1, 1, 0)


@pytest.mark.parametrize("location", ["x31", "w0", "xzr", "v32", "pc", "", "x01"])
def test_unknown_locations_are_refused(location: str) -> None:
    with pytest.raises(KeyError):
        MachineState.zero().get(location)
    with pytest.raises(KeyError):
        MachineState.zero().with_location(location, 0)


def test_with_location_cuts_to_the_width() -> None:
    state = MachineState.zero().with_location("x1", -1).with_location("v1", -1).with_location("n", 2)
    assert (state.get("x1"), state.get("v1"), state.get("n")) == (TOP - 1, (1 << 128) - 1, 0)


def test_values_out_of_range_are_refused() -> None:
    state = MachineState.zero()
    with pytest.raises(ValueError, match="31 are needed"):
        state.replace(x=(0,) * 32)
    with pytest.raises(ValueError, match="out of range"):
        state.replace(sp=TOP)
    with pytest.raises(ValueError, match="out of range"):
        state.replace(z=2)
    with pytest.raises(ValueError, match="out of range"):
        state.replace(vector=(-1,) + (0,) * 31)


def test_stores_lie_over_the_image() -> None:
    state = MachineState.zero(seed=3).with_store(TOP - 2, 0x11223344, 4)
    assert dict(state.written) == {TOP - 2: 0x44, TOP - 1: 0x33, 0: 0x22, 1: 0x11}
    assert state.read_written(TOP - 2, 4) == 0x11223344
    assert state.read_written(TOP - 3, 1) == state.memory.byte(TOP - 3)
    assert state.read_written(0, 3) == 0x1122 | state.memory.byte(2) << 16
    assert state.memory == MemoryImage(3)


def test_states_are_values() -> None:
    state = MachineState.zero(5).with_location("x3", 7).with_store(16, 1, 2)
    twin = MachineState.zero(5).with_location("x3", 7).with_store(16, 1, 2)
    assert state == twin
    assert hash(state) == hash(twin)
    assert state != twin.with_store(16, 2, 1)
    assert pickle.loads(pickle.dumps(state)) == state
    namespace = {"MachineState": MachineState, "MemoryImage": MemoryImage}
    assert eval(repr(state), namespace) == state


def test_importing_machine_does_not_import_numpy() -> None:
    check = "import sys, semantics.machine; sys.exit('numpy' in sys.modules)"
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", check], cwd=root, check=False).returncode == 0
