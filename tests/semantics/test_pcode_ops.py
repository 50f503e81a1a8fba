"""P-code's operations by their definitions, the overlapping registers, and hand-made p-code that must be refused."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from itertools import product

import pytest

from semantics import pcode
from semantics import simplify as s
from semantics.errors import UnsupportedInstruction
from semantics.pcode.errors import PcodeError
from semantics.pcode.lift import Op, Varnode
from semantics.pcode.ops import OPS, byte, truth
from semantics.pcode.registers import ZERO, RegisterError, Registers
from semantics.placement import ADDRESS
from semantics.run.ints import evaluate
from semantics.state import INITIAL, State
from semantics.words import Word

executing = sys.modules["semantics.pcode.execute"]


def signed(value: int, width: int = 8) -> int:
    return value - (1 << width) if value >> (width - 1) else value


# --- operations ---------------------------------------------------------------------------------

BINARY: dict[str, Callable[[int, int], int]] = {
    "INT_ADD": lambda a, b: a + b,
    "INT_SUB": lambda a, b: a - b,
    "INT_MULT": lambda a, b: a * b,
    "INT_AND": lambda a, b: a & b,
    "INT_OR": lambda a, b: a | b,
    "INT_XOR": lambda a, b: a ^ b,
    "INT_LEFT": lambda a, b: a << b,
    "INT_RIGHT": lambda a, b: a >> b,
    "INT_SRIGHT": lambda a, b: signed(a) >> b,
    "INT_EQUAL": lambda a, b: a == b,
    "INT_NOTEQUAL": lambda a, b: a != b,
    "INT_LESS": lambda a, b: a < b,
    "INT_LESSEQUAL": lambda a, b: a <= b,
    "INT_SLESS": lambda a, b: signed(a) < signed(b),
    "INT_SLESSEQUAL": lambda a, b: signed(a) <= signed(b),
    "INT_CARRY": lambda a, b: a + b > 255,
    "INT_SCARRY": lambda a, b: not -128 <= signed(a) + signed(b) <= 127,
    "INT_SBORROW": lambda a, b: not -128 <= signed(a) - signed(b) <= 127,
}
UNARY: dict[str, tuple[int, Callable[[int], int]]] = {
    "COPY": (8, lambda a: a),
    "INT_2COMP": (8, lambda a: -a),
    "INT_NEGATE": (8, lambda a: ~a),
    "INT_ZEXT": (24, lambda a: a),
    "INT_SEXT": (24, signed),
    "POPCOUNT": (16, lambda a: a.bit_count()),
    "LZCOUNT": (16, lambda a: 8 - a.bit_length()),
}
LOGIC: dict[str, Callable[[int, int], int]] = {
    "BOOL_AND": lambda a, b: a & b,
    "BOOL_OR": lambda a, b: a | b,
    "BOOL_XOR": lambda a, b: a ^ b,
}


def table(word: Word, *ranges: Sequence[int]) -> list[int]:
    names = ("a", "b")[: len(ranges)]
    return [evaluate([word], dict(zip(names, values, strict=True)), lambda address, size: 0)[0] for values in product(*ranges)]


SOME = (0, 1, 2, 3, 7, 8, 9, 0x3F, 0x40, 0x7E, 0x7F, 0x80, 0x81, 0xC0, 0xFE, 0xFF)


def test_every_operation_has_a_definition_here() -> None:
    assert set(OPS) == {*BINARY, *UNARY, *LOGIC, "BOOL_NEGATE", "SUBPIECE", "PIECE"}


@pytest.mark.parametrize("name", BINARY)
def test_binary_operations(name: str) -> None:
    word = OPS[name]([s.var("a", 8), s.var("b", 8)], 8)
    assert table(word, range(256), SOME) == [int(BINARY[name](a, b)) & 255 for a, b in product(range(256), SOME)]


@pytest.mark.parametrize("name", UNARY)
def test_unary_operations(name: str) -> None:
    width, function = UNARY[name]
    word = OPS[name]([s.var("a", 8)], width)
    assert word.width == width
    assert table(word, range(256)) == [function(a) & ((1 << width) - 1) for a in range(256)]


@pytest.mark.parametrize("name", LOGIC)
def test_logic(name: str) -> None:
    word = OPS[name]([byte(s.var("a", 1)), byte(s.var("b", 1))], 8)
    assert table(word, (0, 1), (0, 1)) == [LOGIC[name](a, b) for a, b in product((0, 1), repeat=2)]
    assert table(OPS["BOOL_NEGATE"]([byte(s.var("a", 1))], 8), (0, 1)) == [1, 0]


def test_shift_counts_may_have_any_width() -> None:
    for name in ("INT_LEFT", "INT_RIGHT", "INT_SRIGHT"):
        wide = OPS[name]([s.var("a", 8), s.var("b", 64)], 8)
        narrow = OPS[name]([s.var("a", 24), s.var("b", 8)], 24)
        counts = (0, 1, 7, 8, 9, 63, 64, 255, 256, 1 << 32, (1 << 64) - 1)
        assert table(wide, SOME, counts) == [BINARY[name](a, min(b, 99)) & 255 for a, b in product(SOME, counts)]
        left = [BINARY["INT_RIGHT"](a, b) if name != "INT_LEFT" else a << b & 0xFFFFFF for a, b in product(SOME, SOME)]
        assert table(narrow, SOME, SOME) == left


def test_pieces() -> None:
    a, b = s.var("a", 16), s.var("b", 16)
    assert OPS["PIECE"]([a, b], 32) is s.concat(a, b)
    assert OPS["SUBPIECE"]([s.concat(a, b), s.const(2, 32)], 16) is a
    assert OPS["SUBPIECE"]([s.concat(a, b), s.const(1, 32)], 8) is s.extract(b, 8, 8)


@pytest.mark.parametrize(
    ("name", "widths", "width"),
    [
        ("INT_ADD", (8, 16), 16),
        ("INT_ADD", (8, 8), 16),
        ("INT_EQUAL", (8, 16), 8),
        ("INT_ZEXT", (16,), 8),
        ("COPY", (16,), 8),
        ("INT_LEFT", (16, 8), 8),
        ("PIECE", (8, 8), 24),
        ("LZCOUNT", (512,), 8),
        ("BOOL_AND", (8, 8), 8),
        ("BOOL_NEGATE", (16,), 8),
        ("SUBPIECE", (16, 8), 8),
    ],
)
def test_what_does_not_fit_is_refused(name: str, widths: tuple[int, ...], width: int) -> None:
    with pytest.raises(PcodeError):
        OPS[name]([s.var(f"v{i}", bits) for i, bits in enumerate(widths)], width)


def test_a_truth_value_is_certainly_0_or_1() -> None:
    flag, other = s.var("a", 1), s.var("b", 1)
    assert truth(byte(flag)) is flag
    assert truth(s.ite(other, byte(flag), s.const(1, 8))) is s.ite(other, flag, s.TRUE)
    for word in (s.var("c", 8), s.const(2, 8), s.ite(other, byte(flag), s.const(2, 8)), s.zext(flag, 16)):
        with pytest.raises(PcodeError, match="truth"):
            truth(word)


# --- registers ----------------------------------------------------------------------------------


def register(offset: int, size: int) -> Varnode:
    return Varnode("register", offset, size)


def test_overlapping_writes() -> None:
    registers = Registers(State())
    registers.write(register(0x4008, 8), s.var("a", 64))
    registers.write(register(0x400A, 2), s.var("b", 16))
    a, b = s.var("a", 64), s.var("b", 16)
    whole = s.concat(s.extract(a, 32, 32), b, s.extract(a, 0, 16))
    assert registers.read(register(0x4008, 8)) is whole
    assert registers.read(register(0x4009, 2)) is s.extract(whole, 8, 16)
    registers.write(register(0x4008, 4), s.var("c", 32))
    assert registers.read(register(0x4008, 8)) is s.concat(s.extract(a, 32, 32), s.var("c", 32))


def test_a_partly_written_register_keeps_the_rest() -> None:
    state = State()
    registers = Registers(state)
    registers.write(register(0x5000 + 32 * 3 + 4, 4), s.var("a", 32))
    registers.commit()
    assert state.registers == {"v3": s.concat(s.extract(INITIAL["v3"], 64, 64), s.var("a", 32), s.extract(INITIAL["v3"], 0, 32))}


def test_the_upper_part_of_a_z_register_and_the_zero_register_vanish() -> None:
    state = State()
    registers = Registers(state)
    registers.write(register(0x5010, 16), s.const(0, 128))
    registers.write(register(ZERO, 8), s.var("a", 64))
    registers.commit()
    assert state.registers == {}
    with pytest.raises(PcodeError, match="zero register"):
        registers.read(register(ZERO, 4))
    assert Registers(state).read(register(ZERO, 4)) is s.const(0, 32)


@pytest.mark.parametrize(
    "varnode",
    [
        register(0x0, 8),
        register(0x105, 1),
        register(0x4800, 8),
        register(0x5010, 16),
        register(0x5000, 32),
        register(0x4000, 16),
        register(0x100, 2),
        register(0x1030, 8),
        register(0x40FC, 8),
        Varnode("unique", 0x100, 8),
        Varnode("ram", 0x100, 8),
    ],
)
def test_what_has_no_value_cannot_be_read(varnode: Varnode) -> None:
    with pytest.raises(RegisterError):
        Registers(State()).read(varnode)


@pytest.mark.parametrize("varnode", [register(0x1030, 8), register(0x6000, 4), register(0x40FC, 8), Varnode("ram", 0x100, 8)])
def test_what_is_not_ours_cannot_be_written(varnode: Varnode) -> None:
    with pytest.raises(RegisterError):
        Registers(State()).write(varnode, s.const(0, 8 * varnode.size))


def test_flags_are_bytes_of_their_own() -> None:
    state = State()
    registers = Registers(state)
    assert registers.read(register(0x102, 1)) is byte(INITIAL["c"])
    registers.write(register(0x102, 1), byte(s.var("a", 1)))
    registers.commit()
    assert state.registers == {"c": s.var("a", 1)}
    registers.write(register(0x102, 1), s.var("b", 8))
    with pytest.raises(PcodeError, match="truth"):
        registers.commit()
    assert state.registers == {"c": s.var("a", 1)}


def test_joined_registers() -> None:
    state, condition = State(), s.var("k", 1)
    then, other = Registers(state), Registers(state)
    then.write(register(0x4000, 8), s.var("a", 64))
    other.write(register(0x4000, 4), s.var("b", 32))
    then.write(Varnode("unique", 0, 8), s.var("c", 64))
    met = then.joined(condition, other)
    rest = s.extract(INITIAL["x0"], 32, 32)
    assert met.read(register(0x4000, 8)) is s.ite(condition, s.var("a", 64), s.concat(rest, s.var("b", 32)))
    with pytest.raises(RegisterError):
        met.read(Varnode("unique", 0, 8))


# --- whole instructions, made by hand -----------------------------------------------------------


def node(space: str, offset: int, size: int = 8) -> Varnode:
    return Varnode(space, offset, size)


X0, X1, X2, ZR = register(0x4000, 8), register(0x4008, 8), register(0x4010, 8), register(0x101, 1)
NEXT, FAR = node("ram", ADDRESS + 4), node("ram", ADDRESS + 64)


def run(ops: Sequence[Op], monkeypatch: pytest.MonkeyPatch, code: int = 0x8B020020) -> State:
    monkeypatch.setattr(executing, "lift", lambda code, address: tuple(ops))
    state = State()
    pcode.execute_code(code, state, "made up")
    return state


def test_jumps_forward_meet_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """If z goto 3; x0 = x1; goto 2 further; x0 = x2; x1 = x0."""
    ops = [
        Op("CBRANCH", None, (node("const", 3, 4), ZR)),
        Op("COPY", X0, (X1,)),
        Op("BRANCH", None, (node("const", 2, 4),)),
        Op("COPY", X0, (X2,)),
        Op("COPY", X1, (X0,)),
    ]
    state = run(ops, monkeypatch)
    choice = s.ite(INITIAL["z"], INITIAL["x2"], INITIAL["x1"])
    assert state.registers == {"x0": choice, "x1": choice}
    assert state.exit is None


def test_code_that_no_path_reaches_is_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    ops = [Op("BRANCH", None, (node("const", 2, 4),)), Op("NONSENSE", None, ()), Op("COPY", X0, (X1,))]
    assert run(ops, monkeypatch).registers == {"x0": INITIAL["x1"]}


def test_memory_after_the_paths_met_is_unconditional(monkeypatch: pytest.MonkeyPatch) -> None:
    ops = [Op("CBRANCH", None, (node("const", 2, 4), ZR)), Op("COPY", X0, (X1,)), Op("STORE", None, (X2, X0))]
    (access,) = run(ops, monkeypatch).accesses
    assert access.value is s.ite(INITIAL["z"], INITIAL["x0"], INITIAL["x1"])


REFUSED: dict[str, tuple[str, list[Op]]] = {
    "a loop": (
        "loops",
        [Op("INT_SUB", X0, (X0, X1)), Op("INT_EQUAL", ZR, (X0, X1)), Op("CBRANCH", None, (node("const", 0xFFFFFFFE, 4), ZR))],
    ),
    "a jump to itself": ("loops", [Op("BRANCH", None, (node("const", 0, 4),))]),
    "a jump behind the end": ("behind the end", [Op("BRANCH", None, (node("const", 9, 4),)), Op("COPY", X0, (X1,))]),
    "a conditional load": (
        "under a condition",
        [Op("CBRANCH", None, (node("const", 2, 4), ZR)), Op("LOAD", X0, (X1,)), Op("COPY", X1, (X2,))],
    ),
    "a conditional store": ("under a condition", [Op("CBRANCH", None, (node("const", 2, 4), ZR)), Op("STORE", None, (X0, X1))]),
    "division by what may be 0": ("may be 0", [Op("INT_DIV", X0, (X1, X2))]),
    "signed division by what may be 0": ("may be 0", [Op("INT_SDIV", X0, (X1, X2))]),
    "a remainder": ("INT_REM", [Op("INT_REM", X0, (X1, X2))]),
    "an unknown operation": ("FLOAT_ADD", [Op("FLOAT_ADD", X0, (X1, X2))]),
    "an opaque operation": ("does not say", [Op("CALLOTHER", X0, (node("const", 7, 4), X1))]),
    "an opaque operation on no path": (
        "does not say",
        [Op("BRANCH", None, (node("const", 2, 4),)), Op("CALLOTHER", None, (node("const", 7, 4),)), Op("COPY", X0, (X1,))],
    ),
    "no result": ("without a result", [Op("INT_ADD", None, (X1, X2))]),
    "another space": ("LOAD in register", [Op("LOAD in register", X0, (X1,))]),
    "two ways out": (
        "several ways out",
        [Op("CBRANCH", None, (FAR, ZR)), Op("BRANCH", None, (node("ram", ADDRESS + 32),))],
    ),
    "a condition of other bits": ("truth value", [Op("CBRANCH", None, (FAR, node("register", 0x4000, 1)))]),
    "a short address": ("address of 32 bits", [Op("LOAD", X0, (register(0x4008, 4),))]),
    "a target in registers": ("leaves for", [Op("CALL", None, (X0,))]),
    "a jump into registers": ("jumps into", [Op("BRANCH", None, (X0,))]),
    "a call with another link": ("return address", [Op("COPY", register(0x40F0, 8), (X1,)), Op("CALLIND", None, (X0,))]),
    "a temporary of one path": (
        "unique",
        [Op("CBRANCH", None, (node("const", 2, 4), ZR)), Op("COPY", node("unique", 64), (X1,)), Op("COPY", X0, (node("unique", 64),))],
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_translated_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    reason, ops = REFUSED[name]
    monkeypatch.setattr(executing, "lift", lambda code, address: (Op("STORE", None, (X0, X1)), Op("COPY", X2, (X1,)), *ops))
    state = State()
    with pytest.raises(UnsupportedInstruction, match=reason):
        pcode.execute_code(0x8B020020, state, name)
    assert state.registers == {} and state.accesses == () and state.exit is None


def test_leaving_for_the_next_instruction_is_an_exit_only_of_a_branch(monkeypatch: pytest.MonkeyPatch) -> None:
    ops = [Op("CBRANCH", None, (NEXT, ZR)), Op("COPY", X0, (X1,))]
    plain = run(ops, monkeypatch)
    assert plain.exit is None and plain.get("x0") is s.ite(INITIAL["z"], INITIAL["x0"], INITIAL["x1"])
    branch = run(ops[:1], monkeypatch, code=0x54000020)
    assert branch.exit is not None and branch.exit.target == 4 and branch.exit.condition is INITIAL["z"]
