"""The operand kinds by the names that row templates use."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

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
from semantics.operands.system import Barrier, Literal, OptionalBarrier, Prefetch

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
    "prefetch": Prefetch(),
    "b": Scalar("b"),
    "h": Scalar("h"),
    "s": Scalar("s"),
    "d": Scalar("d"),
    "q": Scalar("q"),
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
}


@cache
def kind(name: str) -> Kind:
    """The operand kind called ``name``; ``uoff8``, ``soff``, ``pre``, ``regoff3``, ``pair8`` carry a number, ``w_ish`` a word."""
    if name in FIXED:
        return FIXED[name]
    if name.startswith("w_"):
        return Literal(name[2:])
    stem = name.rstrip("0123456789")
    if stem in NUMBERED:
        return NUMBERED[stem](int(name[len(stem) :] or 0))
    from semantics.operands.vector_table import vector_kind  # not needed by programs without vectors

    return vector_kind(name)
