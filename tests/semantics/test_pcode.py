"""SLEIGH's meaning of single instructions: registers, exits, refusals, decoding, and what must not be imported."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

import pytest
from sleigh_installed import needs_pypcode

from grammars.operands import Symbol
from semantics import pcode
from semantics import simplify as s
from semantics.assembler import assemble_text, decode
from semantics.errors import UnsupportedInstruction
from semantics.memory import MemoryTooEntangled
from semantics.pcode import lift as lift_function
from semantics.pcode.registers import REGISTERS, SCRATCH, ZERO
from semantics.run.ints import evaluate
from semantics.state import INITIAL, State
from semantics.words import Word

pytestmark = needs_pypcode
lifting = sys.modules["semantics.pcode.lift"]


def after(text: str, pc: int | None = None) -> State:
    state = State(pc=s.const(pc, 64) if pc is not None else None)
    pcode.execute(assemble_text(text), state)
    return state


def value(word: Word, **inputs: int) -> int:
    return evaluate([word], inputs, lambda address, size: 0)[0]


def imports(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.strip()


def test_importing_the_package_does_not_import_pypcode() -> None:
    assert imports("import sys, semantics.pcode, verifier.agreement.sleigh; print('pypcode' in sys.modules)") == "False"


def test_a_block_run_by_rows_does_not_import_the_translation() -> None:
    program = (
        "import sys; from semantics.assembler import assemble_text; from semantics.block import execute\n"
        "execute([assemble_text('add x0, x1, x2')]); print('semantics.pcode' in sys.modules)"
    )
    assert imports(program) == "False"


# --- decoding -----------------------------------------------------------------------------------


def test_the_same_place_can_hold_other_words() -> None:
    """SLEIGH caches by address; an answer must not be that for the word before."""
    words = (0x8B020020, 0xCB020020, 0x9A820020, 0x8B020020, 0x54000041, 0xCB020020)
    alone = {word: lifting.lift.__wrapped__(word, 0x20000 + 4 * number) for number, word in enumerate(dict.fromkeys(words))}
    for word in words:
        here = lifting.lift.__wrapped__(word, 0x10000)
        assert [op.opcode for op in here] == [op.opcode for op in alone[word]]


def test_lift_is_remembered_and_says_no() -> None:
    assert pcode.lift(0x8B020020) is pcode.lift(0x8B020020)
    assert pcode.lift(0xFFFFFFFF) is None
    assert pcode.lift(0xD503201F) == ()
    with pytest.raises(UnsupportedInstruction, match="does not decode"):
        pcode.execute_code(0xFFFFFFFF, State(), "what")


@pytest.mark.parametrize(
    "marks",
    [[], [("ram", 0x10000, 2)], [("ram", 0x10000, 8)], [("ram", 0x10004, 4)], [("ram", 0x10000, 4), ("ram", 0x10004, 4)]],
)
def test_other_than_one_instruction_of_four_bytes_is_not_decoded(
    marks: list[tuple[str, int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def node(space: str, offset: int, size: int) -> SimpleNamespace:
        return SimpleNamespace(space=SimpleNamespace(name=space), offset=offset, size=size)

    copy = SimpleNamespace(opcode=SimpleNamespace(name="COPY"), output=node("unique", 0, 4), inputs=[node("const", 1, 4)])
    ops = [SimpleNamespace(opcode=SimpleNamespace(name="IMARK"), output=None, inputs=[node(*mark)]) for mark in marks]
    context = SimpleNamespace(translate=lambda *args, **options: SimpleNamespace(ops=[*ops, copy]))
    monkeypatch.setattr(lifting, "_context", lambda: context)
    assert lift_function.__wrapped__(0x8B020020) is None


def test_without_pypcode_the_instruction_is_unsupported(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise pcode.PcodeMissing

    monkeypatch.setattr(lifting, "_context", missing)
    lifting.lift.cache_clear()
    with pytest.raises(UnsupportedInstruction, match="pypcode"):
        after("add x0, x1, x2")


# --- registers, memory, exits -------------------------------------------------------------------


def test_register_offsets_are_pypcodes() -> None:
    """Names that pypcode gives to the bytes; one flag is called OV there, and a vector register q."""
    from pypcode import Context

    theirs = {name: (node.offset, node.size) for name, node in Context(lifting.LANGUAGE).registers.items()}
    spelled = {"n": "NG", "z": "ZR", "c": "CY", "v": "OV"}
    for offset, name in REGISTERS.items():
        found = theirs[spelled.get(name, f"q{name[1:]}" if name[0] == "v" else name)]
        assert found == (offset, 1 if name in spelled else 16 if name[0] == "v" else 8), name
    assert theirs["xzr"] == (ZERO, 8)
    helpers = {name for name, (offset, _) in theirs.items() if any(low <= offset < high for low, high in SCRATCH)}
    assert {name for name in helpers if not name.startswith("TMP")} == {
        *("pc", "shift_carry", "tmpCY", "tmpOV", "tmpNG", "tmpZR", "glob_mask32", "glob_mask64", "VecMemAddr", "VectorSelem"),
        *("VecRegAddr", "tmp_ldWn", "tmp_ldXn", "tmp_stWn", "tmp_stXn"),
    }
    assert all(low <= theirs[f"TMPZ{i}"][0] < theirs[f"TMPZ{i}"][0] + 32 <= high for i in range(1, 7) for low, high in SCRATCH[-1:])


def test_only_what_is_written_changes() -> None:
    state = after("add x0, x1, x2")
    assert state.registers == {"x0": INITIAL["x1"] + INITIAL["x2"]}
    assert state.exit is None


def test_register_views() -> None:
    assert after("mov w0, w1").get("x0") is s.zext(s.truncate(INITIAL["x1"], 32), 64)
    assert after("add sp, sp, #16").get("sp") is INITIAL["sp"] + 16
    assert after("add x0, x1, xzr").get("x0") is INITIAL["x1"]
    assert set(after("subs xzr, x1, x2").registers) == {"n", "z", "c", "v"}
    assert after("fmov s0, w1").get("v0") is s.zext(s.truncate(INITIAL["x1"], 32), 128)
    assert after("mov v0.b[3], w1").get("v0") is s.concat(
        s.extract(INITIAL["v0"], 32, 96), s.extract(INITIAL["x1"], 0, 8), s.extract(INITIAL["v0"], 0, 24)
    )


def test_paths_that_meet_are_a_choice() -> None:
    assert after("csel x0, x1, x2, eq").get("x0") is s.ite(INITIAL["z"], INITIAL["x1"], INITIAL["x2"])
    found = after("ccmp x1, x2, #5, ne")
    assert value(s.concat(*found.flags), z=1, x1=7, x2=7) == 0b0101
    assert value(s.concat(*found.flags), z=0, x1=7, x2=7) == 0b0110


def test_division_by_zero_is_zero() -> None:
    assert value(after("udiv x0, x1, x2").get("x0"), x1=7, x2=0) == 0
    assert value(after("sdiv w0, w1, w2").get("x0"), x1=0x80000000, x2=0xFFFFFFFF) == 0x80000000


def test_accesses_happen_under_the_old_stack_pointer() -> None:
    state = after("stp x29, x30, [sp, #-32]!")
    assert [(access.kind, access.address, access.size) for access in state.accesses] == [
        ("write", INITIAL["sp"] - 32, 8),
        ("write", INITIAL["sp"] - 24, 8),
    ]
    assert {access.sp for access in state.accesses} == {INITIAL["sp"]}
    assert state.get("sp") is INITIAL["sp"] - 32


def test_too_entangled_memory_is_not_an_unsupported_instruction() -> None:
    state = after("str x0, [x1]")
    state.memory.fuel.left = 0
    with pytest.raises(MemoryTooEntangled):
        pcode.execute(assemble_text("ldr x2, [x3]"), state)


def test_exits() -> None:
    found = {
        text: after(text).exit
        for text in ("b #64", "b #4", "b.eq #4", "bl #-8", "ret", "blr x3", "br xzr", "cbz w1, #8", "b.ne foo", "tbnz x1, #40, foo")
    }
    shown = {text: (leave.kind, leave.target) for text, leave in found.items() if leave is not None}
    foo = Symbol("foo", None, 0)
    assert shown == {
        "b #64": ("jump", 64),
        "b #4": ("jump", 4),
        "b.eq #4": ("jump", 4),
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


def test_pc_relative_operands_need_the_address() -> None:
    assert after("adr x0, #20", pc=0x12344).get("x0") is s.const(0x12358, 64)
    assert after("adrp x0, #4096", pc=0x12344).get("x0") is s.const(0x13000, 64)
    for text in ("adr x0, #20", "adrp x0, #4096", "ldr x0, #8", "ldr q0, #16"):
        with pytest.raises(UnsupportedInstruction, match="where the code stands"):
            after(text)


# --- refusals -----------------------------------------------------------------------------------

REFUSED = {
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
    "udf #0": 0x00000000,
    "mrs x0, nzcv": 0xD53B4200,
    "msr nzcv, x0": 0xD51B4200,
    "mrs x0, fpcr": 0xD53B4400,
    "dc zva, x0": 0xD50B7420,
    "retaa": 0xD65F0BFF,
    "braa x0, x1": 0xD71F0801,
    "stg x0, [x1]": 0xD9200820,
    "prfm pldl1keep, [x0]": 0xF9800000,
    "crc32b w0, w1, w2": 0x1AC24020,
    "aese v0.16b, v1.16b": 0x4E284820,
    "fadd d0, d1, d2": 0x1E622820,
    "fneg d0, d1": 0x1E614020,
    "fcmp d0, d1": 0x1E612000,
    "scvtf d0, x1": 0x9E620020,
    "add z0.b, z0.b, z0.b": 0x04200000,
    "ptrue p0.b": 0x2518E3E0,
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_sleigh_cannot_be_asked_is_refused(text: str) -> None:
    state = State()
    with pytest.raises(UnsupportedInstruction):
        pcode.execute_code(REFUSED[text], state, text)
    assert state.registers == {} and state.accesses == () and state.exit is None


def test_ordered_rows_are_refused_by_their_row() -> None:
    instruction = decode(0xD5033BBF)
    assert instruction is not None and instruction.row.ordered
    with pytest.raises(UnsupportedInstruction, match="ordered"):
        pcode.execute(instruction, State())


def test_relocated_operands_are_refused_but_for_branches() -> None:
    with pytest.raises(UnsupportedInstruction, match="relocated"):
        after("add x0, x0, :lo12:foo")
