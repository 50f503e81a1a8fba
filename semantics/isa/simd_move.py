"""Vector moves: permutations, tables, elements, copies and immediates (Arm ARM C4.1.96)."""

from __future__ import annotations

from collections.abc import Iterator

from semantics.isa.arrangements import ALL, B, H, S, q, size, vectors
from semantics.row import Row, syntax

PERMUTE = (("uzp1", "001"), ("trn1", "010"), ("zip1", "011"), ("uzp2", "101"), ("trn2", "110"), ("zip2", "111"))

# imm5 by lane: the index above a single 1, and its width
INDEX = {"b": ("i:4 1", 4), "h": ("i:3 10", 3), "s": ("i:2 100", 2), "d": ("i:1 1000", 1)}
# the second index of ins, in imm4, whose low bits are not used and 0
SECOND = {"b": "j:4", "h": "j:3 0", "s": "j:2 00", "d": "j:1 000"}


def _permute() -> Iterator[Row]:
    for name, opcode in PERMUTE:
        for a in ALL:
            yield syntax(f"{name} {vectors(a, 'dnm')}", f"0 {q(a)} 001110 {size(a)} 0 m:5 0 {opcode} 10 n:5 d:5")
    yield syntax(f"ext {vectors('8b', 'dnm')}, {{i:u3}}", "0 0 101110 00 0 m:5 0 0 i:3 0 n:5 d:5")
    yield syntax(f"ext {vectors('16b', 'dnm')}, {{i:u4}}", "0 1 101110 00 0 m:5 0 i:4 0 n:5 d:5")
    for a in B:
        for count in (1, 2, 3, 4):
            for op, name in enumerate(("tbl", "tbx")):
                template = f"{name} {{d:v{a}}}, {{n:l{count}_16b}}, {{m:v{a}}}"
                yield syntax(template, f"0 {q(a)} 001110 00 0 m:5 0 {count - 1:02b} {op} 00 n:5 d:5")


def _elements() -> Iterator[Row]:
    for a in ALL:
        letter = a[-1]
        imm5, width = INDEX[letter]
        element = f"{{n:e_{letter}_i{width}}}"
        general = "X" if letter == "d" else "W"
        yield syntax(f"dup {{d:v{a}}}, {element}", f"0 {q(a)} 001110000 {imm5} 0 0000 1 n:5 d:5")
        yield syntax(f"dup {{d:v{a}}}, {{n:{general}}}", f"0 {q(a)} 001110000 {'0' * width}{imm5.split()[1]} 0 0001 1 n:5 d:5")
    for letter, (imm5, width) in INDEX.items():
        general = "X" if letter == "d" else "W"
        element, target = f"{{n:e_{letter}_i{width}}}", f"{{d:e_{letter}_i{width}}}"
        yield syntax(f"dup {{d:{letter}}}, {element}", f"01 0 11110000 {imm5} 0 0000 1 n:5 d:5")
        yield syntax(f"ins {target}, {{n:{general}}}", f"0 1 001110000 {imm5} 0 0011 1 n:5 d:5")
        yield syntax(f"ins {target}, {{n:e_{letter}_j{width}}}", f"0 1 101110000 {imm5} 0 {SECOND[letter]} 1 n:5 d:5")
        yield syntax(f"umov {{d:{general}}}, {element}", f"0 {int(letter == 'd')} 001110000 {imm5} 0 0111 1 n:5 d:5")
        if letter in "bh":
            yield syntax(f"smov {{d:W}}, {element}", f"0 0 001110000 {imm5} 0 0101 1 n:5 d:5")
        if letter in "bhs":
            yield syntax(f"smov {{d:X}}, {element}", f"0 1 001110000 {imm5} 0 0101 1 n:5 d:5")


def _immediates() -> Iterator[Row]:
    head, tail = "0111100000 abc:3", "01 defgh:5 d:5"
    for a in S:
        for op, name, name_into in ((0, "movi", "orr"), (1, "mvni", "bic")):
            yield syntax(f"{name} {{d:v{a}}}, {{i:words}}", f"0 {q(a)} {op} {head} 0 h:2 0 {tail}")
            yield syntax(f"{name_into} {{d:v{a}}}, {{i:words}}", f"0 {q(a)} {op} {head} 0 h:2 1 {tail}")
            yield syntax(f"{name} {{d:v{a}}}, {{i:ones}}", f"0 {q(a)} {op} {head} 110 h:1 {tail}")
    for a in H:
        for op, name, name_into in ((0, "movi", "orr"), (1, "mvni", "bic")):
            yield syntax(f"{name} {{d:v{a}}}, {{i:halves}}", f"0 {q(a)} {op} {head} 10 h:1 0 {tail}")
            yield syntax(f"{name_into} {{d:v{a}}}, {{i:halves}}", f"0 {q(a)} {op} {head} 10 h:1 1 {tail}")
    for a in B:
        yield syntax(f"movi {{d:v{a}}}, {{i:bytes}}", f"0 {q(a)} 0 {head} 1110 {tail}")
    yield syntax("movi {d:d}, {i:mask}", f"0 0 1 {head} 1110 {tail}")
    yield syntax("movi {d:v2d}, {i:mask}", f"0 1 1 {head} 1110 {tail}")


def rows() -> Iterator[Row]:
    """Every row of this group."""
    yield from _permute()
    yield from _elements()
    yield from _immediates()
