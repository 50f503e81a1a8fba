"""Loads and stores of general and vector registers in every addressing mode (Arm ARM C4.1.94)."""

from __future__ import annotations

from collections.abc import Mapping

from semantics import simplify as s
from semantics.operands.base import Fields
from semantics.row import Row, Semantics, Writes, insn
from semantics.state import State
from semantics.words import Word


def load(mem: State, a: Word, size: int, width: int, signed: int) -> Writes:
    word = mem.load(a, size)
    return {"t": s.sext(word, width) if signed else s.zext(word, width)}


def store(t: Word, a: Word, size: int) -> Writes:
    return {"mem": [(a, s.truncate(t, 8 * size))]}


def load_vector(mem: State, a: Word, size: int) -> Writes:
    return {"vt": mem.load(a, size)}


def store_vector(vt: Word, a: Word) -> Writes:
    return {"mem": [(a, vt)]}


def modes(stem: str, unscaled: str, operand: str, size: int, head: str, opc: str, function: Semantics, extra: Mapping[str, int]) -> None:
    """The five addressing modes of one single-register transfer of ``2**size`` bytes."""
    name = operand[1:].partition(":")[0]
    transfer = f"{name}:5"
    insn(f"{stem} {operand}, {{a:uoff{1 << size}}}", f"{head} 01 {opc} imm12:12 n:5 {transfer}", constants=extra)(function)
    insn(f"{unscaled} {operand}, {{a:soff}}", f"{head} 00 {opc} 0 imm9:9 00 n:5 {transfer}", constants=extra)(function)
    insn(f"{stem} {operand}, {{a:post}}", f"{head} 00 {opc} 0 imm9:9 01 n:5 {transfer}", constants=extra)(function)
    insn(f"{stem} {operand}, {{a:pre}}", f"{head} 00 {opc} 0 imm9:9 11 n:5 {transfer}", constants=extra)(function)
    insn(f"{stem} {operand}, {{a:regoff{size}}}", f"{head} 00 {opc} 1 m:5 option:3 S 10 n:5 {transfer}", constants=extra)(function)


def _general() -> None:
    for size, suffix in enumerate(("b", "h", "", "")):
        head, operand = f"{size:02b} 111 0", "{t:X}" if size == 3 else "{t:W}"
        modes(f"str{suffix}", f"stur{suffix}", operand, size, head, "00", store, {"size": 1 << size})
        plain = {"size": 1 << size, "width": 64 if size == 3 else 32, "signed": 0}
        modes(f"ldr{suffix}", f"ldur{suffix}", operand, size, head, "01", load, plain)
        signed = {"size": 1 << size, "signed": 1}
        letter = "bhw"[size] if size < 3 else ""
        if letter:
            modes(f"ldrs{letter}", f"ldurs{letter}", "{t:X}", size, head, "10", load, {**signed, "width": 64})
        if letter in ("b", "h"):
            modes(f"ldrs{letter}", f"ldurs{letter}", "{t:W}", size, head, "11", load, {**signed, "width": 32})


def _vector() -> None:
    for size, letter in enumerate("bhsdq"):
        head = f"{size & 3:02b} 111 1"
        high = "1" if letter == "q" else "0"
        operand = f"{{vt:{letter}}}"
        modes("str", "stur", operand, size, head, f"{high}0", store_vector, {})
        modes("ldr", "ldur", operand, size, head, f"{high}1", load_vector, {"size": 1 << size})


def _literals() -> None:
    insn("ldr {t:W}, {a:literal}", "00 011 0 00 imm19:19 t:5", size=4, width=32, signed=0)(load)
    insn("ldr {t:X}, {a:literal}", "01 011 0 00 imm19:19 t:5", size=8, width=64, signed=0)(load)
    insn("ldrsw {t:X}, {a:literal}", "10 011 0 00 imm19:19 t:5", size=4, width=64, signed=1)(load)
    for opc, letter in enumerate("sdq"):
        insn(f"ldr {{vt:{letter}}}, {{a:literal}}", f"{opc:02b} 011 1 00 imm19:19 vt:5", size=4 << opc)(load_vector)


def load_pair(mem: State, a: Word, size: int, width: int, signed: int) -> Writes:
    first, second = mem.load(a, size), mem.load(a + size, size)
    extend = s.sext if signed else s.zext
    return {"t": extend(first, width), "t2": extend(second, width)}


def store_pair(t: Word, t2: Word, a: Word) -> Writes:
    return {"mem": [(a, t), (a + t.width // 8, t2)]}


def load_vector_pair(mem: State, a: Word, size: int) -> Writes:
    return {"vt": mem.load(a, size), "vt2": mem.load(a + size, size)}


def store_vector_pair(vt: Word, vt2: Word, a: Word) -> Writes:
    return {"mem": [(a, vt), (a + vt.width // 8, vt2)]}


def distinct(fields: Fields) -> bool:
    """Whether a pair is loaded into two registers."""
    return fields.get("t") != fields.get("t2") if "t" in fields else fields["vt"] != fields["vt2"]


SAME = "the two loaded registers must differ: unpredictable"
PAIR_MODES = (("post", "001"), ("", "010"), ("pre", "011"))


def _pairs() -> None:
    for opc, letter, mnemonic, size, width, signed in (
        ("00", "W", "ldp", 4, 32, 0),
        ("01", "X", "ldpsw", 4, 64, 1),
        ("10", "X", "ldp", 8, 64, 0),
    ):
        for mode, bits in PAIR_MODES:
            place = f"{{a:pair{mode}{size}}}"
            tail = "imm7:7 t2:5 n:5 t:5"
            insn(
                f"{mnemonic} {{t:{letter}}}, {{t2:{letter}}}, {place}",
                f"{opc} 101 0 {bits} 1 {tail}",
                constraint=distinct,
                reason=SAME,
                size=size,
                width=width,
                signed=signed,
            )(load_pair)
            if not signed:
                insn(f"stp {{t:{letter}}}, {{t2:{letter}}}, {place}", f"{opc} 101 0 {bits} 0 {tail}")(store_pair)
    for opc, letter in enumerate("sdq"):
        size = 4 << opc
        for mode, bits in PAIR_MODES:
            operands = f"{{vt:{letter}}}, {{vt2:{letter}}}, {{a:pair{mode}{size}}}"
            tail = "imm7:7 vt2:5 n:5 vt:5"
            insn(f"ldp {operands}", f"{opc:02b} 101 1 {bits} 1 {tail}", constraint=distinct, reason=SAME, size=size)(load_vector_pair)
            insn(f"stp {operands}", f"{opc:02b} 101 1 {bits} 0 {tail}")(store_vector_pair)


_general()
_vector()
_literals()
_pairs()

__all__ = ["Row", "load", "store"]
