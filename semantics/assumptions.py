"""What an assumption says: a one-bit word over the state before a block.

Operands are registers (their initial values), integers, and what is computed from them modulo 2^64 (or 2^32), as the
processor computes; orders are unsigned unless the relation says ``s``. The predicates:

    noalias(p, q, n)      the n bytes from p and the n bytes from q have none in common, and neither wraps around at 2^64
    noalias(p, n, q, m)   the same of n bytes from p and m bytes from q
    aligned(p, n)         p is a multiple of n, a power of two
    nowrap(p, n)          the n bytes from p do not wrap around at 2^64
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from grammars.assumptions import (
    And,
    Binary,
    Call,
    Comparison,
    Condition,
    Expression,
    Extension,
    Not,
    Number,
    Or,
    Register,
    Unary,
    assumption_text,
    fault,
    parse_assumption,
)
from semantics import simplify as s
from semantics.locations import FLAGS
from semantics.state import INITIAL
from semantics.words import Word

_ALIASES = {"fp": "x29", "lr": "x30", "ip0": "x16", "ip1": "x17"}
_VECTOR_BITS = {"b": 8, "h": 16, "s": 32, "d": 64, "q": 128, "v": 128}
_EXTENSION_BITS = {"b": 8, "h": 16, "w": 32}


@dataclass(frozen=True, slots=True)
class Assumption:
    """A fact about the state before a block: its text in one spelling, and the word that is 1 where it holds."""

    text: str
    word: Word


def assume(text: str, source: str = "assumption") -> Assumption:
    """Read one assumption. Raises AssumptionError with the place in ``text``."""
    tree = parse_assumption(text, source)
    return Assumption(assumption_text(tree), _Reader(source).condition(tree))


@dataclass(frozen=True, slots=True)
class Range:
    """``size`` bytes from ``start``, both of 64 bits; empty if ``size`` is 0."""

    start: Word
    size: Word

    @property
    def whole(self) -> Word:
        """One bit: the range does not wrap around at 2^64; it may end there."""
        empty = s.eq(self.size, s.const(0, 64))
        return empty | ~s.ult(self.start + self.size - 1, self.start)


def disjoint(one: Range, other: Range) -> Word:
    """One bit: no byte is in both ranges, neither of which wraps around."""
    zero = s.const(0, 64)
    empty = s.eq(one.size, zero) | s.eq(other.size, zero)
    apart = ~s.ult(other.start - one.start, one.size) & ~s.ult(one.start - other.start, other.size)
    return one.whole & other.whole & (empty | apart)


class _Reader:
    """The walk over one tree; ``source`` names the text in errors."""

    def __init__(self, source: str) -> None:
        self._source = source

    # --- conditions -----------------------------------------------------------------------------

    def condition(self, tree: Condition) -> Word:
        """One bit."""
        match tree:
            case Comparison():
                return self._comparison(tree)
            case Call(name, arguments):
                return _PREDICATES[name](self, tree, arguments)
            case Not(operand):
                return ~self.condition(operand)
            case And(left, right):
                return self.condition(left) & self.condition(right)
            case Or(left, right):
                return self.condition(left) | self.condition(right)

    def _comparison(self, tree: Comparison) -> Word:
        left, results = self._value(tree.first), list[Word]()
        for relation, expression in tree.rest:
            right = self._value(expression)
            results.append(self._related(relation, left, right, expression))
            left = right
        return s.and_(s.TRUE, *results)

    def _related(self, relation: str, left: Word | int, right: Word | int, at: Expression) -> Word:
        if isinstance(left, int) and isinstance(right, int):
            return s.TRUE if _INTEGERS[relation.rstrip("su")](left, right) else s.FALSE
        order = relation not in ("==", "!=")
        if order and not relation.endswith("s"):
            for value in (left, right):
                if isinstance(value, int) and value < 0:
                    raise self._fault(at, f"{value} in an unsigned comparison; {relation.rstrip('u')}s is the signed one")
        one, other = self._alike(left, right, at)
        if order and relation.endswith("s"):
            for value, word in ((left, one), (right, other)):
                if isinstance(value, int) and value > word.mask >> 1:
                    raise self._fault(at, f"{value} in a signed comparison of {word.width} bits")
        less = s.slt if relation.endswith("s") else s.ult
        return _WORDS[relation.rstrip("su")](less, one, other)

    # --- values -----------------------------------------------------------------------------------

    def _value(self, tree: Expression) -> Word | int:
        match tree:
            case Number(value):
                return value
            case Register(name):
                return _register(name)
            case Extension(kind, operand):
                word = self._word(operand, 64)
                bits = _EXTENSION_BITS[kind[3]]
                if word.width < bits:
                    raise self._fault(operand, f"{kind} of a value of {word.width} bits")
                return (s.zext if kind[0] == "u" else s.sext)(s.truncate(word, bits), 64)
            case Unary(sign, operand):
                value = self._value(operand)
                return -value if sign == "-" else ~value
            case Binary():
                return self._binary(tree)

    def _binary(self, tree: Binary) -> Word | int:
        left, right = self._value(tree.left), self._value(tree.right)
        if tree.sign in "/%" and not (isinstance(right, int) and right > 0):
            raise self._fault(tree.right, f"{tree.sign} takes a positive number on its right")
        if isinstance(left, int) and isinstance(right, int):
            return self._folded(tree, left, right)
        one, other = self._alike(left, right, tree)
        return _OPERATORS[tree.sign](one, other)

    def _folded(self, tree: Binary, left: int, right: int) -> int:
        if tree.sign in ("<<", ">>") and not 0 <= right <= 128:
            raise self._fault(tree.right, f"a shift by {right}")
        value = _NUMBERS[tree.sign](left, right)
        if abs(value) >> 128:
            raise self._fault(tree, "the number does not fit in 128 bits")
        return value

    def _alike(self, left: Word | int, right: Word | int, at: Expression) -> tuple[Word, Word]:
        """Both as words of one width, of which one says it."""
        if isinstance(left, int):
            assert isinstance(right, Word)
            return self._const(left, right.width, at), right
        if isinstance(right, int):
            return left, self._const(right, left.width, at)
        if left.width != right.width:
            raise self._fault(at, f"operands of {left.width} and {right.width} bits; uxtw(...) and sxtw(...) make 64 bits of 32")
        return left, right

    def _word(self, tree: Expression, width: int) -> Word:
        value = self._value(tree)
        return self._const(value, width, tree) if isinstance(value, int) else value

    def _const(self, value: int, width: int, at: Expression) -> Word:
        if not -(1 << (width - 1)) <= value < 1 << width:
            raise self._fault(at, f"{value} does not fit in {width} bits")
        return s.const(value, width)

    def _address(self, tree: Expression) -> Word:
        """An address or a size: 64 bits."""
        value = self._value(tree)
        if isinstance(value, int) and value < 0:
            raise self._fault(tree, f"{value} as an address or a number of bytes")
        word = self._word(tree, 64)
        if word.width != 64:
            raise self._fault(tree, f"an operand of {word.width} bits where 64 are needed; uxtw(...) makes 64 bits of 32")
        return word

    # --- predicates -------------------------------------------------------------------------------

    def _noalias(self, call: Call, arguments: Sequence[Expression]) -> Word:
        if len(arguments) not in (3, 4):
            raise self._fault(call, "noalias takes (p, q, n) or (p, n, q, m)")
        words = [self._address(argument) for argument in arguments]
        p, n, q, m = words if len(words) == 4 else (words[0], words[2], words[1], words[2])
        return disjoint(Range(p, n), Range(q, m))

    def _aligned(self, call: Call, arguments: Sequence[Expression]) -> Word:
        if len(arguments) != 2:
            raise self._fault(call, "aligned takes (p, n)")
        word, size = self._address(arguments[0]), self._value(arguments[1])
        if not isinstance(size, int) or not 0 < size < 1 << 64 or size & (size - 1):
            raise self._fault(arguments[1], "aligned takes a power of two")
        bits = size.bit_length() - 1
        return s.eq(s.truncate(word, bits), s.const(0, bits)) if bits else s.TRUE

    def _nowrap(self, call: Call, arguments: Sequence[Expression]) -> Word:
        if len(arguments) != 2:
            raise self._fault(call, "nowrap takes (p, n)")
        return Range(self._address(arguments[0]), self._address(arguments[1])).whole

    def _fault(self, tree: Expression | Call, message: str) -> Exception:
        return fault(tree.at, message, self._source)


def _register(name: str) -> Word:
    name = _ALIASES.get(name, name)
    if name in INITIAL:
        return INITIAL[name]
    if name == "nzcv":
        return s.concat(*(INITIAL[flag] for flag in FLAGS))
    if name in ("xzr", "wzr"):
        return s.const(0, 64 if name[0] == "x" else 32)
    if name == "wsp":
        return s.truncate(INITIAL["sp"], 32)
    if name[0] == "w":
        return s.truncate(INITIAL[f"x{name[1:]}"], 32)
    return s.truncate(INITIAL[f"v{name[1:]}"], _VECTOR_BITS[name[0]])


type _Less = Callable[[Word, Word], Word]

_INTEGERS: Mapping[str, Callable[[int, int], bool]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
_WORDS: Mapping[str, Callable[[_Less, Word, Word], Word]] = {
    "==": lambda less, a, b: s.eq(a, b),
    "!=": lambda less, a, b: ~s.eq(a, b),
    "<": lambda less, a, b: less(a, b),
    "<=": lambda less, a, b: ~less(b, a),
    ">": lambda less, a, b: less(b, a),
    ">=": lambda less, a, b: ~less(a, b),
}
_NUMBERS: Mapping[str, Callable[[int, int], int]] = {
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
    "&": lambda a, b: a & b,
    "<<": lambda a, b: a << b,
    ">>": lambda a, b: a >> b,
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a // b,
    "%": lambda a, b: a % b,
}
_OPERATORS: Mapping[str, Callable[[Word, Word], Word]] = {
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
    "&": lambda a, b: a & b,
    "<<": s.shl,
    ">>": s.lshr,
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": s.udiv,
    "%": lambda a, b: a - s.udiv(a, b) * b,
}
_PREDICATES: Mapping[str, Callable[[_Reader, Call, Sequence[Expression]], Word]] = {
    "noalias": _Reader._noalias,  # pyright: ignore[reportPrivateUsage]
    "aligned": _Reader._aligned,  # pyright: ignore[reportPrivateUsage]
    "nowrap": _Reader._nowrap,  # pyright: ignore[reportPrivateUsage]
}
