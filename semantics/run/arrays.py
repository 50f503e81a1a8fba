"""Words on numpy arrays: many states at once, for screening candidates.

A column holds one value per state. Words of up to 64 bits are uint64 arrays (one-bit words hold 0
or 1), wider ones are tuples of uint64 limbs, the low first. Values are below ``2**width``; the
columns given must be too. Loads read the initial memory that :mod:`semantics.memory_image`
derives from each state's seed, without overrides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from semantics.fp.arrays import Columns, on_columns
from semantics.ops import OPS
from semantics.run.functions import applied
from semantics.run.uninterpreted import seed_of
from semantics.run.vectors import MASK64, Operand, Vectors
from semantics.words import Word, topological

type Column = NDArray[np.uint64] | tuple[NDArray[np.uint64], ...]
type Compiled = Callable[[Mapping[str, Column], NDArray[np.uint64]], list[Column]]
type Limbs = tuple[Operand, ...]  # of a one-bit word: one flag


def compile_arrays(roots: Sequence[Word]) -> Compiled:
    """A function ``(inputs, seeds) -> columns of roots``.

    ``inputs`` has a column per input name; ``seeds`` is the uint64 array of the states' memory
    seeds, which also tells how many states there are. A result may be the very array that was
    given as an input, or be shared by two roots: do not write into it.
    """
    vectors = Vectors()
    vectors.scope["by_ints"] = _by_ints
    limbs: dict[Word, Limbs] = {}
    for word in topological(roots):
        limbs[word] = _TABLE[word.op](vectors, word, [limbs[arg] for arg in word.args])
    source = vectors.source([_result(vectors, root, limbs[root]) for root in roots])
    exec(compile(source, "<columns>", "exec"), vectors.scope)  # the text is built here, from words only
    return vectors.scope["run"]


def _result(v: Vectors, word: Word, limbs: Limbs) -> str:
    texts = [limb if isinstance(limb, str) else f"full(len(seeds), {v.text(limb)}, uint64)" for limb in _words(v, word, limbs)]
    return texts[0] if word.width <= 64 else f"({', '.join(texts)})"


def split(value: int, width: int) -> list[int]:
    """``value`` in limbs of 64 bits, the low first."""
    return [value >> low & MASK64 for low in range(0, width, 64)]


def join(limbs: Sequence[int]) -> int:
    """The value of limbs of 64 bits, the low first."""
    return sum(int(limb) << (64 * i) for i, limb in enumerate(limbs))


# --- limbs ----------------------------------------------------------------------------------------


def _words(v: Vectors, word: Word, limbs: Limbs) -> Limbs:
    """The limbs as words, also of a one-bit word."""
    return (v.word(limbs[0]),) if word.width == 1 else limbs


def _all_words(v: Vectors, word: Word, a: Sequence[Limbs]) -> list[Limbs]:
    return [_words(v, arg, limbs) for arg, limbs in zip(word.args, a, strict=True)]


def _fitted(v: Vectors, word: Word, limbs: Sequence[Operand]) -> Limbs:
    """The limbs modulo ``2**width``, in the form that the word's width asks for."""
    if word.width == 1:
        return (v.flag(v.and_(limbs[0], 1)),)
    top = (word.width - 1) % 64 + 1
    return (*limbs[:-1], v.and_(limbs[-1], (1 << top) - 1))


def _int(word: Word) -> int:
    value = word.attrs[0]
    if not isinstance(value, int):
        raise TypeError(f"{word.op} with attribute {value!r}")
    return value


def _add(v: Vectors, a: Sequence[Operand], b: Sequence[Operand], carry: Operand = 0) -> list[Operand]:
    """Sum of equally many limbs and a carry word, the last carry dropped."""
    total = list[Operand]()
    for i, (x, y) in enumerate(zip(a, b, strict=True)):
        partial = v.add(x, y)
        total.append(v.add(partial, carry))
        if i + 1 < len(a):
            carry = v.word(v.for_(v.lt(partial, x), v.lt(total[-1], partial)))
    return total


def _multiply(v: Vectors, a: Sequence[Operand], b: Sequence[Operand]) -> list[Operand]:
    count, total = len(a), list[Operand]([0] * len(a))
    for i, x in enumerate(a):
        for j, y in enumerate(b[: count - i]):
            place = i + j
            low, high = v.mul(x, y), v.mulhi(x, y) if place + 1 < count else 0
            addend = [0] * place + [low, high] + [0] * count
            total = _add(v, total, addend[:count])
    return total


def _shifted_right(v: Vectors, limbs: Sequence[Operand], low: int, count: int) -> list[Operand]:
    """``count`` limbs from bit ``low`` up; bits above the last limb are 0."""
    skip, shift = divmod(low, 64)
    padded = [*limbs, *[0] * (skip + count + 1)]
    if shift == 0:
        return list(padded[skip : skip + count])
    return [v.or_(v.shr(padded[i], shift), v.shl(padded[i + 1], 64 - shift)) for i in range(skip, skip + count)]


def _shifted_left(v: Vectors, limbs: Sequence[Operand], k: int, count: int) -> list[Operand]:
    """The low ``count`` limbs of the value times ``2**k``."""
    skip, shift = divmod(k, 64)
    padded: list[Operand] = [*[0] * (skip + 1), *limbs, *[0] * count]
    if shift == 0:
        return padded[1 : count + 1]
    return [v.or_(v.shl(padded[i + 1], shift), v.shr(padded[i], 64 - shift)) for i in range(count)]


def _sign_extended(v: Vectors, limbs: Sequence[Operand], width: int, count: int) -> list[Operand]:
    """``count`` limbs of the sign extension of a value of ``width`` bits."""
    spare = -width % 64
    top = v.sar(v.shl(limbs[-1], spare), spare)
    fill = v.sar(top, 63) if count > len(limbs) else 0
    return [*limbs[:-1], top, *[fill] * (count - len(limbs))]


def _choose(v: Vectors, condition: Operand, a: Sequence[Operand], b: Sequence[Operand]) -> list[Operand]:
    return [v.where(condition, x, y) for x, y in zip(a, b, strict=True)]


def _all_equal(v: Vectors, a: Sequence[Operand], b: Sequence[Operand]) -> Operand:
    return reduce(v.fand, [v.eq(x, y) for x, y in zip(a, b, strict=True)])


def _less(v: Vectors, a: Sequence[Operand], b: Sequence[Operand]) -> Operand:
    result: Operand = 0
    for x, y in zip(a, b, strict=True):
        result = v.for_(v.lt(x, y), v.fand(v.eq(x, y), result)) if result != 0 else v.lt(x, y)
    return result


# --- one function per operation -------------------------------------------------------------------


def _const(v: Vectors, word: Word, a: Sequence[Limbs]) -> Limbs:
    return tuple(split(word.value, word.width))


def _var(v: Vectors, word: Word, a: Sequence[Limbs]) -> Limbs:
    given = v.input(str(word.attrs[0]))
    if word.width == 1:
        return (v.emit(f"{given} != 0", flag=True),)
    return (v.emit(given),) if word.width <= 64 else v.emit_tuple(given, (word.width + 63) // 64)


def _load(v: Vectors, word: Word, a: Sequence[Limbs]) -> Limbs:
    size = word.width // 8
    return v.emit_tuple(f"read(seeds, {v.text(a[0][0])}, {size})", (size + 7) // 8)


def _uf(v: Vectors, word: Word, a: Sequence[Limbs]) -> Limbs:
    name = str(word.attrs[0])
    columns = on_columns(name)
    if columns is not None:
        return _known(v, word, columns, name, a)
    state: Operand = seed_of(name, word.width, [arg.width for arg in word.args])
    for limbs in _all_words(v, word, a):
        for limb in limbs:
            state = v.mix(v.xor(state, limb))
    return _fitted(v, word, [v.mix(v.xor(state, i + 1)) for i in range((word.width + 63) // 64)])


def _known(v: Vectors, word: Word, columns: Columns, name: str, a: Sequence[Limbs]) -> Limbs:
    """A function with a meaning, whose arguments and result have one limb each."""
    values = [limbs[0] for limbs in _all_words(v, word, a)]
    constants = [value for value in values if isinstance(value, int)]
    if len(constants) == len(values):
        return tuple(split(applied(name, word.width, [arg.width for arg in word.args], constants), word.width))
    key = f"f{name.encode().hex()}"
    v.scope[key] = columns
    texts = [f"full(len(seeds), {v.text(value)}, uint64)" if isinstance(value, int) else value for value in values]
    return _fitted(v, word, [v.emit(f"{key}(({', '.join(texts)},))")])


def _not(v: Vectors, word: Word, a: Sequence[Limbs]) -> Limbs:
    if word.width == 1:
        return (v.fnot(a[0][0]),)
    return tuple(v.xor(x, mask) for x, mask in zip(a[0], split(word.mask, word.width), strict=True))


def _bitwise(flags: str, words: str) -> _Emit:
    def emit(v: Vectors, word: Word, a: Sequence[Limbs]) -> Limbs:
        operation = getattr(v, flags if word.width == 1 else words)
        return tuple(reduce(operation, column) for column in zip(*a, strict=True))

    return emit


def _lin(v: Vectors, word: Word, a: Sequence[Limbs]) -> Limbs:
    coefficients, constant = word.attrs
    assert isinstance(coefficients, tuple) and isinstance(constant, int)
    total: list[Operand] = list(split(constant, word.width))
    for c, limbs in zip(coefficients, _all_words(v, word, a), strict=True):
        if c == word.mask and len(limbs) == 1:
            total = [v.sub(total[0], limbs[0])]
        elif c == word.mask:
            total = _add(v, total, [v.xor(x, MASK64) for x in limbs], 1)
        else:
            total = _add(v, total, _multiply(v, split(c, word.width), limbs))
    return _fitted(v, word, total)


def _mul(v: Vectors, word: Word, a: Sequence[Limbs]) -> Limbs:
    left, right = _all_words(v, word, a)
    return _fitted(v, word, _multiply(v, left, right))


def _udiv(v: Vectors, word: Word, a: Sequence[Limbs]) -> Limbs:
    if word.width > 64:
        return _wide(v, word, a)
    (left,), (right,) = _all_words(v, word, a)
    return _fitted(v, word, [_quotient(v, left, right)])


def _quotient(v: Vectors, left: Operand, right: Operand) -> Operand:
    if isinstance(right, int):
        if isinstance(left, int):
            return left // right if right else 0
        return v.emit(f"{left} // {v.text(right)}") if right else 0
    return v.helper("udiv", left, right)


def _sdiv(v: Vectors, word: Word, a: Sequence[Limbs]) -> Limbs:
    if word.width > 64:
        return _wide(v, word, a)
    magnitudes, signs = list[Operand](), list[Operand]()
    for (limb,) in _all_words(v, word, a):
        (extended,) = _sign_extended(v, [limb], word.width, 1)
        sign = v.sar(extended, 63)
        signs.append(sign)
        magnitudes.append(v.sub(v.xor(extended, sign), sign))
    sign = v.xor(*signs)
    return _fitted(v, word, [v.sub(v.xor(_quotient(v, *magnitudes), sign), sign)])


def _wide(v: Vectors, word: Word, a: Sequence[Limbs]) -> Limbs:
    """By Python ints, state by state: division wider than a register does not occur in hot code."""
    widths = tuple(arg.width for arg in word.args)
    if all(isinstance(limb, int) for limbs in a for limb in limbs):
        values = [join([limb for limb in limbs if isinstance(limb, int)]) for limbs in a]
        return tuple(split(_definition(word.op)(word.width, widths, values, ()), word.width))
    columns = ", ".join(f"({', '.join(map(v.text, limbs))},)" for limbs in a)
    return v.emit_tuple(f"by_ints({word.op!r}, {word.width}, {widths}, ({columns}))", (word.width + 63) // 64)


def _definition(op: str) -> Callable[..., int]:
    evaluate = OPS[op].evaluate
    if evaluate is None:
        raise TypeError(f"{op} has no definition on ints")
    return evaluate


def _by_ints(op: str, width: int, widths: Sequence[int], args: Sequence[Sequence[Any]]) -> list[NDArray[np.uint64]]:
    evaluate = _definition(op)
    flat = np.broadcast_arrays(*(limb for limbs in args for limb in limbs))
    rows = list[list[int]]()
    for state in zip(*(column.tolist() for column in flat), strict=True):
        values, start = list[int](), 0
        for limbs in args:
            values.append(join(state[start : start + len(limbs)]))
            start += len(limbs)
        rows.append(split(evaluate(width, widths, values, ()), width))
    return [np.array(column, dtype=np.uint64) for column in zip(*rows, strict=True)] or [
        np.zeros(0, dtype=np.uint64) for _ in split(0, width)
    ]


def _shift(op: str) -> _Emit:
    def emit(v: Vectors, word: Word, a: Sequence[Limbs]) -> Limbs:
        value, amount = _all_words(v, word, a)
        if word.width > 64 or all(isinstance(x, int) for x in (*value, *amount)):
            return _fitted(v, word, _barrel(v, op, word, value, amount))
        return _fitted(v, word, [_narrow_shift(v, op, word, value[0], amount[0])])

    return emit


def _narrow_shift(v: Vectors, op: str, word: Word, value: Operand, amount: Operand) -> Operand:
    # numpy leaves shifts by 64 and more undefined
    bound = _bound(word.args[1])
    if op == "ashr":
        (value,) = _sign_extended(v, [value], word.width, 1)
        clipped = v.text(amount) if bound < 64 else v.emit(f"minimum({v.text(amount)}, {v.text(63)})")
        return v.emit(f"({v.text(value)}.view(int64) >> {clipped}.view(int64)).view(uint64)")
    clipped = v.text(amount) if bound < 64 else v.text(v.and_(amount, 63))
    shifted = v.emit(f"{v.text(value)} {'<<' if op == 'shl' else '>>'} {clipped}")
    return shifted if bound < word.width else v.where(v.lt(amount, word.width), shifted, 0)


def _bound(word: Word) -> int:
    """A value that the word does not exceed."""
    if word.is_const:
        return word.value
    return word.args[0].mask if word.op == "zext" else word.mask


def _barrel(v: Vectors, op: str, word: Word, value: Sequence[Operand], amount: Sequence[Operand]) -> list[Operand]:
    """A shift by each power of two below the width, chosen by the amount's bits."""
    width, count = word.width, len(value)
    current = _sign_extended(v, value, width, count) if op == "ashr" else list(value)
    fill = v.sar(current[-1], 63) if op == "ashr" else 0
    k = 1
    while k < width:
        if op == "shl":
            moved = _shifted_left(v, current, k, count)
        else:
            moved = _shifted_right(v, [*current, *[fill] * (k // 64 + 1)], k, count)
        bit = v.flag(v.and_(amount[0], k))
        current = _choose(v, bit, moved, current)
        k *= 2
    inside = _less(v, amount, split(width, width)) if width > 1 else v.eq(amount[0], 0)
    return _choose(v, inside, current, [fill] * count)


def _concat(v: Vectors, word: Word, a: Sequence[Limbs]) -> Limbs:
    position, count = word.width, (word.width + 63) // 64
    total: list[Operand] = [0] * count
    for arg, limbs in zip(word.args, _all_words(v, word, a), strict=True):
        position -= arg.width
        placed = _shifted_left(v, limbs, position, count)
        total = [v.or_(x, y) for x, y in zip(total, placed, strict=True)]
    return (v.flag(total[0]),) if word.width == 1 else tuple(total)


def _extract(v: Vectors, word: Word, a: Sequence[Limbs]) -> Limbs:
    low = _int(word)
    limbs = _words(v, word.args[0], a[0])
    if word.width == 1:
        limb, position = limbs[low // 64], low % 64
        return (v.slt(limb, 0) if position == 63 else v.flag(v.and_(limb, 1 << position)),)
    above = _shifted_right(v, limbs, low, (word.width + 63) // 64)
    return tuple(above) if low + word.width == word.args[0].width else _fitted(v, word, above)


def _zext(v: Vectors, word: Word, a: Sequence[Limbs]) -> Limbs:
    limbs = _words(v, word.args[0], a[0])
    return a[0] if word.width == 1 else (*limbs, *[0] * ((word.width + 63) // 64 - len(limbs)))


def _sext(v: Vectors, word: Word, a: Sequence[Limbs]) -> Limbs:
    count = (word.width + 63) // 64
    if word.args[0].width == 1:
        return _fitted(v, word, [v.mul(v.word(a[0][0]), MASK64)] * count)
    return _fitted(v, word, _sign_extended(v, a[0], word.args[0].width, count))


def _eq(v: Vectors, word: Word, a: Sequence[Limbs]) -> Limbs:
    if word.args[0].width == 1:
        return (v.fnot(v.fxor(a[0][0], a[1][0])),)
    return (_all_equal(v, a[0], a[1]),)


def _ult(v: Vectors, word: Word, a: Sequence[Limbs]) -> Limbs:
    return (_less(v, *_all_words(v, word, a)),)


def _slt(v: Vectors, word: Word, a: Sequence[Limbs]) -> Limbs:
    width, (left, right) = word.args[0].width, _all_words(v, word, a)
    if width == 64:
        return (v.slt(left[0], right[0]),)
    sign = 1 << ((width - 1) % 64)
    return (_less(v, [*left[:-1], v.xor(left[-1], sign)], [*right[:-1], v.xor(right[-1], sign)]),)


def _ite(v: Vectors, word: Word, a: Sequence[Limbs]) -> Limbs:
    (condition,), then, other = a
    if word.width == 1:
        return (v.fwhere(condition, then[0], other[0]),)
    return tuple(_choose(v, condition, then, other))


def _count_zeros(limb: Operand, v: Vectors) -> Operand:
    return 64 - limb.bit_length() if isinstance(limb, int) else v.helper("clz", limb)


def _clz(v: Vectors, word: Word, a: Sequence[Limbs]) -> Limbs:
    limbs = _words(v, word.args[0], a[0])
    spare, total = -word.width % 64, _count_zeros(limbs[0], v)
    for limb in limbs[1:]:
        total = v.where(v.eq(limb, 0), v.add(total, 64), _count_zeros(limb, v))
    return _fitted(v, word, [v.sub(total, spare), *[0] * (len(limbs) - 1)])


def _rbit(v: Vectors, word: Word, a: Sequence[Limbs]) -> Limbs:
    reversed_limbs = list[Operand]()
    for limb in reversed(_words(v, word.args[0], a[0])):
        reversed_limbs.append(int(f"{limb:064b}"[::-1], 2) if isinstance(limb, int) else v.helper("rbit", limb))
    return _fitted(v, word, _shifted_right(v, reversed_limbs, -word.width % 64, len(reversed_limbs)))


def _popcount(v: Vectors, word: Word, a: Sequence[Limbs]) -> Limbs:
    total: Operand = 0
    for limb in _words(v, word.args[0], a[0]):
        total = v.add(total, limb.bit_count() if isinstance(limb, int) else v.helper("popcount", limb))
    return _fitted(v, word, [total, *[0] * (len(a[0]) - 1)])


type _Emit = Callable[[Vectors, Word, Sequence[Limbs]], Limbs]

_TABLE: dict[str, _Emit] = {
    "const": _const, "var": _var, "load": _load, "uf": _uf, "not": _not, "and": _bitwise("fand", "and_"),
    "or": _bitwise("for_", "or_"), "xor": _bitwise("fxor", "xor"), "lin": _lin, "mul": _mul, "udiv": _udiv,
    "sdiv": _sdiv, "shl": _shift("shl"), "lshr": _shift("lshr"), "ashr": _shift("ashr"), "concat": _concat,
    "extract": _extract, "zext": _zext, "sext": _sext, "eq": _eq, "ult": _ult, "slt": _slt, "ite": _ite, "clz": _clz,
    "rbit": _rbit, "popcount": _popcount,
}  # fmt: skip
