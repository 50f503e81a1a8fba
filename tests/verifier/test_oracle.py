"""The emulator as an oracle. Codes are encoded by hand, so that nothing of ours has to be right for these tests."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import pytest

from semantics.machine import MachineState
from verifier.errors import VerifierError
from verifier.oracle import Emulator, Faulted, Ran

TOP = 1 << 64

NOP = 0xD503201F
LDR_X1_X0 = 0xF9400001
LDR_X3_X0 = 0xF9400003
STR_X2_X0 = 0xF9000002
STRB_W2_X0 = 0x39000002
SUBS_X0_X0_X1 = 0xEB010000
SVC = 0xD4000001

ODD_ADDRESSES = (0, 1, 0x3FC, 0x3FD, 0x5FF9, 0x5FFF, 0xFFFF_FFFC, (1 << 47) - 4, 1 << 48, (1 << 52) - 3, (1 << 55) + 5, 1 << 63)


def code(*words: int) -> bytes:
    return struct.pack(f"<{len(words)}I", *words)


def movz(register: int, value: int) -> int:
    """movz xR, #value"""
    return 0xD2800000 | value << 5 | register


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    emulator = Emulator()
    yield emulator
    emulator.close()


@pytest.fixture
def state() -> MachineState:
    state = MachineState.zero(seed=42)
    x = tuple(0x1111111111111111 * i % TOP for i in range(31))
    vector = tuple(i << 100 | i for i in range(32))
    return state.replace(x=x, sp=0x7FFF_FFF0, vector=vector, n=1, c=1)


def run(emulator: Emulator, state: MachineState, *words: int) -> Ran:
    outcome = emulator.run(code(*words), state)
    assert isinstance(outcome, Ran), outcome
    return outcome


def test_nothing_changes_but_what_the_code_writes(emulator: Emulator, state: MachineState) -> None:
    outcome = run(emulator, state, NOP)
    assert outcome.state == state.replace(pc=state.pc + 4)
    assert (outcome.next_pc, outcome.accesses, outcome.fpsr) == (state.pc + 4, (), 0)


def test_empty_code_is_no_step(emulator: Emulator, state: MachineState) -> None:
    assert emulator.run(b"", state) == Ran(state, state.pc, (), 0)


@pytest.mark.parametrize("nzcv", range(16))
def test_flags_go_in_and_come_out(emulator: Emulator, state: MachineState, nzcv: int) -> None:
    flags = {name: nzcv >> 3 - i & 1 for i, name in enumerate("nzcv")}
    for name, value in flags.items():
        state = state.with_location(name, value)
    after = run(emulator, state, 0xD53B4205).state  # mrs x5, nzcv
    assert after.x[5] == nzcv << 28
    assert {name: after.get(name) for name in "nzcv"} == flags


@pytest.mark.parametrize(
    ("left", "right", "flags"),
    [(5, 5, (0, 1, 1, 0)), (0, 1, (1, 0, 0, 0)), (1 << 63, 1, (0, 0, 1, 1)), (0, 1 << 63, (1, 0, 0, 1))],
)
def test_subtraction_sets_the_flags(emulator: Emulator, state: MachineState, left: int, right: int, flags: tuple[int, ...]) -> None:
    state = state.with_location("x0", left).with_location("x1", right)
    after = run(emulator, state, SUBS_X0_X0_X1).state
    assert after.x[0] == (left - right) % TOP
    assert (after.n, after.z, after.c, after.v) == flags


def test_word_results_clear_the_upper_half(emulator: Emulator, state: MachineState) -> None:
    state = state.with_location("x1", TOP - 1)
    after = run(emulator, state, 0x2A0103E0).state  # mov w0, w1
    assert after.x[0] == 0xFFFFFFFF


def test_every_register_is_exchanged(emulator: Emulator, state: MachineState) -> None:
    adds = [0x91000400 | i << 5 | i for i in range(32)]  # add xI, xI, #1; the last one is sp
    lanes = [0x4EE08400 | i << 16 | i << 5 | i for i in range(32)]  # add vI.2d, vI.2d, vI.2d
    after = run(emulator, state, *adds, *lanes).state
    assert after.x == tuple((value + 1) % TOP for value in state.x)
    assert after.sp == state.sp + 1
    assert after.vector == tuple(2 * value for value in state.vector)


def test_loads_and_stores_are_reported_in_order(emulator: Emulator, state: MachineState) -> None:
    state = state.with_location("x0", 0x5000).with_location("x2", 0x1122334455667788)
    outcome = run(emulator, state, LDR_X1_X0, STR_X2_X0, LDR_X3_X0)
    before = state.memory.read(0x5000, 8)
    assert outcome.accesses == (("r", 0x5000, 8, before), ("w", 0x5000, 8, state.x[2]), ("r", 0x5000, 8, state.x[2]))
    assert (outcome.state.x[1], outcome.state.x[3]) == (before, state.x[2])
    assert dict(outcome.state.written) == {0x5000 + i: byte for i, byte in enumerate(state.x[2].to_bytes(8, "little"))}
    assert outcome.state.memory == state.memory


def test_only_the_bytes_stored_are_written(emulator: Emulator, state: MachineState) -> None:
    state = state.with_location("x0", 0x5003)
    outcome = run(emulator, state, STRB_W2_X0)
    assert dict(outcome.state.written) == {0x5003: 0x22}
    assert outcome.accesses == (("w", 0x5003, 1, 0x22),)


def test_bytes_stored_earlier_are_seen_and_kept(emulator: Emulator, state: MachineState) -> None:
    state = state.with_location("x0", 0x5000).with_store(0x5001, 0xAA, 1).with_store(0x9000, 0xBB, 1)
    outcome = run(emulator, state, LDR_X1_X0, 0x39001002)  # strb w2, [x0, #4]
    assert outcome.state.x[1] == state.read_written(0x5000, 8)
    assert outcome.state.x[1] >> 8 & 0xFF == 0xAA
    assert dict(outcome.state.written) == {0x5001: 0xAA, 0x9000: 0xBB, 0x5004: 0x22}


def test_overrides_of_the_image_are_seen(emulator: Emulator, state: MachineState) -> None:
    state = state.replace(memory=state.memory.with_bytes({0x5002: 0xEE})).with_location("x0", 0x5000)
    loaded = run(emulator, state, LDR_X1_X0).state.x[1]
    assert loaded == state.memory.read(0x5000, 8)
    assert loaded >> 16 & 0xFF == 0xEE


@pytest.mark.parametrize(
    "address",
    [*ODD_ADDRESSES, 0xFFFF_0000_0000_0000 - 1, 0xFF00_0000_0000_5000, TOP - 8, TOP - 7, TOP - 1],
)
def test_any_address_works_unaligned_and_around_the_top(emulator: Emulator, state: MachineState, address: int) -> None:
    state = state.with_location("x0", address).with_location("x2", 0x1122334455667788)
    outcome = run(emulator, state, LDR_X1_X0, STR_X2_X0, LDR_X3_X0)
    assert outcome.state.x[1] == state.memory.read(address, 8)
    assert outcome.state.x[3] == state.x[2]
    assert outcome.state.written == state.with_store(address, state.x[2], 8).written


def test_top_byte_is_part_of_the_address(emulator: Emulator, state: MachineState) -> None:
    state = state.with_location("x0", 0x5000).with_location("x4", 0xFF00_0000_0000_5000)
    outcome = run(emulator, state, STR_X2_X0, 0xF9400081)  # ldr x1, [x4]
    assert outcome.state.x[1] == state.memory.read(state.x[4], 8)


@pytest.mark.parametrize("distance", [-8, -7, -1, 0, 1, 5, 7, 8])
def test_overlapping_pointers_see_each_other(emulator: Emulator, state: MachineState, distance: int) -> None:
    state = state.with_location("x0", 0x63FC).with_location("x4", 0x63FC + distance)
    outcome = run(emulator, state, STR_X2_X0, 0xF9400081)  # ldr x1, [x4]
    assert outcome.state.x[1] == state.with_store(0x63FC, state.x[2], 8).read_written(0x63FC + distance, 8)


def test_wide_transfers_come_in_halves(emulator: Emulator, state: MachineState) -> None:
    state = state.with_location("x0", 0x5FF7).with_location("v1", 0x0F0E0D0C0B0A09080706050403020100)
    outcome = run(emulator, state, 0x3D800001, 0x3DC00002)  # str q1, [x0]; ldr q2, [x0]
    low, high = 0x0706050403020100, 0x0F0E0D0C0B0A0908
    assert outcome.accesses[:2] == (("w", 0x5FF7, 8, low), ("w", 0x5FFF, 8, high))
    assert outcome.state.vector[2] == state.vector[1]
    assert outcome.state.read_written(0x5FF7, 16) == state.vector[1]


def test_atomics_report_their_accesses(emulator: Emulator, state: MachineState) -> None:
    state = state.with_location("x0", 0x5000).with_location("x1", 5)
    outcome = run(emulator, state, 0xF8210002)  # ldadd x1, x2, [x0]
    before = state.memory.read(0x5000, 8)
    assert outcome.state.x[2] == before
    assert outcome.accesses == (("r", 0x5000, 8, before), ("w", 0x5000, 8, (before + 5) % TOP))


def test_exclusive_monitor_does_not_outlive_a_run(emulator: Emulator, state: MachineState) -> None:
    state = state.with_location("x0", 0x5000)
    paired = run(emulator, state, 0xC85F7C02, 0xC8037C01)  # ldxr x2, [x0]; stxr w3, x1, [x0]
    assert (paired.state.x[3], len(paired.state.written)) == (0, 8)
    run(emulator, state, 0xC85F7C02)
    alone = run(emulator, state, 0xC8037C01)
    assert (alone.state.x[3], len(alone.state.written)) == (1, 0)


@pytest.mark.parametrize("pc", [0x10000, 0x103FC])
def test_replaced_code_is_not_run_from_a_stale_translation(emulator: Emulator, state: MachineState, pc: int) -> None:
    """More codes at one address than there are code frames, each twice, the second time after all the others.

    Unicorn drops the translation of the first block by itself; the one after the branch is the one that goes stale.
    """
    values = [7 * i % 65536 for i in range(1200)]
    for _ in range(2):
        for value in values:
            outcome = run(emulator, state.replace(pc=pc), 0x14000002, NOP, movz(0, value), 0x14000001, NOP)  # b .+8; b .+4
            assert outcome.state.x[0] == value


def test_same_code_at_two_addresses_and_two_codes_at_one(emulator: Emulator, state: MachineState) -> None:
    adr = 0x10000000  # adr x0, .
    for pc in (0x10000, 0x20000, 0x10000, 0x103FC):
        assert run(emulator, state.replace(pc=pc), adr).state.x[0] == pc


def test_code_across_pages_and_up_to_the_end_of_one(emulator: Emulator, state: MachineState) -> None:
    for pc, count in ((0x103F8, 2), (0x103F8, 3), (0x103F8, 300), (0x10000, 256), (0x10000, 257), (0x10000, 2000)):
        outcome = run(emulator, state.replace(pc=pc), *[0x91000400] * count)  # add x0, x0, #1
        assert (outcome.state.x[0], outcome.next_pc) == (count, pc + 4 * count)


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (0x10004, (0x14000001,)),  # b .+4
        (0x10008, (0x14000002,)),
        (0x11000, (0x14000400,)),
        (0xF000, (0x17FFFC00,)),
        (0xFFFC, (0x17FFFFFF,)),
        (0x10104, (NOP, 0x14000040)),
    ],
)
def test_direct_branches_leave_to_their_target(emulator: Emulator, state: MachineState, target: int, words: tuple[int, ...]) -> None:
    outcome = run(emulator, state, *words)
    assert outcome.next_pc == outcome.state.pc == target


@pytest.mark.parametrize("target", [0, 4, 0x10004, 0x10008, 0x10002, 0x10001, 0x20001, 1 << 47, TOP - 4, TOP - 1])
def test_indirect_branches_leave_to_any_address(emulator: Emulator, state: MachineState, target: int) -> None:
    outcome = run(emulator, state.with_location("x5", target), 0xD61F00A0)  # br x5
    assert outcome.next_pc == outcome.state.pc == target
    assert outcome.state.x[6] == state.x[6]


def test_conditional_branch_and_loop_inside_the_code(emulator: Emulator, state: MachineState) -> None:
    loop = (0x91000421, 0xF1000400, 0x54FFFFC1)  # add x1, x1, #1; subs x0, x0, #1; b.ne .-8
    state = state.with_location("x0", 100).with_location("x1", 0)
    outcome = run(emulator, state, *loop)
    assert (outcome.state.x[0], outcome.state.x[1], outcome.next_pc) == (0, 100, state.pc + 12)


def test_instruction_limit_stops_a_loop(emulator: Emulator, state: MachineState) -> None:
    endless = code(0x14000000)  # b .
    assert emulator.run(endless, state, 1000) == Faulted("instruction limit", state.pc)
    assert emulator.run(endless, state) == Faulted("instruction limit", state.pc)
    assert isinstance(emulator.run(code(NOP, NOP), state, 2), Ran)
    assert emulator.run(code(NOP, NOP), state, 1) == Faulted("instruction limit", state.pc)
    assert isinstance(emulator.run(code(NOP, NOP), state, None), Ran)


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        (0x00000000, "undefined instruction"),
        (0xFFFFFFFF, "undefined instruction"),
        (0xD4200020, "breakpoint"),
        (0xD503207F, "stopped"),  # wfi
    ],
)
def test_what_cannot_run_is_named_with_its_address(emulator: Emulator, state: MachineState, word: int, reason: str) -> None:
    outcome = emulator.run(code(NOP, word, NOP), state)
    assert isinstance(outcome, Faulted)
    assert outcome.reason == reason
    assert outcome.pc in (state.pc + 4, state.pc + 8)


@pytest.mark.parametrize("words", [(SVC,), (SVC, NOP)])
def test_system_call_is_a_fault_even_at_the_end(emulator: Emulator, state: MachineState, words: tuple[int, ...]) -> None:
    outcome = emulator.run(code(*words), state)
    assert isinstance(outcome, Faulted)
    assert outcome.reason == "svc"


def test_misaligned_exclusive_faults(emulator: Emulator, state: MachineState) -> None:
    outcome = emulator.run(code(NOP, 0xC85F7C02), state.with_location("x0", 0x5001))
    assert outcome == Faulted("data abort", state.pc + 4)


@pytest.mark.parametrize("distance", [-7, -1, 0, 4, 11])
@pytest.mark.parametrize("word", [LDR_X1_X0, STR_X2_X0])
def test_data_access_to_the_code_is_reported(emulator: Emulator, state: MachineState, distance: int, word: int) -> None:
    outcome = emulator.run(code(word, NOP, NOP), state.with_location("x0", state.pc + distance))
    assert isinstance(outcome, Faulted)
    assert outcome.reason == "touches code"


@pytest.mark.parametrize("distance", [-8, 12, 512])
def test_data_beside_the_code_is_ordinary_memory(emulator: Emulator, state: MachineState, distance: int) -> None:
    address = state.pc + distance
    outcome = run(emulator, state.with_location("x0", address), LDR_X1_X0, STR_X2_X0, NOP)
    assert outcome.state.x[1] == state.memory.read(address, 8)


def test_literal_load_touches_the_code(emulator: Emulator, state: MachineState) -> None:
    outcome = emulator.run(code(0x58000041, NOP, NOP, NOP), state)  # ldr x1, .+8
    assert isinstance(outcome, Faulted)


def test_too_many_pages_are_refused_and_do_not_break_the_next_run(emulator: Emulator, state: MachineState) -> None:
    walk = code(0xF8400401 | 0x0FF << 12, 0xD1000442, 0xB5FFFFC2)  # ldr x1, [x0], #255; sub x2, x2, #1; cbnz x2, .-8
    state = state.with_location("x0", 0x100000).with_location("x2", 100_000)
    outcome = emulator.run(walk, state)
    assert isinstance(outcome, Faulted)
    assert outcome.reason == "touches too many pages"
    assert run(emulator, state, LDR_X1_X0).state.x[1] == state.memory.read(0x100000, 8)


def test_floating_point_environment_is_the_default_in_each_run(emulator: Emulator, state: MachineState) -> None:
    state = state.with_location("v1", 0x3FF << 52).with_location("v2", 0)
    divided = run(emulator, state, 0x1E621820)  # fdiv d0, d1, d2
    assert (divided.state.vector[0], divided.fpsr) == (0x7FF << 52, 2)  # infinity; DZC
    state = state.with_location("x1", 3 << 22)
    changed = run(emulator, state, 0xD51B4401, 0xD53B4402)  # msr fpcr, x1; mrs x2, fpcr
    assert changed.state.x[2] == 3 << 22
    fresh = run(emulator, state, 0xD53B4402, 0xD53B4423)  # mrs x2, fpcr; mrs x3, fpsr
    assert (fresh.state.x[2], fresh.state.x[3], fresh.fpsr) == (0, 0, 0)


def test_extensions_of_the_maximal_model_run(emulator: Emulator, state: MachineState) -> None:
    ones = int.from_bytes(b"\1" * 16, "little")
    state = state.with_location("v1", ones).with_location("v2", ones).with_location("v0", 0).with_location("v3", 0)
    dot = run(emulator, state, 0x4E829420).state  # sdot v0.4s, v1.16b, v2.16b
    assert dot.vector[0] == int.from_bytes(b"\4\0\0\0" * 4, "little")
    mixed = run(emulator, state, 0xCE020C20).state  # eor3 v0.16b, v1.16b, v2.16b, v3.16b
    assert mixed.vector[0] == 0
    crc = run(emulator, state.with_location("x1", 0).with_location("x2", 0), 0x9AC24C20).state  # crc32x w0, w1, x2
    assert crc.x[0] == 0


@pytest.mark.parametrize(("words", "pc"), [(b"\0\0\0", 0x10000), (b"\0" * 4, 0x10002), (b"\0" * 8, TOP - 4)])
def test_code_that_cannot_be_placed_is_a_usage_error(emulator: Emulator, state: MachineState, words: bytes, pc: int) -> None:
    with pytest.raises(ValueError, match="cannot place"):
        emulator.run(words, state.replace(pc=pc))


def test_a_closed_emulator_says_so(state: MachineState) -> None:
    emulator = Emulator()
    emulator.close()
    emulator.close()
    with pytest.raises(VerifierError, match="closed"):
        emulator.run(code(NOP), state)


def test_long_mixture_of_runs_equals_fresh_emulators(state: MachineState) -> None:
    """Whatever ran before, a run gives what it gives on a new core."""
    codes = [(LDR_X1_X0, SUBS_X0_X0_X1), (STR_X2_X0, LDR_X3_X0), (0x14000400,), (SVC,), (movz(0, 9), STR_X2_X0), (0,)]
    states = [state.with_location("x0", address) for address in (0x5000, 0x53FD, TOP - 3)]
    used = Emulator()
    for _ in range(3):
        for words in codes:
            for start in states:
                fresh = Emulator()
                assert used.run(code(*words), start) == fresh.run(code(*words), start)
                fresh.close()
    used.close()
