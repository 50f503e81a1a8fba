"""Vector shifts by an immediate (Arm ARM C4.1.96, "shift by immediate").

The lane width stands in the place of the highest 1 among the bits immh:immb; what is below it is the amount.
"""

from __future__ import annotations

from collections.abc import Iterator

from semantics import simplify as s
from semantics.isa.arrangements import ALL, WIDE, WIDTHS, full, half, q, saturates, vectors
from semantics.isa.simd_misc import shift_left_long
from semantics.isa.simd_same import SIGNED, UNSIGNED
from semantics.lanes import each, narrow
from semantics.rounding import narrowed, round_right, saturating_left, saturating_left_to_unsigned, shift_right
from semantics.row import Row, Writes, meaning
from semantics.words import Word


def right(n: Word, i: int, width: int, signed: int) -> Writes:
    return {"d": each(width, lambda x, k: shift_right(x, k, signed), n, i)}


def right_accumulate(d: Word, n: Word, i: int, width: int, signed: int) -> Writes:
    return {"d": each(width, lambda total, x: total + shift_right(x, s.const(i, width), signed), d, n)}


def rounding_right(n: Word, i: int, width: int, signed: int) -> Writes:
    return {"d": each(width, lambda x, k: s.truncate(round_right(x, k, signed), width), n, i)}


def rounding_right_accumulate(d: Word, n: Word, i: int, width: int, signed: int) -> Writes:
    return {"d": each(width, lambda total, x: total + s.truncate(round_right(x, s.const(i, width), signed), width), d, n)}


def right_insert(d: Word, n: Word, i: int, width: int) -> Writes:
    """The highest bits of the old lane stay."""
    kept = ~s.lshr(s.const(-1, width), s.const(i, width))
    return {"d": each(width, lambda old, x: (old & kept) | s.lshr(x, s.const(i, width)), d, n)}


def left(n: Word, i: int, width: int) -> Writes:
    return {"d": each(width, s.shl, n, i)}


def left_insert(d: Word, n: Word, i: int, width: int) -> Writes:
    """The lowest bits of the old lane stay."""
    kept = ~s.shl(s.const(-1, width), s.const(i, width))
    return {"d": each(width, lambda old, x: (old & kept) | s.shl(x, s.const(i, width)), d, n)}


def left_saturating(n: Word, i: int, width: int, signed: int) -> Writes:
    return {"d": each(width, lambda x, k: saturating_left(x, k, signed), n, i)}


def left_saturating_to_unsigned(n: Word, i: int, width: int) -> Writes:
    return {"d": each(width, saturating_left_to_unsigned, n, i)}


def right_narrow(d: Word, n: Word, i: int, width: int, rounding: int) -> Writes:
    """The bits cut off at the top are lost."""
    count = s.const(i, 2 * width)
    shifted = round_right if rounding else shift_right
    return {"d": narrow(d, width, lambda x: s.truncate(shifted(x, count, 0), width), n)}


def right_narrow_saturating(d: Word, n: Word, i: int, width: int, rounding: int, signed: int, result_signed: int) -> Writes:
    count = s.const(i, 2 * width)
    shifted = round_right if rounding else shift_right
    return {"d": narrow(d, width, lambda x: narrowed(shifted(x, count, signed), width, signed, result_signed), n)}


RIGHT = (
    ("sshr", 0, "00000", right, SIGNED), ("ushr", 1, "00000", right, UNSIGNED),
    ("ssra", 0, "00010", right_accumulate, SIGNED), ("usra", 1, "00010", right_accumulate, UNSIGNED),
    ("srshr", 0, "00100", rounding_right, SIGNED), ("urshr", 1, "00100", rounding_right, UNSIGNED),
    ("srsra", 0, "00110", rounding_right_accumulate, SIGNED), ("ursra", 1, "00110", rounding_right_accumulate, UNSIGNED),
    ("sri", 1, "01000", right_insert, {}),
)  # fmt: skip
# name, U, opcode, scalar forms, meaning, its constants beside the width
LEFT = (
    ("shl", 0, "01010", "d", left, {}), ("sli", 1, "01010", "d", left_insert, {}),
    ("sqshlu", 1, "01100", "bhsd", left_saturating_to_unsigned, {}),
    ("sqshl", 0, "01110", "bhsd", left_saturating, SIGNED), ("uqshl", 1, "01110", "bhsd", left_saturating, UNSIGNED),
)  # fmt: skip

TO_SIGNED = {"signed": 1, "result_signed": 1}
FROM_UNSIGNED = {"signed": 0, "result_signed": 0}
TO_UNSIGNED = {"signed": 1, "result_signed": 0}
PLAIN, ROUNDED = {"rounding": 0}, {"rounding": 1}

# name, U, opcode, meaning, its constants beside the width; those that saturate have scalar forms
NARROW = (
    ("shrn", 0, "10000", right_narrow, PLAIN), ("rshrn", 0, "10001", right_narrow, ROUNDED),
    ("sqshrun", 1, "10000", right_narrow_saturating, PLAIN | TO_UNSIGNED),
    ("sqrshrun", 1, "10001", right_narrow_saturating, ROUNDED | TO_UNSIGNED),
    ("sqshrn", 0, "10010", right_narrow_saturating, PLAIN | TO_SIGNED),
    ("uqshrn", 1, "10010", right_narrow_saturating, PLAIN | FROM_UNSIGNED),
    ("sqrshrn", 0, "10011", right_narrow_saturating, ROUNDED | TO_SIGNED),
    ("uqrshrn", 1, "10011", right_narrow_saturating, ROUNDED | FROM_UNSIGNED),
)  # fmt: skip
LONG = (("sshll", 0, SIGNED), ("ushll", 1, UNSIGNED))

AMOUNT = {"b": "0001 i:3", "h": "001 i:4", "s": "01 i:5", "d": "1 i:6"}
LEFT_KIND = {"b": "u3", "h": "u4", "s": "u5", "d": "u6"}


def _same() -> Iterator[Row]:
    for a in ALL:
        letter = a[-1]
        amount, width, kind = AMOUNT[letter], WIDTHS[letter], LEFT_KIND[letter]
        for name, u, opcode, function, constants in RIGHT:
            template, pattern = f"{name} {vectors(a, 'dn')}, {{i:rs{width}}}", f"0 {q(a)} {u} 011110 {amount} {opcode} 1 n:5 d:5"
            yield meaning(template, pattern, function, constants=constants, width=width)
        for name, u, opcode, _, function, constants in LEFT:
            template, pattern = f"{name} {vectors(a, 'dn')}, {{i:{kind}}}", f"0 {q(a)} {u} 011110 {amount} {opcode} 1 n:5 d:5"
            yield meaning(template, pattern, function, cumulative=saturates(name), constants=constants, width=width)
    for name, u, opcode, function, constants in RIGHT:
        template, pattern = f"{name} {{d:d}}, {{n:d}}, {{i:rs64}}", f"01 {u} 111110 {AMOUNT['d']} {opcode} 1 n:5 d:5"
        yield meaning(template, pattern, function, constants=constants, width=64)
    for name, u, opcode, letters, function, constants in LEFT:
        for letter in letters:
            template = f"{name} {{d:{letter}}}, {{n:{letter}}}, {{i:{LEFT_KIND[letter]}}}"
            pattern = f"01 {u} 111110 {AMOUNT[letter]} {opcode} 1 n:5 d:5"
            yield meaning(template, pattern, function, cumulative=saturates(name), constants=constants, width=WIDTHS[letter])


def _widths() -> Iterator[Row]:
    for letter in "bhs":
        amount, width, wide = AMOUNT[letter], WIDTHS[letter], full(WIDE[letter])
        for upper, part, suffix in ((0, half(letter), ""), (1, full(letter), "2")):
            for name, u, opcode, function, constants in NARROW:
                template = f"{name}{suffix} {{d:v{part}}}, {{n:v{wide}}}, {{i:rs{width}}}"
                pattern = f"0 {upper} {u} 011110 {amount} {opcode} 1 n:5 d:5"
                yield meaning(template, pattern, function, cumulative=saturates(name), constants=constants, width=width)
            for name, u, constants in LONG:
                template = f"{name}{suffix} {{d:v{wide}}}, {{n:v{part}}}, {{i:{LEFT_KIND[letter]}}}"
                yield meaning(template, f"0 {upper} {u} 011110 {amount} 10100 1 n:5 d:5", shift_left_long, constants=constants, width=width)
        for name, u, opcode, function, constants in NARROW:
            if saturates(name):
                template = f"{name} {{d:{letter}}}, {{n:{WIDE[letter]}}}, {{i:rs{width}}}"
                pattern = f"01 {u} 111110 {amount} {opcode} 1 n:5 d:5"
                yield meaning(template, pattern, function, cumulative=True, constants=constants, width=width)


def rows() -> Iterator[Row]:
    """Every row of this group."""
    yield from _same()
    yield from _widths()
