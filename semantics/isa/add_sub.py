"""Add and subtract: immediate, shifted register, extended register, with carry (Arm ARM C4.1.93, C4.1.95)."""

from __future__ import annotations

from semantics import simplify as s
from semantics.isa.arithmetic import add_carry_flags, add_flags, subtract_flags
from semantics.row import Writes, insn
from semantics.state import Flags
from semantics.words import Word


@insn("add {d:RS}, {n:RS}, {m:addimm}", "sf 0 0 100010 sh imm12:12 n:5 d:5")
@insn("add {d:R}, {n:R}, {m:shifted}", "sf 0 0 01011 shift:2 0 m:5 imm6:6 n:5 d:5")
@insn("add {d:RS}, {n:RS}, {m:extended}", "sf 0 0 01011 00 1 m:5 option:3 imm3:3 n:5 d:5")
def add(n: Word, m: Word) -> Writes:
    return {"d": n + m}


@insn("adds {d:R}, {n:RS}, {m:addimm}", "sf 0 1 100010 sh imm12:12 n:5 d:5")
@insn("adds {d:R}, {n:R}, {m:shifted}", "sf 0 1 01011 shift:2 0 m:5 imm6:6 n:5 d:5")
@insn("adds {d:R}, {n:RS}, {m:extflags}", "sf 0 1 01011 00 1 m:5 option:3 imm3:3 n:5 d:5")
def adds(n: Word, m: Word) -> Writes:
    return {"d": n + m, "nzcv": add_flags(n, m)}


@insn("sub {d:RS}, {n:RS}, {m:addimm}", "sf 1 0 100010 sh imm12:12 n:5 d:5")
@insn("sub {d:R}, {n:R}, {m:shifted}", "sf 1 0 01011 shift:2 0 m:5 imm6:6 n:5 d:5")
@insn("sub {d:RS}, {n:RS}, {m:extended}", "sf 1 0 01011 00 1 m:5 option:3 imm3:3 n:5 d:5")
def sub(n: Word, m: Word) -> Writes:
    return {"d": n - m}


@insn("subs {d:R}, {n:RS}, {m:addimm}", "sf 1 1 100010 sh imm12:12 n:5 d:5")
@insn("subs {d:R}, {n:R}, {m:shifted}", "sf 1 1 01011 shift:2 0 m:5 imm6:6 n:5 d:5")
@insn("subs {d:R}, {n:RS}, {m:extflags}", "sf 1 1 01011 00 1 m:5 option:3 imm3:3 n:5 d:5")
def subs(n: Word, m: Word) -> Writes:
    return {"d": n - m, "nzcv": subtract_flags(n, m)}


@insn("adc {d:R}, {n:R}, {m:R}", "sf 0 0 11010000 m:5 000000 n:5 d:5")
def adc(n: Word, m: Word, flags: Flags) -> Writes:
    return {"d": n + m + s.zext(flags.c, n.width)}


@insn("adcs {d:R}, {n:R}, {m:R}", "sf 0 1 11010000 m:5 000000 n:5 d:5")
def adcs(n: Word, m: Word, flags: Flags) -> Writes:
    return {"d": n + m + s.zext(flags.c, n.width), "nzcv": add_carry_flags(n, m, flags.c)}


@insn("sbc {d:R}, {n:R}, {m:R}", "sf 1 0 11010000 m:5 000000 n:5 d:5")
def sbc(n: Word, m: Word, flags: Flags) -> Writes:
    return {"d": n + ~m + s.zext(flags.c, n.width)}


@insn("sbcs {d:R}, {n:R}, {m:R}", "sf 1 1 11010000 m:5 000000 n:5 d:5")
def sbcs(n: Word, m: Word, flags: Flags) -> Writes:
    return {"d": n + ~m + s.zext(flags.c, n.width), "nzcv": add_carry_flags(n, ~m, flags.c)}
