"""Bitfield moves, extraction, move wide, variable shifts, bit counting and reversal (Arm ARM C4.1.93, C4.1.95)."""

from __future__ import annotations

from semantics import simplify as s
from semantics.row import Writes, insn
from semantics.words import Word


def _field(word: Word, immr: int, imms: int) -> tuple[Word, int]:
    """The moved bits and the position they go to: bits imms..immr to 0, or bits imms..0 up to width - immr."""
    if imms >= immr:
        return s.extract(word, immr, imms - immr + 1), 0
    return s.extract(word, 0, imms + 1), word.width - immr


@insn("ubfm {d:R}, {n:R}, {immr:bitpos}, {imms:bitpos}", "sf 10 100110 sf immr:6 imms:6 n:5 d:5")
def ubfm(n: Word, immr: int, imms: int) -> Writes:
    part, low = _field(n, immr, imms)
    return {"d": s.shl(s.zext(part, n.width), s.const(low, n.width))}


@insn("sbfm {d:R}, {n:R}, {immr:bitpos}, {imms:bitpos}", "sf 00 100110 sf immr:6 imms:6 n:5 d:5")
def sbfm(n: Word, immr: int, imms: int) -> Writes:
    part, low = _field(n, immr, imms)
    return {"d": s.shl(s.sext(part, n.width), s.const(low, n.width))}


@insn("bfm {d:R}, {n:R}, {immr:bitpos}, {imms:bitpos}", "sf 01 100110 sf immr:6 imms:6 n:5 d:5")
def bfm(d: Word, n: Word, immr: int, imms: int) -> Writes:
    part, low = _field(n, immr, imms)
    pieces = [part]
    if low:
        pieces.append(s.extract(d, 0, low))
    if low + part.width < d.width:
        pieces.insert(0, s.extract(d, low + part.width, d.width - low - part.width))
    return {"d": s.concat(*pieces)}


@insn("extr {d:R}, {n:R}, {m:R}, {lsb:bitpos}", "sf 00 100111 sf 0 m:5 lsb:6 n:5 d:5")
def extr(n: Word, m: Word, lsb: int) -> Writes:
    return {"d": s.extract(s.concat(n, m), lsb, n.width)}


@insn("movz {d:R}, {imm:movewide}", "sf 10 100101 hw:2 imm16:16 d:5")
def movz(imm: tuple[Word, int], sf: int) -> Writes:
    width, (word, position) = 64 if sf else 32, imm
    return {"d": s.shl(s.zext(word, width), s.const(position, width))}


@insn("movn {d:R}, {imm:movewide}", "sf 00 100101 hw:2 imm16:16 d:5")
def movn(imm: tuple[Word, int], sf: int) -> Writes:
    width, (word, position) = 64 if sf else 32, imm
    return {"d": ~s.shl(s.zext(word, width), s.const(position, width))}


@insn("movk {d:R}, {imm:movewide}", "sf 11 100101 hw:2 imm16:16 d:5")
def movk(d: Word, imm: tuple[Word, int]) -> Writes:
    word, position = imm
    pieces = [word]
    if position:
        pieces.append(s.extract(d, 0, position))
    if position + 16 < d.width:
        pieces.insert(0, s.extract(d, position + 16, d.width - position - 16))
    return {"d": s.concat(*pieces)}


def _amount(word: Word) -> Word:
    return word & (word.width - 1)


@insn("lslv {d:R}, {n:R}, {m:R}", "sf 0 0 11010110 m:5 001000 n:5 d:5")
def lslv(n: Word, m: Word) -> Writes:
    return {"d": s.shl(n, _amount(m))}


@insn("lsrv {d:R}, {n:R}, {m:R}", "sf 0 0 11010110 m:5 001001 n:5 d:5")
def lsrv(n: Word, m: Word) -> Writes:
    return {"d": s.lshr(n, _amount(m))}


@insn("asrv {d:R}, {n:R}, {m:R}", "sf 0 0 11010110 m:5 001010 n:5 d:5")
def asrv(n: Word, m: Word) -> Writes:
    return {"d": s.ashr(n, _amount(m))}


@insn("rorv {d:R}, {n:R}, {m:R}", "sf 0 0 11010110 m:5 001011 n:5 d:5")
def rorv(n: Word, m: Word) -> Writes:
    return {"d": s.ror(n, _amount(m))}


def _reverse(word: Word, container: int, unit: int) -> Word:
    """Reverse the ``unit``-bit parts within each ``container``-bit part."""
    pieces = list[Word]()
    for base in reversed(range(0, word.width, container)):
        pieces.extend(s.extract(word, base + low, unit) for low in range(0, container, unit))
    return s.concat(*pieces)


@insn("rbit {d:R}, {n:R}", "sf 1 0 11010110 00000 000000 n:5 d:5")
def rbit(n: Word) -> Writes:
    return {"d": s.rbit(n)}


@insn("rev16 {d:R}, {n:R}", "sf 1 0 11010110 00000 000001 n:5 d:5")
def rev16(n: Word) -> Writes:
    return {"d": _reverse(n, 16, 8)}


@insn("rev {d:W}, {n:W}", "0 1 0 11010110 00000 000010 n:5 d:5")
@insn("rev32 {d:X}, {n:X}", "1 1 0 11010110 00000 000010 n:5 d:5")
def rev32(n: Word) -> Writes:
    return {"d": _reverse(n, 32, 8)}


@insn("rev {d:X}, {n:X}", "1 1 0 11010110 00000 000011 n:5 d:5")
def rev64(n: Word) -> Writes:
    return {"d": _reverse(n, 64, 8)}


@insn("clz {d:R}, {n:R}", "sf 1 0 11010110 00000 000100 n:5 d:5")
def clz(n: Word) -> Writes:
    return {"d": s.clz(n)}


@insn("cls {d:R}, {n:R}", "sf 1 0 11010110 00000 000101 n:5 d:5")
def cls(n: Word) -> Writes:
    return {"d": s.clz(n ^ s.ashr(n, s.const(1, n.width))) - 1}
