"""P-code's operations on words, as Ghidra's reference manual ("P-Code Operation Reference") defines them.

Widths are whole bytes; a truth value is a byte that is 0 or 1. Shift counts are unsigned, of any width, and from the
width of the value on shift everything out. Division is in :mod:`semantics.pcode.execute`, since p-code leaves that by 0
undefined; floating point and ``CALLOTHER`` are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from semantics import simplify as s
from semantics.pcode.errors import PcodeError
from semantics.words import Word

type Builder = Callable[[Sequence[Word], int], Word]
"""Inputs and the width of the output in bits to the output."""

type Binary = Callable[[Word, Word], Word]


def truth(word: Word) -> Word:
    """The one bit of a truth value; raises PcodeError if the byte is not certainly 0 or 1."""
    if word.width == 8:
        if word.op == "ite":
            return s.ite(word.args[0], truth(word.args[1]), truth(word.args[2]))
        if word.op == "zext" and word.args[0].width == 1:
            return word.args[0]  # as it stands where words are built without rules
        rest = s.extract(word, 1, 7)
        if rest.is_const and rest.value == 0:
            return s.bit(word, 0)
    raise PcodeError(f"SLEIGH uses a value of {word.width} bits as a truth value")


def byte(bit: Word) -> Word:
    """One bit as a truth value."""
    return s.zext(bit, 8)


def _same(args: Sequence[Word], width: int) -> tuple[Word, Word]:
    left, right = args
    if not left.width == right.width == width:
        raise PcodeError(f"SLEIGH mixes operands of {left.width} and {right.width} bits into {width}")
    return left, right


def _arithmetic(function: Binary) -> Builder:
    return lambda args, width: function(*_same(args, width))


def _comparison(function: Binary) -> Builder:
    return lambda args, width: byte(function(*_same(args, args[0].width)))


def _unary(function: Callable[[Word], Word]) -> Builder:
    return lambda args, width: _sized(function(args[0]), width)


def _logic(function: Callable[..., Word]) -> Builder:
    return lambda args, width: byte(function(*map(truth, args)))


def _sized(word: Word, width: int) -> Word:
    if word.width != width:
        raise PcodeError(f"SLEIGH puts {word.width} bits into {width}")
    return word


def _shift(function: Binary, extend: Callable[[Word, int], Word]) -> Builder:
    def build(args: Sequence[Word], width: int) -> Word:
        value, count = args
        both = max(value.width, count.width)
        return s.truncate(function(extend(_sized(value, width), both), s.zext(count, both)), width)

    return build


def _extension(function: Callable[[Word, int], Word]) -> Builder:
    def build(args: Sequence[Word], width: int) -> Word:
        if args[0].width > width:
            raise PcodeError(f"SLEIGH extends {args[0].width} bits to {width}")
        return function(args[0], width)

    return build


def _subpiece(args: Sequence[Word], width: int) -> Word:
    """Drops the second input's number of bytes at the low end, and at the high end what is too much."""
    value, dropped = args
    if not dropped.is_const or 8 * dropped.value + width > value.width:
        raise PcodeError(f"SLEIGH takes {width} bits out of {value.width}")
    return s.extract(value, 8 * dropped.value, width)


def _count(function: Callable[[Word], Word]) -> Builder:
    """A count of bits, as wide as the output, however wide the input."""

    def build(args: Sequence[Word], width: int) -> Word:
        found = function(args[0])
        if width < found.width and args[0].width >> width:
            raise PcodeError(f"SLEIGH counts {args[0].width} bits in {width}")
        return s.zext(found, width) if width >= found.width else s.truncate(found, width)

    return build


def carry(left: Word, right: Word) -> Word:
    """Whether the unsigned sum overflows."""
    return s.ult(left + right, left)


def signed_carry(left: Word, right: Word) -> Word:
    """Whether the signed sum overflows: both operands have the other sign than the sum."""
    total = left + right
    return s.bit((left ^ total) & (right ^ total), left.width - 1)


def signed_borrow(left: Word, right: Word) -> Word:
    """Whether the signed difference overflows: the signs differ, and the difference's is not the first's."""
    return s.bit((left ^ right) & (left ^ (left - right)), left.width - 1)


OPS: dict[str, Builder] = {
    "COPY": _unary(lambda a: a),
    "INT_ADD": _arithmetic(s.add),
    "INT_SUB": _arithmetic(s.sub),
    "INT_MULT": _arithmetic(s.mul),
    "INT_AND": _arithmetic(s.and_),
    "INT_OR": _arithmetic(s.or_),
    "INT_XOR": _arithmetic(s.xor),
    "INT_2COMP": _unary(s.neg),
    "INT_NEGATE": _unary(s.not_),
    "INT_LEFT": _shift(s.shl, s.zext),
    "INT_RIGHT": _shift(s.lshr, s.zext),
    "INT_SRIGHT": _shift(s.ashr, s.sext),
    "INT_ZEXT": _extension(s.zext),
    "INT_SEXT": _extension(s.sext),
    "INT_EQUAL": _comparison(s.eq),
    "INT_NOTEQUAL": _comparison(lambda a, b: ~s.eq(a, b)),
    "INT_LESS": _comparison(s.ult),
    "INT_LESSEQUAL": _comparison(lambda a, b: ~s.ult(b, a)),
    "INT_SLESS": _comparison(s.slt),
    "INT_SLESSEQUAL": _comparison(lambda a, b: ~s.slt(b, a)),
    "INT_CARRY": _comparison(carry),
    "INT_SCARRY": _comparison(signed_carry),
    "INT_SBORROW": _comparison(signed_borrow),
    "BOOL_NEGATE": _logic(s.not_),
    "BOOL_AND": _logic(s.and_),
    "BOOL_OR": _logic(s.or_),
    "BOOL_XOR": _logic(s.xor),
    "SUBPIECE": _subpiece,
    "PIECE": lambda args, width: _sized(s.concat(*args), width),
    "POPCOUNT": _count(s.popcount),
    "LZCOUNT": _count(s.clz),
}
"""Every operation on values that is understood, but for division."""
