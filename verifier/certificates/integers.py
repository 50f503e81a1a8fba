"""Words as whole numbers: SMT-LIB scripts over Int, where divisions by constants are linear.

No solver proves a division by a constant equal to its magic multiplication as bit vectors; over the integers it is a
matter of milliseconds. A word is its unsigned value, from 0 up to ``2**width - 1``; a sum is a sum modulo ``2**width``. Bitwise
operations of two unknowns have no such form, nor have shifts by unknown amounts, counting and reversing of bits.

Where intervals show that nothing is lost, no remainder is taken; and as the low bits of a sum, product or quotient do not
depend on what is above them, remainders are not taken twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from semantics.run.smtlib import symbol
from semantics.words import Word, topological
from verifier.errors import VerifierError

type Term = str | int | tuple["Term", ...]
"""A literal, a name, or an operator with its arguments."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an operation comes to.

    Attributes:
        term: a whole number whose remainder modulo ``2**width`` is the value.
        most: an upper bound of that number, if it is never negative; None where that is not known.
    """

    term: Term
    most: int | None = None


class NotArithmetic(VerifierError):
    """A word that is no sum, product, quotient, slice or choice: its operation."""

    def __init__(self, op: str) -> None:
        super().__init__(f"{op} is not a matter of arithmetic")
        self.op = op


def render_integers(asserted: Sequence[Word]) -> str:
    """The question whether all one-bit words can be 1 together, over the integers. Raises NotArithmetic."""
    translation = Integers()
    translation.prepare(asserted)
    goals: list[Term] = [("=", translation.value(word), 1) for word in asserted]
    lines = [f"(set-logic QF_{'UF' if translation.functions else ''}NIA)"]
    lines += [f"(declare-const {symbol(name)} Int)" for name in translation.inputs]
    for (name, *_), (text, arity) in translation.functions.items():
        lines.append(f"(declare-fun {symbol(text)} ({' '.join(['Int'] * arity)}) Int) ; {name}")
    for item in translation.items:
        lines.append(f"(define-fun {item[1]} () Int {text_of(item[2])})" if item[0] == "define" else f"(assert {text_of(item[2])})")
    return "\n".join([*lines, *(f"(assert {text_of(goal)})" for goal in goals), "(check-sat)", ""])


def text_of(term: Term) -> str:
    """The term as SMT-LIB."""
    if isinstance(term, tuple):
        return f"({' '.join(map(text_of, term))})"
    return term if isinstance(term, str) else str(term) if term >= 0 else f"(- {-term})"


class Integers:
    """The terms of words.

    Attributes:
        inputs: widths by name.
        functions: name and arity of each function, by what it stands for.
        items: ``("define", name, term)`` and ``("assert", "", term)``, in order.
    """

    def __init__(self) -> None:
        self.inputs: dict[str, int] = {}
        self.functions: dict[tuple[str, ...], tuple[str, int]] = {}
        self.items: list[tuple[str, str, Term]] = []
        self._exact: dict[Word, Term] = {}
        self._terms: dict[Word, Term] = {}
        self._most: dict[Word, int] = {}
        self._signed: dict[Word, Term] = {}
        self._cuts: dict[Word, int] = {}

    def prepare(self, roots: Sequence[Word]) -> None:
        """Look at all words that will be asked for, before any is."""
        for word in topological(roots):
            if word.op == "extract" and word.args[0].op == "var" and not word.attrs[0] and word.args[0] not in self._terms:
                self._cuts[word.args[0]] = word.width

    def value(self, root: Word) -> Term:
        """The unsigned value of a word, as a literal or a name."""
        for word in topological([root]):
            if word not in self._terms:
                meaning = _OPERATIONS[word.op](self, word)
                self._exact[word] = self._terms[word] = self._named(meaning.term)
                self._most[word] = word.mask
                if meaning.most is None or meaning.most > word.mask:
                    self._terms[word] = self._named(("mod", self._exact[word], word.mask + 1))
                else:
                    self._most[word] = meaning.most
        return self._terms[root]

    def known(self, word: Word) -> Term:
        """The unsigned value of a word met before."""
        return self._terms[word]

    def most(self, word: Word) -> int:
        """The largest value that a word met before may have."""
        return self._most[word]

    def exact(self, word: Word) -> Term:
        """A whole number that has the remainder of a word met before."""
        return self._exact[word]

    def signed(self, word: Word) -> Term:
        """The signed value of a word that has a term."""
        if word.op == "sext":
            return self.signed(word.args[0])
        found = self._signed.get(word)
        if found is None:
            value, half = self._terms[word], 1 << (word.width - 1)
            if isinstance(value, int):
                found = value - 2 * half if value >= half else value
            else:
                found = self._named(("ite", (">=", value, half), ("-", value, 2 * half), value))
            self._signed[word] = found
        return found

    def _named(self, term: Term) -> Term:
        if not isinstance(term, tuple):
            return term
        name = f"n{len(self.items)}"
        self.items.append(("define", f"|:{name}|", term))
        return f"|:{name}|"

    def bounded(self, term: Term, width: int) -> Term:
        """The term, of which it is asserted that it is a value of ``width`` bits."""
        name = self._named(term)
        self.items.append(("assert", "", ("and", ("<=", 0, name), ("<", name, 1 << width))))
        return name

    def input(self, word: Word) -> Term:
        """An input of the query; one whose low bits are looked at is made of these and the others, which helps solvers."""
        name, low = str(word.attrs[0]), self._cuts.get(word)
        if low is None:
            return self._declared(name, word.width)
        return ("+", self._declared(f"{name}:low", low), ("*", 1 << low, self._declared(f"{name}:high", word.width - low)))

    def _declared(self, name: str, width: int) -> Term:
        self.inputs[name] = width
        spelt = symbol(name)
        self.items.append(("assert", "", ("and", ("<=", 0, spelt), ("<", spelt, 1 << width))))
        return spelt

    def low(self, word: Word, width: int) -> Term | None:
        """The low bits of an input that was made of such."""
        return symbol(f"{word.attrs[0]}:low") if word.op == "var" and self._cuts.get(word) == width else None

    def function(self, key: tuple[str, ...], arity: int) -> str:
        """The symbol of a function."""
        text, _ = self.functions.setdefault(key, (f":f{len(self.functions)}", arity))
        return symbol(text)


# --- one term per operation -------------------------------------------------------------------------

type _Translate = Callable[[Integers, Word], Meaning]


def _bit(condition: Term) -> Meaning:
    return Meaning(("ite", condition, 1, 0), 1)


def _runs(mask: int) -> list[tuple[int, int]]:
    """The runs of ones of a mask: start and length."""
    found, position = list[tuple[int, int]](), 0
    while mask >> position:
        length = 0
        while mask >> (position + length) & 1:
            length += 1
        if length:
            found.append((position, length))
        position += max(length, 1)
    return found


def _slice(term: Term, most: int, low: int, width: int) -> Term:
    shifted: Term = ("div", term, 1 << low) if low else term
    return ("mod", shifted, 1 << width) if most >> low >> width else shifted


def _masked(self: Integers, word: Word, mask: int) -> Term:
    term, most = self.known(word), self.most(word)
    return ("+", 0, 0, *(("*", 1 << low, _slice(term, most, low, length)) for low, length in _runs(mask)))


def _bitwise(op: str) -> _Translate:
    def translate(self: Integers, word: Word) -> Meaning:
        if word.width == 1:
            return _bit((op, *(("=", self.known(arg), 1) for arg in word.args)))
        unknown = [arg for arg in word.args if not arg.is_const]
        constants = [arg.value for arg in word.args if arg.is_const]
        if len(unknown) != 1:
            raise NotArithmetic(op)
        (arg,) = unknown
        for value in constants[1:]:
            constants[0] = {"and": constants[0] & value, "or": constants[0] | value, "xor": constants[0] ^ value}[op]
        both = _masked(self, arg, constants[0])
        if op == "and":
            return Meaning(both, constants[0])
        return Meaning(("-", ("+", self.known(arg), constants[0]), ("*", 1 if op == "or" else 2, both)), word.mask)

    return translate


def _lin(self: Integers, word: Word) -> Meaning:
    coefficients, constant = word.attrs
    if not isinstance(coefficients, tuple) or not isinstance(constant, int):
        raise TypeError(f"lin with attributes {word.attrs!r}")
    most = constant + sum(c * self.most(arg) for c, arg in zip(coefficients, word.args, strict=True))
    if most <= word.mask:
        return Meaning(("+", constant, 0, *(("*", c, self.known(arg)) for c, arg in zip(coefficients, word.args, strict=True))), most)
    terms = (("*", _small(c, word.width), self.known(arg)) for c, arg in zip(coefficients, word.args, strict=True))
    return Meaning(("+", _small(constant, word.width), 0, *terms))


def _small(value: int, width: int) -> int:
    """The nearest to 0 of the numbers that are equal to ``value`` modulo ``2**width``."""
    return value - (1 << width) if value >> (width - 1) else value


def _mul(self: Integers, word: Word) -> Meaning:
    a, b = word.args
    return Meaning(("*", self.known(a), self.known(b)), self.most(a) * self.most(b))


def _udiv(self: Integers, word: Word) -> Meaning:
    a, b = word.args
    return Meaning(_quotient(self.known(a), self.known(b)), self.most(a) // max(b.value, 1) if b.is_const else self.most(a))


def _quotient(a: Term, b: Term) -> Term:
    if isinstance(b, int):
        return ("div", a, b) if b else 0
    return ("ite", ("=", b, 0), 0, ("div", a, b))


def _sdiv(self: Integers, word: Word) -> Meaning:
    a, b = self.signed(word.args[0]), self.signed(word.args[1])
    size = _quotient(_magnitude(a), _magnitude(b))
    return Meaning(("ite", ("xor", ("<", a, 0), ("<", b, 0)), ("-", 0, size), size))


def _magnitude(term: Term) -> Term:
    return abs(term) if isinstance(term, int) else ("ite", ("<", term, 0), ("-", 0, term), term)


def _amount(word: Word) -> int:
    if not word.args[1].is_const:
        raise NotArithmetic(f"{word.op} by an unknown amount")
    return min(word.args[1].value, word.width)


def _shl(self: Integers, word: Word) -> Meaning:
    amount, arg = _amount(word), word.args[0]
    return Meaning(("*", 1 << amount, self.known(arg)), self.most(arg) << amount)


def _lshr(self: Integers, word: Word) -> Meaning:
    amount, arg = _amount(word), word.args[0]
    return Meaning(("div", self.known(arg), 1 << amount), self.most(arg) >> amount)


def _ashr(self: Integers, word: Word) -> Meaning:
    return Meaning(("div", self.signed(word.args[0]), 1 << _amount(word)))


def _concat(self: Integers, word: Word) -> Meaning:
    parts, position, most = list[Term](), word.width, 0
    for arg in word.args:
        position -= arg.width
        parts.append(("*", 1 << position, self.known(arg)))
        most += self.most(arg) << position
    return Meaning(("+", *parts), most)


def _extract(self: Integers, word: Word) -> Meaning:
    low, arg = word.attrs[0], word.args[0]
    if not isinstance(low, int):
        raise TypeError(f"extract with attribute {low!r}")
    part = self.low(arg, word.width) if not low else None
    if part is not None:
        return Meaning(part, word.mask)
    base, shift = _below(arg, low, word.width)
    if self.exact(base) != self.known(base):
        return Meaning(("div", self.exact(base), 1 << shift) if shift else self.exact(base))
    return Meaning(("div", self.known(arg), 1 << low) if low else self.known(arg), self.most(arg) >> low)


def _below(word: Word, low: int, width: int) -> tuple[Word, int]:
    """Where bits of a word come from, through shifts and slices: ``x mod 2**w >> k`` and ``x >> k`` agree in w - k bits."""
    while True:
        if word.op == "lshr" and word.args[1].is_const and low + word.args[1].value + width <= word.width:
            low += word.args[1].value
        elif word.op == "extract" and isinstance(word.attrs[0], int):
            low += word.attrs[0]
        elif word.op != "zext" or low + width > word.args[0].width:
            return word, low
        word = word.args[0]


def _load(self: Integers, word: Word) -> Meaning:
    memory, address, parts = self.function(("memory",), 1), word.args[0], list[Term]()
    for i in range(word.width // 8):
        place: Term = ("mod", ("+", self.known(address), i), 1 << 64) if i else self.known(address)
        parts.append(("*", 1 << 8 * i, self.bounded((memory, place), 8)))
    return Meaning(("+", 0, *parts), word.mask)


def _call(self: Integers, word: Word) -> Meaning:
    if not word.args:
        raise NotArithmetic("a function of nothing")
    widths = [str(arg.width) for arg in word.args]
    name = self.function((str(word.attrs[0]), str(word.width), *widths), len(word.args))
    return Meaning(self.bounded((name, *map(self.known, word.args)), word.width), word.mask)


def _sext(self: Integers, word: Word) -> Meaning:
    return Meaning(self.signed(word.args[0]))


def _none(self: Integers, word: Word) -> Meaning:
    raise NotArithmetic(word.op)


def _ite(self: Integers, word: Word) -> Meaning:
    condition, then, other = word.args
    most = max(self.most(then), self.most(other))
    return Meaning(("ite", ("=", self.known(condition), 1), self.known(then), self.known(other)), most)


_OPERATIONS: dict[str, _Translate] = {
    "const": lambda self, word: Meaning(word.value, word.value),
    "var": lambda self, word: Meaning(self.input(word), word.mask),
    "load": _load,
    "uf": _call,
    "not": lambda self, word: Meaning(("-", word.mask, self.known(word.args[0])), word.mask),
    "and": _bitwise("and"),
    "or": _bitwise("or"),
    "xor": _bitwise("xor"),
    "lin": _lin,
    "mul": _mul,
    "udiv": _udiv,
    "sdiv": _sdiv,
    "shl": _shl,
    "lshr": _lshr,
    "ashr": _ashr,
    "concat": _concat,
    "extract": _extract,
    "zext": lambda self, word: Meaning(self.known(word.args[0]), self.most(word.args[0])),
    "sext": _sext,
    "eq": lambda self, word: _bit(("=", self.known(word.args[0]), self.known(word.args[1]))),
    "ult": lambda self, word: _bit(("<", self.known(word.args[0]), self.known(word.args[1]))),
    "slt": lambda self, word: _bit(("<", self.signed(word.args[0]), self.signed(word.args[1]))),
    "ite": _ite,
    "clz": _none,
    "rbit": _none,
    "popcount": _none,
}
