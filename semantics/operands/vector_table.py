"""The operand kinds of vector rows by name. Imported only once a vector instruction is met."""

from __future__ import annotations

import re
from collections.abc import Callable

from semantics.errors import SemanticsError
from semantics.operands.base import Kind
from semantics.operands.vector_immediates import IMM8, ByteMask, Fixed, FloatConstant, FloatZero, Modified, RightShift
from semantics.operands.vectors import Element, ElementList, PostIndexed, TopHalf, VectorList

FIXED: dict[str, Kind] = {
    "fzero": FloatZero(),
    "float": FloatConstant((("imm", 8),)),
    "floats": FloatConstant(IMM8),
    "words": Modified("lsl", 4),
    "halves": Modified("lsl", 2),
    "ones": Modified("msl", 2, 1),
    "bytes": Modified("lsl"),
    "mask": ByteMask(),
    "top": TopHalf(),
}

NUMBERED: dict[str, Callable[[int], Kind]] = {"rs": RightShift, "k": Fixed, "vpost": PostIndexed}


def vector_kind(name: str) -> Kind:
    """The operand kind called ``name``; ``rs32``, ``k0`` and ``vpost16`` carry a number.

    ``l2_4s`` is a list, ``e_s_H1L1`` an element with its index in the fields H and L of one bit each, ``e15_h_...``
    one of the registers up to v15, ``le2_s_...`` one element of each register of a list.
    """
    if name in FIXED:
        return FIXED[name]
    if "_" in name:
        return _composed(name, *name.split("_"))
    stem = name.rstrip("0123456789")
    if stem not in NUMBERED:
        raise SemanticsError(f"no operand kind is called {name}")
    return NUMBERED[stem](int(name[len(stem) :] or 0))


def _composed(name: str, stem: str, what: str, parts: str = "") -> Kind:
    places = tuple((part[0], int(part[1:])) for part in re.findall(r"[A-Za-z]\d", parts))
    match stem.rstrip("0123456789"), stem.lstrip("abcdefghijklmnopqrstuvwxyz"):
        case "l", count:
            return VectorList(int(count), what)
        case "le", count:
            return ElementList(int(count), what, places)
        case "e", last:
            return Element(what, places, int(last or 31))
        case _:
            raise SemanticsError(f"no operand kind is called {name}")
