"""libVEX's integer operations on single values: arithmetic, shifts, comparisons, conversions of width.

Names carry the width in bits and the signedness. Shift counts are 8 bits wide.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from semantics import simplify as s
from semantics.vex.lanes import Builder, widen
from semantics.words import Word

type Binary = Callable[[Word, Word], Word]


def _binary(function: Binary) -> Builder:
    return lambda args: function(args[0], args[1])


def _shift(function: Binary) -> Builder:
    return lambda args: function(args[0], s.zext(args[1], args[0].width))


def _extend(width: int, signed: bool) -> Builder:
    return lambda args: widen(args[0], width, signed)


def _slice(low: int, width: int) -> Builder:
    return lambda args: s.extract(args[0], low, width)


def _product(width: int, signed: bool) -> Builder:
    return lambda args: widen(args[0], width, signed) * widen(args[1], width, signed)


def _concat(args: Sequence[Word]) -> Word:
    return s.concat(*args)


def _at_width(width: int) -> dict[str, Builder]:
    return {
        f"Iop_Add{width}": _binary(s.add),
        f"Iop_Sub{width}": _binary(s.sub),
        f"Iop_Mul{width}": _binary(s.mul),
        f"Iop_And{width}": _binary(s.and_),
        f"Iop_Or{width}": _binary(s.or_),
        f"Iop_Xor{width}": _binary(s.xor),
        f"Iop_Not{width}": lambda args: s.not_(args[0]),
        f"Iop_Shl{width}": _shift(s.shl),
        f"Iop_Shr{width}": _shift(s.lshr),
        f"Iop_Sar{width}": _shift(s.ashr),
        f"Iop_CmpEQ{width}": _binary(s.eq),
        f"Iop_CmpNE{width}": _binary(lambda a, b: ~s.eq(a, b)),
    }


def _wide(width: int) -> dict[str, Builder]:
    """Operations that exist at 32 and 64 bits only; a quotient by 0 is 0, as on Arm."""
    return {
        f"Iop_DivU{width}": _binary(s.udiv),
        f"Iop_DivS{width}": _binary(s.sdiv),
        f"Iop_CmpLT{width}U": _binary(s.ult),
        f"Iop_CmpLT{width}S": _binary(s.slt),
        f"Iop_CmpLE{width}U": _binary(lambda a, b: ~s.ult(b, a)),
        f"Iop_CmpLE{width}S": _binary(lambda a, b: ~s.slt(b, a)),
        f"Iop_MullU{width}": _product(2 * width, False),
        f"Iop_MullS{width}": _product(2 * width, True),
        f"Iop_ClzNat{width}": lambda args: s.clz(args[0]),
    }


INTEGER: dict[str, Builder] = {
    **{name: builder for width in (8, 16, 32, 64) for name, builder in _at_width(width).items()},
    **{name: builder for width in (32, 64) for name, builder in _wide(width).items()},
    **{
        f"Iop_{narrow}{'S' if signed else 'U'}to{wide}": _extend(wide, signed)
        for wide in (8, 16, 32, 64)
        for narrow in (1, 8, 16, 32)
        if narrow < wide
        for signed in (False, True)
    },
    **{f"Iop_{wide}to{narrow}": _slice(0, narrow) for wide in (8, 16, 32, 64, 128) for narrow in (1, 8, 16, 32, 64) if narrow < wide},
    "Iop_64HIto32": _slice(32, 32),
    "Iop_128HIto64": _slice(64, 64),
    "Iop_32HLto64": _concat,
    "Iop_64HLto128": _concat,
}
