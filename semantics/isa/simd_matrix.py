"""Products of small matrices of bytes, and dot products of mixed signedness (Arm ARM, Armv8.6 I8MM).

Neither libVEX nor Unicorn knows them: their rows rest on tests against llvm-mc and qemu-aarch64.
"""

from __future__ import annotations

from collections.abc import Iterator

from semantics import simplify as s
from semantics.isa.arrangements import q, vectors
from semantics.lanes import each, extend, join, split
from semantics.row import Row, Writes, meaning
from semantics.words import Word


def mixed_dot(d: Word, n: Word, m: Word, n_signed: int, m_signed: int) -> Writes:
    """Four products of bytes added to a lane of 32 bits; a single group of four bytes stands for all lanes."""

    def lane(total: Word, left: Word, right: Word) -> Word:
        products = (extend(x, 32, n_signed) * extend(y, 32, m_signed) for x, y in zip(split(left, 8), split(right, 8), strict=True))
        return sum(products, total)

    return {"d": each(32, lane, d, n, m)}


def matrix_product(d: Word, n: Word, m: Word, n_signed: int, m_signed: int) -> Writes:
    """A matrix of 2 by 2 words plus the product of two of 2 by 8 bytes, the second transposed; rows lie one above the other."""
    total: list[Word] = []
    for old, (i, j) in zip(split(d, 32), ((0, 0), (0, 1), (1, 0), (1, 1)), strict=True):
        left, right = (split(s.extract(word, 64 * row, 64), 8) for word, row in ((n, i), (m, j)))
        products = (extend(x, 32, n_signed) * extend(y, 32, m_signed) for x, y in zip(left, right, strict=True))
        total.append(sum(products, old))
    return {"d": join(total)}


MATRIX = (("smmla", 0, "00", 1, 1), ("ummla", 1, "00", 0, 0), ("usmmla", 0, "01", 0, 1))


def rows() -> Iterator[Row]:
    """Every row of this group."""
    for name, u, opcode, n_signed, m_signed in MATRIX:
        pattern = f"0 1 {u} 01110 10 0 m:5 1 01 {opcode} 1 n:5 d:5"
        yield meaning(f"{name} {{d:v4s}}, {vectors('16b', 'nm')}", pattern, matrix_product, n_signed=n_signed, m_signed=m_signed)
    for a, b in (("2s", "8b"), ("4s", "16b")):
        template, pattern = f"usdot {{d:v{a}}}, {vectors(b, 'nm')}", f"0 {q(a)} 0 01110 10 0 m:5 1 0011 1 n:5 d:5"
        yield meaning(template, pattern, mixed_dot, n_signed=0, m_signed=1)
        for name, size, n_signed in (("sudot", "00", 1), ("usdot", "10", 0)):
            template = f"{name} {{d:v{a}}}, {{n:v{b}}}, {{m:e_4b_H1L1}}"
            pattern = f"0 {q(a)} 0 01111 {size} L m:5 1111 H 0 n:5 d:5"
            yield meaning(template, pattern, mixed_dot, n_signed=n_signed, m_signed=1 - n_signed)
