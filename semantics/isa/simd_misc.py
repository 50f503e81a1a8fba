"""Vector instructions on two registers, across lanes, and pairs as scalars (Arm ARM C4.1.96, "two-register misc")."""

from __future__ import annotations

from collections.abc import Iterator

from semantics import simplify as s
from semantics.isa.arrangements import ALL, BHS, SIZES, WIDE, WIDTHS, B, H, full, half, paired, q, saturates, scalars, size, vectors
from semantics.isa.simd_same import SIGNED, UNSIGNED, equal, greater, greater_equal
from semantics.lanes import absolute, across, each, extend, join, less, long, mask, narrow, pairs, split
from semantics.rounding import exact, narrowed, saturate
from semantics.row import Row, Writes, meaning
from semantics.words import Word


def reverse(n: Word, container: int, width: int) -> Writes:
    return {"d": each(container, lambda lane: join(reversed(split(lane, width))), n)}


def saturating_accumulate(d: Word, n: Word, width: int, signed: int) -> Writes:
    """A sum of numbers of which one is signed and the other not: the result is of the accumulator's kind."""
    return {"d": each(width, lambda x, y: saturate(exact(x, signed) + exact(y, 1 - signed), width, signed), d, n)}


def leading_signs(n: Word, width: int) -> Writes:
    """How many bits below the top one equal it."""
    return {"d": each(width, lambda x: s.clz(x ^ s.ashr(x, s.const(1, width))) - 1, n)}


def leading_zeros(n: Word, width: int) -> Writes:
    return {"d": each(width, s.clz, n)}


def ones(n: Word, width: int) -> Writes:
    return {"d": each(width, s.popcount, n)}


def complement(n: Word) -> Writes:
    return {"d": ~n}


def reverse_bits(n: Word, width: int) -> Writes:
    return {"d": each(width, s.rbit, n)}


def magnitude(n: Word, width: int) -> Writes:
    return {"d": each(width, absolute, n)}


def negate(n: Word, width: int) -> Writes:
    return {"d": each(width, s.neg, n)}


def saturating_magnitude(n: Word, width: int) -> Writes:
    return {"d": each(width, lambda x: saturate(absolute(exact(x, 1)), width, 1), n)}


def saturating_negate(n: Word, width: int) -> Writes:
    return {"d": each(width, lambda x: saturate(-exact(x, 1), width, 1), n)}


def less_equal(n: Word, m: int, width: int, signed: int) -> Writes:
    return {"d": each(width, lambda x, y: mask(~less(y, x, signed), width), n, m)}


def below(n: Word, m: int, width: int, signed: int) -> Writes:
    return {"d": each(width, lambda x, y: mask(less(x, y, signed), width), n, m)}


# name, U, opcode, arrangements, scalar forms, further operands, meaning, its constants beside the width
SAME = (
    ("rev64", 0, "00000", BHS, "", "", reverse, {"container": 64}), ("rev32", 1, "00000", B + H, "", "", reverse, {"container": 32}),
    ("rev16", 0, "00001", B, "", "", reverse, {"container": 16}),
    ("suqadd", 0, "00011", ALL, "bhsd", "", saturating_accumulate, SIGNED),
    ("usqadd", 1, "00011", ALL, "bhsd", "", saturating_accumulate, UNSIGNED),
    ("cls", 0, "00100", BHS, "", "", leading_signs, {}), ("clz", 1, "00100", BHS, "", "", leading_zeros, {}),
    ("cnt", 0, "00101", B, "", "", ones, {}),
    ("sqabs", 0, "00111", ALL, "bhsd", "", saturating_magnitude, {}), ("sqneg", 1, "00111", ALL, "bhsd", "", saturating_negate, {}),
    ("cmgt", 0, "01000", ALL, "d", ", {m:k0}", greater, SIGNED), ("cmge", 1, "01000", ALL, "d", ", {m:k0}", greater_equal, SIGNED),
    ("cmeq", 0, "01001", ALL, "d", ", {m:k0}", equal, {}), ("cmle", 1, "01001", ALL, "d", ", {m:k0}", less_equal, SIGNED),
    ("cmlt", 0, "01010", ALL, "d", ", {m:k0}", below, SIGNED),
    ("abs", 0, "01011", ALL, "d", "", magnitude, {}), ("neg", 1, "01011", ALL, "d", "", negate, {}),
)  # fmt: skip


def _same() -> Iterator[Row]:
    for name, u, opcode, arrangements, letters, more, function, constants in SAME:
        cumulative = saturates(name)
        for a in arrangements:
            template, pattern = f"{name} {vectors(a, 'dn')}{more}", f"0 {q(a)} {u} 01110 {size(a)} 10000 {opcode} 10 n:5 d:5"
            yield meaning(template, pattern, function, cumulative=cumulative, constants=constants, width=WIDTHS[a[-1]])
        for letter in letters:
            template, pattern = f"{name} {scalars(letter, 'dn')}{more}", f"01 {u} 11110 {SIZES[letter]} 10000 {opcode} 10 n:5 d:5"
            yield meaning(template, pattern, function, cumulative=cumulative, constants=constants, width=WIDTHS[letter])
    for a in B:
        yield meaning(f"not {vectors(a, 'dn')}", f"0 {q(a)} 1 01110 00 10000 00101 10 n:5 d:5", complement)
        yield meaning(f"rbit {vectors(a, 'dn')}", f"0 {q(a)} 1 01110 01 10000 00101 10 n:5 d:5", reverse_bits, width=8)


# --- results with lanes of another width --------------------------------------------------------


def add_pairs(n: Word, width: int, signed: int) -> Writes:
    return {"d": pairs(width, lambda x, y: extend(x, 2 * width, signed) + extend(y, 2 * width, signed), n)}


def accumulate_pairs(d: Word, n: Word, width: int, signed: int) -> Writes:
    total = pairs(width, lambda x, y: extend(x, 2 * width, signed) + extend(y, 2 * width, signed), n)
    return {"d": each(2 * width, s.add, d, total)}


def narrow_plain(d: Word, n: Word, width: int) -> Writes:
    return {"d": narrow(d, width, lambda x: s.truncate(x, width), n)}


def narrow_saturating(d: Word, n: Word, width: int, signed: int, result_signed: int) -> Writes:
    return {"d": narrow(d, width, lambda x: narrowed(x, width, signed, result_signed), n)}


def shift_left_long(n: Word, i: int, width: int, signed: int) -> Writes:
    return {"d": each(2 * width, lambda x: s.shl(x, s.const(i, 2 * width)), long(n, width, signed))}


PAIRWISE = (
    ("saddlp", 0, "00010", add_pairs, SIGNED), ("uaddlp", 1, "00010", add_pairs, UNSIGNED),
    ("sadalp", 0, "00110", accumulate_pairs, SIGNED), ("uadalp", 1, "00110", accumulate_pairs, UNSIGNED),
)  # fmt: skip

# name, U, opcode, scalar forms, meaning, its constants beside the width
NARROW = (
    ("xtn", 0, "10010", "", narrow_plain, {}),
    ("sqxtun", 1, "10010", "bhs", narrow_saturating, {"signed": 1, "result_signed": 0}),
    ("sqxtn", 0, "10100", "bhs", narrow_saturating, {"signed": 1, "result_signed": 1}),
    ("uqxtn", 1, "10100", "bhs", narrow_saturating, {"signed": 0, "result_signed": 0}),
)


def _widths() -> Iterator[Row]:
    for name, u, opcode, function, constants in PAIRWISE:
        for a in BHS:
            template, pattern = f"{name} {{d:v{paired(a)}}}, {{n:v{a}}}", f"0 {q(a)} {u} 01110 {size(a)} 10000 {opcode} 10 n:5 d:5"
            yield meaning(template, pattern, function, constants=constants, width=WIDTHS[a[-1]])
    for letter, bits in (("b", 8), ("h", 16), ("s", 32)):
        wide, tail = full(WIDE[letter]), f"{SIZES[letter]} 10000"
        for upper, part, suffix in ((0, half(letter), ""), (1, full(letter), "2")):
            for name, u, opcode, _, function, constants in NARROW:
                template, pattern = f"{name}{suffix} {{d:v{part}}}, {{n:v{wide}}}", f"0 {upper} {u} 01110 {tail} {opcode} 10 n:5 d:5"
                yield meaning(template, pattern, function, cumulative=saturates(name), constants=constants, width=bits)
            template = f"shll{suffix} {{d:v{wide}}}, {{n:v{part}}}, {{i:k{bits}}}"
            yield meaning(template, f"0 {upper} 1 01110 {tail} 10011 10 n:5 d:5", shift_left_long, width=bits, signed=0)
        for name, u, opcode, letters, function, constants in NARROW:
            if letter in letters:
                template, pattern = f"{name} {{d:{letter}}}, {{n:{WIDE[letter]}}}", f"01 {u} 11110 {tail} {opcode} 10 n:5 d:5"
                yield meaning(template, pattern, function, cumulative=True, constants=constants, width=bits)


# --- across lanes -------------------------------------------------------------------------------


def add_across(n: Word, width: int) -> Writes:
    return {"d": across(width, s.add, n)}


def add_across_long(n: Word, width: int, signed: int) -> Writes:
    wide = join(extend(x, 2 * width, signed) for x in split(n, width))
    return {"d": across(2 * width, s.add, wide)}


def maximum_across(n: Word, width: int, signed: int) -> Writes:
    return {"d": across(width, lambda x, y: s.ite(less(x, y, signed), y, x), n)}


def minimum_across(n: Word, width: int, signed: int) -> Writes:
    return {"d": across(width, lambda x, y: s.ite(less(x, y, signed), x, y), n)}


ACROSS = (
    ("smaxv", 0, "01010", maximum_across, SIGNED), ("umaxv", 1, "01010", maximum_across, UNSIGNED),
    ("sminv", 0, "11010", minimum_across, SIGNED), ("uminv", 1, "11010", minimum_across, UNSIGNED),
    ("addv", 0, "11011", add_across, {}),
)  # fmt: skip


def _across() -> Iterator[Row]:
    for a in (*B, *H, "4s"):
        letter, tail, width = a[-1], f"01110 {size(a)} 11000", WIDTHS[a[-1]]
        for name, u, opcode, function, constants in ACROSS:
            template, pattern = f"{name} {{d:{letter}}}, {{n:v{a}}}", f"0 {q(a)} {u} {tail} {opcode} 10 n:5 d:5"
            yield meaning(template, pattern, function, constants=constants, width=width)
        for name, u, signed in (("saddlv", 0, 1), ("uaddlv", 1, 0)):
            template, pattern = f"{name} {{d:{WIDE[letter]}}}, {{n:v{a}}}", f"0 {q(a)} {u} {tail} 00011 10 n:5 d:5"
            yield meaning(template, pattern, add_across_long, width=width, signed=signed)
    yield meaning("addp {d:d}, {n:v2d}", "01 0 11110 11 11000 11011 10 n:5 d:5", add_across, width=64)


def rows() -> Iterator[Row]:
    """Every row of this group."""
    yield from _same()
    yield from _widths()
    yield from _across()
