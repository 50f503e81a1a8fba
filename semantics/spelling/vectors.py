"""Aliases with vector and floating-point registers, both ways."""

from __future__ import annotations

from collections.abc import Sequence

from grammars.operands import FloatImmediate, Immediate, Memory, Operand, Operation, Register, VectorRegister
from semantics.operands.base import Mismatch
from semantics.spelling.parts import Expansion, Operands, Preference, at_least, exactly

WHOLE = {"4h": "8b", "2s": "8b", "1d": "8b", "8h": "16b", "4s": "16b", "2d": "16b"}


def _whole(operand: Operand) -> bool:
    """Whether the operand is a whole vector register with an arrangement."""
    return isinstance(operand, VectorRegister) and operand.index is None and operand.arrangement is not None


def _element(operand: Operand) -> str | None:
    """The lane letter of an element, else None."""
    return operand.arrangement if isinstance(operand, VectorRegister) and operand.index is not None else None


def _as_bytes(o: Operands) -> tuple[Operand, ...]:
    """The operands with every arrangement read as bytes: a move of whole registers does not care."""
    vectors = (operand for operand in o if isinstance(operand, VectorRegister))
    return tuple(VectorRegister(v.number, WHOLE.get(v.arrangement or "", v.arrangement)) for v in vectors)


def _mov(o: Operands) -> Operation | None:
    """Between whole registers, elements, and general or scalar registers."""
    exactly(o, 2)
    target, source = o
    if _whole(target) and _whole(source):
        return Operation("orr", (*_as_bytes((target, source)), *_as_bytes((source,)))) if _same(target, source) else None
    if _element(target) is not None:
        return Operation("ins", (target, source))
    if _element(source) is None or not isinstance(target, Register):
        return None
    general = target.name[0] in "wx" or target.name == "sp"
    if general and _element(source) not in ("s", "d"):
        raise Mismatch("only elements .s and .d can be moved to a general register; use umov or smov", 1)
    return Operation("umov" if general else "dup", (target, source))


def _same(first: Operand, second: Operand) -> bool:
    return isinstance(first, VectorRegister) and isinstance(second, VectorRegister) and first.arrangement == second.arrangement


def _renamed(mnemonic: str) -> Expansion:
    return lambda o: Operation(mnemonic, tuple(o))


def _swapped(mnemonic: str) -> Expansion:
    """``cmlt v0, v1, v2`` is ``cmgt v0, v2, v1``."""

    def expansion(o: Operands) -> Operation | None:
        if len(o) != 3 or isinstance(o[2], Immediate | FloatImmediate):
            return None
        return Operation(mnemonic, (o[0], o[2], o[1]))

    return expansion


def _extended(mnemonic: str) -> Expansion:
    def expansion(o: Operands) -> Operation:
        exactly(o, 2)
        return Operation(mnemonic, (*o, Immediate(0)))

    return expansion


def _fmov_zero(o: Operands) -> Operation | None:
    """``fmov d0, #0.0`` comes from the zero register, since 0.0 is no immediate of fmov."""
    at_least(o, 2)
    if not isinstance(o[0], Register) or not (o[1] == Immediate(0) or (isinstance(o[1], FloatImmediate) and str(o[1].value) == "0.0")):
        return None
    return Operation("fmov", (o[0], Register("xzr" if o[0].name[0] == "d" else "wzr")))


def _unscaled(mnemonic: str) -> Expansion:
    def expansion(o: Operands) -> Operation | None:
        place = o[-1] if o else None
        if isinstance(place, Memory) and place.mode == "offset" and isinstance(place.offset, Immediate):
            return Operation(mnemonic, tuple(o))
        return None

    return expansion


EXPANSIONS: dict[str, Sequence[Expansion]] = {
    "mvn": (_renamed("not"),),
    "mov": (_mov,),
    "sxtl": (_extended("sshll"),),
    "sxtl2": (_extended("sshll2"),),
    "uxtl": (_extended("ushll"),),
    "uxtl2": (_extended("ushll2"),),
    "cmlt": (_swapped("cmgt"),),
    "cmle": (_swapped("cmge"),),
    "cmlo": (_swapped("cmhi"),),
    "cmls": (_swapped("cmhs"),),
    "fcmlt": (_swapped("fcmgt"),),
    "fcmle": (_swapped("fcmge"),),
    "faclt": (_swapped("facgt"),),
    "facle": (_swapped("facge"),),
    "fmov": (_fmov_zero,),
    "ldr": (_unscaled("ldur"),),
    "str": (_unscaled("stur"),),
}


def _prefer_mov_register(o: Operands) -> Operation | None:
    return Operation("mov", (o[0], o[1])) if len(o) == 3 and o[1] == o[2] else None


def _prefer_mov_element(o: Operands) -> Operation | None:
    return Operation("mov", tuple(o)) if _element(o[1]) in ("s", "d") else None


def _prefer_mov_scalar(o: Operands) -> Operation | None:
    return Operation("mov", tuple(o)) if isinstance(o[0], Register) else None


PREFERENCES: dict[str, Sequence[Preference]] = {
    "orr": (_prefer_mov_register,),
    "ins": (_renamed("mov"),),
    "umov": (_prefer_mov_element,),
    "dup": (_prefer_mov_scalar,),
    "not": (_renamed("mvn"),),
}
