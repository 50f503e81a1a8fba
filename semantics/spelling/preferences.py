"""The preferred spellings of rows with general registers."""

from __future__ import annotations

from grammars.operands import Immediate, Modifier, Operation, Register
from semantics.isa.system import ATOMICS
from semantics.spelling.parts import Operands, Preference, immediate_of, inverted_condition, is_sp, is_zero, width_of


def _prefer_flags_only(mnemonic: str) -> Preference:
    return lambda o: Operation(mnemonic, tuple(o[1:])) if is_zero(o[0]) else None


def _prefer_from_zero(mnemonic: str) -> Preference:
    def preference(o: Operands) -> Operation | None:
        return Operation(mnemonic, (o[0], *o[2:])) if is_zero(o[1]) and not isinstance(o[2], Immediate) else None

    return preference


def _prefer_mov_register(o: Operands) -> Operation | None:
    return Operation("mov", (o[0], o[2])) if len(o) == 3 and is_zero(o[1]) and isinstance(o[2], Register) else None


def _movable_wide(value: int, width: int) -> bool:
    mask = (1 << width) - 1
    return any(part & ~(0xFFFF << p) == 0 for part in (value, value ^ mask) for p in range(0, width, 16))


def _prefer_mov_mask(o: Operands) -> Operation | None:
    value, width = immediate_of(o[2]), width_of(o[0]) or 32
    if len(o) != 3 or not is_zero(o[1]) or value is None or _movable_wide(value, width):
        return None
    return Operation("mov", (o[0], o[2]))


def _prefer_mov_sp(o: Operands) -> Operation | None:
    if len(o) == 3 and o[2] == Immediate(0) and (is_sp(o[0]) or is_sp(o[1])):
        return Operation("mov", (o[0], o[1]))
    return None


def _prefer_mov_wide(inverted: bool) -> Preference:
    def preference(o: Operands) -> Operation | None:
        value, width = immediate_of(o[1]), width_of(o[0]) or 64
        if value is None:
            return None
        shift = o[2].amount or 0 if len(o) == 3 and isinstance(o[2], Modifier) else 0
        mask = (1 << width) - 1
        whole = value << shift
        if (value == 0 and shift) or (inverted and width == 32 and value == 0xFFFF):
            return None
        if inverted:
            whole ^= mask
            if any(whole & ~(0xFFFF << p) == 0 for p in range(0, width, 16)):
                return None
        negative = inverted and whole >> (width - 1)
        return Operation("mov", (o[0], Immediate(whole - (1 << width) if negative else whole)))

    return preference


def _prefer_bitfield(shift: str, insert: str, take: str, extends: dict[int, str]) -> Preference:
    def preference(o: Operands) -> Operation | None:
        low, high, width = immediate_of(o[2]), immediate_of(o[3]), width_of(o[0])
        if low is None or high is None or width is None:
            return None
        if high == width - 1 and shift:
            return Operation(shift, (o[0], o[1], o[2]))
        if shift == "lsr" and high + 1 == low:
            return Operation("lsl", (o[0], o[1], Immediate(width - low)))
        if low == 0 and high + 1 in extends and (shift == "asr" or width == 32) and isinstance(o[1], Register):
            return Operation(extends[high + 1], (o[0], Register(_narrow(o[1].name))))
        if high < low:
            return Operation(insert, (o[0], o[1], Immediate(width - low), Immediate(high + 1)))
        return Operation(take, (o[0], o[1], Immediate(low), Immediate(high - low + 1)))

    return preference


def _narrow(name: str) -> str:
    return "w" + name[1:]


def _prefer_ror(o: Operands) -> Operation | None:
    return Operation("ror", (o[0], o[1], o[3])) if o[1] == o[2] else None


def _prefer_conditional(zero_name: str, same_name: str) -> Preference:
    def preference(o: Operands) -> Operation | None:
        inverted = inverted_condition(o[3])
        if o[1] != o[2] or inverted is None:
            return None
        if is_zero(o[1]) and zero_name:
            return Operation(zero_name, (o[0], inverted))
        return Operation(same_name, (o[0], o[1], inverted))

    return preference


def _prefer_without_last(mnemonic: str) -> Preference:
    return lambda o: Operation(mnemonic, tuple(o[:3])) if is_zero(o[3]) else None


def _prefer_renamed(mnemonic: str) -> Preference:
    return lambda o: Operation(mnemonic, tuple(o))


def _prefer_discarding(mnemonic: str) -> Preference:
    return lambda o: Operation(mnemonic, (o[0], o[2])) if is_zero(o[1]) else None


def _prefer_bare_return(o: Operands) -> Operation | None:
    return Operation("ret") if o == (Register("x30"),) else None


PREFERENCES: dict[str, tuple[Preference, ...]] = {
    "subs": (_prefer_flags_only("cmp"), _prefer_from_zero("negs")),
    "adds": (_prefer_flags_only("cmn"),),
    "ands": (_prefer_flags_only("tst"),),
    "sub": (_prefer_from_zero("neg"),),
    "sbc": (_prefer_from_zero("ngc"),),
    "sbcs": (_prefer_from_zero("ngcs"),),
    "orn": (_prefer_from_zero("mvn"),),
    "orr": (_prefer_mov_register, _prefer_mov_mask),
    "add": (_prefer_mov_sp,),
    "movz": (_prefer_mov_wide(inverted=False),),
    "movn": (_prefer_mov_wide(inverted=True),),
    "ubfm": (_prefer_bitfield("lsr", "ubfiz", "ubfx", {8: "uxtb", 16: "uxth"}),),
    "sbfm": (_prefer_bitfield("asr", "sbfiz", "sbfx", {8: "sxtb", 16: "sxth", 32: "sxtw"}),),
    "bfm": (_prefer_bitfield("", "bfi", "bfxil", {}),),
    "extr": (_prefer_ror,),
    "csinc": (_prefer_conditional("cset", "cinc"),),
    "csinv": (_prefer_conditional("csetm", "cinv"),),
    "csneg": (_prefer_conditional("", "cneg"),),
    "madd": (_prefer_without_last("mul"),),
    "msub": (_prefer_without_last("mneg"),),
    "smaddl": (_prefer_without_last("smull"),),
    "smsubl": (_prefer_without_last("smnegl"),),
    "umaddl": (_prefer_without_last("umull"),),
    "umsubl": (_prefer_without_last("umnegl"),),
    "lslv": (_prefer_renamed("lsl"),),
    "lsrv": (_prefer_renamed("lsr"),),
    "asrv": (_prefer_renamed("asr"),),
    "rorv": (_prefer_renamed("ror"),),
    "ret": (_prefer_bare_return,),
    **{f"{name}{order}": (_prefer_discarding(f"st{name[2:]}{order}"),) for name in ATOMICS for order in ("", "l", "b", "lb", "h", "lh")},
}
