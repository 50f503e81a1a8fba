"""Meanings of floating-point conversions, moves between register files, and immediates."""

from __future__ import annotations

from semantics import simplify as s
from semantics.fp import words as fp
from semantics.lanes import each, join, narrow, split, upper
from semantics.row import Writes
from semantics.state import Flags
from semantics.words import Word


def fcvt(n: Word, width: int) -> Writes:
    return {"d": fp.converted(n, width)}


def fcvtl(n: Word, width: int) -> Writes:
    return {"d": join(fp.converted(lane, 2 * width) for lane in split(upper(n), width))}


def fcvtn(d: Word, n: Word, width: int, mode: int) -> Writes:
    return {"d": narrow(d, width, lambda a: fp.converted(a, width, mode), n)}


def fcvtxn(n: Word) -> Writes:
    return {"d": fp.converted(n, 32, fp.ODD)}


def to_general(n: Word, general: int, signed: int, mode: int) -> Writes:
    return {"d": fp.to_integer(n, general, signed, mode)}


def to_general_fixed(n: Word, i: int, general: int, signed: int) -> Writes:
    return {"d": fp.to_integer(n, general, signed, fp.RZ, i)}


def from_general(n: Word, width: int, signed: int) -> Writes:
    return {"d": fp.from_integer(n, width, signed)}


def from_general_fixed(n: Word, i: int, width: int, signed: int) -> Writes:
    return {"d": fp.from_integer(n, width, signed, i)}


def to_lanes(n: Word, width: int, signed: int, mode: int) -> Writes:
    return {"d": each(width, lambda a: fp.to_integer(a, width, signed, mode), n)}


def to_lanes_fixed(n: Word, i: int, width: int, signed: int) -> Writes:
    return {"d": each(width, lambda a: fp.to_integer(a, width, signed, fp.RZ, i), n)}


def from_lanes(n: Word, width: int, signed: int) -> Writes:
    return {"d": each(width, lambda a: fp.from_integer(a, width, signed), n)}


def from_lanes_fixed(n: Word, i: int, width: int, signed: int) -> Writes:
    return {"d": each(width, lambda a: fp.from_integer(a, width, signed, i), n)}


def fjcvtzs(n: Word) -> Writes:
    """JavaScript's conversion: modulo 2**32; Z tells that the number was that integer, and not -0."""
    integer = s.uf("fp:jcvt.f64", 32, [n])
    return {"d": integer, "nzcv": Flags(s.FALSE, s.eq(fp.from_integer(integer, 64, 1), n), s.FALSE, s.FALSE)}


# --- moves between register files, and immediates -----------------------------------------------


def to_register(n: Word, general: int) -> Writes:
    return {"d": s.zext(n, general)}


def from_register(n: Word, width: int) -> Writes:
    return {"d": s.truncate(n, width)}


def fmov_immediate(imm: int, width: int) -> Writes:
    return {"d": s.const(fp.immediate(imm, width), width)}


def fmov_immediates(i: int, width: int, count: int) -> Writes:
    return {"d": join([s.const(fp.immediate(i, width), width)] * count)}
