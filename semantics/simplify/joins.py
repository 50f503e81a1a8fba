"""Concatenation and extension: neighbouring bits of one word, and neighbouring bytes of memory, become one piece."""

from __future__ import annotations

from semantics.errors import WidthError
from semantics.simplify import decisions, slices
from semantics.simplify.nodes import const, fold, load
from semantics.words import Word, intern


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
        return slices.extract(source, start, high.width + low.width)
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
        return decisions.ite(word.args[0], sext(word.args[1], width), sext(word.args[2], width))
    return fold("sext", width, (word,))
