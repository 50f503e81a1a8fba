"""Words as z3 expressions, built through z3's Python interface (imported on first use).

For tests and tools; proofs go through :mod:`semantics.run.smtlib`, whose text any solver reads.
The operations that z3 lacks are built differently here than there, so that the two can be
tested against each other.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping, Sequence
from typing import Any

from semantics.words import Word, topological

type Build = Callable[[Word, Sequence[Any]], Any]  # Any is a z3.BitVecRef; z3 exports its classes in a way no checker sees


def to_z3(
    word: Word,
    cache: MutableMapping[Word, Any] | None = None,
    *,
    memory: Any = None,
    overrides: dict[str, Build] | None = None,
) -> Any:
    """``word`` as a ``z3.BitVecRef`` of its width over constants named like its inputs.

    ``cache`` keeps what is built; pass the same one to share subterms between calls, and put an
    input into it to replace that input. ``memory`` is the initial memory, an array of bytes by
    64-bit address, by default the constant ``mem``. ``overrides`` replaces entries of the table.
    """
    z3 = _z3()
    built: MutableMapping[Word, Any] = {} if cache is None else cache
    bytes_of = z3.Array("mem", z3.BitVecSort(64), z3.BitVecSort(8)) if memory is None else memory

    def load(word: Word, a: Sequence[Any]) -> Any:
        return _concat(word, [z3.Select(bytes_of, a[0] + i) for i in reversed(range(word.width // 8))])

    table = _BUILD | {"load": load} | (overrides or {})
    for below in topological([word]):
        if below not in built:
            built[below] = table[below.op](below, [built[arg] for arg in below.args])
    return built[word]


def _z3() -> Any:
    import z3

    return z3


def _attribute(word: Word) -> int:
    value = word.attrs[0]
    if not isinstance(value, int):
        raise TypeError(f"{word.op} with attribute {value!r}")
    return value


def _const(word: Word, a: Sequence[Any]) -> Any:
    return _z3().BitVecVal(word.value, word.width)


def _uf(word: Word, a: Sequence[Any]) -> Any:
    z3 = _z3()
    widths = [arg.width for arg in word.args]
    name = f"{word.attrs[0]}.{'x'.join(map(str, widths))}.{word.width}"
    return z3.Function(name, *map(z3.BitVecSort, widths), z3.BitVecSort(word.width))(*a)


def _lin(word: Word, a: Sequence[Any]) -> Any:
    coefficients, total = word.attrs
    assert isinstance(coefficients, tuple)
    result = _z3().BitVecVal(total, word.width)
    for c, x in zip(coefficients, a, strict=True):
        result = result + c * x
    return result


def _divide(operation: Callable[[Any, Any], Any]) -> Build:
    return lambda word, a: _z3().If(a[1] == 0, _z3().BitVecVal(0, word.width), operation(a[0], a[1]))


def _concat(word: Word, a: Sequence[Any]) -> Any:
    return _z3().Concat(*a) if len(a) > 1 else a[0]


def _extract(word: Word, a: Sequence[Any]) -> Any:
    low = _attribute(word)
    return _z3().Extract(low + word.width - 1, low, a[0])


def _bool(condition: Any) -> Any:
    z3 = _z3()
    return z3.If(condition, z3.BitVecVal(1, 1), z3.BitVecVal(0, 1))


def _clz(word: Word, a: Sequence[Any]) -> Any:
    z3, result = _z3(), _z3().BitVecVal(word.width, word.width)
    for i in range(word.width):
        result = z3.If(z3.Extract(i, i, a[0]) == 1, z3.BitVecVal(word.width - 1 - i, word.width), result)
    return result


def _bits(word: Word, x: Any) -> list[Any]:
    return [_z3().Extract(i, i, x) for i in range(word.width)]


def _popcount(word: Word, a: Sequence[Any]) -> Any:
    bits = [_z3().ZeroExt(word.width - 1, b) for b in _bits(word, a[0])]
    return sum(bits[1:], bits[0])


def _reduce(operation: Callable[[Any, Any], Any]) -> Build:
    def build(word: Word, a: Sequence[Any]) -> Any:
        result = a[0]
        for x in a[1:]:
            result = operation(result, x)
        return result

    return build


_BUILD: dict[str, Build] = {
    "const": _const,
    "var": lambda word, a: _z3().BitVec(str(word.attrs[0]), word.width),
    "uf": _uf,
    "not": lambda word, a: ~a[0],
    "and": _reduce(lambda x, y: x & y),
    "or": _reduce(lambda x, y: x | y),
    "xor": _reduce(lambda x, y: x ^ y),
    "lin": _lin,
    "mul": lambda word, a: a[0] * a[1],
    "udiv": _divide(lambda x, y: _z3().UDiv(x, y)),
    "sdiv": _divide(lambda x, y: x / y),
    "shl": lambda word, a: a[0] << a[1],
    "lshr": lambda word, a: _z3().LShR(a[0], a[1]),
    "ashr": lambda word, a: a[0] >> a[1],
    "concat": _concat,
    "extract": _extract,
    "zext": lambda word, a: _z3().ZeroExt(word.width - word.args[0].width, a[0]),
    "sext": lambda word, a: _z3().SignExt(word.width - word.args[0].width, a[0]),
    "eq": lambda word, a: _bool(a[0] == a[1]),
    "ult": lambda word, a: _bool(_z3().ULT(a[0], a[1])),
    "slt": lambda word, a: _bool(a[0] < a[1]),
    "ite": lambda word, a: _z3().If(a[0] == 1, a[1], a[2]),
    "clz": _clz,
    "rbit": lambda word, a: _concat(word, _bits(word, a[0])),
    "popcount": _popcount,
}
