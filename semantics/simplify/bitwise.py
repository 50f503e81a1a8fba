"""Bitwise operations: flat, in order of creation, and cut into slices where masks and zeros resolve them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from semantics.simplify import decisions, joins, slices, sums
from semantics.simplify.limits import MAX_HEIGHT, MAX_SLICES, MAX_TERMS
from semantics.simplify.nodes import const, fold, same_width
from semantics.words import Word


def not_(word: Word) -> Word:
    """Bitwise complement."""
    if word.op == "not":
        return word.args[0]
    if word.op == "lin" and len(word.args) <= MAX_TERMS:
        return sums.linear([(-1, word)], -1, word.width)
    if word.op == "concat":
        return joins.concat(*(not_(arg) for arg in word.args))
    if word.op == "ite" and word.height <= MAX_HEIGHT and (word.args[1].is_const or word.args[2].is_const):
        return decisions.ite(word.args[0], not_(word.args[1]), not_(word.args[2]))
    return fold("not", word.width, (word,))


def _pieces(word: Word) -> list[Word]:
    """The parts of ``word`` from high to low: of a concat or zero extension, and runs of a constant."""
    if word.op == "concat":
        return [piece for arg in word.args for piece in _pieces(arg)]
    if word.op == "zext":
        return [const(0, word.width - word.args[0].width), *_pieces(word.args[0])]
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
    for piece in _pieces(word):
        position -= piece.width
        cuts.add(position)
    return cuts


def _bitwise(op: str, args: Sequence[Word], whole: Callable[[Sequence[Word]], Word | list[Word]]) -> Word:
    """An associative, commutative bitwise operation, cut into slices where that resolves it.

    ``whole`` reduces the flat argument list to a word, or to the arguments that stay.
    """
    width = same_width(op, *args)
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
    return ordered[0] if len(ordered) == 1 else fold(op, width, ordered)


def _sliced(args: Sequence[Word], cuts: Sequence[int], whole: Callable[[Sequence[Word]], Word | list[Word]]) -> Word | None:
    """The operation slice by slice, or None if some slice does not come down to a single word."""
    high, pieces = args[0].width, list[Word]()
    for low in cuts:
        reduced = whole([slices.extract(arg, low, high - low) for arg in args])
        if not isinstance(reduced, Word):
            if len(reduced) != 1:
                return None
            reduced = reduced[0]
        pieces.append(reduced)
        high = low
    return joins.concat(*pieces)


def _join_comparisons(kept: dict[Word, None], less: Sequence[Word], sign: Callable[[Word], Word]) -> None:
    """Replace ``a < b`` beside ``a = b`` by ``not b < a``, all under ``sign``: as processors spell ``ls`` and ``hi``."""
    for comparison in less:
        left, right = comparison.args
        equal = sign(decisions.eq(left, right))
        if equal in kept:
            del kept[sign(comparison)], kept[equal]
            kept[sign(not_(decisions.ult(right, left)))] = None


def _reduce_and(args: Sequence[Word]) -> Word | list[Word]:
    width, constant, kept = args[0].width, args[0].mask, dict[Word, None]()
    for arg in args:
        if arg.is_const:
            constant &= arg.value
        else:
            kept[arg] = None
    _join_comparisons(kept, [arg.args[0] for arg in kept if arg.op == "not" and arg.args[0].op == "ult"], not_)
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
    _join_comparisons(kept, [arg for arg in kept if arg.op == "ult"], lambda word: word)
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


CONSTRUCTORS: dict[str, Callable[..., Word]] = {"not": not_, "and": and_, "or": or_, "xor": xor}
