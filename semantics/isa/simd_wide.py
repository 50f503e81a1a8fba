"""Vector products and sums with lanes of different widths, and by one element (Arm ARM C4.1.96)."""

from __future__ import annotations

from collections.abc import Iterator

from semantics import simplify as s
from semantics.isa.arrangements import SIZES, WIDE, WIDTHS, H, S, full, half, q, saturates, scalars, size, vectors
from semantics.isa.simd_same import DOT, SIGNED, UNSIGNED, dot, high_half_of_product, mla, mls, mul, rounding_accumulate
from semantics.lanes import absolute_difference, each, long, narrow, polynomial_product, upper
from semantics.rounding import double_product, exact, saturate
from semantics.row import Row, Writes, meaning
from semantics.words import Word


def add_long(n: Word, m: Word, width: int, signed: int) -> Writes:
    return {"d": each(2 * width, s.add, long(n, width, signed), long(m, width, signed))}


def sub_long(n: Word, m: Word, width: int, signed: int) -> Writes:
    return {"d": each(2 * width, s.sub, long(n, width, signed), long(m, width, signed))}


def difference_long(n: Word, m: Word, width: int, signed: int) -> Writes:
    return {"d": each(2 * width, lambda x, y: absolute_difference(x, y, signed), long(n, width, signed), long(m, width, signed))}


def difference_long_added(d: Word, n: Word, m: Word, width: int, signed: int) -> Writes:
    operands = long(n, width, signed), long(m, width, signed)
    return {"d": each(2 * width, lambda total, x, y: total + absolute_difference(x, y, signed), d, *operands)}


def mul_long(n: Word, m: Word, width: int, signed: int) -> Writes:
    return {"d": each(2 * width, s.mul, long(n, width, signed), long(m, width, signed))}


def mla_long(d: Word, n: Word, m: Word, width: int, signed: int) -> Writes:
    return {"d": each(2 * width, lambda total, x, y: total + x * y, d, long(n, width, signed), long(m, width, signed))}


def mls_long(d: Word, n: Word, m: Word, width: int, signed: int) -> Writes:
    return {"d": each(2 * width, lambda total, x, y: total - x * y, d, long(n, width, signed), long(m, width, signed))}


def polynomial_long(n: Word, m: Word, width: int) -> Writes:
    return {"d": each(width, polynomial_product, upper(n), upper(m))}


def double_long(n: Word, m: Word, width: int) -> Writes:
    return {"d": each(width, lambda x, y: saturate(double_product(x, y), 2 * width, 1), upper(n), upper(m))}


def double_long_accumulate(d: Word, n: Word, m: Word, width: int, sign: int) -> Writes:
    """Product and sum saturate one after the other."""
    wide = 2 * width
    products = each(width, lambda x, y: saturate(double_product(x, y), wide, 1), upper(n), upper(m))
    return {"d": each(wide, lambda total, x: saturate(exact(total, 1) + sign * exact(x, 1), wide, 1), d, products)}


def add_wide(n: Word, m: Word, width: int, signed: int) -> Writes:
    return {"d": each(2 * width, s.add, n, long(m, width, signed))}


def sub_wide(n: Word, m: Word, width: int, signed: int) -> Writes:
    return {"d": each(2 * width, s.sub, n, long(m, width, signed))}


def add_high(d: Word, n: Word, m: Word, width: int, rounding: int) -> Writes:
    """The upper halves of sums; the rounding may carry out of them."""
    total = each(2 * width, s.add, n, m)
    return {"d": narrow(d, width, lambda x: s.extract(x + (rounding << (width - 1)), width, width), total)}


def sub_high(d: Word, n: Word, m: Word, width: int, rounding: int) -> Writes:
    total = each(2 * width, s.sub, n, m)
    return {"d": narrow(d, width, lambda x: s.extract(x + (rounding << (width - 1)), width, width), total)}


PLUS, MINUS = {"sign": 1}, {"sign": -1}
PLAIN, ROUNDED = {"rounding": 0}, {"rounding": 1}

# name, U, opcode, lanes of the narrow operands, meaning, its constants beside the width; those that saturate have scalar forms
LONG = (
    ("saddl", 0, "0000", "bhs", add_long, SIGNED), ("uaddl", 1, "0000", "bhs", add_long, UNSIGNED),
    ("ssubl", 0, "0010", "bhs", sub_long, SIGNED), ("usubl", 1, "0010", "bhs", sub_long, UNSIGNED),
    ("sabal", 0, "0101", "bhs", difference_long_added, SIGNED), ("uabal", 1, "0101", "bhs", difference_long_added, UNSIGNED),
    ("sabdl", 0, "0111", "bhs", difference_long, SIGNED), ("uabdl", 1, "0111", "bhs", difference_long, UNSIGNED),
    ("smlal", 0, "1000", "bhs", mla_long, SIGNED), ("umlal", 1, "1000", "bhs", mla_long, UNSIGNED),
    ("sqdmlal", 0, "1001", "hs", double_long_accumulate, PLUS),
    ("smlsl", 0, "1010", "bhs", mls_long, SIGNED), ("umlsl", 1, "1010", "bhs", mls_long, UNSIGNED),
    ("sqdmlsl", 0, "1011", "hs", double_long_accumulate, MINUS),
    ("smull", 0, "1100", "bhs", mul_long, SIGNED), ("umull", 1, "1100", "bhs", mul_long, UNSIGNED),
    ("sqdmull", 0, "1101", "hs", double_long, {}), ("pmull", 0, "1110", "bd", polynomial_long, {}),
)  # fmt: skip
WIDENED = (
    ("saddw", 0, "0001", add_wide, SIGNED), ("uaddw", 1, "0001", add_wide, UNSIGNED),
    ("ssubw", 0, "0011", sub_wide, SIGNED), ("usubw", 1, "0011", sub_wide, UNSIGNED),
)  # fmt: skip
HIGH = (
    ("addhn", 0, "0100", add_high, PLAIN), ("raddhn", 1, "0100", add_high, ROUNDED),
    ("subhn", 0, "0110", sub_high, PLAIN), ("rsubhn", 1, "0110", sub_high, ROUNDED),
)  # fmt: skip


def _different() -> Iterator[Row]:
    for name, u, opcode, letters, function, constants in LONG:
        for letter in letters:
            wide, width = full(WIDE[letter]), WIDTHS[letter]
            for upper_half, part, suffix in ((0, half(letter), ""), (1, full(letter), "2")):
                template = f"{name}{suffix} {{d:v{wide}}}, {vectors(part, 'nm')}"
                pattern = f"0 {upper_half} {u} 01110 {SIZES[letter]} 1 m:5 {opcode} 00 n:5 d:5"
                yield meaning(template, pattern, function, cumulative=saturates(name), constants=constants, width=width)
            if saturates(name):
                template = f"{name} {{d:{WIDE[letter]}}}, {scalars(letter, 'nm')}"
                pattern = f"01 {u} 11110 {SIZES[letter]} 1 m:5 {opcode} 00 n:5 d:5"
                yield meaning(template, pattern, function, cumulative=True, constants=constants, width=width)
    for letter in "bhs":
        wide, width, tail = full(WIDE[letter]), WIDTHS[letter], f"01110 {SIZES[letter]} 1 m:5"
        for upper_half, part, suffix in ((0, half(letter), ""), (1, full(letter), "2")):
            for name, u, opcode, function, constants in WIDENED:
                template, pattern = f"{name}{suffix} {vectors(wide, 'dn')}, {{m:v{part}}}", f"0 {upper_half} {u} {tail} {opcode} 00 n:5 d:5"
                yield meaning(template, pattern, function, constants=constants, width=width)
            for name, u, opcode, function, constants in HIGH:
                template, pattern = f"{name}{suffix} {{d:v{part}}}, {vectors(wide, 'nm')}", f"0 {upper_half} {u} {tail} {opcode} 00 n:5 d:5"
                yield meaning(template, pattern, function, constants=constants, width=width)


# --- by one element, which stands for every lane of the second factor ---------------------------

ELEMENT_SAME = (("mla", 1, "0000", mla), ("mls", 1, "0100", mls), ("mul", 0, "1000", mul))
ELEMENT_SATURATING = (
    ("sqdmulh", 0, "1100", high_half_of_product, PLAIN), ("sqrdmulh", 0, "1101", high_half_of_product, ROUNDED),
    ("sqrdmlah", 1, "1101", rounding_accumulate, PLUS), ("sqrdmlsh", 1, "1111", rounding_accumulate, MINUS),
)  # fmt: skip
ELEMENT_LONG = (
    ("smlal", 0, "0010", mla_long, SIGNED), ("umlal", 1, "0010", mla_long, UNSIGNED),
    ("smlsl", 0, "0110", mls_long, SIGNED), ("umlsl", 1, "0110", mls_long, UNSIGNED),
    ("smull", 0, "1010", mul_long, SIGNED), ("umull", 1, "1010", mul_long, UNSIGNED),
)  # fmt: skip
ELEMENT_LONG_SATURATING = (
    ("sqdmlal", 0, "0011", double_long_accumulate, PLUS), ("sqdmlsl", 0, "0111", double_long_accumulate, MINUS),
    ("sqdmull", 0, "1011", double_long, {}),
)  # fmt: skip

# The second factor: its operand, and the bits from L to opcode and from H on. Lanes of 16 bits leave v0 to v15.
INDEXED = {"h": ("{m:e15_h_H1L1M1}", "L M m:4", "H"), "s": ("{m:e_s_H1L1}", "L m:5", "H")}


def _element_same() -> Iterator[Row]:
    for a in H + S:
        operand, low, high = INDEXED[a[-1]]
        width, template, head = WIDTHS[a[-1]], f"{vectors(a, 'dn')}, {operand}", f"01111 {size(a)} {low}"
        for name, u, opcode, function in ELEMENT_SAME:
            yield meaning(f"{name} {template}", f"0 {q(a)} {u} {head} {opcode} {high} 0 n:5 d:5", function, width=width)
        for name, u, opcode, function, constants in ELEMENT_SATURATING:
            pattern = f"0 {q(a)} {u} {head} {opcode} {high} 0 n:5 d:5"
            yield meaning(f"{name} {template}", pattern, function, cumulative=True, constants=constants, width=width)
    for letter in "hs":
        operand, low, high = INDEXED[letter]
        for name, u, opcode, function, constants in ELEMENT_SATURATING:
            template = f"{name} {scalars(letter, 'dn')}, {operand}"
            pattern = f"01 {u} 11111 {SIZES[letter]} {low} {opcode} {high} 0 n:5 d:5"
            yield meaning(template, pattern, function, cumulative=True, constants=constants, width=WIDTHS[letter])


def _element_long() -> Iterator[Row]:
    for letter in "hs":
        operand, low, high = INDEXED[letter]
        wide, width = WIDE[letter], WIDTHS[letter]
        for name, u, opcode, function, constants in ELEMENT_LONG + ELEMENT_LONG_SATURATING:
            for upper_half, part, suffix in ((0, half(letter), ""), (1, full(letter), "2")):
                template = f"{name}{suffix} {{d:v{full(wide)}}}, {{n:v{part}}}, {operand}"
                pattern = f"0 {upper_half} {u} 01111 {SIZES[letter]} {low} {opcode} {high} 0 n:5 d:5"
                yield meaning(template, pattern, function, cumulative=saturates(name), constants=constants, width=width)
        for name, u, opcode, function, constants in ELEMENT_LONG_SATURATING:
            template = f"{name} {{d:{wide}}}, {{n:{letter}}}, {operand}"
            pattern = f"01 {u} 11111 {SIZES[letter]} {low} {opcode} {high} 0 n:5 d:5"
            yield meaning(template, pattern, function, cumulative=True, constants=constants, width=width)
    for name, u, signed in DOT:
        for a, b in (("2s", "8b"), ("4s", "16b")):
            template = f"{name} {{d:v{a}}}, {{n:v{b}}}, {{m:e_4b_H1L1}}"
            yield meaning(template, f"0 {q(a)} {u} 01111 10 L m:5 1110 H 0 n:5 d:5", dot, signed=signed)


def rows() -> Iterator[Row]:
    """Every row of this group."""
    yield from _different()
    yield from _element_same()
    yield from _element_long()
