"""The operand kinds by the names that row templates use."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from semantics.errors import SemanticsError
from semantics.operands.base import Kind
from semantics.operands.immediates import (
    AddImmediate,
    Bitmask,
    BitPosition,
    Condition,
    Label,
    MoveWide,
    PcRelative,
    TestBit,
    Unsigned,
)
from semantics.operands.memory import BaseOnly, PcLiteral, RegisterOffset, SignedOffset, UnsignedOffset
from semantics.operands.registers import ARRANGEMENTS, Extended, General, Scalar, Shifted, Vector
from semantics.operands.system import Barrier, Literal, OptionalBarrier
from semantics.operands.vectors import (
    IMM8,
    ByteMask,
    Element,
    ElementList,
    Fixed,
    FloatConstant,
    FloatZero,
    Modified,
    PostIndexed,
    RightShift,
    TopHalf,
    VectorList,
)

FIXED: dict[str, Kind] = {
    "R": General(),
    "RS": General(sp=True),
    "W": General(32),
    "X": General(64),
    "WS": General(32, sp=True),
    "XS": General(64, sp=True),
    "shifted": Shifted(),
    "rotated": Shifted(ror=True),
    "extended": Extended(into_sp=True),
    "extflags": Extended(into_sp=False),
    "addimm": AddImmediate(),
    "bitmask": Bitmask(),
    "movewide": MoveWide(),
    "bitpos": BitPosition(),
    "testbit": TestBit(),
    "cond": Condition(),
    "u1": Unsigned(1),
    "u3": Unsigned(7),
    "u4": Unsigned(15),
    "u5": Unsigned(31),
    "u6": Unsigned(63),
    "u7": Unsigned(127),
    "u8": Unsigned(255),
    "u16": Unsigned(65535),
    "label14": Label(14),
    "label19": Label(19),
    "label26": Label(26),
    "adr": PcRelative(pages=False),
    "adrp": PcRelative(pages=True),
    "literal": PcLiteral(),
    "base": BaseOnly(),
    "barrier": Barrier(),
    "barrier15": OptionalBarrier(),
    "b": Scalar("b"),
    "h": Scalar("h"),
    "s": Scalar("s"),
    "d": Scalar("d"),
    "q": Scalar("q"),
    "fzero": FloatZero(),
    "float": FloatConstant((("imm", 8),)),
    "floats": FloatConstant(IMM8),
    "words": Modified("lsl", 4),
    "halves": Modified("lsl", 2),
    "ones": Modified("msl", 2, 1),
    "bytes": Modified("lsl"),
    "mask": ByteMask(),
    "top": TopHalf(),
    **{f"v{arrangement}": Vector(arrangement) for arrangement in ARRANGEMENTS},
}


NUMBERED: dict[str, Callable[[int], Kind]] = {
    "uoff": UnsignedOffset,
    "soff": lambda _: SignedOffset(9, 1, "offset"),
    "pre": lambda _: SignedOffset(9, 1, "pre"),
    "post": lambda _: SignedOffset(9, 1, "post"),
    "regoff": RegisterOffset,
    "pair": lambda scale: SignedOffset(7, scale, "offset"),
    "pairpre": lambda scale: SignedOffset(7, scale, "pre"),
    "pairpost": lambda scale: SignedOffset(7, scale, "post"),
    "rs": RightShift,
    "k": Fixed,
    "vpost": PostIndexed,
}


@cache
def kind(name: str) -> Kind:
    """The operand kind called ``name``; ``uoff8``, ``soff``, ``pre``, ``regoff3``, ``pair8`` carry a number, ``w_ish`` a fixed word."""
    if name in FIXED:
        return FIXED[name]
    if name.startswith("w_"):
        return Literal(name[2:])
    if "_" in name:
        return _composed(*name.split("_"))
    stem = name.rstrip("0123456789")
    if stem not in NUMBERED:
        raise SemanticsError(f"no operand kind is called {name}")
    return NUMBERED[stem](int(name[len(stem) :] or 0))


def _composed(stem: str, what: str, parts: str = "") -> Kind:
    """``l2_4s`` a list, ``e_s_H1L1`` an element with the index in the fields H and L of one bit
    each, ``e15_h_...`` one of the registers up to v15, ``le2_s_...`` one element of each register of a list."""
    places = tuple((part[0], int(part[1:])) for part in re.findall(r"[A-Za-z]\d", parts))
    match stem.rstrip("0123456789"), stem.lstrip("abcdefghijklmnopqrstuvwxyz"):
        case "l", count:
            return VectorList(int(count), what)
        case "le", count:
            return ElementList(int(count), what, places)
        case "e", last:
            return Element(what, places, int(last or 31))
        case _:
            raise SemanticsError(f"no operand kind is called {stem}_{what}_{parts}")
