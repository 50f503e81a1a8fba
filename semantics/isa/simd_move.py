"""Vector moves: permutations, tables, elements, copies and immediates (Arm ARM C4.1.96)."""

from __future__ import annotations

from collections.abc import Iterator

from semantics import simplify as s
from semantics.isa.arrangements import ALL, WIDTHS, B, H, S, q, size, vectors
from semantics.lanes import each, extend, join, pick, split
from semantics.row import Row, Writes, meaning
from semantics.words import Word


def interleave(n: Word, m: Word, width: int, part: int) -> Writes:
    """Of the lower or upper half of both: a lane of the first, one of the second, and so on."""
    half = n.width // 2
    first, second = (split(s.extract(word, part * half, half), width) for word in (n, m))
    return {"d": join(lane for pair in zip(first, second, strict=True) for lane in pair)}


def every_other(n: Word, m: Word, width: int, part: int) -> Writes:
    return {"d": join(split(s.concat(m, n), width)[part::2])}


def transpose(n: Word, m: Word, width: int, part: int) -> Writes:
    first, second = split(n, width)[part::2], split(m, width)[part::2]
    return {"d": join(lane for pair in zip(first, second, strict=True) for lane in pair)}


def from_byte(n: Word, m: Word, i: int) -> Writes:
    return {"d": s.extract(s.concat(m, n), 8 * i, n.width)}


def look_up(n: Word, m: Word) -> Writes:
    """Bytes of a table by number; 0 beyond its end."""
    table = split(n, 8)
    return {"d": each(8, lambda index: pick(table, index, s.const(0, 8)), m)}


def look_up_or_keep(d: Word, n: Word, m: Word) -> Writes:
    table = split(n, 8)
    return {"d": each(8, lambda old, index: pick(table, index, old), d, m)}


PERMUTE = (
    ("uzp1", "001", every_other, 0), ("trn1", "010", transpose, 0), ("zip1", "011", interleave, 0),
    ("uzp2", "101", every_other, 1), ("trn2", "110", transpose, 1), ("zip2", "111", interleave, 1),
)  # fmt: skip


def _permute() -> Iterator[Row]:
    for name, opcode, function, part in PERMUTE:
        for a in ALL:
            template, pattern = f"{name} {vectors(a, 'dnm')}", f"0 {q(a)} 001110 {size(a)} 0 m:5 0 {opcode} 10 n:5 d:5"
            yield meaning(template, pattern, function, width=WIDTHS[a[-1]], part=part)
    yield meaning(f"ext {vectors('8b', 'dnm')}, {{i:u3}}", "0 0 101110 00 0 m:5 0 0 i:3 0 n:5 d:5", from_byte)
    yield meaning(f"ext {vectors('16b', 'dnm')}, {{i:u4}}", "0 1 101110 00 0 m:5 0 i:4 0 n:5 d:5", from_byte)
    for a in B:
        for count in (1, 2, 3, 4):
            for op, name, function in ((0, "tbl", look_up), (1, "tbx", look_up_or_keep)):
                template = f"{name} {{d:v{a}}}, {{n:l{count}_16b}}, {{m:v{a}}}"
                yield meaning(template, f"0 {q(a)} 001110 00 0 m:5 0 {count - 1:02b} {op} 00 n:5 d:5", function)


# --- elements and copies ------------------------------------------------------------------------


def duplicate(n: Word, width: int, count: int) -> Writes:
    """The low bits of a register, or an element, in every lane."""
    return {"d": join([s.truncate(n, width)] * count)}


def move_out(n: Word, general: int, signed: int) -> Writes:
    return {"d": extend(n, general, signed)}


# imm5 by lane: the index above a single 1, and its width
INDEX = {"b": ("i:4 1", 4), "h": ("i:3 10", 3), "s": ("i:2 100", 2), "d": ("i:1 1000", 1)}
# the second index of ins, in imm4, whose low bits are not used and 0
SECOND = {"b": "j:4", "h": "j:3 0", "s": "j:2 00", "d": "j:1 000"}


def _lanes(arrangement: str) -> dict[str, int]:
    width = WIDTHS[arrangement[-1]]
    return {"width": width, "count": (128 if q(arrangement) else 64) // width}


def _copies() -> Iterator[Row]:
    for a in ALL:
        letter, lanes = a[-1], _lanes(a)
        imm5, bits = INDEX[letter]
        general = "X" if letter == "d" else "W"
        template, pattern = f"dup {{d:v{a}}}, {{n:e_{letter}_i{bits}}}", f"0 {q(a)} 001110000 {imm5} 0 0000 1 n:5 d:5"
        yield meaning(template, pattern, duplicate, constants=lanes)
        template, pattern = f"dup {{d:v{a}}}, {{n:{general}}}", f"0 {q(a)} 001110000 {'0' * bits}{imm5.split()[1]} 0 0001 1 n:5 d:5"
        yield meaning(template, pattern, duplicate, constants=lanes)


def _elements() -> Iterator[Row]:
    for letter, (imm5, bits) in INDEX.items():
        width, wide = WIDTHS[letter], int(letter == "d")
        general, one = "X" if wide else "W", {"width": width, "count": 1}
        element, target = f"{{n:e_{letter}_i{bits}}}", f"{{d:e_{letter}_i{bits}}}"
        yield meaning(f"dup {{d:{letter}}}, {element}", f"01 0 11110000 {imm5} 0 0000 1 n:5 d:5", duplicate, constants=one)
        yield meaning(f"ins {target}, {{n:{general}}}", f"0 1 001110000 {imm5} 0 0011 1 n:5 d:5", duplicate, constants=one)
        template, pattern = f"ins {target}, {{n:e_{letter}_j{bits}}}", f"0 1 101110000 {imm5} 0 {SECOND[letter]} 1 n:5 d:5"
        yield meaning(template, pattern, duplicate, constants=one)
        template, pattern = f"umov {{d:{general}}}, {element}", f"0 {wide} 001110000 {imm5} 0 0111 1 n:5 d:5"
        yield meaning(template, pattern, move_out, general=64 if wide else 32, signed=0)
        if letter in "bh":
            yield meaning(f"smov {{d:W}}, {element}", f"0 0 001110000 {imm5} 0 0101 1 n:5 d:5", move_out, general=32, signed=1)
        if letter in "bhs":
            yield meaning(f"smov {{d:X}}, {element}", f"0 1 001110000 {imm5} 0 0101 1 n:5 d:5", move_out, general=64, signed=1)


# --- immediates ---------------------------------------------------------------------------------


def move_immediate(i: int, width: int, count: int) -> Writes:
    return {"d": join([s.const(i, width)] * count)}


def move_complement(i: int, width: int, count: int) -> Writes:
    return {"d": join([s.const(~i, width)] * count)}


def set_bits(d: Word, i: int, width: int) -> Writes:
    return {"d": d | join([s.const(i, width)] * (d.width // width))}


def clear_bits(d: Word, i: int, width: int) -> Writes:
    return {"d": d & ~join([s.const(i, width)] * (d.width // width))}


MOVE = ((0, "movi", move_immediate, "orr", set_bits), (1, "mvni", move_complement, "bic", clear_bits))
HEAD, TAIL = "0111100000 abc:3", "01 defgh:5 d:5"


def _immediates() -> Iterator[Row]:
    for op, name, function, name_into, function_into in MOVE:
        for a in S:
            lanes, start = _lanes(a), f"0 {q(a)} {op} {HEAD}"
            yield meaning(f"{name} {{d:v{a}}}, {{i:words}}", f"{start} 0 h:2 0 {TAIL}", function, constants=lanes)
            yield meaning(f"{name_into} {{d:v{a}}}, {{i:words}}", f"{start} 0 h:2 1 {TAIL}", function_into, width=32)
            yield meaning(f"{name} {{d:v{a}}}, {{i:ones}}", f"{start} 110 h:1 {TAIL}", function, constants=lanes)
        for a in H:
            lanes, start = _lanes(a), f"0 {q(a)} {op} {HEAD}"
            yield meaning(f"{name} {{d:v{a}}}, {{i:halves}}", f"{start} 10 h:1 0 {TAIL}", function, constants=lanes)
            yield meaning(f"{name_into} {{d:v{a}}}, {{i:halves}}", f"{start} 10 h:1 1 {TAIL}", function_into, width=16)
    for a in B:
        yield meaning(f"movi {{d:v{a}}}, {{i:bytes}}", f"0 {q(a)} 0 {HEAD} 1110 {TAIL}", move_immediate, constants=_lanes(a))
    yield meaning("movi {d:d}, {i:mask}", f"0 0 1 {HEAD} 1110 {TAIL}", move_immediate, width=64, count=1)
    yield meaning("movi {d:v2d}, {i:mask}", f"0 1 1 {HEAD} 1110 {TAIL}", move_immediate, width=64, count=2)


def rows() -> Iterator[Row]:
    """Every row of this group."""
    yield from _permute()
    yield from _copies()
    yield from _elements()
    yield from _immediates()
