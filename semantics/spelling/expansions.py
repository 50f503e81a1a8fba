"""How spellings with general registers expand to the mnemonics of rows."""

from __future__ import annotations

from grammars.operands import Immediate, Memory, Modifier, Name, Operand, Operation, Register
from semantics.conditions import CONDITIONS, PREFERRED
from semantics.isa.system import ATOMICS, HINTS
from semantics.operands.base import Mismatch
from semantics.operands.immediates import encode_bitmask
from semantics.spelling.parts import (
    Expansion,
    Operands,
    at_least,
    exactly,
    immediate_of,
    inverted_condition,
    is_sp,
    required_number,
    required_width,
    width_of,
    zero,
)


def _flags_only(mnemonic: str) -> Expansion:
    def expansion(o: Operands) -> Operation:
        at_least(o, 2)
        return Operation(mnemonic, (zero(o[0]), *o))

    return expansion


def _from_zero(mnemonic: str) -> Expansion:
    def expansion(o: Operands) -> Operation:
        at_least(o, 2)
        return Operation(mnemonic, (o[0], zero(o[0]), *o[1:]))

    return expansion


def _with_zero_last(mnemonic: str, wide: bool = False) -> Expansion:
    def expansion(o: Operands) -> Operation:
        exactly(o, 3)
        return Operation(mnemonic, (*o, Register("xzr") if wide else zero(o[0])))

    return expansion


def _renamed(mnemonic: str) -> Expansion:
    return lambda o: Operation(mnemonic, tuple(o))


def _negated_immediate(mnemonic: str, position: int) -> Expansion:
    """``add x0, x1, #-4`` is ``sub x0, x1, #4``."""

    def expansion(o: Operands) -> Operation | None:
        value = immediate_of(o[position]) if len(o) > position else None
        if value is None:
            return None
        if value >> 63 == 1:
            value -= 1 << 64
        if value >= 0:
            return None
        return Operation(mnemonic, (*o[:position], Immediate(-value), *o[position + 1 :]))

    return expansion


def _compared_with_negative(mnemonic: str) -> Expansion:
    """``cmp x0, #-4`` is ``cmn x0, #4``."""
    negate = _negated_immediate(mnemonic, 2)
    return lambda o: negate((zero(o[0]), *o)) if o else None


def _shift_register(mnemonic: str) -> Expansion:
    return lambda o: Operation(mnemonic, tuple(o)) if len(o) == 3 and isinstance(o[2], Register) else None


def _shift_immediate(mnemonic: str) -> Expansion:
    def expansion(o: Operands) -> Operation | None:
        exactly(o, 3)
        width = required_width(o, 0)
        amount = required_number(o, 2, 0, width - 1)
        if mnemonic == "lsl":
            return Operation("ubfm", (o[0], o[1], Immediate(-amount % width), Immediate(width - 1 - amount)))
        if mnemonic == "ror":
            return Operation("extr", (o[0], o[1], o[1], Immediate(amount)))
        full = Immediate(width - 1)
        return Operation("ubfm" if mnemonic == "lsr" else "sbfm", (o[0], o[1], Immediate(amount), full))

    return expansion


def _field(o: Operands, position: int) -> tuple[int, int, int]:
    """``(lsb, number of bits, register width)``, the first two at ``position`` and after it."""
    exactly(o, position + 2)
    width = required_width(o, 0)
    low = required_number(o, position, 0, width - 1)
    return low, required_number(o, position + 1, 1, width - low), width


def _insert_in_zeros(mnemonic: str) -> Expansion:
    """bfi, sbfiz and ubfiz: a field moved up to bit ``lsb``."""

    def expansion(o: Operands) -> Operation:
        low, bits, width = _field(o, 2)
        return Operation(mnemonic, (o[0], o[1], Immediate(-low % width), Immediate(bits - 1)))

    return expansion


def _clear_field(o: Operands) -> Operation:
    low, bits, width = _field(o, 1)
    return Operation("bfm", (o[0], zero(o[0]), Immediate(-low % width), Immediate(bits - 1)))


def _extract_field(mnemonic: str) -> Expansion:
    """bfxil, sbfx and ubfx: a field moved down from bit ``lsb``."""

    def expansion(o: Operands) -> Operation:
        low, bits, _ = _field(o, 2)
        return Operation(mnemonic, (o[0], o[1], Immediate(low), Immediate(low + bits - 1)))

    return expansion


def _extend(mnemonic: str, bits: int) -> Expansion:
    """sxtb to uxtw. The source may be written as W or X; unsigned bytes and halves always use the W form."""

    def expansion(o: Operands) -> Operation:
        exactly(o, 2)
        width = required_width(o, 0)
        required_width(o, 1)
        if bits == 32 and width == 32:
            raise Mismatch("expected a 64-bit register", 0, close=True)
        if width == 32 and width_of(o[1]) == 64:
            raise Mismatch("expected a 32-bit register", 1, close=True)
        letter = "w" if width == 32 or (mnemonic == "ubfm" and bits < 32) else "x"
        target, source = (_resized(operand, letter) for operand in o)
        return Operation(mnemonic, (target, source, Immediate(0), Immediate(bits - 1)))

    return expansion


def _resized(operand: Operand, letter: str) -> Operand:
    """The general register of the other width; sp stays as it is."""
    return Register(letter + operand.name[1:]) if isinstance(operand, Register) and not is_sp(operand) else operand


def _conditional(mnemonic: str, same: bool) -> Expansion:
    """cset, csetm (from zero) and cinc, cinv, cneg (the same register twice), with the condition inverted."""

    def expansion(o: Operands) -> Operation:
        exactly(o, 3 if same else 2)
        inverted = inverted_condition(o[-1])
        if inverted is None:
            raise Mismatch("a condition other than al and nv is needed", len(o) - 1)
        source = o[1] if same else zero(o[0])
        return Operation(mnemonic, (o[0], source, source, inverted))

    return expansion


def _mov_register(o: Operands) -> Operation | None:
    exactly(o, 2)
    if not all(width_of(operand) for operand in o):
        return None
    if is_sp(o[0]) or is_sp(o[1]):
        return Operation("add", (o[0], o[1], Immediate(0)))
    return Operation("orr", (o[0], zero(o[0]), o[1]))


def _mov_immediate(o: Operands) -> Operation | None:
    """Move wide, then its inverse, then a logical immediate (the Arm ARM's order of preference)."""
    value, width = (immediate_of(o[1]), width_of(o[0])) if len(o) == 2 else (None, None)
    if value is None or width is None:
        return None
    mask = (1 << width) - 1
    if not -mask <= value <= mask and value >> width != (1 << 64 - width) - 1:
        raise Mismatch(f"immediate {value:#x} does not fit in {width} bits", 1, close=True)
    value &= mask
    if not is_sp(o[0]):
        for mnemonic, chunked in (("movz", value), ("movn", value ^ mask)):
            for position in range(0, width, 16):
                if chunked & ~(0xFFFF << position) == 0:
                    shift = (Modifier("lsl", position),) if position else ()
                    return Operation(mnemonic, (o[0], Immediate(chunked >> position), *shift))
    if encode_bitmask(value, width) is None:
        raise Mismatch(f"immediate {value:#x} cannot be moved by one instruction", 1, close=True)
    return Operation("orr", (o[0], zero(o[0]), Immediate(value)))


def _inverted_mask(mnemonic: str) -> Expansion:
    """``bic x0, x1, #imm`` is ``and`` with the complement."""

    def expansion(o: Operands) -> Operation | None:
        value, width = (immediate_of(o[2]), width_of(o[0])) if len(o) == 3 else (None, None)
        if value is None or width is None:
            return None
        mask = (1 << width) - 1
        if encode_bitmask(~value & mask, width) is None or (value > mask and value >> width != (1 << 64 - width) - 1):
            raise Mismatch(f"immediate {value:#x} is not a {width}-bit mask that can be encoded", 2, close=True)
        return Operation(mnemonic, (o[0], o[1], Immediate(~value & mask)))

    return expansion


def _unscaled(mnemonic: str) -> Expansion:
    def expansion(o: Operands) -> Operation | None:
        place = o[-1] if o else None
        if isinstance(place, Memory) and place.mode == "offset" and isinstance(place.offset, Immediate):
            return Operation(mnemonic, tuple(o))
        return None

    return expansion


def _discarding(mnemonic: str) -> Expansion:
    """``stadd w0, [x1]`` is ``ldadd w0, wzr, [x1]``."""
    return lambda o: Operation(mnemonic, (o[0], zero(o[0]), o[1])) if len(o) == 2 else None


def _hint(o: Operands) -> Operation | None:
    """A hint by its number: ``hint #25`` is ``paciasp``."""
    number = immediate_of(o[0]) if len(o) == 1 else None
    text = {0: "nop", **HINTS}.get(number, "") if number is not None else ""
    if not text:
        return None
    mnemonic, *words = text.split()
    return Operation(mnemonic, tuple(Name(word) for word in words))


def _plain_return(o: Operands) -> Operation | None:
    return Operation("ret", (Register("x30"),)) if not o else None


EXPANSIONS: dict[str, tuple[Expansion, ...]] = {
    "cmp": (_flags_only("subs"), _compared_with_negative("adds")),
    "cmn": (_flags_only("adds"), _compared_with_negative("subs")),
    "tst": (_flags_only("ands"),),
    "neg": (_from_zero("sub"),),
    "negs": (_from_zero("subs"),),
    "ngc": (_from_zero("sbc"),),
    "ngcs": (_from_zero("sbcs"),),
    "mvn": (_from_zero("orn"),),
    "mov": (_mov_register, _mov_immediate),
    "add": (_negated_immediate("sub", 2),),
    "adds": (_negated_immediate("subs", 2),),
    "sub": (_negated_immediate("add", 2),),
    "subs": (_negated_immediate("adds", 2),),
    "bic": (_inverted_mask("and"),),
    "bics": (_inverted_mask("ands"),),
    "orn": (_inverted_mask("orr"),),
    "eon": (_inverted_mask("eor"),),
    "lsl": (_shift_register("lslv"), _shift_immediate("lsl")),
    "lsr": (_shift_register("lsrv"), _shift_immediate("lsr")),
    "asr": (_shift_register("asrv"), _shift_immediate("asr")),
    "ror": (_shift_register("rorv"), _shift_immediate("ror")),
    "bfi": (_insert_in_zeros("bfm"),),
    "bfc": (_clear_field,),
    "sbfiz": (_insert_in_zeros("sbfm"),),
    "ubfiz": (_insert_in_zeros("ubfm"),),
    "bfxil": (_extract_field("bfm"),),
    "sbfx": (_extract_field("sbfm"),),
    "ubfx": (_extract_field("ubfm"),),
    "sxtb": (_extend("sbfm", 8),),
    "sxth": (_extend("sbfm", 16),),
    "sxtw": (_extend("sbfm", 32),),
    "uxtb": (_extend("ubfm", 8),),
    "uxth": (_extend("ubfm", 16),),
    "uxtw": (_extend("ubfm", 32),),
    "cset": (_conditional("csinc", same=False),),
    "csetm": (_conditional("csinv", same=False),),
    "cinc": (_conditional("csinc", same=True),),
    "cinv": (_conditional("csinv", same=True),),
    "cneg": (_conditional("csneg", same=True),),
    "mul": (_with_zero_last("madd"),),
    "mneg": (_with_zero_last("msub"),),
    "smull": (_with_zero_last("smaddl", wide=True),),
    "umull": (_with_zero_last("umaddl", wide=True),),
    "smnegl": (_with_zero_last("smsubl", wide=True),),
    "umnegl": (_with_zero_last("umsubl", wide=True),),
    "rev64": (_renamed("rev"),),
    "ret": (_plain_return,),
    "hint": (_hint,),
    **{f"st{name[2:]}{order}": (_discarding(f"{name}{order}"),) for name in ATOMICS for order in ("", "l", "b", "lb", "h", "lh")},
    **{f"b{name}": (_renamed(f"b.{PREFERRED[i % 16]}"),) for i, name in enumerate((*CONDITIONS, *PREFERRED))},
    **{f"b.{name}": (_renamed(f"b.{PREFERRED[i]}"),) for i, name in enumerate(CONDITIONS)},
    **{
        f"ld{sign}r{size}": (_unscaled(f"ld{sign}ur{size}"),)
        for sign, size in (("", ""), ("", "b"), ("", "h"), ("", "sb"), ("", "sh"), ("", "sw"))
    },
    **{f"str{size}": (_unscaled(f"stur{size}"),) for size in ("", "b", "h")},
}
