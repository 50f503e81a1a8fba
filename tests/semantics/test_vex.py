"""VEX's meaning of single instructions: exits, flags, refusals, and what must not be imported."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from itertools import product

import pytest
from peer import assemble_all, needs_llvm_mc

from grammars.operands import Symbol
from semantics import simplify as s
from semantics import vex
from semantics.assembler import assemble_text, decode
from semantics.errors import UnsupportedInstruction
from semantics.memory import MemoryTooEntangled
from semantics.run.ints import evaluate
from semantics.state import INITIAL, Flags, State
from semantics.vex.ccalls import CCALLS, Thunk, ThunkError, adc_flags, add_flags, condition_bit, flags_of, logic_flags, sbc_flags, sub_flags
from semantics.vex.execute import IOPS
from semantics.vex.faults import KNOWN_FAULTS, fault_of
from semantics.words import Word


def after(text: str, pc: int | None = None) -> State:
    state = State(pc=s.const(pc, 64) if pc is not None else None)
    vex.execute(assemble_text(text), state)
    return state


def value(word: Word, **inputs: int) -> int:
    return evaluate([word], inputs, lambda address, size: 0)[0]


def test_importing_the_package_does_not_import_pyvex() -> None:
    program = "import sys, semantics.vex; print(any(name.partition('.')[0] in ('pyvex', 'archinfo') for name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "False"


def test_lifting_needs_no_archinfo() -> None:
    program = "import sys; from semantics.vex import lift; assert lift(0x8b020020); print('archinfo' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "False"


def test_lift_is_remembered_and_says_no() -> None:
    assert vex.lift(0x8B020020) is vex.lift(0x8B020020)
    assert vex.lift(0x00000000) is None
    assert vex.lift(0xD503201F) is not None


# --- registers, memory, exits -------------------------------------------------------------------


def test_only_what_is_written_changes() -> None:
    state = after("add x0, x1, x2")
    assert state.registers == {"x0": INITIAL["x1"] + INITIAL["x2"]}
    assert state.exit is None


def test_register_views() -> None:
    assert after("mov w0, w1").get("x0") is s.zext(s.truncate(INITIAL["x1"], 32), 64)
    assert after("add sp, sp, #16").get("sp") is INITIAL["sp"] + 16
    assert "x31" not in after("subs xzr, x1, x2").registers


def test_loads_and_stores_in_order_with_writeback() -> None:
    state = after("ldp x0, x1, [x2], #16")
    assert [(access.kind, access.address, access.size) for access in state.accesses] == [
        ("read", INITIAL["x2"], 8),
        ("read", INITIAL["x2"] + 8, 8),
    ]
    assert state.get("x2") is INITIAL["x2"] + 16


def test_accesses_happen_under_the_old_stack_pointer() -> None:
    """libVEX moves sp first; here all writes of registers come last, as in a row."""
    state = after("stp x29, x30, [sp, #-32]!")
    assert {access.sp for access in state.accesses} == {INITIAL["sp"]}
    assert state.get("sp") is INITIAL["sp"] - 32


def test_too_entangled_memory_is_not_an_unsupported_instruction() -> None:
    state = after("str x0, [x1]")
    state.memory.fuel.left = 0
    with pytest.raises(MemoryTooEntangled):
        vex.execute(assemble_text("ldr x2, [x3]"), state)


def test_exits() -> None:
    found = {
        text: after(text).exit
        for text in ("b #64", "b #4", "bl #-8", "ret", "blr x3", "br xzr", "cbz w1, #8", "b.ne foo", "tbnz x1, #40, foo")
    }
    shown = {text: (leave.kind, leave.target) for text, leave in found.items() if leave is not None}
    foo = Symbol("foo", None, 0)
    assert shown == {
        "b #64": ("jump", 64),
        "b #4": ("jump", 4),
        "bl #-8": ("call", -8),
        "ret": ("return", INITIAL["x30"]),
        "blr x3": ("call", INITIAL["x3"]),
        "br xzr": ("jump", s.const(0, 64)),
        "cbz w1, #8": ("jump", 8),
        "b.ne foo": ("jump", foo),
        "tbnz x1, #40, foo": ("jump", foo),
    }
    conditional = found["b.ne foo"]
    assert conditional is not None and conditional.condition is ~INITIAL["z"]


def test_calls_set_the_return_address() -> None:
    assert after("bl #64", pc=0x4000).get("x30") is s.const(0x4004, 64)
    assert after("blr x30").get("x30") is State().return_address


def test_division_by_zero_is_zero_and_no_exit() -> None:
    state = after("udiv x0, x1, x2")
    assert state.exit is None
    assert value(state.get("x0"), x1=7, x2=0) == 0
    assert value(after("sdiv w0, w1, w2").get("x0"), x1=0x80000000, x2=0xFFFFFFFF) == 0x80000000


def test_pc_relative_operands_need_the_address() -> None:
    assert after("adr x0, #20", pc=0x12344).get("x0") is s.const(0x12358, 64)
    assert after("adrp x0, #4096", pc=0x12344).get("x0") is s.const(0x13000, 64)
    for text in ("adr x0, #20", "adrp x0, #4096", "ldr x0, #8", "ldr q0, #16"):
        with pytest.raises(UnsupportedInstruction, match="where the code stands"):
            after(text)


def test_saturation_leaves_no_trace() -> None:
    state = State()
    vex.execute_code(0x4EA20C20, state, "sqadd v0.4s, v1.4s, v2.4s")
    assert set(state.registers) == {"v0"}


# --- flags --------------------------------------------------------------------------------------


def reference(op: str, left: int, right: int, carry: int, width: int) -> tuple[int, int, int, int]:
    """The flags by their textbook definitions, on integers."""
    mask, top = (1 << width) - 1, width - 1
    match op:
        case "add":
            result = (left + right) & mask
            c, v = result < left, (result ^ left) & (result ^ right)
        case "sub":
            result = (left - right) & mask
            c, v = left >= right, (left ^ right) & (left ^ result)
        case "adc":
            result = (left + right + carry) & mask
            c, v = (result <= left if carry else result < left), (result ^ left) & (result ^ right)
        case "sbc":
            result = (left - right - (carry ^ 1)) & mask
            c, v = (left >= right if carry else left > right), (left ^ right) & (left ^ result)
        case _:
            result, c, v = left, False, 0
    return result >> top & 1, int(result == 0), int(c), v >> top & 1


@pytest.mark.parametrize(
    ("op", "function"),
    [("add", add_flags), ("sub", sub_flags), ("adc", adc_flags), ("sbc", sbc_flags), ("logic", logic_flags)],
)
def test_flags_of_each_operation_exhaustively(op: str, function: Callable[[Word, Word, Word], Flags]) -> None:
    width = 4
    words = function(s.var("l", width), s.var("r", width), s.zext(s.var("c", 1), width))
    for left, right, carry in product(range(1 << width), range(1 << width), range(2)):
        found = tuple(evaluate(words, {"l": left, "r": right, "c": carry}, lambda address, size: 0))
        assert found == reference(op, left, right, carry, width), (left, right, carry)


def test_conditions_exhaustively() -> None:
    def holds(number: int, n: int, z: int, c: int, v: int) -> int:
        base = (z, c, n, v, c and not z, n == v, n == v and not z, True)[number >> 1]
        return int(not base if number & 1 and number != 15 else base)

    flags = State().flags
    for number in range(16):
        word = condition_bit(number, flags)
        for n, z, c, v in product(range(2), repeat=4):
            assert value(word, n=n, z=z, c=c, v=v) == holds(number, n, z, c, v)


def test_thunks_with_a_chosen_operation_are_taken_apart() -> None:
    """As after ccmp; 1 and 0 as operation codes fold to the condition itself."""
    condition = s.var("k", 1)
    for code, expected in ((1, 0b0110), (3, 0b0110)):
        op = s.ite(condition, s.const(code, 64), s.const(0, 64))
        left = s.ite(condition, s.const(0xFFFFFFFF if code == 1 else 1, 64), s.const(0b1001 << 28, 64))
        right = s.ite(condition, s.const(1, 64), s.const(0, 64))
        flags = flags_of(Thunk(op, left, right, s.const(0, 64)))
        assert value(s.concat(*flags), k=1) == expected
        assert value(s.concat(*flags), k=0) == 0b1001


def test_unknown_thunks_are_refused() -> None:
    with pytest.raises(ThunkError):
        flags_of(Thunk(s.const(11, 64), *[s.const(0, 64)] * 3))
    with pytest.raises(ThunkError):
        flags_of(Thunk(s.var("x0", 64), *[s.const(0, 64)] * 3))


def test_crc_of_the_check_string() -> None:
    """CRC-32 of "123456789" is 0xCBF43926, CRC-32C 0xE3069283."""
    for letter, expected in (("", 0xCBF43926), ("c", 0xE3069283)):
        accumulator = s.const(0xFFFFFFFF, 64)
        for byte in b"123456789":
            accumulator = CCALLS[f"arm64g_calc_crc32{letter}b"]([accumulator, s.const(byte, 64)])
        assert accumulator.value ^ 0xFFFFFFFF == expected


# --- refusals -----------------------------------------------------------------------------------

ORDERED = {
    "ldar x0, [x1]": 0xC8DFFC20,
    "stlr x0, [x1]": 0xC89FFC20,
    "ldxr x0, [x1]": 0xC85F7C20,
    "stxr w2, x0, [x1]": 0xC8027C20,
    "cas x2, x0, [x1]": 0xC8A27C20,
    "ldadd x2, x0, [x1]": 0xF8220020,
    "ldaddb w2, w0, [x1]": 0x38220020,
    "ldapr x0, [x1]": 0xF8BFC020,
    "dmb ish": 0xD5033BBF,
    "isb": 0xD5033FDF,
    "yield": 0xD503203F,
    "bti c": 0xD503245F,
    "paciasp": 0xD503233F,
    "svc #0": 0xD4000001,
    "brk #0": 0xD4200000,
    "mrs x0, tpidr_el0": 0xD53BD040,
    "mrs x0, fpcr": 0xD53B4400,
    "mrs x0, fpsr": 0xD53B4420,
    "msr fpsr, x0": 0xD51B4420,
    "dc zva, x0": 0xD50B7420,
    "cfinv": 0xD500401F,
    "prfm pldl1keep, [x0]": 0xF9800000,
}


@pytest.mark.parametrize("text", ORDERED)
def test_ordered_and_system_instructions_are_refused(text: str) -> None:
    state = State()
    with pytest.raises(UnsupportedInstruction):
        vex.execute_code(ORDERED[text], state, text)
    assert state.registers == {} and state.accesses == ()


def test_what_vex_does_not_decode_is_refused() -> None:
    with pytest.raises(UnsupportedInstruction, match="does not decode"):
        vex.execute_code(0x04200000, State(), "add z0.b, z0.b, z0.b")


def test_flags_can_be_moved_to_and_from_registers() -> None:
    state = State()
    vex.execute_code(0xD53B4200, state, "mrs x0, nzcv")
    assert value(state.get("x0"), n=1, z=0, c=1, v=0) == 0b1010 << 28
    vex.execute_code(0xD51B4201, state, "msr nzcv, x1")
    assert value(s.concat(*state.flags), x1=0b0111 << 28 | 0xFFFF) == 0b0111


def test_crypto_helpers_are_refused() -> None:
    with pytest.raises(UnsupportedInstruction, match="helper"):
        vex.execute_code(0x4E284820, State(), "aese v0.16b, v1.16b")


def test_relocated_operands_are_refused_but_for_branches() -> None:
    with pytest.raises(UnsupportedInstruction, match="relocated"):
        after("add x0, x0, :lo12:foo")


@needs_llvm_mc
def test_known_faults_cover_their_examples() -> None:
    words: dict[str, int | str] = {fault.example: int(fault.example.split()[1], 16) for fault in KNOWN_FAULTS if fault.example[0] == "."}
    texts = [fault.example for fault in KNOWN_FAULTS if fault.example not in words]
    words |= zip(texts, assemble_all(texts), strict=True)
    for fault in KNOWN_FAULTS:
        word = words[fault.example]
        assert isinstance(word, int) and fault.covers(word), fault.example
        assert fault_of(word) == fault.reason
        assert vex.lift(word) is not None, f"libVEX does not decode {fault.example}: the entry is not needed"
        with pytest.raises(UnsupportedInstruction) as caught:
            vex.execute_code(word, State(), fault.example)
        assert caught.value.reason == fault.reason


def test_plain_instructions_are_no_faults() -> None:
    for word in (0xD503201F, 0xF9400020, 0x38401420, 0x1E622820, 0x4E22D420, 0x1E612000, 0xA9407C20 & ~0x7C00):
        assert fault_of(word) is None


def test_table_of_operations_is_what_it_says() -> None:
    assert len(IOPS) > 400
    for name, arguments, expected in (
        ("Iop_QAdd8Ux16", (0xFF, 0x01), 0xFF),
        ("Iop_CmpGT16Sx8", (1, 0xFFFF), 0xFFFF),
        ("Iop_Reverse8sIn32_x4", (0x11223344, None), 0x44332211),
        ("Iop_CmpLT64Fx2", (0x8000000000000000, 1), 0xFFFFFFFFFFFFFFFF),
    ):
        words = [s.const(argument, 128) for argument in arguments if argument is not None]
        assert IOPS[name](words).value == expected


def test_decoded_instructions_keep_their_text_in_errors() -> None:
    instruction = decode(0xF940003F)  # ldr xzr, [x1]
    assert instruction is not None
    with pytest.raises(UnsupportedInstruction) as caught:
        vex.execute(instruction, State())
    assert caught.value.instruction == "ldr xzr, [x1]"
    assert "zero register" in caught.value.reason
