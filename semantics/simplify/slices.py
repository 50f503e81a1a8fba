"""Extraction: pushed towards the leaves, as far as the word is small enough for what it copies."""

from __future__ import annotations

from collections.abc import Callable

from semantics.errors import WidthError
from semantics.simplify import bitwise, decisions, joins, quotients, sums
from semantics.simplify.limits import MAX_HEIGHT, MAX_REMEMBERED, MAX_SLICED, MAX_TRUNCATED
from semantics.simplify.nodes import const, fold, load
from semantics.words import Word


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
    return pushed if pushed is not None else fold("extract", width, (word,), (low,))


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
    return joins.concat(*pieces)


def _extract_zext(word: Word, low: int, width: int) -> Word | None:
    inner = word.args[0]
    if low >= inner.width:
        return const(0, width)
    return joins.zext(extract(inner, low, min(width, inner.width - low)), width)


def _extract_sext(word: Word, low: int, width: int) -> Word | None:
    inner = word.args[0]
    if low >= inner.width:
        return joins.sext(bit(inner, inner.width - 1), width)
    return joins.sext(extract(inner, low, min(width, inner.width - low)), width)


def _extract_bits(word: Word, low: int, width: int) -> Word | None:
    return bitwise.CONSTRUCTORS[word.op](*(extract(arg, low, width) for arg in word.args))


def _extract_lin(word: Word, low: int, width: int) -> Word | None:
    if low:
        return quotients.magic_quotient(word, low, width)
    terms, constant = sums.linear_form(word)
    return sums.linear([(c, extract(term, 0, width)) for term, c in terms.items()], constant, width)


def _extract_mul(word: Word, low: int, width: int) -> Word | None:
    if low:
        return None
    return sums.mul(extract(word.args[0], 0, width), extract(word.args[1], 0, width))


def _extract_ite(word: Word, low: int, width: int) -> Word | None:
    return decisions.ite(word.args[0], extract(word.args[1], low, width), extract(word.args[2], low, width))


def _extract_load(word: Word, low: int, width: int) -> Word | None:
    if low % 8 or width % 8:
        return None
    return load(word.args[0] + low // 8, width // 8)


def _extract_sdiv(word: Word, low: int, width: int) -> Word | None:
    return None if low else quotients.low_sdiv(word, width)


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
    "sdiv": _extract_sdiv,
}
_STRIPPED = ("extract", "concat", "zext", "sext", "load")  # an extraction only takes these apart
