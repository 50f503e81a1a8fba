"""Words on Python ints: a direct evaluator, and a compiler to one Python function per graph.

Both take ``env``, the value of every input by name (reduced modulo its width), and ``memory``, a
function of a 64-bit address and a number of bytes that returns those bytes of the initial memory
as a little-endian integer (:meth:`semantics.memory_image.MemoryImage.read`; addresses wrap).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from semantics.ops import OPS
from semantics.run.functions import applied
from semantics.words import Word, topological

type Memory = Callable[[int, int], int]
type Function = Callable[[str, int, Sequence[int], Sequence[int]], int]  # name, width, widths, values
type Compiled = Callable[[Mapping[str, int], Memory], tuple[int, ...]]

MAX_EXPRESSION = 200  # characters of one generated expression; a longer one gets a local variable


def evaluate(roots: Sequence[Word], env: Mapping[str, int], memory: Memory, uf: Function = applied) -> list[int]:
    """The values of ``roots``, by the definitions of :mod:`semantics.ops`.

    Raises KeyError for an input that ``env`` lacks.
    """
    values: dict[Word, int] = {}
    for word in topological(roots):
        args = [values[arg] for arg in word.args]
        widths = [arg.width for arg in word.args]
        operation = OPS[word.op].evaluate
        if operation is not None:
            values[word] = operation(word.width, widths, args, word.attrs)
        elif word.op == "var":
            values[word] = env[str(word.attrs[0])] & word.mask
        elif word.op == "load":
            values[word] = memory(args[0], word.width // 8)
        else:
            values[word] = uf(str(word.attrs[0]), word.width, widths, args) & word.mask
    return [values[root] for root in roots]


def compile_words(roots: Sequence[Word], uf: Function = applied) -> Compiled:
    """A function ``(env, memory) -> values of roots`` that computes what :func:`evaluate` does, faster."""
    scope: dict[str, Any] = {"uf": uf, "OPS": OPS}
    exec(compile(source(roots), "<words>", "exec"), scope)  # the text is built here, from words only
    return scope["run"]


def source(roots: Sequence[Word]) -> str:
    """The Python text of the function that :func:`compile_words` returns."""
    words = list(topological(roots))
    uses = Counter(arg for word in words for arg in word.args)
    uses.update(word.args[1] for word in words if word.op in _REPEATED)
    uses.update({root: 2 for root in roots})
    texts: dict[Word, str] = {}
    lines = ["def run(env, memory):"]
    for word in words:
        text = _TEXTS[word.op](word, [texts[arg] for arg in word.args])
        if word.op != "const" and (uses[word] > 1 or len(text) > MAX_EXPRESSION):
            name = f"t{len(lines)}"
            lines.append(f"    {name} = {text}")
            text = name
        texts[word] = text
    results = "".join(texts[root] + ", " for root in roots)
    return "\n".join([*lines, f"    return ({results})", ""])


# --- one expression per operation: operands are atoms, and so is each result ----------------------

_REPEATED = ("udiv", "shl", "lshr", "ashr")  # their texts write the second operand twice


def _int(word: Word) -> int:
    value = word.attrs[0]
    if not isinstance(value, int):
        raise TypeError(f"{word.op} with attribute {value!r}")
    return value


def _tuple(items: Iterable[object]) -> str:
    return "(" + "".join(f"{item}, " for item in items) + ")"


def _lin(word: Word, a: Sequence[str]) -> str:
    coefficients, constant = word.attrs
    if not isinstance(coefficients, tuple) or not isinstance(constant, int):
        raise TypeError(f"lin with attributes {word.attrs!r}")
    terms = [_scaled(c, x, word.width) for c, x in zip(coefficients, a, strict=True)]
    if constant or not terms:
        terms.append(_scaled(constant, "1", word.width))
    return f"({''.join(terms)} & {word.mask})"


def _scaled(c: int, x: str, width: int) -> str:
    if c >> (width - 1):
        c -= 1 << width
    sign, c = ("-", -c) if c < 0 else ("+", c)
    return f"{sign}{c if x == '1' else x if c == 1 else f'{c}*{x}'}"


def _shift_left(word: Word, a: Sequence[str]) -> str:
    # the amount may be huge: the guard also keeps Python from building a huge integer
    return f"({a[0]} << {a[1]} & {word.mask} if {a[1]} < {word.width} else 0)"


def _concat(word: Word, a: Sequence[str]) -> str:
    position, parts = word.width, list[str]()
    for arg, text in zip(word.args, a, strict=True):
        position -= arg.width
        if not (arg.is_const and arg.value == 0):
            parts.append(f"{text} << {position}" if position else text)
    return f"({' | '.join(parts) or 0})"


def _extract(word: Word, a: Sequence[str]) -> str:
    low, source_width = _int(word), word.args[0].width
    shifted = f"{a[0]} >> {low}" if low else a[0]
    return f"({shifted})" if low + word.width == source_width else f"({shifted} & {word.mask})"


def _sext(word: Word, a: Sequence[str]) -> str:
    return f"({_signed(word.args[0], a[0])} & {word.mask})"


def _signed(word: Word, text: str) -> str:
    sign = 1 << (word.width - 1)
    return f"(({text} ^ {sign}) - {sign})"


def _slt(word: Word, a: Sequence[str]) -> str:
    sign = 1 << (word.args[0].width - 1)
    return f"(1 if {a[0]} ^ {sign} < {a[1]} ^ {sign} else 0)"


def _by_table(word: Word, a: Sequence[str]) -> str:
    widths = tuple(arg.width for arg in word.args)
    return f"OPS[{word.op!r}].evaluate({word.width}, {widths}, {_tuple(a)}, ())"


def _infix(sign: str) -> Callable[[Word, Sequence[str]], str]:
    return lambda word, a: f"({sign.join(a)})"


_TEXTS: dict[str, Callable[[Word, Sequence[str]], str]] = {
    "const": lambda word, a: str(word.value),
    "var": lambda word, a: f"(env[{str(word.attrs[0])!r}] & {word.mask})",
    "load": lambda word, a: f"memory({a[0]}, {word.width // 8})",
    "uf": lambda word, a: (
        f"(uf({str(word.attrs[0])!r}, {word.width}, {_tuple(arg.width for arg in word.args)}, {_tuple(a)}) & {word.mask})"
    ),
    "not": lambda word, a: f"({a[0]} ^ {word.mask})",
    "and": _infix(" & "),
    "or": _infix(" | "),
    "xor": _infix(" ^ "),
    "lin": _lin,
    "mul": lambda word, a: f"({a[0]} * {a[1]} & {word.mask})",
    "udiv": lambda word, a: f"({a[0]} // {a[1]} if {a[1]} else 0)",
    "sdiv": _by_table,
    "shl": _shift_left,
    "lshr": lambda word, a: f"({a[0]} >> {a[1]} if {a[1]} < {word.width} else 0)",
    "ashr": lambda word, a: f"({_signed(word.args[0], a[0])} >> ({a[1]} if {a[1]} < {word.width} else {word.width - 1}) & {word.mask})",
    "concat": _concat,
    "extract": _extract,
    "zext": lambda word, a: a[0],
    "sext": _sext,
    "eq": lambda word, a: f"(1 if {a[0]} == {a[1]} else 0)",
    "ult": lambda word, a: f"(1 if {a[0]} < {a[1]} else 0)",
    "slt": _slt,
    "ite": lambda word, a: f"({a[1]} if {a[0]} else {a[2]})",
    "clz": lambda word, a: f"({word.width} - ({a[0]}).bit_length())",
    "rbit": _by_table,
    "popcount": lambda word, a: f"({a[0]}).bit_count()",
}
