"""Words without rules: constructors that do nothing but share equal nodes and compute what is constant.

A goal built within :func:`plain` follows the definitions of the instructions node by node, so a solver that proves it does not
take the rules of :mod:`semantics.simplify` on trust. The rules still say where addresses stand to each other, because
memory accesses are resolved by that; but each such statement is kept as a **claim**, to be proved together with the goal.

All that happens here by itself: an operation on constants is computed by its definition in :mod:`semantics.ops`; an
extension or slice by no bit, and an operation on a single part, is that part; ``x = x`` is 1; a choice between equals, or
by a constant, is what it chooses.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Any

from semantics import simplify as s
from semantics.errors import WidthError
from semantics.run.smtlib import render
from semantics.simplify import addresses, rebuilding
from semantics.simplify.nodes import TRUE, const, fold, load, same_width, uf
from semantics.words import Word, topological

MASK64 = (1 << 64) - 1


@contextmanager
def plain() -> Generator[Claims]:
    """Within, every word is built without rules, whoever builds it."""
    claims = Claims()
    with s.switched(_CONSTRUCTORS | {"apart": claims.apart, "base_and_offset": claims.base_and_offset}):
        yield claims


class Claims:
    """Statements about addresses that the construction relied on."""

    def __init__(self) -> None:
        self._made: dict[Word, None] = {}
        self._simplified: dict[Word, Word] = {}
        self._representatives: dict[Word, tuple[Word, int]] = {}

    def words(self) -> list[Word]:
        """Each claim as a one-bit word that must be 1 in every state; in the order of their texts, however they came about."""
        return sorted(self._made, key=lambda word: render([word]))

    def apart(self, address: Word, other: Word) -> int | None:
        """``address - other`` modulo 2**64, or None if it is not known to be a constant."""
        value = addresses.apart(self.simplified(address), self.simplified(other))
        if value is not None:
            self._claim(address, other, value)
        return value

    def base_and_offset(self, address: Word) -> tuple[Word, int]:
        """``address`` as a base word and an offset; addresses a known distance apart have one base."""
        base, offset = addresses.base_and_offset(self.simplified(address))
        itself = (base, 0) if base.op in ("var", "const") else (address, offset)
        representative, start = self._representatives.setdefault(base, itself)
        offset = (offset - start) & MASK64
        self._claim(address, representative, offset)
        return representative, offset

    def _claim(self, address: Word, other: Word, value: int) -> None:
        claim = eq(address, add(other, const(value, 64)) if value else other)
        if claim is not TRUE:
            self._made[claim] = None

    def simplified(self, root: Word) -> Word:
        """What the rules make of a word."""
        known = self._simplified
        if root not in known:
            for word in topological([root]):
                if word not in known:
                    known[word] = rebuilding.rebuild(word.op, word.width, [known[arg] for arg in word.args], word.attrs)
        return known[root]


# --- constructors -------------------------------------------------------------------------------


def _of_equal_widths(op: str, width: int | None = None) -> Callable[[Word, Word], Word]:
    def build(left: Word, right: Word) -> Word:
        common = same_width(op, left, right)
        return fold(op, common if width is None else width, (left, right))

    return build


def _bitwise(op: str) -> Callable[..., Word]:
    def build(*args: Word) -> Word:
        width = same_width(op, *args)
        return args[0] if len(args) == 1 else fold(op, width, args)

    return build


def _of_one(op: str) -> Callable[[Word], Word]:
    return lambda word: fold(op, word.width, (word,))


and_, or_, xor = (_bitwise(op) for op in ("and", "or", "xor"))
shl, lshr, ashr = (_of_equal_widths(op) for op in ("shl", "lshr", "ashr"))
mul, udiv, sdiv = (_of_equal_widths(op) for op in ("mul", "udiv", "sdiv"))
ult, slt = _of_equal_widths("ult", 1), _of_equal_widths("slt", 1)
not_, clz, rbit, popcount = (_of_one(op) for op in ("not", "clz", "rbit", "popcount"))


def linear(parts: Sequence[tuple[int, Word]], constant: int, width: int) -> Word:
    """The sum of ``coefficient * word`` plus ``constant``, modulo ``2**width``."""
    mask = (1 << width) - 1
    if not parts:
        return const(constant, width)
    for _, word in parts:
        same_width("lin", parts[0][1], word)
    if parts[0][1].width != width:
        raise WidthError("lin", (width, parts[0][1].width))
    return fold("lin", width, tuple(word for _, word in parts), (tuple(c & mask for c, _ in parts), constant & mask))


def linear_form(word: Word) -> tuple[dict[Word, int], int]:
    """The word as terms with coefficients plus a constant: itself, once."""
    return ({}, word.value) if word.is_const else ({word: 1}, 0)


def add(left: Word, right: Word) -> Word:
    """Sum."""
    if right.is_const:
        return linear([(1, left)], right.value, same_width("add", left, right))
    return linear([(1, left), (1, right)], 0, left.width)


def sub(left: Word, right: Word) -> Word:
    """Difference."""
    return linear([(1, left), (-1, right)], 0, left.width)


def neg(word: Word) -> Word:
    """Two's complement negation."""
    return linear([(-1, word)], 0, word.width)


def ror(word: Word, amount: Word) -> Word:
    """Rotation to the right by ``amount`` modulo the width, a power of two."""
    width = same_width("ror", word, amount)
    last = const(width - 1, width)
    return or_(lshr(word, and_(amount, last)), shl(word, and_(neg(amount), last)))


def concat(*parts: Word) -> Word:
    """The parts side by side, the first highest."""
    return parts[0] if len(parts) == 1 else fold("concat", sum(part.width for part in parts), parts)


def extract(word: Word, low: int, width: int) -> Word:
    """``width`` bits from bit ``low`` up."""
    if low < 0 or width < 1 or low + width > word.width:
        raise WidthError(f"extract at {low}", (word.width, width))
    return word if width == word.width else fold("extract", width, (word,), (low,))


def truncate(word: Word, width: int) -> Word:
    """The low bits."""
    return extract(word, 0, width)


def bit(word: Word, position: int) -> Word:
    """One bit."""
    return extract(word, position, 1)


def _extension(op: str) -> Callable[[Word, int], Word]:
    def build(word: Word, width: int) -> Word:
        if width < word.width:
            raise WidthError(op, (word.width, width))
        return word if width == word.width else fold(op, width, (word,))

    return build


zext, sext = _extension("zext"), _extension("sext")


def eq(left: Word, right: Word) -> Word:
    """1 if equal."""
    same_width("eq", left, right)
    return TRUE if left is right else fold("eq", 1, (left, right))


def ite(condition: Word, then: Word, other: Word) -> Word:
    """``then`` if the one-bit ``condition`` is 1, else ``other``."""
    if condition.width != 1:
        raise WidthError("ite condition", (condition.width,))
    width = same_width("ite", then, other)
    if condition.is_const:
        return then if condition.value else other
    return then if then is other else fold("ite", width, (condition, then, other))


def rebuild(op: str, width: int, args: Sequence[Word], attrs: Sequence[int | str | tuple[int, ...]]) -> Word:
    """The same operation of new arguments."""
    return fold(op, width, tuple(args), tuple(attrs))


_CONSTRUCTORS: dict[str, Callable[..., Any]] = {
    "add": add, "and_": and_, "ashr": ashr, "bit": bit, "clz": clz, "concat": concat, "const": const, "eq": eq, "extract": extract,
    "ite": ite, "linear": linear, "linear_form": linear_form, "load": load, "lshr": lshr, "mul": mul, "neg": neg, "not_": not_,
    "or_": or_, "popcount": popcount, "rbit": rbit, "rebuild": rebuild, "ror": ror, "sdiv": sdiv, "sext": sext, "shl": shl,
    "slt": slt, "sub": sub, "truncate": truncate, "udiv": udiv, "uf": uf, "ult": ult, "xor": xor, "zext": zext,
}  # fmt: skip
