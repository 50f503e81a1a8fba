"""Multiply, multiply-accumulate, divide and CRC (Arm ARM C4.1.95)."""

from __future__ import annotations

from semantics import simplify as s
from semantics.row import Writes, insn
from semantics.words import Word


@insn("madd {d:R}, {n:R}, {m:R}, {a:R}", "sf 00 11011 000 m:5 0 a:5 n:5 d:5")
def madd(n: Word, m: Word, a: Word) -> Writes:
    return {"d": a + n * m}


@insn("msub {d:R}, {n:R}, {m:R}, {a:R}", "sf 00 11011 000 m:5 1 a:5 n:5 d:5")
def msub(n: Word, m: Word, a: Word) -> Writes:
    return {"d": a - n * m}


@insn("smaddl {d:X}, {n:W}, {m:W}, {a:X}", "1 00 11011 001 m:5 0 a:5 n:5 d:5")
def smaddl(n: Word, m: Word, a: Word) -> Writes:
    return {"d": a + s.sext(n, 64) * s.sext(m, 64)}


@insn("smsubl {d:X}, {n:W}, {m:W}, {a:X}", "1 00 11011 001 m:5 1 a:5 n:5 d:5")
def smsubl(n: Word, m: Word, a: Word) -> Writes:
    return {"d": a - s.sext(n, 64) * s.sext(m, 64)}


@insn("umaddl {d:X}, {n:W}, {m:W}, {a:X}", "1 00 11011 101 m:5 0 a:5 n:5 d:5")
def umaddl(n: Word, m: Word, a: Word) -> Writes:
    return {"d": a + s.zext(n, 64) * s.zext(m, 64)}


@insn("umsubl {d:X}, {n:W}, {m:W}, {a:X}", "1 00 11011 101 m:5 1 a:5 n:5 d:5")
def umsubl(n: Word, m: Word, a: Word) -> Writes:
    return {"d": a - s.zext(n, 64) * s.zext(m, 64)}


@insn("smulh {d:X}, {n:X}, {m:X}", "1 00 11011 010 m:5 0 11111 n:5 d:5")
def smulh(n: Word, m: Word) -> Writes:
    return {"d": s.extract(s.sext(n, 128) * s.sext(m, 128), 64, 64)}


@insn("umulh {d:X}, {n:X}, {m:X}", "1 00 11011 110 m:5 0 11111 n:5 d:5")
def umulh(n: Word, m: Word) -> Writes:
    return {"d": s.extract(s.zext(n, 128) * s.zext(m, 128), 64, 64)}


@insn("udiv {d:R}, {n:R}, {m:R}", "sf 0 0 11010110 m:5 000010 n:5 d:5")
def udiv(n: Word, m: Word) -> Writes:
    return {"d": s.udiv(n, m)}


@insn("sdiv {d:R}, {n:R}, {m:R}", "sf 0 0 11010110 m:5 000011 n:5 d:5")
def sdiv(n: Word, m: Word) -> Writes:
    return {"d": s.sdiv(n, m)}


CRC32, CRC32C = 0xEDB88320, 0x82F63B78  # the polynomials of the Arm ARM, bit-reversed


def crc(accumulator: Word, data: Word, polynomial: int) -> Word:
    """CRC of ``data`` (8 to 64 bits) appended to a 32-bit accumulator, least significant bit first."""
    width = max(32, data.width)
    word = s.zext(accumulator, width) ^ s.zext(data, width)
    for _ in range(data.width):
        word = s.lshr(word, s.const(1, width)) ^ s.ite(s.bit(word, 0), s.const(polynomial, width), s.const(0, width))
    return s.truncate(word, 32)


def crc32(n: Word, m: Word, bits: int, polynomial: int) -> Writes:
    return {"d": crc(n, s.truncate(m, bits), polynomial)}


def _declare_crc() -> None:
    for flavour, name, polynomial in ((0, "crc32", CRC32), (1, "crc32c", CRC32C)):
        for size, letter in enumerate("bhwx"):
            wide = int(letter == "x")
            template = f"{name}{letter} {{d:W}}, {{n:W}}, {{m:{'X' if wide else 'W'}}}"
            pattern = f"{wide} 0 0 11010110 m:5 010 {flavour} {size:02b} n:5 d:5"
            insn(template, pattern, bits=8 << size, polynomial=polynomial)(crc32)


_declare_crc()
