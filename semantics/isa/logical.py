"""Logical operations: immediate and shifted register (Arm ARM C4.1.93, C4.1.95)."""

from __future__ import annotations

from semantics.isa.arithmetic import logic_flags
from semantics.row import Writes, insn
from semantics.words import Word


@insn("and {d:RS}, {n:R}, {m:bitmask}", "sf 00 100100 N immr:6 imms:6 n:5 d:5")
@insn("and {d:R}, {n:R}, {m:rotated}", "sf 00 01010 shift:2 0 m:5 imm6:6 n:5 d:5")
def and_(n: Word, m: Word) -> Writes:
    return {"d": n & m}


@insn("bic {d:R}, {n:R}, {m:rotated}", "sf 00 01010 shift:2 1 m:5 imm6:6 n:5 d:5")
def bic(n: Word, m: Word) -> Writes:
    return {"d": n & ~m}


@insn("orr {d:RS}, {n:R}, {m:bitmask}", "sf 01 100100 N immr:6 imms:6 n:5 d:5")
@insn("orr {d:R}, {n:R}, {m:rotated}", "sf 01 01010 shift:2 0 m:5 imm6:6 n:5 d:5")
def orr(n: Word, m: Word) -> Writes:
    return {"d": n | m}


@insn("orn {d:R}, {n:R}, {m:rotated}", "sf 01 01010 shift:2 1 m:5 imm6:6 n:5 d:5")
def orn(n: Word, m: Word) -> Writes:
    return {"d": n | ~m}


@insn("eor {d:RS}, {n:R}, {m:bitmask}", "sf 10 100100 N immr:6 imms:6 n:5 d:5")
@insn("eor {d:R}, {n:R}, {m:rotated}", "sf 10 01010 shift:2 0 m:5 imm6:6 n:5 d:5")
def eor(n: Word, m: Word) -> Writes:
    return {"d": n ^ m}


@insn("eon {d:R}, {n:R}, {m:rotated}", "sf 10 01010 shift:2 1 m:5 imm6:6 n:5 d:5")
def eon(n: Word, m: Word) -> Writes:
    return {"d": n ^ ~m}


@insn("ands {d:R}, {n:R}, {m:bitmask}", "sf 11 100100 N immr:6 imms:6 n:5 d:5")
@insn("ands {d:R}, {n:R}, {m:rotated}", "sf 11 01010 shift:2 0 m:5 imm6:6 n:5 d:5")
def ands(n: Word, m: Word) -> Writes:
    return {"d": n & m, "nzcv": logic_flags(n & m)}


@insn("bics {d:R}, {n:R}, {m:rotated}", "sf 11 01010 shift:2 1 m:5 imm6:6 n:5 d:5")
def bics(n: Word, m: Word) -> Writes:
    return {"d": n & ~m, "nzcv": logic_flags(n & ~m)}
