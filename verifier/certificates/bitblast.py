"""Words as propositional logic: an and-inverter graph, and its clauses (Tseitin) for SAT solvers.

A bit is a literal: twice the number of its node, plus 1 if it is complemented; node 0 is constant, so 0 is false and 1 true.
A word is its bits, lowest first. Loads and uninterpreted functions become fresh bits, and equal addresses or arguments
imply equal results (Ackermann); a load of several bytes is several loads.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from semantics.words import Word, topological
from verifier.errors import VerifierError

FALSE, TRUE = 0, 1
MAX_NODES = 2_000_000
MAX_PAIRS = 20_000  # of reads, or of calls of one function, that are compared

type Bits = list[int]


class TooLarge(VerifierError):
    """More logic than the limits allow: of what, and the limit."""

    def __init__(self, what: str, limit: int) -> None:
        super().__init__(f"more than {limit} {what}")
        self.what = what
        self.limit = limit


@dataclass(slots=True)
class Graph:
    """An and-inverter graph; ``ands[n]`` are the inputs of node n, None for an input of the graph and for node 0."""

    ands: list[tuple[int, int] | None] = field(default_factory=lambda: [None])
    known: dict[tuple[int, int], int] = field(default_factory=dict[tuple[int, int], int])

    def fresh(self) -> int:
        """A new input."""
        return self._new(None)

    def _new(self, inputs: tuple[int, int] | None) -> int:
        if len(self.ands) > MAX_NODES:
            raise TooLarge("gates", MAX_NODES)
        self.ands.append(inputs)
        return 2 * (len(self.ands) - 1)

    def and_(self, a: int, b: int) -> int:
        """Conjunction."""
        if a > b:
            a, b = b, a
        if a == FALSE or a ^ 1 == b:
            return FALSE
        if a in (TRUE, b):
            return b
        found = self.known.get((a, b))
        if found is None:
            found = self.known[a, b] = self._new((a, b))
        return found

    def or_(self, a: int, b: int) -> int:
        """Disjunction."""
        return self.and_(a ^ 1, b ^ 1) ^ 1

    def xor(self, a: int, b: int) -> int:
        """Exclusive or."""
        return self.and_(self.and_(a, b) ^ 1, self.or_(a, b))

    def ite(self, condition: int, then: int, other: int) -> int:
        """Choice."""
        if then == other:
            return then
        return self.or_(self.and_(condition, then), self.and_(condition ^ 1, other))

    def all(self, literals: Sequence[int]) -> int:
        """Conjunction of any number, as a balanced tree."""
        level = list(literals) or [TRUE]
        while len(level) > 1:
            paired = [self.and_(a, b) for a, b in zip(level[::2], level[1::2], strict=False)]
            level = paired + level[len(level) & ~1 :]
        return level[0]

    def add(self, a: Bits, b: Bits, carry: int = FALSE) -> tuple[Bits, int]:
        """Sum and carry out."""
        total: Bits = []
        for x, y in zip(a, b, strict=True):
            half = self.xor(x, y)
            total.append(self.xor(half, carry))
            carry = self.or_(self.and_(x, y), self.and_(half, carry))
        return total, carry

    def select(self, condition: int, then: Bits, other: Bits) -> Bits:
        """Choice, bit by bit."""
        return [self.ite(condition, a, b) for a, b in zip(then, other, strict=True)]

    def equal(self, a: Bits, b: Bits) -> int:
        """Whether all bits are equal."""
        return self.all([self.xor(x, y) ^ 1 for x, y in zip(a, b, strict=True)])

    def less(self, a: Bits, b: Bits) -> int:
        """Unsigned less: no carry out of ``a + ~b + 1``."""
        return self.add(a, _not(b), TRUE)[1] ^ 1

    def negate(self, bits: Bits) -> Bits:
        """Two's complement."""
        return self.add(_not(bits), [FALSE] * len(bits), TRUE)[0]


def _not(bits: Bits) -> Bits:
    return [bit ^ 1 for bit in bits]


def _constant(value: int, width: int) -> Bits:
    return [value >> i & 1 for i in range(width)]


class Blaster:
    """Words brought into one graph; :meth:`clauses` are satisfiable if and only if all words given to :meth:`assert_` can be 1."""

    def __init__(self) -> None:
        self.graph = Graph()
        self.inputs: dict[str, Bits] = {}
        self._bits: dict[Word, Bits] = {}
        self._asserted: Bits = []
        self._bytes: list[tuple[Bits, Bits]] = []  # addresses and contents
        self._calls: dict[tuple[str, int, tuple[int, ...]], list[tuple[Bits, Bits]]] = {}

    def assert_(self, word: Word) -> None:
        """Require a one-bit word to be 1."""
        self._asserted += self.bits(word)

    def bits(self, root: Word) -> Bits:
        """The literals of a word."""
        for word in topological([root]):
            if word not in self._bits:
                self._bits[word] = _OPERATIONS[word.op](self, word, [self._bits[arg] for arg in word.args])
        return self._bits[root]

    def variable(self, word: Word) -> Bits:
        """An input's bits."""
        return self.inputs.setdefault(str(word.attrs[0]), [self.graph.fresh() for _ in range(word.width)])

    def load(self, address: Bits, size: int) -> Bits:
        """Bytes of the initial memory."""
        found: Bits = []
        for i in range(size):
            place = self.graph.add(address, _constant(i, len(address)))[0]
            found += self._same_result(self._bytes, place, 8)
        return found

    def call(self, word: Word, args: Sequence[Bits]) -> Bits:
        """An uninterpreted function; those of one name and other widths are others."""
        signature = str(word.attrs[0]), word.width, tuple(len(arg) for arg in args)
        return self._same_result(self._calls.setdefault(signature, []), [bit for arg in args for bit in arg], word.width)

    def _same_result(self, known: list[tuple[Bits, Bits]], place: Bits, width: int) -> Bits:
        for other, result in known:
            if other == place:
                return result
        result = [self.graph.fresh() for _ in range(width)]
        known.append((place, result))
        return result

    def _consistency(self) -> Bits:
        """Equal places hold equal values."""
        tables = [self._bytes, *self._calls.values()]
        if sum(len(table) * (len(table) - 1) // 2 for table in tables) > MAX_PAIRS:
            raise TooLarge("pairs of reads", MAX_PAIRS)
        pairs = [pair for table in tables for pair in combinations(table, 2)]
        graph, found = self.graph, list[int]()
        for (place, value), (other, same) in pairs:
            found.append(graph.or_(graph.equal(place, other) ^ 1, graph.equal(value, same)))
        return found

    def clauses(self) -> tuple[int, list[list[int]]]:
        """The number of variables, and the clauses over them, as in DIMACS."""
        roots = [*self._asserted, *self._consistency()]
        if FALSE in roots:
            return 1, [[]]
        numbers: dict[int, int] = {}
        clauses = list[list[int]]()
        for node in self._below(roots):
            numbers[node] = out = len(numbers) + 1
            inputs = self.graph.ands[node]
            if inputs is not None:
                a, b = (_numbered(literal, numbers) for literal in inputs)
                clauses += [[-out, a], [-out, b], [out, -a, -b]]
        clauses += [[_numbered(root, numbers)] for root in dict.fromkeys(roots) if root != TRUE]
        return len(numbers), clauses

    def _below(self, roots: Sequence[int]) -> list[int]:
        """The nodes that matter, inputs before users: a node's number is above those of its inputs."""
        needed = {root >> 1 for root in roots} - {0}
        stack = list(needed)
        while stack:
            for literal in self.graph.ands[stack.pop()] or ():
                if literal >> 1 not in needed:
                    needed.add(literal >> 1)
                    stack.append(literal >> 1)
        return sorted(needed)


def _numbered(literal: int, numbers: dict[int, int]) -> int:
    return -numbers[literal >> 1] if literal & 1 else numbers[literal >> 1]


def dimacs(variables: int, clauses: Sequence[Sequence[int]]) -> str:
    """The clauses in the format of SAT solvers."""
    return "\n".join([f"p cnf {variables} {len(clauses)}", *(" ".join(map(str, [*clause, 0])) for clause in clauses), ""])


# --- one circuit per operation ----------------------------------------------------------------------

type _Circuit = Callable[[Blaster, Word, list[Bits]], Bits]


def _attribute(word: Word, position: int = 0) -> int:
    value = word.attrs[position]
    if not isinstance(value, int):
        raise TypeError(f"{word.op} with attribute {value!r}")
    return value


def _bitwise(gate: Callable[[Graph, int, int], int]) -> _Circuit:
    def circuit(blaster: Blaster, word: Word, args: list[Bits]) -> Bits:
        result = args[0]
        for arg in args[1:]:
            result = [gate(blaster.graph, a, b) for a, b in zip(result, arg, strict=True)]
        return result

    return circuit


def _lin(blaster: Blaster, word: Word, args: list[Bits]) -> Bits:
    coefficients, constant = word.attrs
    if not isinstance(coefficients, tuple) or not isinstance(constant, int):
        raise TypeError(f"lin with attributes {word.attrs!r}")
    total = _constant(constant, word.width)
    for coefficient, arg in zip(coefficients, args, strict=True):
        product = _times(blaster.graph, _constant(coefficient, word.width), arg)
        total = blaster.graph.add(total, product)[0]
    return total


def _times(graph: Graph, a: Bits, b: Bits) -> Bits:
    """Product: a sum of shifted copies of ``b``; minus one where ``a`` is the constant -1."""
    width = len(a)
    if all(bit == TRUE for bit in a):
        return graph.negate(b)
    total = [FALSE] * width
    for i, bit in enumerate(a):
        if bit != FALSE:
            total = graph.add(total, [FALSE] * i + [graph.and_(bit, x) for x in b[: width - i]])[0]
    return total


def _udiv(graph: Graph, a: Bits, b: Bits) -> Bits:
    """Restoring division; 0 for the divisor 0."""
    rest, quotient = [FALSE] * len(a), list[int]()
    wide = [*b, FALSE]
    for bit in reversed(a):
        shifted = [bit, *rest]
        difference, fits = graph.add(shifted, _not(wide), TRUE)
        quotient.append(fits)
        rest = graph.select(fits, difference, shifted)[:-1]
    defined = graph.equal(b, [FALSE] * len(b)) ^ 1
    return [graph.and_(bit, defined) for bit in reversed(quotient)]


def _sdiv(graph: Graph, a: Bits, b: Bits) -> Bits:
    """Signed quotient rounded to zero, by magnitudes."""
    magnitudes = (graph.select(x[-1], graph.negate(x), x) for x in (a, b))
    quotient = _udiv(graph, *magnitudes)
    return graph.select(graph.xor(a[-1], b[-1]), graph.negate(quotient), quotient)


def _shift(graph: Graph, bits: Bits, amount: Bits, fill: int, left: bool) -> Bits:
    """Barrel shifter; all ``fill`` from the width on."""
    width, current = len(bits), list(bits)
    stages = (width - 1).bit_length()
    for i, by in enumerate(amount[:stages]):
        step = 1 << i
        moved = [fill] * step + current[: width - step] if left else current[step:] + [fill] * min(step, width)
        current = graph.select(by, moved[:width], current)
    beyond = graph.all([bit ^ 1 for bit in amount[stages:]]) ^ 1
    return graph.select(beyond, [fill] * width, current)


def _clz(blaster: Blaster, word: Word, args: list[Bits]) -> Bits:
    """A chain of choices from the lowest bit up: the highest 1 decides."""
    graph, width = blaster.graph, word.width
    count = _constant(width, width)
    for i, bit in enumerate(args[0]):
        count = graph.select(bit, _constant(width - 1 - i, width), count)
    return count


def _popcount(blaster: Blaster, word: Word, args: list[Bits]) -> Bits:
    graph, width = blaster.graph, word.width
    sums = [[bit, *[FALSE] * (width - 1)] for bit in args[0]]
    while len(sums) > 1:
        paired = [graph.add(a, b)[0] for a, b in zip(sums[::2], sums[1::2], strict=False)]
        sums = paired + sums[len(sums) & ~1 :]
    return sums[0]


def _slt(blaster: Blaster, word: Word, args: list[Bits]) -> Bits:
    flipped = ([*arg[:-1], arg[-1] ^ 1] for arg in args)
    return [blaster.graph.less(*flipped)]


_OPERATIONS: dict[str, _Circuit] = {
    "const": lambda blaster, word, args: _constant(word.value, word.width),
    "var": lambda blaster, word, args: blaster.variable(word),
    "load": lambda blaster, word, args: blaster.load(args[0], word.width // 8),
    "uf": lambda blaster, word, args: blaster.call(word, args),
    "not": lambda blaster, word, args: _not(args[0]),
    "and": _bitwise(Graph.and_),
    "or": _bitwise(Graph.or_),
    "xor": _bitwise(Graph.xor),
    "lin": _lin,
    "mul": lambda blaster, word, args: _times(blaster.graph, args[0], args[1]),
    "udiv": lambda blaster, word, args: _udiv(blaster.graph, args[0], args[1]),
    "sdiv": lambda blaster, word, args: _sdiv(blaster.graph, args[0], args[1]),
    "shl": lambda blaster, word, args: _shift(blaster.graph, args[0], args[1], FALSE, True),
    "lshr": lambda blaster, word, args: _shift(blaster.graph, args[0], args[1], FALSE, False),
    "ashr": lambda blaster, word, args: _shift(blaster.graph, args[0], args[1], args[0][-1], False),
    "concat": lambda blaster, word, args: [bit for arg in reversed(args) for bit in arg],
    "extract": lambda blaster, word, args: args[0][_attribute(word) : _attribute(word) + word.width],
    "zext": lambda blaster, word, args: args[0] + [FALSE] * (word.width - len(args[0])),
    "sext": lambda blaster, word, args: args[0] + [args[0][-1]] * (word.width - len(args[0])),
    "eq": lambda blaster, word, args: [blaster.graph.equal(args[0], args[1])],
    "ult": lambda blaster, word, args: [blaster.graph.less(args[0], args[1])],
    "slt": _slt,
    "ite": lambda blaster, word, args: blaster.graph.select(args[0][0], args[1], args[2]),
    "clz": _clz,
    "rbit": lambda blaster, word, args: args[0][::-1],
    "popcount": _popcount,
}
