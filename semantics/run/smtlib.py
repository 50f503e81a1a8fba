"""Words as SMT-LIB 2 text for z3, Bitwuzla and other solvers of QF_AUFBV.

Each node below the assertions is printed once, as ``(define-fun tN () SORT ...)`` in topological
order, so the text is linear in the size of the graph. Comparisons and the one-bit logic on them
are printed as Bool, and turned into bits only where bits are needed. Loads read a byte array
``mem``. Shifts by the width or more mean the same in SMT-LIB as in :mod:`semantics.ops`;
division by zero does not, and is guarded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from semantics.errors import SemanticsError
from semantics.words import Word, topological

_SIMPLE = re.compile(r"[A-Za-z~!$%^&*_+=<>?/-][A-Za-z0-9~!@$%^&*_+=<>.?/-]*")
_RESERVED = frozenset(
    ["!", "_", "as", "BINARY", "DECIMAL", "exists", "HEXADECIMAL", "forall", "let", "match", "NUMERAL", "par", "STRING"]
).union(
    ["true", "false", "not", "and", "or", "xor", "ite", "distinct", "select", "store", "concat", "extract", "repeat"],
    ["Bool", "BitVec", "Array", "=", "=>"],
)


class SymbolError(SemanticsError):
    """A name cannot be printed as a symbol, or stands for two different things."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name!r}: {reason}")
        self.name = name
        self.reason = reason


def symbol(name: str) -> str:
    """``name`` as an SMT-LIB symbol, quoted where needed. Raises :class:`SymbolError` where impossible."""
    if name in _RESERVED or name.startswith("bv"):
        raise SymbolError(name, "is a word of SMT-LIB")
    if _SIMPLE.fullmatch(name):
        return name
    if not name or not name.isascii() or not name.isprintable() or "|" in name or "\\" in name:
        raise SymbolError(name, "no SMT-LIB symbol can spell it")
    return f"|{name}|"


def render(asserts: Sequence[Word], *, values: Mapping[str, Word] | None = None, check: bool = True) -> str:
    """The query whether all one-bit ``asserts`` can be 1 together, as text.

    Every input is declared under its own name, one-bit inputs as bit vectors. Each entry of
    ``values`` becomes a constant of that name with an equation, so that a model shows the value;
    an entry that is the input of that name needs nothing. With ``check`` the text ends in
    ``(check-sat)``. Raises :class:`SymbolError` for names that clash or cannot be spelt.
    """
    query = Query()
    for word in asserts:
        query.assert_(word)
    for name, word in (values or {}).items():
        query.value(name, word)
    return query.text(check=check)


class Render(Protocol):
    """How a query is printed: :func:`render`, or :func:`semantics.run.smt_floats.render_floats`."""

    def __call__(self, asserts: Sequence[Word], *, values: Mapping[str, Word] | None = None, check: bool = True) -> str:
        """As :func:`render`."""
        ...


class Query:
    """Collects assertions and values to read back; :meth:`text` prints them all.

    :meth:`declare` makes sure that an input is declared even if no assertion mentions it.
    """

    def __init__(self) -> None:
        self._asserts: list[Word] = []
        self._values: dict[str, Word] = {}
        self._declared: list[Word] = []

    def declare(self, *inputs: Word) -> None:
        """Declare these ``var`` words."""
        for word in inputs:
            if word.op != "var":
                raise SymbolError(word.op, "only inputs can be declared")
            self._declared.append(word)

    def assert_(self, condition: Word) -> None:
        """Require the one-bit ``condition`` to be 1."""
        if condition.width != 1:
            raise SymbolError(condition.op, f"an assertion has one bit, not {condition.width}")
        self._asserts.append(condition)

    def value(self, name: str, word: Word) -> None:
        """Make ``word`` readable in a model as ``name``."""
        if self._values.setdefault(name, word) is not word:
            raise SymbolError(name, "names two values")

    def text(self, *, check: bool = True) -> str:
        """The whole query; with ``check`` it ends in ``(check-sat)``."""
        words = list(topological([*self._declared, *self._asserts, *self._values.values()]))
        printer = _Printer(words, self._values)
        lines = [f"(set-logic {_logic(words)})", *printer.lines()]
        for name, word in self._values.items():
            if not (word.op == "var" and word.attrs[0] == name):
                lines.append(f"(declare-const {symbol(name)} {_sort(word.width)})")
                lines.append(f"(assert (= {symbol(name)} {printer.bits(word)}))")
        lines += [f"(assert {printer.truth(word)})" for word in self._asserts]
        return "\n".join([*lines, *(["(check-sat)"] if check else []), ""])


def _sort(width: int) -> str:
    return f"(_ BitVec {width})"


def _logic(words: Sequence[Word]) -> str:
    ops = {word.op for word in words}
    return "QF_" + ("A" if "load" in ops else "") + ("UF" if "uf" in ops else "") + "BV"


def _const(value: int, width: int) -> str:
    return f"#b{value:0{width}b}" if width % 4 else f"#x{value:0{width // 4}x}"


def _binary(op: str, parts: Sequence[str]) -> str:
    """A left-associative operation as nested pairs, balanced so that no parser runs deep."""
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return f"({op} {_binary(op, parts[:middle])} {_binary(op, parts[middle:])})"


class _Printer:
    """The text of each word: a name or a literal, as bits, as a truth value, or as both."""

    def __init__(self, words: Sequence[Word], values: Mapping[str, Word]) -> None:
        self._words = words
        self._inputs = _inputs(words)
        taken = set(self._inputs) | set(values)
        for name in values:
            if name in self._inputs and values[name] is not self._inputs[name]:
                raise SymbolError(name, "names an input and another value")
        self._functions = _functions(words, taken)
        self._memory = _fresh("mem", taken)
        self._prefix = "t"
        while any(name.startswith(self._prefix) for name in taken):
            self._prefix += "_"
        self._bits: dict[Word, str] = {}
        self._truths: dict[Word, str] = {}
        self._count = 0

    def lines(self) -> list[str]:
        """Declarations, then a definition per node; after that every word has its text."""
        lines = [f"(declare-const {symbol(name)} {_sort(word.width)})" for name, word in self._inputs.items()]
        if any(word.op == "load" for word in self._words):
            lines.append(f"(declare-const {self._memory} (Array {_sort(64)} {_sort(8)}))")
        for (_, width, widths), name in self._functions.items():
            lines.append(f"(declare-fun {symbol(name)} ({' '.join(map(_sort, widths))}) {_sort(width)})")
        for word in self._words:
            self._define(word, lines)
        return lines

    def bits(self, word: Word) -> str:
        """The word as a bit vector."""
        found = self._bits.get(word)
        return found if found is not None else f"(ite {self._truths[word]} #b1 #b0)"

    def truth(self, word: Word) -> str:
        """The one-bit word as a Bool."""
        found = self._truths.get(word)
        return found if found is not None else f"(= {self._bits[word]} #b1)"

    def _define(self, word: Word, lines: list[str]) -> None:
        if word.op == "const":
            self._bits[word] = _const(word.value, word.width)
            if word.width == 1:
                self._truths[word] = "true" if word.value else "false"
        elif word.op == "var":
            self._bits[word] = symbol(str(word.attrs[0]))
        elif word.width == 1 and word.op in _TRUTHS:
            self._truths[word] = self._name(lines, "Bool", _TRUTHS[word.op](self, word))
        else:
            self._bits[word] = self._name(lines, _sort(word.width), _BITS[word.op](self, word, lines))

    def _name(self, lines: list[str], sort: str, text: str) -> str:
        name = f"{self._prefix}{self._count}"
        self._count += 1
        lines.append(f"(define-fun {name} () {sort} {text})")
        return name

    def args(self, word: Word) -> list[str]:
        """The arguments as bit vectors."""
        return [self.bits(arg) for arg in word.args]

    # --- operations with more to them than a name ---

    def lin(self, word: Word) -> str:
        """A sum of multiples."""
        coefficients, constant = word.attrs
        assert isinstance(coefficients, tuple) and isinstance(constant, int)
        parts = list[str]()
        for c, text in zip(coefficients, self.args(word), strict=True):
            negated = c == word.mask != 1
            parts.append(text if c == 1 else f"(bvneg {text})" if negated else f"(bvmul {_const(c, word.width)} {text})")
        if constant or not parts:
            parts.append(_const(constant, word.width))
        return _binary("bvadd", parts)

    def load(self, word: Word) -> str:
        """Bytes of the initial memory, the highest address first in the concatenation."""
        address = self.bits(word.args[0])
        places = [address, *(f"(bvadd {address} {_const(i, 64)})" for i in range(1, word.width // 8))]
        return _binary("concat", [f"(select {self._memory} {place})" for place in reversed(places)])

    def call(self, word: Word) -> str:
        """An uninterpreted function."""
        name = symbol(self._functions[_signature(word)])
        return f"({' '.join([name, *self.args(word)])})" if word.args else name

    def divide(self, op: str, word: Word) -> str:
        """A quotient that is 0 for the divisor 0, as on Arm."""
        left, right = self.args(word)
        zero = _const(0, word.width)
        return f"(ite (= {right} {zero}) {zero} ({op} {left} {right}))"

    def extend(self, op: str, word: Word) -> str:
        """Zero or sign extension."""
        return f"((_ {op} {word.width - word.args[0].width}) {self.bits(word.args[0])})"

    def extract(self, word: Word) -> str:
        """A slice of bits."""
        low = word.attrs[0]
        assert isinstance(low, int)
        return f"((_ extract {low + word.width - 1} {low}) {self.bits(word.args[0])})"

    def clz(self, word: Word, lines: list[str]) -> str:
        """Leading zeros: halve the word where the top half is 0; the decisions are the bits of the count."""
        width, text = word.width, self.bits(word.args[0])
        size = 1 << (width - 1).bit_length()
        current = text if size == width else f"(concat {text} {_const((1 << (size - width)) - 1, size - width)})"
        decisions = list[str]()
        while size > 1:
            half = size // 2
            current = self._name(lines, _sort(size), current)
            high, low = f"((_ extract {size - 1} {half}) {current})", f"((_ extract {half - 1} 0) {current})"
            empty = self._name(lines, "Bool", f"(= {high} {_const(0, half)})")
            decisions.append(f"(ite {empty} #b1 #b0)")
            current, size = f"(ite {empty} {low} {high})", half
        if not decisions:
            return f"(bvnot {text})"
        count = _binary("concat", decisions)
        counted = f"((_ zero_extend {width - len(decisions)}) {count})"
        return f"(ite (= {text} {_const(0, width)}) {_const(width, width)} {counted})"

    def rbit(self, word: Word) -> str:
        """The bits one by one, the lowest first in the concatenation."""
        text = self.bits(word.args[0])
        return _binary("concat", [f"((_ extract {i} {i}) {text})" for i in range(word.width)])

    def popcount(self, word: Word, lines: list[str]) -> str:
        """The number of ones by adding neighbouring fields of 1, 2, 4, ... bits, as the usual bit trick does."""
        width, size = word.width, 1 << (word.width - 1).bit_length()
        text = self.bits(word.args[0])
        total = text if size == width else f"((_ zero_extend {size - width}) {text})"
        step = 1
        while step < size:
            total = self._name(lines, _sort(size), total)
            mask = _const(sum(((1 << step) - 1) << low for low in range(0, size, 2 * step)), size)
            shifted = f"(bvand (bvlshr {total} {_const(step, size)}) {mask})"
            total = f"(bvsub {total} {shifted})" if step == 1 else f"(bvadd (bvand {total} {mask}) {shifted})"
            step *= 2
        return total if size == width else f"((_ extract {width - 1} 0) {total})"


def _inputs(words: Sequence[Word]) -> dict[str, Word]:
    inputs: dict[str, Word] = {}
    for word in words:
        if word.op == "var" and inputs.setdefault(str(word.attrs[0]), word) is not word:
            raise SymbolError(str(word.attrs[0]), "names inputs of different widths")
    return inputs


type _Signature = tuple[str, int, tuple[int, ...]]


def _signature(word: Word) -> _Signature:
    return str(word.attrs[0]), word.width, tuple(arg.width for arg in word.args)


def _functions(words: Sequence[Word], taken: set[str]) -> dict[_Signature, str]:
    """A symbol per uninterpreted function; functions of one name and different types are different."""
    names: dict[_Signature, str] = {}
    for word in words:
        if word.op == "uf" and _signature(word) not in names:
            name, width, widths = _signature(word)
            names[_signature(word)] = _fresh(f"{name}.{'x'.join(map(str, widths))}.{width}", taken)
    return names


def _fresh(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    taken.add(name)
    return name


# --- one line per operation -----------------------------------------------------------------------

type _Bits = Callable[[_Printer, Word, list[str]], str]
type _Truth = Callable[[_Printer, Word], str]


def _bits(op: str) -> _Bits:
    return lambda printer, word, lines: f"({op} {' '.join(printer.args(word))})"


def _chain(op: str) -> _Bits:
    return lambda printer, word, lines: _binary(op, printer.args(word))


def _relation(op: str) -> _Truth:
    return lambda printer, word: f"({op} {' '.join(printer.args(word))})"


def _logical(op: str) -> _Truth:
    return lambda printer, word: f"({op} {' '.join(map(printer.truth, word.args))})"


def _equal(printer: _Printer, word: Word) -> str:
    if word.args[0].width == 1:
        return f"(= {' '.join(map(printer.truth, word.args))})"
    return f"(= {' '.join(printer.args(word))})"


_TRUTHS: dict[str, _Truth] = {
    "eq": _equal,
    "ult": _relation("bvult"),
    "slt": _relation("bvslt"),
    "not": _logical("not"),
    "and": _logical("and"),
    "or": _logical("or"),
    "xor": _logical("xor"),
    "ite": _logical("ite"),
}

_BITS: dict[str, _Bits] = {
    "not": _bits("bvnot"),
    "and": _chain("bvand"),
    "or": _chain("bvor"),
    "xor": _chain("bvxor"),
    "lin": lambda printer, word, lines: printer.lin(word),
    "mul": _bits("bvmul"),
    "udiv": lambda printer, word, lines: printer.divide("bvudiv", word),
    "sdiv": lambda printer, word, lines: printer.divide("bvsdiv", word),
    "shl": _bits("bvshl"),
    "lshr": _bits("bvlshr"),
    "ashr": _bits("bvashr"),
    "concat": _chain("concat"),
    "extract": lambda printer, word, lines: printer.extract(word),
    "zext": lambda printer, word, lines: printer.extend("zero_extend", word),
    "sext": lambda printer, word, lines: printer.extend("sign_extend", word),
    "ite": lambda printer, word, lines: f"(ite {printer.truth(word.args[0])} {printer.bits(word.args[1])} {printer.bits(word.args[2])})",
    "load": lambda printer, word, lines: printer.load(word),
    "uf": lambda printer, word, lines: printer.call(word),
    "clz": lambda printer, word, lines: printer.clz(word, lines),
    "rbit": lambda printer, word, lines: printer.rbit(word),
    "popcount": lambda printer, word, lines: printer.popcount(word, lines),
}
