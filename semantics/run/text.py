"""Words as readable text: C-like infix, and named shared subterms where the expression is large.

``x0 + 4*x1 - 1``, ``x0 >> 3``, ``x0[15:8]``, ``zext64(w)``, ``a <u b``, ``a <s b``, ``c ? a : b``,
``mem64[x0 + 8]`` for a load of 64 bits, ``{hi, lo}`` for a concatenation, ``8'0xff`` for a constant
inside one. ``>>`` is logical, ``>>s`` arithmetic; ``/u`` and ``/s`` divide; numbers above 9 are hexadecimal.
The text is for people; nothing parses it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from semantics.ops import signed
from semantics.words import Word

MAX_INLINE = 120  # nodes of an expression written out in full; a larger one names what it shares

# How tightly a form binds; an operand weaker than its place asks for gets parentheses.
ANY, CHOICE, BITS, COMPARE, SHIFT, SUM, PRODUCT, UNARY, ATOM = range(9)


@dataclass(frozen=True, slots=True)
class _Shape:
    """How one node is written: literal text and ``(operand, weakest level without parentheses)``."""

    level: int
    pieces: tuple[str | tuple[Word, int], ...]

    def operands(self) -> list[Word]:
        return [piece[0] for piece in self.pieces if not isinstance(piece, str)]


def show(word: Word, *, limit: int | None = None) -> str:
    """``word`` as one line; cut with ``…`` to at most ``limit`` characters if a limit is given.

    Time and length stay linear in the size of the graph: without a limit a large expression with
    shared parts comes out as ``t1 = ...; t2 = ...; expression``.
    """
    shapes = _shapes([word])
    if limit is None:
        if _tree_size(word, shapes) > MAX_INLINE:
            return "; ".join(_named_lines({"": word}, shapes))
        return _render(word, shapes, {}, None)
    text = _render(word, shapes, {}, limit)
    return text if len(text) <= limit else text[: max(limit - 1, 0)] + "…"[:limit]


def show_block(words: Mapping[str, Word]) -> str:
    """A line ``name = expression`` per word, after a line ``tN = expression`` per subterm used twice or more."""
    return "\n".join(_named_lines(words, _shapes(words.values())))


def _named_lines(words: Mapping[str, Word], shapes: dict[Word, _Shape]) -> list[str]:
    uses = Counter(operand for shape in shapes.values() for operand in shape.operands())
    uses.update(words.values())
    prefix = _fresh_prefix(words, shapes)
    names: dict[Word, str] = {}
    lines = list[str]()
    for word, shape in shapes.items():
        if uses[word] > 1 and shape.level < ATOM:
            text = _render(word, shapes, names, None)
            names[word] = f"{prefix}{len(names) + 1}"
            lines.append(f"{names[word]} = {text}")
    for name, word in words.items():
        lines.append((f"{name} = " if name else "") + _render(word, shapes, names, None))
    return lines


def _fresh_prefix(words: Iterable[str], shapes: Mapping[Word, _Shape]) -> str:
    taken = {*words, *(str(word.attrs[0]) for word in shapes if word.op in ("var", "uf"))}
    prefix = "t"
    while any(re.fullmatch(rf"{prefix}\d+", name) for name in taken):
        prefix += "t"
    return prefix


def _shapes(roots: Iterable[Word]) -> dict[Word, _Shape]:
    """The shape of everything written below ``roots``, operands before users."""
    done: dict[Word, _Shape] = {}
    pending: dict[Word, _Shape] = {}
    stack = list(roots)[::-1]
    while stack:
        word = stack[-1]
        if word in done:
            stack.pop()
        elif word in pending:
            done[word] = pending.pop(word)
            stack.pop()
        else:
            shape = pending[word] = _SHAPES[word.op](word)
            stack.extend(operand for operand in reversed(shape.operands()) if operand not in done)
    return done


def _tree_size(root: Word, shapes: Mapping[Word, _Shape]) -> int:
    sizes: dict[Word, int] = {}
    for word, shape in shapes.items():
        sizes[word] = 1 + sum(sizes[operand] for operand in shape.operands())
    return sizes[root]


def _render(root: Word, shapes: Mapping[Word, _Shape], names: Mapping[Word, str], limit: int | None) -> str:
    """The text of ``root``; with a limit, at least its first ``limit`` characters and a sign of more."""
    texts: dict[Word, str] = {}
    keep = None if limit is None else limit + 1
    for word in _below(root, shapes, names):
        shape, parts = shapes[word], list[str]()
        for piece in shape.pieces:
            if isinstance(piece, str):
                parts.append(piece)
                continue
            operand, level = piece
            text = names.get(operand) or texts[operand]
            weak = operand not in names and shapes[operand].level < level
            parts.append(f"({text})" if weak else text)
        texts[word] = "".join(parts)[:keep]
    return names.get(root) or texts[root]


def _below(root: Word, shapes: Mapping[Word, _Shape], names: Mapping[Word, str]) -> list[Word]:
    """What is written out for ``root``: operands before users, stopping at named words."""
    order, seen, stack = list[Word](), set[Word](), [(root, False)]
    while stack:
        word, ready = stack.pop()
        if ready:
            order.append(word)
        elif word not in seen and word not in names:
            seen.add(word)
            stack.append((word, True))
            stack.extend((operand, False) for operand in shapes[word].operands())
    return order


# --- one shape per operation ----------------------------------------------------------------------


def _number(value: int) -> str:
    if value < 0:
        return "-" + _number(-value)
    return str(value) if value <= 9 else hex(value)


def _int(word: Word) -> int:
    value = word.attrs[0]
    if not isinstance(value, int):
        raise TypeError(f"{word.op} with attribute {value!r}")
    return value


def _const(word: Word) -> _Shape:
    return _Shape(ATOM, (_number(word.value),))


def _var(word: Word) -> _Shape:
    return _Shape(ATOM, (str(word.attrs[0]),))


def _load(word: Word) -> _Shape:
    return _Shape(ATOM, (f"mem{word.width}[", (word.args[0], ANY), "]"))


def _call(name: str, args: Sequence[Word]) -> _Shape:
    pieces: list[str | tuple[Word, int]] = [f"{name}("]
    for arg in args:
        pieces += [(arg, ANY), ", "]
    if args:
        pieces.pop()
    return _Shape(ATOM, (*pieces, ")"))


def _infix(sign: str, level: int, inner: int) -> Callable[[Word], _Shape]:
    def shape(word: Word) -> _Shape:
        pieces: list[str | tuple[Word, int]] = [(word.args[0], inner)]
        for arg in word.args[1:]:
            pieces += [sign, (arg, inner)]
        return _Shape(level, tuple(pieces))

    return shape


_NEGATED = {"eq": " != ", "ult": " >=u ", "slt": " >=s "}


def _not(word: Word) -> _Shape:
    inner = word.args[0]
    if inner.op in _NEGATED:
        return _Shape(COMPARE, ((inner.args[0], SHIFT), _NEGATED[inner.op], (inner.args[1], SHIFT)))
    return _Shape(UNARY, ("~", (inner, UNARY)))


def _lin(word: Word) -> _Shape:
    coefficients, constant = word.attrs
    if not isinstance(coefficients, tuple) or not isinstance(constant, int):
        raise TypeError(f"lin with attributes {word.attrs!r}")
    terms = [(signed(c, word.width), term) for c, term in zip(coefficients, word.args, strict=True)]
    terms.sort(key=lambda item: item[0] < 0)  # "x1 - x0" rather than "-x0 + x1"
    pieces: list[str | tuple[Word, int]] = []
    for c, term in terms:
        sign = (" - " if c < 0 else " + ") if pieces else ("-" if c < 0 else "")
        pieces += [sign + (f"{_number(abs(c))}*" if abs(c) != 1 else ""), (term, UNARY if c != 1 else PRODUCT)]
    offset = signed(constant, word.width)
    if offset or not pieces:
        pieces.append((" - " if offset < 0 else " + ") * bool(pieces) + _number(abs(offset)))
    return _Shape(SUM, tuple(pieces))


def _extract(word: Word) -> _Shape:
    low = _int(word)
    bits = f"[{low}]" if word.width == 1 else f"[{low + word.width - 1}:{low}]"
    return _Shape(ATOM, ((word.args[0], ATOM), bits))


def _slice(word: Word) -> tuple[Word, int]:
    return (word.args[0], _int(word)) if word.op == "extract" else (word, 0)


def _zext(word: Word) -> _Shape:
    source, low = _slice(word.args[0])
    if low and source.width == word.width == low + word.args[0].width:
        return _Shape(SHIFT, ((source, UNARY), f" >> {_number(low)}"))
    return _call(f"zext{word.width}", word.args)


def _sext(word: Word) -> _Shape:
    source, low = _slice(word.args[0])
    if low and source.width == word.width == low + word.args[0].width:
        return _Shape(SHIFT, ((source, UNARY), f" >>s {_number(low)}"))
    return _call(f"sext{word.width}", word.args)


def _concat(word: Word) -> _Shape:
    if len(word.args) == 2:
        (high, high_low), (low, low_low), k = _slice(word.args[0]), _slice(word.args[1]), word.args[1].width
        if high_low == 0 and high.width == word.width and low.is_const and low.value == 0:
            return _Shape(SHIFT, ((high, UNARY), f" << {_number(k)}"))
        if high is low and high.width == word.width and high_low == 0 and low_low + k == word.width:
            return _Shape(ATOM, ("ror(", (high, ANY), f", {_number(low_low)})"))
    pieces: list[str | tuple[Word, int]] = []
    for arg in word.args:
        pieces += [", ", f"{arg.width}'{_number(arg.value)}" if arg.is_const else (arg, ANY)]
    return _Shape(ATOM, ("{", *pieces[1:], "}"))


def _ite(word: Word) -> _Shape:
    condition, then, other = word.args
    return _Shape(CHOICE, ((condition, BITS), " ? ", (then, BITS), " : ", (other, BITS)))


_SHAPES: dict[str, Callable[[Word], _Shape]] = {
    "const": _const,
    "var": _var,
    "load": _load,
    "uf": lambda word: _call(str(word.attrs[0]), word.args),
    "not": _not,
    "and": _infix(" & ", BITS, UNARY),
    "or": _infix(" | ", BITS, UNARY),
    "xor": _infix(" ^ ", BITS, UNARY),
    "lin": _lin,
    "mul": _infix("*", PRODUCT, UNARY),
    "udiv": _infix(" /u ", SHIFT, UNARY),
    "sdiv": _infix(" /s ", SHIFT, UNARY),
    "shl": _infix(" << ", SHIFT, UNARY),
    "lshr": _infix(" >> ", SHIFT, UNARY),
    "ashr": _infix(" >>s ", SHIFT, UNARY),
    "concat": _concat,
    "extract": _extract,
    "zext": _zext,
    "sext": _sext,
    "eq": _infix(" == ", COMPARE, SHIFT),
    "ult": _infix(" <u ", COMPARE, SHIFT),
    "slt": _infix(" <s ", COMPARE, SHIFT),
    "ite": _ite,
    "clz": lambda word: _call("clz", word.args),
    "rbit": lambda word: _call("rbit", word.args),
    "popcount": lambda word: _call("popcount", word.args),
}
