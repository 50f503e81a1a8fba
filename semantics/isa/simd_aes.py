"""AES rounds (Arm ARM C4.1.96, "Cryptographic AES"; FIPS 197).

A state has 16 bytes, byte ``i`` in row ``i % 4`` and column ``i // 4``. The S-box is computed, not looked up: inversion in
GF(2^8) modulo x^8 + x^4 + x^3 + x + 1 and an affine map, on bit planes, so that one word of 16 bits holds one bit of every byte.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from semantics import simplify as s
from semantics.row import Row, Semantics, Writes
from semantics.words import Word

type Planes = Sequence[Word]  # plane k holds bit k of each byte

MODULUS = 0x1B  # x^8 as a polynomial of lower degree
AFFINE, AFFINE_CONSTANT = (0, 4, 5, 6, 7), 0x63  # FIPS 197 5.1.1: bit i is the sum of bits i + k, and of the constant's bit
INVERSE_AFFINE, INVERSE_CONSTANT = (2, 5, 7), 0x05


def _planes(state: Word) -> Planes:
    return [s.concat(*(s.extract(state, 8 * i + k, 1) for i in reversed(range(state.width // 8)))) for k in range(8)]


def _bytes(planes: Planes) -> Word:
    return s.concat(*(s.extract(planes[k], i, 1) for i in reversed(range(planes[0].width)) for k in reversed(range(8))))


def _sum(terms: Sequence[Word]) -> Word:
    return terms[0] if len(terms) == 1 else s.xor(*terms)


def _reduced(planes: Sequence[list[Word]]) -> Planes:
    """The polynomial with these sums as coefficients, of degree 14 or less, modulo the field's."""
    sums = [list(terms) for terms in planes]
    for degree in range(len(sums) - 1, 7, -1):
        term = _sum(sums[degree])
        for k in range(8):
            if MODULUS >> k & 1:
                sums[degree - 8 + k].append(term)
    return [_sum(terms) for terms in sums[:8]]


def _times(a: Planes, b: Planes) -> Planes:
    sums = [list[Word]() for _ in range(15)]
    for i, left in enumerate(a):
        for j, right in enumerate(b):
            sums[i + j].append(left & right)
    return _reduced(sums)


def _squared(a: Planes, times: int = 1) -> Planes:
    zero = s.const(0, a[0].width)
    for _ in range(times):
        a = _reduced([[a[i // 2] if i % 2 == 0 else zero] for i in range(15)])
    return a


def _inverse(x: Planes) -> Planes:
    """x^254: the inverse of x, and 0 for 0."""
    two = _squared(x)
    three = _times(two, x)
    twelve = _squared(three, 2)
    fifteen = _times(twelve, three)
    return _times(_times(_squared(fifteen, 4), twelve), two)


def _affine(a: Planes, offsets: Sequence[int], constant: int) -> Planes:
    sums = [_sum([a[(i + k) % 8] for k in offsets]) for i in range(8)]
    return [~word if constant >> i & 1 else word for i, word in enumerate(sums)]


def sub_bytes(state: Word) -> Word:
    """SubBytes of every byte."""
    return _bytes(_affine(_inverse(_planes(state)), AFFINE, AFFINE_CONSTANT))


def inverse_sub_bytes(state: Word) -> Word:
    """InvSubBytes of every byte."""
    return _bytes(_inverse(_affine(_planes(state), INVERSE_AFFINE, INVERSE_CONSTANT)))


def _shift_rows(state: Word, by: int) -> Word:
    """Row r moves by ``by * r`` columns to the left."""
    places = [(i % 4) + 4 * ((i // 4 + by * (i % 4)) % 4) for i in range(16)]
    return s.concat(*(s.extract(state, 8 * place, 8) for place in reversed(places)))


def _doubled(byte: Word) -> Word:
    high = s.extract(byte, 7, 1)
    reduction = s.concat(*(high if MODULUS >> k & 1 else s.const(0, 1) for k in reversed(range(8))))
    return s.concat(s.extract(byte, 0, 7), s.const(0, 1)) ^ reduction


def _multiple(byte: Word, factor: int) -> Word:
    terms = list[Word]()
    while factor:
        if factor & 1:
            terms.append(byte)
        byte, factor = _doubled(byte), factor >> 1
    return _sum(terms)


def _mix(state: Word, factors: Sequence[int]) -> Word:
    """Each column times the circulant matrix whose first row is ``factors``."""
    cells = [s.extract(state, 8 * i, 8) for i in range(16)]
    mixed = list[Word]()
    for i in range(16):
        column, row = i // 4 * 4, i % 4
        mixed.append(_sum([_multiple(cells[column + j], factors[(j - row) % 4]) for j in range(4)]))
    return s.concat(*reversed(mixed))


def aese(d: Word, n: Word) -> Writes:
    return {"d": sub_bytes(_shift_rows(d ^ n, 1))}


def aesd(d: Word, n: Word) -> Writes:
    return {"d": inverse_sub_bytes(_shift_rows(d ^ n, -1))}


def aesmc(n: Word) -> Writes:
    return {"d": _mix(n, (2, 3, 1, 1))}


def aesimc(n: Word) -> Writes:
    return {"d": _mix(n, (14, 11, 13, 9))}


OPCODES: tuple[tuple[Semantics, str], ...] = ((aese, "00100"), (aesd, "00101"), (aesmc, "00110"), (aesimc, "00111"))


def rows() -> Iterator[Row]:
    """Every row of this group."""
    for function, opcode in OPCODES:
        yield Row(f"{function.__name__} {{d:v16b}}, {{n:v16b}}", f"01001110 00 10100 {opcode} 10 n:5 d:5", function)
