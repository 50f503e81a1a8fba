"""Vector instructions on three registers of one arrangement (Arm ARM C4.1.96, "three same")."""

from __future__ import annotations

from collections.abc import Iterator

from semantics import simplify as s
from semantics.isa.arrangements import ALL, BHS, SIZES, WIDTHS, B, H, S, q, saturates, scalars, size, vectors
from semantics.lanes import absolute_difference, each, extend, less, mask, pairs, polynomial_product, split
from semantics.rounding import double_product, exact, halve, high_product, saturate, shift_by
from semantics.row import Row, Writes, meaning
from semantics.words import Word


def add(n: Word, m: Word, width: int) -> Writes:
    return {"d": each(width, s.add, n, m)}


def sub(n: Word, m: Word, width: int) -> Writes:
    return {"d": each(width, s.sub, n, m)}


def mul(n: Word, m: Word, width: int) -> Writes:
    return {"d": each(width, s.mul, n, m)}


def mla(d: Word, n: Word, m: Word, width: int) -> Writes:
    return {"d": each(width, lambda total, x, y: total + x * y, d, n, m)}


def mls(d: Word, n: Word, m: Word, width: int) -> Writes:
    return {"d": each(width, lambda total, x, y: total - x * y, d, n, m)}


def pmul(n: Word, m: Word, width: int) -> Writes:
    return {"d": each(width, lambda x, y: s.truncate(polynomial_product(x, y), width), n, m)}


def halving_add(n: Word, m: Word, width: int, signed: int) -> Writes:
    return {"d": each(width, lambda x, y: halve(exact(x, signed) + exact(y, signed)), n, m)}


def rounding_halving_add(n: Word, m: Word, width: int, signed: int) -> Writes:
    return {"d": each(width, lambda x, y: halve(exact(x, signed) + exact(y, signed) + 1), n, m)}


def halving_sub(n: Word, m: Word, width: int, signed: int) -> Writes:
    return {"d": each(width, lambda x, y: halve(exact(x, signed) - exact(y, signed)), n, m)}


def saturating_add(n: Word, m: Word, width: int, signed: int) -> Writes:
    return {"d": each(width, lambda x, y: saturate(exact(x, signed) + exact(y, signed), width, signed), n, m)}


def saturating_sub(n: Word, m: Word, width: int, signed: int) -> Writes:
    return {"d": each(width, lambda x, y: saturate(exact(x, signed) - exact(y, signed), width, signed), n, m)}


def greater(n: Word, m: Word | int, width: int, signed: int) -> Writes:
    return {"d": each(width, lambda x, y: mask(less(y, x, signed), width), n, m)}


def greater_equal(n: Word, m: Word | int, width: int, signed: int) -> Writes:
    return {"d": each(width, lambda x, y: mask(~less(x, y, signed), width), n, m)}


def equal(n: Word, m: Word | int, width: int) -> Writes:
    return {"d": each(width, lambda x, y: mask(s.eq(x, y), width), n, m)}


def test_bits(n: Word, m: Word, width: int) -> Writes:
    return {"d": each(width, lambda x, y: mask(~s.eq(x & y, s.const(0, width)), width), n, m)}


def shift(n: Word, m: Word, width: int, signed: int, rounding: int, saturating: int) -> Writes:
    return {"d": each(width, lambda x, y: shift_by(x, y, signed, rounding, saturating), n, m)}


def maximum(n: Word, m: Word, width: int, signed: int) -> Writes:
    return {"d": each(width, lambda x, y: s.ite(less(x, y, signed), y, x), n, m)}


def minimum(n: Word, m: Word, width: int, signed: int) -> Writes:
    return {"d": each(width, lambda x, y: s.ite(less(x, y, signed), x, y), n, m)}


def difference(n: Word, m: Word, width: int, signed: int) -> Writes:
    return {"d": each(width, lambda x, y: absolute_difference(x, y, signed), n, m)}


def difference_added(d: Word, n: Word, m: Word, width: int, signed: int) -> Writes:
    return {"d": each(width, lambda total, x, y: total + absolute_difference(x, y, signed), d, n, m)}


def maximum_of_pairs(n: Word, m: Word, width: int, signed: int) -> Writes:
    return {"d": pairs(width, lambda x, y: s.ite(less(x, y, signed), y, x), n, m)}


def minimum_of_pairs(n: Word, m: Word, width: int, signed: int) -> Writes:
    return {"d": pairs(width, lambda x, y: s.ite(less(x, y, signed), x, y), n, m)}


def add_of_pairs(n: Word, m: Word, width: int) -> Writes:
    return {"d": pairs(width, s.add, n, m)}


def high_half_of_product(n: Word, m: Word, width: int, rounding: int) -> Writes:
    return {"d": each(width, lambda x, y: high_product(x, y, rounding), n, m)}


SIGNED, UNSIGNED = {"signed": 1}, {"signed": 0}
PLAIN, ROUNDED = {"rounding": 0, "saturating": 0}, {"rounding": 1, "saturating": 0}
SATURATED, BOTH = {"rounding": 0, "saturating": 1}, {"rounding": 1, "saturating": 1}

# name, U, opcode, arrangements, scalar forms, meaning, its constants beside the width
INTEGER = (
    ("shadd", 0, "00000", BHS, "", halving_add, SIGNED), ("uhadd", 1, "00000", BHS, "", halving_add, UNSIGNED),
    ("sqadd", 0, "00001", ALL, "bhsd", saturating_add, SIGNED), ("uqadd", 1, "00001", ALL, "bhsd", saturating_add, UNSIGNED),
    ("srhadd", 0, "00010", BHS, "", rounding_halving_add, SIGNED), ("urhadd", 1, "00010", BHS, "", rounding_halving_add, UNSIGNED),
    ("shsub", 0, "00100", BHS, "", halving_sub, SIGNED), ("uhsub", 1, "00100", BHS, "", halving_sub, UNSIGNED),
    ("sqsub", 0, "00101", ALL, "bhsd", saturating_sub, SIGNED), ("uqsub", 1, "00101", ALL, "bhsd", saturating_sub, UNSIGNED),
    ("cmgt", 0, "00110", ALL, "d", greater, SIGNED), ("cmhi", 1, "00110", ALL, "d", greater, UNSIGNED),
    ("cmge", 0, "00111", ALL, "d", greater_equal, SIGNED), ("cmhs", 1, "00111", ALL, "d", greater_equal, UNSIGNED),
    ("sshl", 0, "01000", ALL, "d", shift, SIGNED | PLAIN), ("ushl", 1, "01000", ALL, "d", shift, UNSIGNED | PLAIN),
    ("sqshl", 0, "01001", ALL, "bhsd", shift, SIGNED | SATURATED), ("uqshl", 1, "01001", ALL, "bhsd", shift, UNSIGNED | SATURATED),
    ("srshl", 0, "01010", ALL, "d", shift, SIGNED | ROUNDED), ("urshl", 1, "01010", ALL, "d", shift, UNSIGNED | ROUNDED),
    ("sqrshl", 0, "01011", ALL, "bhsd", shift, SIGNED | BOTH), ("uqrshl", 1, "01011", ALL, "bhsd", shift, UNSIGNED | BOTH),
    ("smax", 0, "01100", BHS, "", maximum, SIGNED), ("umax", 1, "01100", BHS, "", maximum, UNSIGNED),
    ("smin", 0, "01101", BHS, "", minimum, SIGNED), ("umin", 1, "01101", BHS, "", minimum, UNSIGNED),
    ("sabd", 0, "01110", BHS, "", difference, SIGNED), ("uabd", 1, "01110", BHS, "", difference, UNSIGNED),
    ("saba", 0, "01111", BHS, "", difference_added, SIGNED), ("uaba", 1, "01111", BHS, "", difference_added, UNSIGNED),
    ("add", 0, "10000", ALL, "d", add, {}), ("sub", 1, "10000", ALL, "d", sub, {}),
    ("cmtst", 0, "10001", ALL, "d", test_bits, {}), ("cmeq", 1, "10001", ALL, "d", equal, {}),
    ("mla", 0, "10010", BHS, "", mla, {}), ("mls", 1, "10010", BHS, "", mls, {}),
    ("mul", 0, "10011", BHS, "", mul, {}), ("pmul", 1, "10011", B, "", pmul, {}),
    ("smaxp", 0, "10100", BHS, "", maximum_of_pairs, SIGNED), ("umaxp", 1, "10100", BHS, "", maximum_of_pairs, UNSIGNED),
    ("sminp", 0, "10101", BHS, "", minimum_of_pairs, SIGNED), ("uminp", 1, "10101", BHS, "", minimum_of_pairs, UNSIGNED),
    ("sqdmulh", 0, "10110", H + S, "hs", high_half_of_product, {"rounding": 0}),
    ("sqrdmulh", 1, "10110", H + S, "hs", high_half_of_product, {"rounding": 1}),
    ("addp", 0, "10111", ALL, "", add_of_pairs, {}),
)  # fmt: skip


def _integer() -> Iterator[Row]:
    for name, u, opcode, arrangements, letters, function, constants in INTEGER:
        cumulative = saturates(name)
        for a in arrangements:
            template, pattern = f"{name} {vectors(a, 'dnm')}", f"0 {q(a)} {u} 01110 {size(a)} 1 m:5 {opcode} 1 n:5 d:5"
            yield meaning(template, pattern, function, cumulative=cumulative, constants=constants, width=WIDTHS[a[-1]])
        for letter in letters:
            template, pattern = f"{name} {scalars(letter, 'dnm')}", f"01 {u} 11110 {SIZES[letter]} 1 m:5 {opcode} 1 n:5 d:5"
            yield meaning(template, pattern, function, cumulative=cumulative, constants=constants, width=WIDTHS[letter])


# --- bits of whole registers --------------------------------------------------------------------


def conjunction(n: Word, m: Word) -> Writes:
    return {"d": n & m}


def clear(n: Word, m: Word) -> Writes:
    return {"d": n & ~m}


def disjunction(n: Word, m: Word) -> Writes:
    return {"d": n | m}


def disjunction_not(n: Word, m: Word) -> Writes:
    return {"d": n | ~m}


def exclusive(n: Word, m: Word) -> Writes:
    return {"d": n ^ m}


def select(d: Word, n: Word, m: Word) -> Writes:
    return {"d": m ^ ((m ^ n) & d)}


def insert_if_true(d: Word, n: Word, m: Word) -> Writes:
    return {"d": d ^ ((d ^ n) & m)}


def insert_if_false(d: Word, n: Word, m: Word) -> Writes:
    return {"d": d ^ ((d ^ n) & ~m)}


LOGICAL = (
    ("and", 0, "00", conjunction), ("bic", 0, "01", clear), ("orr", 0, "10", disjunction), ("orn", 0, "11", disjunction_not),
    ("eor", 1, "00", exclusive), ("bsl", 1, "01", select), ("bit", 1, "10", insert_if_true), ("bif", 1, "11", insert_if_false),
)  # fmt: skip


def _logical() -> Iterator[Row]:
    for name, u, kind, function in LOGICAL:
        for a in B:
            yield meaning(f"{name} {vectors(a, 'dnm')}", f"0 {q(a)} {u} 01110 {kind} 1 m:5 00011 1 n:5 d:5", function)


# --- Armv8.1 and v8.2 ---------------------------------------------------------------------------


def rounding_accumulate(d: Word, n: Word, m: Word, width: int, sign: int) -> Writes:
    """The accumulator is the upper half of a number; the sum of that and the doubled product saturates once."""

    def lane(total: Word, x: Word, y: Word) -> Word:
        wide = 2 * width + 3
        whole = s.shl(s.sext(total, wide), s.const(width, wide)) + sign * s.sext(double_product(x, y), wide)
        return saturate(s.ashr(whole + (1 << (width - 1)), s.const(width, wide)), width, 1)

    return {"d": each(width, lane, d, n, m)}


def dot(d: Word, n: Word, m: Word, signed: int) -> Writes:
    """Four products of bytes, each exact in 16 bits, added to a lane of 32."""

    def lane(total: Word, left: Word, right: Word) -> Word:
        products = (extend(x, 16, signed) * extend(y, 16, signed) for x, y in zip(split(left, 8), split(right, 8), strict=True))
        return sum((extend(product, 32, signed) for product in products), total)

    return {"d": each(32, lane, d, n, m)}


ROUNDING = (("sqrdmlah", "0000", 1), ("sqrdmlsh", "0001", -1))
DOT = (("sdot", 0, 1), ("udot", 1, 0))


def _extra() -> Iterator[Row]:
    """Rounding doubling multiply-accumulate and dot products."""
    for name, opcode, sign in ROUNDING:
        constants = {"sign": sign}
        for a in H + S:
            template, pattern = f"{name} {vectors(a, 'dnm')}", f"0 {q(a)} 1 01110 {size(a)} 0 m:5 1 {opcode} 1 n:5 d:5"
            yield meaning(template, pattern, rounding_accumulate, cumulative=True, constants=constants, width=WIDTHS[a[-1]])
        for letter in "hs":
            template, pattern = f"{name} {scalars(letter, 'dnm')}", f"01 1 11110 {SIZES[letter]} 0 m:5 1 {opcode} 1 n:5 d:5"
            yield meaning(template, pattern, rounding_accumulate, cumulative=True, constants=constants, width=WIDTHS[letter])
    for name, u, signed in DOT:
        for a, b in (("2s", "8b"), ("4s", "16b")):
            template, pattern = f"{name} {{d:v{a}}}, {vectors(b, 'nm')}", f"0 {q(a)} {u} 01110 10 0 m:5 1 0010 1 n:5 d:5"
            yield meaning(template, pattern, dot, signed=signed)


def rows() -> Iterator[Row]:
    """Every row of this group."""
    yield from _integer()
    yield from _logical()
    yield from _extra()
