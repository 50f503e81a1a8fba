"""Vector loads and stores of structures: ld1 to ld4, st1 to st4, whole registers and elements (Arm ARM C4.1.94).

Whole registers are transferred in pieces of a register's size: what the registers hold does not depend on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from semantics import simplify as s
from semantics.isa.arrangements import SIZES, WIDTHS, B, H, S, q
from semantics.lanes import join, split
from semantics.row import Row, Semantics, Writes, meaning
from semantics.state import State
from semantics.words import Word


def load_structures(mem: State, a: Word, size: int, count: int, structure: int, width: int) -> Writes:
    """``count`` registers of ``size`` bytes; the members of a structure go to one register each."""
    whole = join(mem.load(a + size * i, size) for i in range(count))
    lanes = split(whole, width) if structure > 1 else [whole]
    return {"t": join(lane for member in range(structure) for lane in lanes[member::structure])}


def store_structures(t: Word, a: Word, size: int, count: int, structure: int, width: int) -> Writes:
    registers = [split(part, width) for part in split(t, t.width // structure)] if structure > 1 else [[t]]
    whole = join(lane for members in zip(*registers, strict=True) for lane in members)
    return {"mem": [(a + size * i, part) for i, part in enumerate(split(whole, whole.width // count))]}


def load_elements(mem: State, a: Word, size: int, count: int) -> Writes:
    return {"t": join(mem.load(a + size * i, size) for i in range(count))}


def store_elements(t: Word, a: Word, size: int) -> Writes:
    return {"mem": [(a + size * i, part) for i, part in enumerate(split(t, 8 * size))]}


def load_replicated(mem: State, a: Word, size: int, count: int, lanes: int) -> Writes:
    elements = [mem.load(a + size * i, size) for i in range(count)]
    return {"t": s.concat(*(element for element in reversed(elements) for _ in range(lanes)))}


# structure size, registers, opcode
MULTIPLE = ((4, 4, "0000"), (1, 4, "0010"), (3, 3, "0100"), (1, 3, "0110"), (1, 1, "0111"), (2, 2, "1000"), (1, 2, "1010"))

# lane -> the low bits of opcode, then S and size, with the element's index in the fields Q, S and z
ELEMENT = {
    "b": ("Q", "00", "S z:2", "Q1S1z2"),
    "h": ("Q", "01", "S z:1 0", "Q1S1z1"),
    "s": ("Q", "10", "S 00", "Q1S1"),
    "d": ("Q", "10", "0 01", "Q1"),
}

type Pattern = tuple[str, str, str]  # before the bit that tells writeback, after it, and after the increment's register


def _modes(start: str, size: int, pattern: Pattern, function: Semantics, constants: Mapping[str, int]) -> Iterator[Row]:
    """Without writeback, post-indexed by the ``size`` of everything in bytes, and by a register."""
    before, after, tail = pattern
    yield meaning(f"{start}, {{a:base}}", f"{before} 0 {after} 00000 {tail} n:5 t:5", function, constants=constants)
    yield meaning(f"{start}, {{a:vpost{size}}}", f"{before} 1 {after} 11111 {tail} n:5 t:5", function, constants=constants)
    yield meaning(f"{start}, {{a:vpost}}", f"{before} 1 {after} m:5 {tail} n:5 t:5", function, constants=constants)


def _multiple() -> Iterator[Row]:
    for structure, count, opcode in MULTIPLE:
        for a in (*B, *H, *S, "1d", "2d"):
            if a == "1d" and structure > 1:
                continue
            size = 16 if q(a) else 8
            constants = {"size": size, "count": count, "structure": structure, "width": WIDTHS[a[-1]]}
            for load, name, function in ((0, "st", store_structures), (1, "ld", load_structures)):
                pattern = f"0 {q(a)} 001100", f"{load} 0", f"{opcode} {SIZES[a[-1]]}"
                yield from _modes(f"{name}{structure} {{t:l{count}_{a}}}", count * size, pattern, function, constants)


def _single() -> Iterator[Row]:
    for count in (1, 2, 3, 4):
        r, third = (count - 1) & 1, (count - 1) >> 1
        for letter, (top, opcode, low, parts) in ELEMENT.items():
            size, operand, tail = WIDTHS[letter] // 8, f"{{t:le{count}_{letter}_{parts}}}", f"{opcode}{third} {low}"
            pattern = f"0 {top} 001101", f"0 {r}", tail
            yield from _modes(f"st{count} {operand}", count * size, pattern, store_elements, {"size": size})
            pattern = f"0 {top} 001101", f"1 {r}", tail
            yield from _modes(f"ld{count} {operand}", count * size, pattern, load_elements, {"size": size, "count": count})
        for a in (*B, *H, *S, "1d", "2d"):
            size = WIDTHS[a[-1]] // 8
            constants = {"size": size, "count": count, "lanes": (16 if q(a) else 8) // size}
            pattern = f"0 {q(a)} 001101", f"1 {r}", f"11{third} 0 {SIZES[a[-1]]}"
            yield from _modes(f"ld{count}r {{t:l{count}_{a}}}", count * size, pattern, load_replicated, constants)


def rows() -> Iterator[Row]:
    """Every row of this group."""
    yield from _multiple()
    yield from _single()
