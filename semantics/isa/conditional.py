"""Conditional select and conditional compare (Arm ARM C4.1.95)."""

from __future__ import annotations

from semantics import simplify as s
from semantics.isa.arithmetic import add_flags, constant_flags, select_flags, subtract_flags
from semantics.row import Writes, insn
from semantics.state import Flags
from semantics.words import Word


@insn("csel {d:R}, {n:R}, {m:R}, {cond:cond}", "sf 0 0 11010100 m:5 cond:4 00 n:5 d:5")
def csel(n: Word, m: Word, cond: Word) -> Writes:
    return {"d": s.ite(cond, n, m)}


@insn("csinc {d:R}, {n:R}, {m:R}, {cond:cond}", "sf 0 0 11010100 m:5 cond:4 01 n:5 d:5")
def csinc(n: Word, m: Word, cond: Word) -> Writes:
    return {"d": s.ite(cond, n, m + 1)}


@insn("csinv {d:R}, {n:R}, {m:R}, {cond:cond}", "sf 1 0 11010100 m:5 cond:4 00 n:5 d:5")
def csinv(n: Word, m: Word, cond: Word) -> Writes:
    return {"d": s.ite(cond, n, ~m)}


@insn("csneg {d:R}, {n:R}, {m:R}, {cond:cond}", "sf 1 0 11010100 m:5 cond:4 01 n:5 d:5")
def csneg(n: Word, m: Word, cond: Word) -> Writes:
    return {"d": s.ite(cond, n, -m)}


@insn("ccmp {n:R}, {m:R}, {nzcv:u4}, {cond:cond}", "sf 1 1 11010010 m:5 cond:4 0 0 n:5 0 nzcv:4")
def ccmp(n: Word, m: Word, nzcv: int, cond: Word) -> Writes:
    return {"nzcv": select_flags(cond, subtract_flags(n, m), constant_flags(nzcv))}


@insn("ccmn {n:R}, {m:R}, {nzcv:u4}, {cond:cond}", "sf 0 1 11010010 m:5 cond:4 0 0 n:5 0 nzcv:4")
def ccmn(n: Word, m: Word, nzcv: int, cond: Word) -> Writes:
    return {"nzcv": select_flags(cond, add_flags(n, m), constant_flags(nzcv))}


@insn("ccmp {n:R}, {imm5:u5}, {nzcv:u4}, {cond:cond}", "sf 1 1 11010010 imm5:5 cond:4 1 0 n:5 0 nzcv:4")
def ccmp_immediate(n: Word, imm5: int, nzcv: int, cond: Word) -> Writes:
    return ccmp(n, s.const(imm5, n.width), nzcv, cond)


@insn("ccmn {n:R}, {imm5:u5}, {nzcv:u4}, {cond:cond}", "sf 0 1 11010010 imm5:5 cond:4 1 0 n:5 0 nzcv:4")
def ccmn_immediate(n: Word, imm5: int, nzcv: int, cond: Word) -> Writes:
    return ccmn(n, s.const(imm5, n.width), nzcv, cond)


@insn("cfinv", "1101 0101 0000 0000 0100 0000 0001 1111")
def cfinv(flags: Flags) -> Writes:
    return {"nzcv": flags._replace(c=~flags.c)}
