"""SHA-1, SHA-256, SHA-512 and SHA-3 (Arm ARM C4.1.96, "Cryptographic"; FIPS 180-4 and 202)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from semantics import simplify as s
from semantics.row import Row, Semantics, Writes
from semantics.words import Word


def _ror(word: Word, amount: int) -> Word:
    return s.ror(word, s.const(amount % word.width, word.width))


def _lane(vector: Word, i: int, width: int = 32) -> Word:
    return s.extract(vector, width * i, width)


def _vector(*lanes: Word) -> Word:
    """A vector of these lanes, lane 0 first."""
    return s.concat(*reversed(lanes))


def _choose(x: Word, y: Word, z: Word) -> Word:
    return ((y ^ z) & x) ^ z


def _parity(x: Word, y: Word, z: Word) -> Word:
    return x ^ y ^ z


def _majority(x: Word, y: Word, z: Word) -> Word:
    return (x & y) | ((x | y) & z)


# --- SHA-1 --------------------------------------------------------------------------------------


def _sha1(d: Word, n: Word, m: Word, mix: Callable[[Word, Word, Word], Word]) -> Writes:
    """Four rounds; ``n`` is e, ``m`` holds the schedule with the constants added."""
    a, b, c, e = _lane(d, 0), _lane(d, 1), _lane(d, 2), n
    last = _lane(d, 3)
    for i in range(4):
        e = e + _ror(a, 27) + mix(b, c, last) + _lane(m, i)
        a, b, c, last, e = e, a, _ror(b, 2), c, last
    return {"d": _vector(a, b, c, last)}


def sha1c(d: Word, n: Word, m: Word) -> Writes:
    return _sha1(d, n, m, _choose)


def sha1p(d: Word, n: Word, m: Word) -> Writes:
    return _sha1(d, n, m, _parity)


def sha1m(d: Word, n: Word, m: Word) -> Writes:
    return _sha1(d, n, m, _majority)


def sha1h(n: Word) -> Writes:
    return {"d": _ror(n, 2)}


def sha1su0(d: Word, n: Word, m: Word) -> Writes:
    return {"d": s.concat(s.extract(n, 0, 64), s.extract(d, 64, 64)) ^ d ^ m}


def sha1su1(d: Word, n: Word) -> Writes:
    lanes = [_lane(d, i) ^ (_lane(n, i + 1) if i < 3 else s.const(0, 32)) for i in range(4)]
    turned = [_ror(lane, 31) for lane in lanes]
    return {"d": _vector(*turned[:3], turned[3] ^ _ror(lanes[0], 30))}


# --- SHA-256 ------------------------------------------------------------------------------------


def _sha256(x: Word, y: Word, w: Word) -> tuple[Word, Word]:
    """Four rounds on abcd in ``x`` and efgh in ``y``."""
    a, b, c, d = (_lane(x, i) for i in range(4))
    e, f, g, h = (_lane(y, i) for i in range(4))
    for i in range(4):
        t = h + (_ror(e, 6) ^ _ror(e, 11) ^ _ror(e, 25)) + _choose(e, f, g) + _lane(w, i)
        top = t + (_ror(a, 2) ^ _ror(a, 13) ^ _ror(a, 22)) + _majority(a, b, c)
        a, b, c, d, e, f, g, h = top, a, b, c, d + t, e, f, g
    return _vector(a, b, c, d), _vector(e, f, g, h)


def sha256h(d: Word, n: Word, m: Word) -> Writes:
    return {"d": _sha256(d, n, m)[0]}


def sha256h2(d: Word, n: Word, m: Word) -> Writes:
    return {"d": _sha256(n, d, m)[1]}


def sha256su0(d: Word, n: Word) -> Writes:
    following = [*(_lane(d, i) for i in (1, 2, 3)), _lane(n, 0)]
    sigmas = [_ror(word, 7) ^ _ror(word, 18) ^ s.lshr(word, s.const(3, 32)) for word in following]
    return {"d": _vector(*(_lane(d, i) + sigmas[i] for i in range(4)))}


def sha256su1(d: Word, n: Word, m: Word) -> Writes:
    between = [_lane(n, 1), _lane(n, 2), _lane(n, 3), _lane(m, 0)]
    before, lanes = [_lane(m, 2), _lane(m, 3)], list[Word]()
    for i in range(4):
        word = before[i] if i < 2 else lanes[i - 2]
        sigma = _ror(word, 17) ^ _ror(word, 19) ^ s.lshr(word, s.const(10, 32))
        lanes.append(_lane(d, i) + between[i] + sigma)
    return {"d": _vector(*lanes)}


# --- SHA-512 ------------------------------------------------------------------------------------


def sha512h(d: Word, n: Word, m: Word) -> Writes:
    y1, y0 = _lane(m, 1, 64), _lane(m, 0, 64)
    x1, x0 = _lane(n, 1, 64), _lane(n, 0, 64)
    high = _choose(y1, x0, x1) + _sigma_e(y1) + _lane(d, 1, 64)
    other = high + y0
    low = _choose(other, y1, x0) + _sigma_e(other) + _lane(d, 0, 64)
    return {"d": _vector(low, high)}


def _sigma_e(word: Word) -> Word:
    return _ror(word, 14) ^ _ror(word, 18) ^ _ror(word, 41)


def sha512h2(d: Word, n: Word, m: Word) -> Writes:
    y0, y1, x0 = _lane(m, 0, 64), _lane(m, 1, 64), _lane(n, 0, 64)
    high = _majority(x0, y1, y0) + _sigma_a(y0) + _lane(d, 1, 64)
    low = _majority(high, y0, y1) + _sigma_a(high) + _lane(d, 0, 64)
    return {"d": _vector(low, high)}


def _sigma_a(word: Word) -> Word:
    return _ror(word, 28) ^ _ror(word, 34) ^ _ror(word, 39)


def sha512su0(d: Word, n: Word) -> Writes:
    following = (_lane(d, 1, 64), _lane(n, 0, 64))
    sigmas = [_ror(word, 1) ^ _ror(word, 8) ^ s.lshr(word, s.const(7, 64)) for word in following]
    return {"d": _vector(*(_lane(d, i, 64) + sigmas[i] for i in range(2)))}


def sha512su1(d: Word, n: Word, m: Word) -> Writes:
    words = [_lane(n, i, 64) for i in range(2)]
    sigmas = [_ror(word, 19) ^ _ror(word, 61) ^ s.lshr(word, s.const(6, 64)) for word in words]
    return {"d": _vector(*(_lane(d, i, 64) + sigmas[i] + _lane(m, i, 64) for i in range(2)))}


# --- SHA-3 --------------------------------------------------------------------------------------


def eor3(n: Word, m: Word, a: Word) -> Writes:
    return {"d": n ^ m ^ a}


def bcax(n: Word, m: Word, a: Word) -> Writes:
    return {"d": n ^ (m & ~a)}


def rax1(n: Word, m: Word) -> Writes:
    return {"d": _vector(*(_lane(n, i, 64) ^ _ror(_lane(m, i, 64), 63) for i in range(2)))}


def xar(n: Word, m: Word, imm: int) -> Writes:
    return {"d": _vector(*(_ror(_lane(n, i, 64) ^ _lane(m, i, 64), imm) for i in range(2)))}


THREE: tuple[tuple[Semantics, str, str], ...] = (
    (sha1c, "{d:q}, {n:s}, {m:v4s}", "01011110 000 m:5 0 000 00"), (sha1p, "{d:q}, {n:s}, {m:v4s}", "01011110 000 m:5 0 001 00"),
    (sha1m, "{d:q}, {n:s}, {m:v4s}", "01011110 000 m:5 0 010 00"), (sha1su0, "{d:v4s}, {n:v4s}, {m:v4s}", "01011110 000 m:5 0 011 00"),
    (sha256h, "{d:q}, {n:q}, {m:v4s}", "01011110 000 m:5 0 100 00"), (sha256h2, "{d:q}, {n:q}, {m:v4s}", "01011110 000 m:5 0 101 00"),
    (sha256su1, "{d:v4s}, {n:v4s}, {m:v4s}", "01011110 000 m:5 0 110 00"),
    (sha512h, "{d:q}, {n:q}, {m:v2d}", "11001110 011 m:5 1 0 00 00"), (sha512h2, "{d:q}, {n:q}, {m:v2d}", "11001110 011 m:5 1 0 00 01"),
    (sha512su1, "{d:v2d}, {n:v2d}, {m:v2d}", "11001110 011 m:5 1 0 00 10"),
    (rax1, "{d:v2d}, {n:v2d}, {m:v2d}", "11001110 011 m:5 1 0 00 11"),
    (eor3, "{d:v16b}, {n:v16b}, {m:v16b}, {a:v16b}", "11001110 000 m:5 0 a:5"),
    (bcax, "{d:v16b}, {n:v16b}, {m:v16b}, {a:v16b}", "11001110 001 m:5 0 a:5"),
    (xar, "{d:v2d}, {n:v2d}, {m:v2d}, {imm:u6}", "11001110 100 m:5 imm:6"),
)  # fmt: skip

TWO: tuple[tuple[Semantics, str, str], ...] = (
    (sha1h, "{d:s}, {n:s}", "01011110 00 10100 00000 10"),
    (sha1su1, "{d:v4s}, {n:v4s}", "01011110 00 10100 00001 10"),
    (sha256su0, "{d:v4s}, {n:v4s}", "01011110 00 10100 00010 10"),
    (sha512su0, "{d:v2d}, {n:v2d}", "11001110 11 00000 01000 00"),
)


def rows() -> Iterator[Row]:
    """Every row of this group."""
    for function, operands, opcode in (*THREE, *TWO):
        yield Row(f"{function.__name__} {operands}", f"{opcode} n:5 d:5", function)
