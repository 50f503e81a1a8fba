"""Branches, calls, returns, PC-relative addresses and hints that do nothing (Arm ARM C4.1.93, C4.1.94)."""

from __future__ import annotations

from grammars.operands import Symbol
from semantics import simplify as s
from semantics.conditions import PREFERRED, holds
from semantics.isa.arithmetic import is_zero
from semantics.row import Writes, insn
from semantics.state import Exit, Flags
from semantics.words import Word

type Target = Symbol | int


@insn("adr {d:X}, {target:adr}", "0 immlo:2 10000 immhi:19 d:5")
@insn("adrp {d:X}, {target:adrp}", "1 immlo:2 10000 immhi:19 d:5")
def adr(target: Word) -> Writes:
    return {"d": target}


@insn("b {target:label26}", "0 00101 target:26")
def b(target: Target) -> Writes:
    return {"branch": Exit("jump", None, target)}


@insn("bl {target:label26}", "1 00101 target:26")
def bl(target: Target) -> Writes:
    return {"branch": Exit("call", None, target)}


@insn("br {n:X}", "1101011 0 0 00 11111 000000 n:5 00000")
def br(n: Word) -> Writes:
    return {"branch": Exit("jump", None, n)}


@insn("blr {n:X}", "1101011 0 0 01 11111 000000 n:5 00000")
def blr(n: Word) -> Writes:
    return {"branch": Exit("call", None, n)}


@insn("ret {n:X}", "1101011 0 0 10 11111 000000 n:5 00000")
def ret(n: Word) -> Writes:
    return {"branch": Exit("return", None, n)}


def b_cond(target: Target, flags: Flags, number: int) -> Writes:
    return {"branch": Exit("jump", holds(number, flags), target)}


for _number, _name in enumerate(PREFERRED):
    insn(f"b.{_name} {{target:label19}}", f"0101010 0 target:19 0 {_number:04b}", number=_number)(b_cond)


@insn("cbz {n:R}, {target:label19}", "sf 011010 0 target:19 n:5")
def cbz(n: Word, target: Target) -> Writes:
    return {"branch": Exit("jump", is_zero(n), target)}


@insn("cbnz {n:R}, {target:label19}", "sf 011010 1 target:19 n:5")
def cbnz(n: Word, target: Target) -> Writes:
    return {"branch": Exit("jump", ~is_zero(n), target)}


@insn("tbz {n:R}, {bit:testbit}, {target:label14}", "sf 011011 0 b40:5 target:14 n:5")
def tbz(n: Word, bit: int, target: Target) -> Writes:
    return {"branch": Exit("jump", ~s.bit(n, bit), target)}


@insn("tbnz {n:R}, {bit:testbit}, {target:label14}", "sf 011011 1 b40:5 target:14 n:5")
def tbnz(n: Word, bit: int, target: Target) -> Writes:
    return {"branch": Exit("jump", s.bit(n, bit), target)}


@insn("nop", "1101 0101 0000 0011 0010 0000 0001 1111")
def nop() -> Writes:
    return {}
