"""Constructors of words: each folds constants and brings its operation to one normal form.

Two computations that differ only in association, in the order of commutative operands, in how a
shift, mask or extension is spelled, or in where a truncation stands come out as the same object,
so that many equivalences need no solver. Each rule is an identity of fixed-width arithmetic; the
rules are fuzzed against the definitions in :mod:`semantics.ops` and against the solver.

Normal forms: sums, differences and multiples by constants are one ``lin``; constant shifts,
rotations, masks and byte swaps are ``concat`` of ``extract``; truncation is pushed to the leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from semantics.errors import WidthError
from semantics.ops import OPS
from semantics.words import Word, intern

MAX_TERMS = 12  # a longer sum is kept as a sum of sums: normalising it would cost quadratic time
MAX_HEIGHT = 48  # rules that rebuild a whole word leave a higher one as it is: bounds Python's recursion
MAX_TRUNCATED, MAX_SLICED = 4000, 400  # weights up to which slices at and off bit 0 are pushed: at shifts, slices multiply
MAX_REMEMBERED = 200_000  # remembered extractions, without which sharing would make pushing exponential
MAX_SLICES = 8  # a bitwise operation cut into more pieces than this stays whole


def const(value: int, width: int) -> Word:
    """The constant ``value`` modulo ``2**width``."""
    return intern("const", width, (), (value & ((1 << width) - 1),))


def var(name: str, width: int) -> Word:
    """The input called ``name``."""
    return intern("var", width, (), (name,))


def load(address: Word, size: int) -> Word:
    """``size`` bytes of the initial memory at a 64-bit ``address``, little-endian."""
    if address.width != 64:
        raise WidthError("load", (address.width,))
    return intern("load", 8 * size, (address,), (size,))


def uf(name: str, width: int, args: Sequence[Word]) -> Word:
    """An uninterpreted function of ``args``; equal arguments give equal results, nothing else is known."""
    return intern("uf", width, tuple(args), (name,))


TRUE, FALSE = const(1, 1), const(0, 1)


def _same_width(op: str, *words: Word) -> int:
    widths = {word.width for word in words}
    if len(widths) != 1:
        raise WidthError(op, tuple(word.width for word in words))
    return words[0].width


def _fold(op: str, width: int, args: tuple[Word, ...], attrs: tuple[int | str | tuple[int, ...], ...] = ()) -> Word:
    """The plain node, or its value if every argument is a constant."""
    evaluate = OPS[op].evaluate
    if evaluate is not None and all(arg.op == "const" for arg in args):
        return const(evaluate(width, [a.width for a in args], [a.value for a in args], attrs), width)
    return intern(op, width, args, attrs)


# --- sums ---------------------------------------------------------------------------------------


def linear_form(word: Word) -> tuple[dict[Word, int], int]:
    """``word`` as terms with coefficients plus a constant, modulo ``2**width``."""
    if word.op == "const":
        return {}, word.value
    if word.op == "lin":
        coefficients, constant = word.attrs
        assert isinstance(coefficients, tuple) and isinstance(constant, int)
        return dict(zip(word.args, coefficients, strict=True)), constant
    if word.op == "not":
        terms, constant = linear_form(word.args[0])
        return {term: -c for term, c in terms.items()}, -constant - 1
    if word.op == "sext" and word.args[0].width == 1:
        return {zext(word.args[0], word.width): -1}, 0
    return _shifted_form(word)


def _shifted_form(word: Word) -> tuple[dict[Word, int], int]:
    """The linear form of a word whose low bits are zeros: a multiple of a power of two."""
    inner = word.args[0] if word.op == "zext" else word
    if inner.op != "concat" or not inner.args[-1].is_const or inner.args[-1].value:
        return {word: 1}, 0
    k = inner.args[-1].width
    top = extract(inner, k, inner.width - k)
    if word.op == "zext":
        return {zext(top, word.width): 1 << k}, 0
    # The bits of top's terms above its width are shifted out, so the terms may be taken at any extension.
    terms, constant = linear_form(top) if top.op == "lin" else ({top: 1}, 0)
    widened = dict[Word, int]()
    for term, c in terms.items():
        whole = _widened(term, word.width)
        widened[whole] = widened.get(whole, 0) + (c << k)
    return widened, constant << k


def _widened(word: Word, width: int) -> Word:
    """Some word of ``width`` bits whose low bits are ``word``: what it was truncated from, if that is known."""
    if word.op == "extract" and word.attrs[0] == 0 and word.args[0].width >= width:
        return extract(word.args[0], 0, width)
    return zext(word, width)


def _linear(terms: dict[Word, int], constant: int, width: int) -> Word:
    mask = (1 << width) - 1
    kept = {term: c & mask for term, c in terms.items() if c & mask}
    constant &= mask
    if not kept:
        return const(constant, width)
    if len(kept) == 1:
        ((term, c),) = kept.items()
        if constant == 0 and c == 1:
            return term
        if constant == 0 and c & (c - 1) == 0:
            k = c.bit_length() - 1
            return concat(extract(term, 0, width - k), const(0, k))
        if constant == mask and c == mask:
            return not_(term)
        if constant == 0 and c == mask and term.op == "zext" and term.args[0].width == 1:
            return intern("sext", width, term.args)
    ordered = sorted(kept.items(), key=lambda item: item[0].uid)
    return intern("lin", width, tuple(t for t, _ in ordered), (tuple(c for _, c in ordered), constant))


def linear(parts: Sequence[tuple[int, Word]], constant: int, width: int) -> Word:
    """The sum of ``coefficient * word`` over ``parts`` plus ``constant``, modulo ``2**width``."""
    if width == 1:
        odd = [word for c, word in parts if c & 1]
        return xor(const(constant, 1), *odd)
    total: dict[Word, int] = {}
    for coefficient, word in parts:
        if word.width != width:
            raise WidthError("lin", (width, word.width))
        terms, offset = linear_form(word)
        if len(terms) > MAX_TERMS:
            terms, offset = {word: 1}, 0
        constant += coefficient * offset
        for term, c in terms.items():
            total[term] = total.get(term, 0) + coefficient * c
    return _linear(total, constant, width)


def add(left: Word, right: Word) -> Word:
    """Sum modulo ``2**width``."""
    return linear([(1, left), (1, right)], 0, _same_width("add", left, right))


def sub(left: Word, right: Word) -> Word:
    """Difference modulo ``2**width``."""
    return linear([(1, left), (-1, right)], 0, _same_width("sub", left, right))


def neg(word: Word) -> Word:
    """Two's complement negation."""
    return linear([(-1, word)], 0, word.width)


def mul(left: Word, right: Word) -> Word:
    """Product modulo ``2**width``."""
    width = _same_width("mul", left, right)
    if width == 1:
        return and_(left, right)
    if left.is_const:
        return linear([(left.value, right)], 0, width)
    if right.is_const:
        return linear([(right.value, left)], 0, width)
    if left.uid > right.uid:
        left, right = right, left
    return intern("mul", width, (left, right))


def udiv(left: Word, right: Word) -> Word:
    """Unsigned quotient; 0 if the divisor is 0."""
    width = _same_width("udiv", left, right)
    if right.is_const and right.value & (right.value - 1) == 0 and right.value:
        return lshr(left, const(right.value.bit_length() - 1, width))
    return _fold("udiv", width, (left, right))


def sdiv(left: Word, right: Word) -> Word:
    """Signed quotient rounded towards zero; 0 if the divisor is 0."""
    return _fold("sdiv", _same_width("sdiv", left, right), (left, right))


# --- bits ---------------------------------------------------------------------------------------


def not_(word: Word) -> Word:
    """Bitwise complement."""
    if word.op == "not":
        return word.args[0]
    if word.op == "lin" and len(word.args) <= MAX_TERMS:
        return linear([(-1, word)], -1, word.width)
    if word.op == "concat":
        return concat(*(not_(arg) for arg in word.args))
    if word.op == "ite" and word.height <= MAX_HEIGHT and (word.args[1].is_const or word.args[2].is_const):
        return ite(word.args[0], not_(word.args[1]), not_(word.args[2]))
    return _fold("not", word.width, (word,))


def _slices(word: Word) -> list[Word]:
    """The parts of ``word`` from high to low: of a concat or zero extension, and runs of a constant."""
    if word.op == "concat":
        return [piece for arg in word.args for piece in _slices(arg)]
    if word.op == "zext":
        return [const(0, word.width - word.args[0].width), *_slices(word.args[0])]
    if word.op == "const":
        return _runs(word)
    return [word]


def _runs(word: Word) -> list[Word]:
    value = word.value
    if (value ^ value >> 1).bit_count() > MAX_SLICES + 1:
        return [word]  # more pieces than anybody will use
    text, pieces, start = f"{word.value:0{word.width}b}", [], 0
    for i in range(1, len(text) + 1):
        if i == len(text) or text[i] != text[start]:
            pieces.append(const(int(text[start:i], 2), i - start))
            start = i
    return pieces


def _cuts(word: Word) -> set[int]:
    position, cuts = word.width, set[int]()
    for piece in _slices(word):
        position -= piece.width
        cuts.add(position)
    return cuts


def _bitwise(op: str, args: Sequence[Word], whole: Callable[[Sequence[Word]], Word | list[Word]]) -> Word:
    """An associative, commutative bitwise operation, cut into slices where that resolves it.

    ``whole`` reduces the flat argument list to a word, or to the arguments that stay.
    """
    width = _same_width(op, *args)
    flat = [inner for arg in args for inner in (arg.args if arg.op == op and len(arg.args) <= MAX_TERMS else (arg,))]
    reduced = whole(flat)
    if isinstance(reduced, Word):
        return reduced
    if len(reduced) > 1 and any(arg.op in ("const", "concat", "zext") for arg in reduced):
        cuts = sorted(set[int]().union(*(_cuts(arg) for arg in reduced)), reverse=True)
        if 1 < len(cuts) <= MAX_SLICES:
            sliced = _sliced(reduced, cuts, whole)
            if sliced is not None:
                return sliced
    ordered = tuple(sorted(reduced, key=lambda word: word.uid))
    return ordered[0] if len(ordered) == 1 else _fold(op, width, ordered)


def _sliced(args: Sequence[Word], cuts: Sequence[int], whole: Callable[[Sequence[Word]], Word | list[Word]]) -> Word | None:
    """The operation slice by slice, or None if some slice does not come down to a single word."""
    high, pieces = args[0].width, list[Word]()
    for low in cuts:
        reduced = whole([extract(arg, low, high - low) for arg in args])
        if not isinstance(reduced, Word):
            if len(reduced) != 1:
                return None
            reduced = reduced[0]
        pieces.append(reduced)
        high = low
    return concat(*pieces)


def _reduce_and(args: Sequence[Word]) -> Word | list[Word]:
    width, constant, kept = args[0].width, args[0].mask, dict[Word, None]()
    for arg in args:
        if arg.is_const:
            constant &= arg.value
        else:
            kept[arg] = None
    if constant == 0 or any(not_(arg) in kept for arg in kept if arg.op == "not"):
        return const(0, width)
    return _with_constant(kept, constant, args[0].mask, width)


def _reduce_or(args: Sequence[Word]) -> Word | list[Word]:
    width, constant, kept = args[0].width, 0, dict[Word, None]()
    for arg in args:
        if arg.is_const:
            constant |= arg.value
        else:
            kept[arg] = None
    if constant == args[0].mask or any(not_(arg) in kept for arg in kept if arg.op == "not"):
        return const(-1, width)
    return _with_constant(kept, constant, 0, width)


def _reduce_xor(args: Sequence[Word]) -> Word | list[Word]:
    width, constant, kept = args[0].width, 0, dict[Word, None]()
    for arg in args:
        if arg.op == "not":
            constant ^= arg.mask
            arg = arg.args[0]
        if arg.is_const:
            constant ^= arg.value
        elif arg in kept:
            del kept[arg]
        else:
            kept[arg] = None
    if constant == args[0].mask and len(kept) == 1:
        return not_(next(iter(kept)))
    return _with_constant(kept, constant, 0, width)


def _with_constant(kept: dict[Word, None], constant: int, neutral: int, width: int) -> Word | list[Word]:
    if not kept:
        return const(constant, width)
    return list(kept) if constant == neutral else [*kept, const(constant, width)]


def and_(*args: Word) -> Word:
    """Bitwise and."""
    return _bitwise("and", args, _reduce_and)


def or_(*args: Word) -> Word:
    """Bitwise or."""
    return _bitwise("or", args, _reduce_or)


def xor(*args: Word) -> Word:
    """Bitwise exclusive or."""
    return _bitwise("xor", args, _reduce_xor)


# --- slices -------------------------------------------------------------------------------------


def extract(word: Word, low: int, width: int) -> Word:
    """``width`` bits of ``word`` from bit ``low`` up."""
    if low < 0 or width < 1 or low + width > word.width:
        raise WidthError(f"extract at {low}", (word.width, width))
    if width == word.width:
        return word
    key = (word, low, width)
    found = _extracted.get(key)
    if found is not None:
        return found
    if len(_extracted) > MAX_REMEMBERED:
        _extracted.clear()
    result = _push_extract(word, low, width)
    _extracted[key] = result
    return result


_extracted: dict[tuple[Word, int, int], Word] = {}


def _push_extract(word: Word, low: int, width: int) -> Word:
    """Push the extraction towards the leaves; through operations that it copies only in a word that is small."""
    small = word.height <= MAX_HEIGHT and word.weight <= (MAX_SLICED if low else MAX_TRUNCATED)
    rule = _EXTRACT.get(word.op) if small or word.op in _STRIPPED else None
    pushed = rule(word, low, width) if rule is not None else None
    return pushed if pushed is not None else _fold("extract", width, (word,), (low,))


def truncate(word: Word, width: int) -> Word:
    """The low ``width`` bits."""
    return extract(word, 0, width)


def bit(word: Word, position: int) -> Word:
    """One bit as a word of width 1."""
    return extract(word, position, 1)


def _extract_extract(word: Word, low: int, width: int) -> Word | None:
    inner = word.attrs[0]
    assert isinstance(inner, int)
    return extract(word.args[0], inner + low, width)


def _extract_concat(word: Word, low: int, width: int) -> Word | None:
    pieces, position = list[Word](), word.width
    for arg in word.args:
        position -= arg.width
        start, stop = max(low - position, 0), min(low + width - position, arg.width)
        if start < stop:
            pieces.append(extract(arg, start, stop - start))
    return concat(*pieces)


def _extract_zext(word: Word, low: int, width: int) -> Word | None:
    inner = word.args[0]
    if low >= inner.width:
        return const(0, width)
    return zext(extract(inner, low, min(width, inner.width - low)), width)


def _extract_sext(word: Word, low: int, width: int) -> Word | None:
    inner = word.args[0]
    if low >= inner.width:
        return sext(bit(inner, inner.width - 1), width)
    return sext(extract(inner, low, min(width, inner.width - low)), width)


def _extract_bits(word: Word, low: int, width: int) -> Word | None:
    rebuild = {"and": and_, "or": or_, "xor": xor, "not": not_}[word.op]
    return rebuild(*(extract(arg, low, width) for arg in word.args))


def _extract_lin(word: Word, low: int, width: int) -> Word | None:
    if low:
        return _magic_quotient(word, low, width)
    terms, constant = linear_form(word)
    return linear([(c, extract(term, 0, width)) for term, c in terms.items()], constant, width)


def _magic_quotient(word: Word, low: int, width: int) -> Word | None:
    """The high bits of ``x * m`` as a quotient, where they are one.

    With ``2**k <= m*c <= 2**k + 2**(k-w)``, ``x*m >> k`` is ``x // c`` for every unsigned x of w bits. With
    ``2**k < m*c <= 2**k + 2**(k-w+1)``, it is the quotient rounded to zero, less 1 if x is negative, for every signed x
    (Granlund and Montgomery, "Division by invariant integers using multiplication", PLDI 1994, theorems 4.2 and 5.1).
    """
    (coefficients, constant), (term, *others) = word.attrs, word.args
    if others or constant or term.op not in ("zext", "sext") or not isinstance(coefficients, tuple):
        return None
    x, m = term.args[0], coefficients[0]
    signed = term.op == "sext"
    if x.width == 1 or m * x.mask > word.mask >> signed:
        return None
    if signed and low == word.width - 1:
        return bit(x, x.width - 1)
    if low < x.width:
        return None
    divisor = (1 << low) // m + 1 if signed else -(-(1 << low) // m)
    if not 2 < divisor <= x.mask >> signed or m * divisor > (1 << low) + (1 << (low - x.width + signed)):
        return None
    if not signed:
        return _resized(udiv(x, const(divisor, x.width)), width, zext)
    rounded = sdiv(x, const(divisor, x.width)) - zext(bit(x, x.width - 1), x.width)
    return _resized(rounded, width, sext)


def _resized(word: Word, width: int, extend: Callable[[Word, int], Word]) -> Word:
    return extend(word, width) if width >= word.width else extract(word, 0, width)


def _extract_mul(word: Word, low: int, width: int) -> Word | None:
    if low:
        return None
    return mul(extract(word.args[0], 0, width), extract(word.args[1], 0, width))


def _extract_ite(word: Word, low: int, width: int) -> Word | None:
    return ite(word.args[0], extract(word.args[1], low, width), extract(word.args[2], low, width))


def _extract_load(word: Word, low: int, width: int) -> Word | None:
    if low % 8 or width % 8:
        return None
    return load(word.args[0] + low // 8, width // 8)


_EXTRACT: dict[str, Callable[[Word, int, int], Word | None]] = {
    "extract": _extract_extract,
    "concat": _extract_concat,
    "zext": _extract_zext,
    "sext": _extract_sext,
    "and": _extract_bits,
    "or": _extract_bits,
    "xor": _extract_bits,
    "not": _extract_bits,
    "lin": _extract_lin,
    "mul": _extract_mul,
    "ite": _extract_ite,
    "load": _extract_load,
}
_STRIPPED = ("extract", "concat", "zext", "sext", "load")  # an extraction only takes these apart


def concat(*parts: Word) -> Word:
    """The parts side by side, the first highest; parts of width 0 are not possible."""
    pieces = list[Word]()
    for part in parts:
        for piece in part.args if part.op == "concat" else _unfold_zext(part):
            joined = _join(pieces[-1], piece) if pieces else None
            if joined is not None:
                pieces[-1] = joined
            else:
                pieces.append(piece)
    if len(pieces) == 1:
        return pieces[0]
    width = sum(piece.width for piece in pieces)
    if pieces[0].is_const and pieces[0].value == 0:
        rest = pieces[1] if len(pieces) == 2 else intern("concat", width - pieces[0].width, tuple(pieces[1:]))
        return intern("zext", width, (rest,))
    return intern("concat", width, tuple(pieces))


def _unfold_zext(part: Word) -> tuple[Word, ...]:
    if part.op != "zext":
        return (part,)
    inner = part.args[0]
    return (const(0, part.width - inner.width), *(inner.args if inner.op == "concat" else (inner,)))


def _join(high: Word, low: Word) -> Word | None:
    """One word for two neighbours, if they are adjacent bits or bytes of the same thing."""
    if high.is_const and low.is_const:
        return const(high.value << low.width | low.value, high.width + low.width)
    source, start = _source(low)
    above, above_start = _source(high)
    if source is above and source.op != "const" and above_start == start + low.width:
        return extract(source, start, high.width + low.width)
    if high.op == low.op == "load":
        size = low.width // 8
        if high.args[0] is low.args[0] + size:
            return load(low.args[0], size + high.width // 8)
    return None


def _source(word: Word) -> tuple[Word, int]:
    if word.op == "extract":
        low = word.attrs[0]
        assert isinstance(low, int)
        return word.args[0], low
    return word, 0


def zext(word: Word, width: int) -> Word:
    """Zero extension to ``width`` bits."""
    if width < word.width:
        raise WidthError("zext", (word.width, width))
    return word if width == word.width else concat(const(0, width - word.width), word)


def sext(word: Word, width: int) -> Word:
    """Sign extension to ``width`` bits."""
    if width < word.width:
        raise WidthError("sext", (word.width, width))
    if width == word.width:
        return word
    if word.op == "zext":
        return zext(word.args[0], width)
    if word.op == "sext":
        return sext(word.args[0], width)
    if word.op == "ite" and word.args[1].is_const and word.args[2].is_const:
        return ite(word.args[0], sext(word.args[1], width), sext(word.args[2], width))
    return _fold("sext", width, (word,))


# --- shifts -------------------------------------------------------------------------------------


def shl(word: Word, amount: Word) -> Word:
    """Left shift; 0 from ``width`` on."""
    width = _same_width("shl", word, amount)
    if not amount.is_const:
        return intern("shl", width, (word, amount))
    k = amount.value
    return const(0, width) if k >= width else word if k == 0 else concat(extract(word, 0, width - k), const(0, k))


def lshr(word: Word, amount: Word) -> Word:
    """Logical right shift; 0 from ``width`` on."""
    width = _same_width("lshr", word, amount)
    if not amount.is_const:
        return intern("lshr", width, (word, amount))
    k = amount.value
    return const(0, width) if k >= width else zext(extract(word, k, width - k), width)


def ashr(word: Word, amount: Word) -> Word:
    """Arithmetic right shift; all sign from ``width`` on."""
    width = _same_width("ashr", word, amount)
    if not amount.is_const:
        return intern("ashr", width, (word, amount))
    k = min(amount.value, width - 1)
    if word.op == "lin" and len(word.args) == 1 and word.args[0].op == "sext":
        quotient = _magic_quotient(word, k, width)
        if quotient is not None and k < width - 1:
            return quotient
    return sext(extract(word, k, width - k), width)


def ror(word: Word, amount: Word) -> Word:
    """Rotation to the right by ``amount`` modulo the width, a power of two."""
    width = _same_width("ror", word, amount)
    if amount.is_const:
        k = amount.value % width
        return word if k == 0 else concat(extract(word, 0, k), extract(word, k, width - k))
    amount = amount & (width - 1)
    return lshr(word, amount) | shl(word, -amount & (width - 1))


# --- decisions ----------------------------------------------------------------------------------


def eq(left: Word, right: Word) -> Word:
    """1 if equal."""
    width = _same_width("eq", left, right)
    if left is right:
        return TRUE
    if width == 1:
        return not_(xor(left, right))
    if left.is_const and right.is_const:
        return FALSE
    if "lin" in (left.op, right.op) or "not" in (left.op, right.op):
        left, right = _balance(left, right)
        if left is right:
            return TRUE
        if left.is_const and right.is_const:
            return FALSE
    if left.is_const or (not right.is_const and left.uid > right.uid):
        left, right = right, left
    if left.op == "zext":
        inner = left.args[0]
        if right.op == "zext" and right.args[0].width == inner.width:
            return eq(inner, right.args[0])
        if right.is_const:
            return eq(inner, const(right.value, inner.width)) if right.value >> inner.width == 0 else FALSE
    if left.op == "ite" and right.is_const and left.args[1].is_const and left.args[2].is_const:
        return ite(left.args[0], eq(left.args[1], right), eq(left.args[2], right))
    return intern("eq", 1, (left, right))


def _balance(left: Word, right: Word) -> tuple[Word, Word]:
    """An equation equivalent to ``left = right`` that depends only on their difference."""
    terms, constant = linear_form(sub(left, right))
    width = left.width
    if not terms:
        return const(constant, width), const(0, width)
    ordered = sorted(terms.items(), key=lambda item: item[0].uid)
    mask = (1 << width) - 1
    sign = -1 if ordered[0][1] & mask == mask else 1
    if len(ordered) == 1:
        return _linear({ordered[0][0]: ordered[0][1] * sign}, 0, width), const(-constant * sign, width)
    (first, coefficient), *rest = ordered
    other = _linear({term: -c * sign for term, c in rest}, -constant * sign, width)
    return _linear({first: coefficient * sign}, 0, width), other


def ult(left: Word, right: Word) -> Word:
    """1 if unsigned less."""
    _same_width("ult", left, right)
    if left is right or (right.is_const and right.value == 0) or (left.is_const and left.value == left.mask):
        return FALSE
    if left.is_const and left.value == 0:
        return not_(eq(right, left))
    if right.is_const and right.value == 1:
        return eq(left, const(0, left.width))
    if left.op == "zext":
        inner = left.args[0]
        if right.op == "zext" and right.args[0].width == inner.width:
            return ult(inner, right.args[0])
        if right.is_const:
            return ult(inner, const(right.value, inner.width)) if right.value >> inner.width == 0 else TRUE
    if right.op == "zext" and left.is_const:
        inner = right.args[0]
        return ult(const(left.value, inner.width), inner) if left.value >> inner.width == 0 else FALSE
    return _fold("ult", 1, (left, right))


def slt(left: Word, right: Word) -> Word:
    """1 if signed less."""
    _same_width("slt", left, right)
    if left is right:
        return FALSE
    if right.is_const and right.value == 0:
        return bit(left, left.width - 1)
    if left.is_const and left.value == left.mask:
        return not_(bit(right, right.width - 1))
    return _fold("slt", 1, (left, right))


def ite(condition: Word, then: Word, other: Word) -> Word:
    """``then`` if the one-bit ``condition`` is 1, else ``other``."""
    if condition.width != 1:
        raise WidthError("ite condition", (condition.width,))
    width = _same_width("ite", then, other)
    if condition.is_const:
        return then if condition.value else other
    if then is other:
        return then
    if condition.op == "not":
        return ite(condition.args[0], other, then)
    if then.op == "ite" and then.args[0] is condition:
        return ite(condition, then.args[1], other)
    if other.op == "ite" and other.args[0] is condition:
        return ite(condition, then, other.args[2])
    if width == 1:
        return _ite_bit(condition, then, other)
    if then.is_const and other.is_const:
        if then.value == 1 and other.value == 0:
            return zext(condition, width)
        if then.value == 0 and other.value == 1:
            return zext(not_(condition), width)
    if then.op == other.op == "zext" and then.args[0].width == other.args[0].width:
        return zext(ite(condition, then.args[0], other.args[0]), width)
    return intern("ite", width, (condition, then, other))


def _ite_bit(condition: Word, then: Word, other: Word) -> Word:
    if then.is_const:
        return or_(condition, other) if then.value else and_(not_(condition), other)
    if other.is_const:
        return or_(not_(condition), then) if other.value else and_(condition, then)
    return intern("ite", 1, (condition, then, other))


# --- counting -----------------------------------------------------------------------------------


def clz(word: Word) -> Word:
    """Number of leading zeros; the width for 0."""
    return _fold("clz", word.width, (word,))


def rbit(word: Word) -> Word:
    """The bits in reverse order."""
    return word.args[0] if word.op == "rbit" else _fold("rbit", word.width, (word,))


def popcount(word: Word) -> Word:
    """Number of ones."""
    return _fold("popcount", word.width, (word,))


def rebuild(op: str, width: int, args: Sequence[Word], attrs: Sequence[int | str | tuple[int, ...]]) -> Word:
    """Construct ``op`` of new arguments through its simplifying constructor (used by substitution)."""
    attr = attrs[0] if attrs else 0
    match op:
        case "const" | "var":
            return intern(op, width, (), tuple(attrs))
        case "lin":
            coefficients, constant = attrs
            assert isinstance(coefficients, tuple) and isinstance(constant, int)
            return linear(list(zip(coefficients, args, strict=True)), constant, width)
        case "load":
            return load(args[0], width // 8)
        case "uf":
            return uf(str(attr), width, args)
        case "extract":
            assert isinstance(attr, int)
            return extract(args[0], attr, width)
        case "zext" | "sext":
            return (zext if op == "zext" else sext)(args[0], width)
        case _:
            return _BUILDERS[op](*args)


_BUILDERS: dict[str, Callable[..., Word]] = {
    "not": not_, "and": and_, "or": or_, "xor": xor, "mul": mul, "udiv": udiv, "sdiv": sdiv,
    "shl": shl, "lshr": lshr, "ashr": ashr, "concat": concat, "eq": eq, "ult": ult, "slt": slt,
    "ite": ite, "clz": clz, "rbit": rbit, "popcount": popcount,
}  # fmt: skip
