"""Meanings of floating-point arithmetic and comparison, scalar and vector: a scalar is a vector of one lane of ``width`` bits."""

from __future__ import annotations

from semantics import simplify as s
from semantics.fp import words as fp
from semantics.isa.arithmetic import constant_flags, select_flags
from semantics.lanes import each, mask, pairs, split
from semantics.row import Writes
from semantics.words import Word

# --- two operands -------------------------------------------------------------------------------


def fadd(n: Word, m: Word, width: int) -> Writes:
    return {"d": each(width, lambda a, b: fp.rounding("add", fp.RNE, a, b), n, m)}


def fsub(n: Word, m: Word, width: int) -> Writes:
    return {"d": each(width, lambda a, b: fp.rounding("sub", fp.RNE, a, b), n, m)}


def fmul(n: Word, m: Word, width: int) -> Writes:
    return {"d": each(width, lambda a, b: fp.rounding("mul", fp.RNE, a, b), n, m)}


def fnmul(n: Word, m: Word, width: int) -> Writes:
    return {"d": each(width, lambda a, b: fp.negated(fp.rounding("mul", fp.RNE, a, b)), n, m)}


def fdiv(n: Word, m: Word, width: int) -> Writes:
    return {"d": each(width, lambda a, b: fp.rounding("div", fp.RNE, a, b), n, m)}


def fmulx(n: Word, m: Word, width: int) -> Writes:
    return {"d": each(width, lambda a, b: fp.rounding("mulx", fp.RNE, a, b), n, m)}


def fabd(n: Word, m: Word, width: int) -> Writes:
    return {"d": each(width, lambda a, b: fp.magnitude(fp.rounding("sub", fp.RNE, a, b)), n, m)}


def frecps(n: Word, m: Word, width: int) -> Writes:
    return {"d": each(width, lambda a, b: fp.plain("recps", a, b), n, m)}


def frsqrts(n: Word, m: Word, width: int) -> Writes:
    return {"d": each(width, lambda a, b: fp.plain("rsqrts", a, b), n, m)}


def fmax(n: Word, m: Word, width: int) -> Writes:
    return {"d": each(width, fp.maximum, n, m)}


def fmin(n: Word, m: Word, width: int) -> Writes:
    return {"d": each(width, fp.minimum, n, m)}


def fmaxnm(n: Word, m: Word, width: int) -> Writes:
    return {"d": each(width, fp.maximum_number, n, m)}


def fminnm(n: Word, m: Word, width: int) -> Writes:
    return {"d": each(width, fp.minimum_number, n, m)}


# --- pairs of neighbours, and all lanes ---------------------------------------------------------


def faddp(n: Word, m: Word, width: int) -> Writes:
    return {"d": pairs(width, lambda a, b: fp.rounding("add", fp.RNE, a, b), n, m)}


def fmaxp(n: Word, m: Word, width: int) -> Writes:
    return {"d": pairs(width, fp.maximum, n, m)}


def fminp(n: Word, m: Word, width: int) -> Writes:
    return {"d": pairs(width, fp.minimum, n, m)}


def fmaxnmp(n: Word, m: Word, width: int) -> Writes:
    return {"d": pairs(width, fp.maximum_number, n, m)}


def fminnmp(n: Word, m: Word, width: int) -> Writes:
    return {"d": pairs(width, fp.minimum_number, n, m)}


def fadd_across(n: Word, width: int) -> Writes:
    return {"d": fp.reduced(lambda a, b: fp.rounding("add", fp.RNE, a, b), split(n, width))}


def fmax_across(n: Word, width: int) -> Writes:
    return {"d": fp.reduced(fp.maximum, split(n, width))}


def fmin_across(n: Word, width: int) -> Writes:
    return {"d": fp.reduced(fp.minimum, split(n, width))}


def fmaxnm_across(n: Word, width: int) -> Writes:
    return {"d": fp.reduced(fp.maximum_number, split(n, width))}


def fminnm_across(n: Word, width: int) -> Writes:
    return {"d": fp.reduced(fp.minimum_number, split(n, width))}


# --- fused --------------------------------------------------------------------------------------


def fmadd(n: Word, m: Word, a: Word) -> Writes:
    return {"d": fp.fused(n, m, a)}


def fmsub(n: Word, m: Word, a: Word) -> Writes:
    return {"d": fp.fused(fp.negated(n), m, a)}


def fnmadd(n: Word, m: Word, a: Word) -> Writes:
    return {"d": fp.fused(fp.negated(n), m, fp.negated(a))}


def fnmsub(n: Word, m: Word, a: Word) -> Writes:
    return {"d": fp.fused(n, m, fp.negated(a))}


def fmla(d: Word, n: Word, m: Word, width: int) -> Writes:
    return {"d": each(width, lambda total, a, b: fp.fused(a, b, total), d, n, m)}


def fmls(d: Word, n: Word, m: Word, width: int) -> Writes:
    return {"d": each(width, lambda total, a, b: fp.fused(fp.negated(a), b, total), d, n, m)}


# --- one operand --------------------------------------------------------------------------------


def fmov(n: Word) -> Writes:
    return {"d": n}


def fabs(n: Word, width: int) -> Writes:
    return {"d": each(width, fp.magnitude, n)}


def fneg(n: Word, width: int) -> Writes:
    return {"d": each(width, fp.negated, n)}


def fsqrt(n: Word, width: int) -> Writes:
    return {"d": each(width, lambda a: fp.rounding("sqrt", fp.RNE, a), n)}


def frint(n: Word, width: int, mode: int) -> Writes:
    return {"d": each(width, lambda a: fp.rounding("rint", mode, a), n)}


def frint_sized(n: Word, width: int, mode: int, size: int) -> Writes:
    return {"d": each(width, lambda a: fp.rounding(f"rint{size}", mode, a), n)}


def frecpe(n: Word, width: int) -> Writes:
    return {"d": each(width, lambda a: fp.plain("recpe", a), n)}


def frsqrte(n: Word, width: int) -> Writes:
    return {"d": each(width, lambda a: fp.plain("rsqrte", a), n)}


def frecpx(n: Word, width: int) -> Writes:
    return {"d": each(width, lambda a: fp.rounding("recpx", fp.RNE, a), n)}


def urecpe(n: Word, width: int) -> Writes:
    return {"d": each(width, lambda a: s.uf("fp:recpe.u32", width, [a]), n)}


def ursqrte(n: Word, width: int) -> Writes:
    return {"d": each(width, lambda a: s.uf("fp:rsqrte.u32", width, [a]), n)}


# --- comparison and selection -------------------------------------------------------------------


def fcmp(n: Word, m: Word) -> Writes:
    return {"nzcv": fp.compared(n, m)}


def fcmp_zero(n: Word) -> Writes:
    return {"nzcv": fp.compared(n, s.const(0, n.width))}


def fccmp(n: Word, m: Word, nzcv: int, cond: Word) -> Writes:
    return {"nzcv": select_flags(cond, fp.compared(n, m), constant_flags(nzcv))}


def fcsel(n: Word, m: Word, cond: Word) -> Writes:
    return {"d": s.ite(cond, n, m)}


def fcmeq(n: Word, m: Word, width: int) -> Writes:
    return {"d": each(width, lambda a, b: mask(fp.equal(a, b), width), n, m)}


def fcmge(n: Word, m: Word, width: int) -> Writes:
    return {"d": each(width, lambda a, b: mask(fp.greater_or_equal(a, b), width), n, m)}


def fcmgt(n: Word, m: Word, width: int) -> Writes:
    return {"d": each(width, lambda a, b: mask(fp.greater(a, b), width), n, m)}


def facge(n: Word, m: Word, width: int) -> Writes:
    return {"d": each(width, lambda a, b: mask(fp.greater_or_equal(fp.magnitude(a), fp.magnitude(b)), width), n, m)}


def facgt(n: Word, m: Word, width: int) -> Writes:
    return {"d": each(width, lambda a, b: mask(fp.greater(fp.magnitude(a), fp.magnitude(b)), width), n, m)}


def fcmeq_zero(n: Word, width: int) -> Writes:
    return {"d": each(width, lambda a: mask(fp.equal(a, s.const(0, width)), width), n)}


def fcmge_zero(n: Word, width: int) -> Writes:
    return {"d": each(width, lambda a: mask(fp.greater_or_equal(a, s.const(0, width)), width), n)}


def fcmgt_zero(n: Word, width: int) -> Writes:
    return {"d": each(width, lambda a: mask(fp.greater(a, s.const(0, width)), width), n)}


def fcmle_zero(n: Word, width: int) -> Writes:
    return {"d": each(width, lambda a: mask(fp.greater_or_equal(s.const(0, width), a), width), n)}


def fcmlt_zero(n: Word, width: int) -> Writes:
    return {"d": each(width, lambda a: mask(fp.greater(s.const(0, width), a), width), n)}
