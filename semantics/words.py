"""Words: the typed, hash-consed bit-vector expressions every meaning is made of.

A :class:`Word` is an immutable node of a directed acyclic graph. Two words with the same
operation, width, arguments and attributes are the same object, so ``is`` is structural
equality. A word carries its width in bits; mixing widths raises, extension is explicit, and
signedness lives in the operation, never in the value. The operations and what they compute
are tabled in :mod:`semantics.ops`; construction goes through :mod:`semantics.simplify`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any, NoReturn
from weakref import WeakValueDictionary

from semantics.errors import WidthError

MAX_WIDTH = 512
MAX_WEIGHT = 1 << 20  # of a tree that is as heavy or heavier

type Attribute = int | str | tuple[int, ...]


class Word:
    """One expression node; build it with the functions of :mod:`semantics.simplify`.

    Attributes:
        op: name of the operation, a key of ``semantics.ops.OPS``.
        width: bits of the value, 1 to ``MAX_WIDTH``.
        args: argument words.
        attrs: constants of the operation (a value, a name, a bit position).
        uid: creation number; orders the arguments of commutative operations.
        height: longest way down to a leaf; bounds how far rules recurse.
        weight: nodes of the word written out as a tree; bounds how long rules take.
    """

    __slots__ = ("__weakref__", "args", "attrs", "height", "op", "uid", "weight", "width")

    op: str
    width: int
    args: tuple[Word, ...]
    attrs: tuple[Attribute, ...]
    uid: int
    height: int
    weight: int

    def __bool__(self) -> NoReturn:
        raise TypeError("a word has no truth value; compare with `is` or build an `eq` word")

    def __repr__(self) -> str:
        from semantics.run.text import show

        return f"<{self.width}: {show(self, limit=200)}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return intern, (self.op, self.width, self.args, self.attrs)

    @property
    def is_const(self) -> bool:
        """Whether the word is a constant."""
        return self.op == "const"

    @property
    def value(self) -> int:
        """The unsigned value of a constant word; raises TypeError on any other."""
        if self.op != "const":
            raise TypeError(f"{self!r} is not a constant")
        value = self.attrs[0]
        if not isinstance(value, int):
            raise TypeError(f"constant with value {value!r}")
        return value

    @property
    def mask(self) -> int:
        """All ones at the word's width."""
        return (1 << self.width) - 1

    def __add__(self, other: Word | int) -> Word:
        return simplify.add(self, self._lift(other))

    def __radd__(self, other: int) -> Word:
        return simplify.add(self._lift(other), self)

    def __sub__(self, other: Word | int) -> Word:
        return simplify.sub(self, self._lift(other))

    def __rsub__(self, other: int) -> Word:
        return simplify.sub(self._lift(other), self)

    def __mul__(self, other: Word | int) -> Word:
        return simplify.mul(self, self._lift(other))

    __rmul__ = __mul__

    def __and__(self, other: Word | int) -> Word:
        return simplify.and_(self, self._lift(other))

    __rand__ = __and__

    def __or__(self, other: Word | int) -> Word:
        return simplify.or_(self, self._lift(other))

    __ror__ = __or__

    def __xor__(self, other: Word | int) -> Word:
        return simplify.xor(self, self._lift(other))

    __rxor__ = __xor__

    def __invert__(self) -> Word:
        return simplify.not_(self)

    def __neg__(self) -> Word:
        return simplify.neg(self)

    def _lift(self, other: Word | int) -> Word:
        return simplify.const(other, self.width) if isinstance(other, int) else other


_table: WeakValueDictionary[tuple[str, int, tuple[Word, ...], tuple[Attribute, ...]], Word] = WeakValueDictionary()
_numbers = count()


def intern(op: str, width: int, args: tuple[Word, ...] = (), attrs: tuple[Attribute, ...] = ()) -> Word:
    """Return the one word with this operation, width, arguments and attributes (no simplification)."""
    key = (op, width, args, attrs)
    found = _table.get(key)
    if found is not None:
        return found
    if not 0 < width <= MAX_WIDTH:
        raise WidthError(op, (width,))
    word = object.__new__(Word)
    word.op, word.width, word.args, word.attrs, word.uid = op, width, args, attrs, next(_numbers)
    word.height = 1 + max((arg.height for arg in args), default=-1)
    word.weight = min(1 + sum(arg.weight for arg in args), MAX_WEIGHT)
    _table[key] = word
    return word


def topological(roots: Iterable[Word]) -> Iterator[Word]:
    """Yield every word below ``roots`` once, arguments before users, without recursion."""
    seen: set[Word] = set()
    stack: list[tuple[Word, bool]] = [(root, False) for root in roots]
    stack.reverse()
    while stack:
        word, ready = stack.pop()
        if ready:
            yield word
            continue
        if word in seen:
            continue
        seen.add(word)
        stack.append((word, True))
        stack.extend((arg, False) for arg in reversed(word.args) if arg not in seen)


def variables(roots: Iterable[Word]) -> dict[str, Word]:
    """The ``var`` words below ``roots`` by name."""
    return {str(word.attrs[0]): word for word in topological(roots) if word.op == "var"}


from semantics import simplify  # noqa: E402  the two modules define one algebra; simplify needs Word at import
