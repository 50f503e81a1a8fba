"""Aliases as data: how a spelling expands to the mnemonic of a row, and which spelling is preferred.

``EXPANSIONS`` maps a mnemonic to functions that rewrite its operands; each gives an operation that a row may
match, or None where another spelling is meant, or raises Mismatch with what is wrong. ``PREFERENCES`` maps a
row's mnemonic to functions that give the Arm ARM's preferred alias, if any.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from grammars.operands import Immediate, Memory, Modifier, Name, Operand, Operation, Register
from semantics.conditions import CONDITIONS, PREFERRED, condition_number
from semantics.isa.system import ATOMICS, HINTS
from semantics.operands.base import Mismatch
from semantics.operands.immediates import encode_bitmask

type Operands = Sequence[Operand]
type Expansion = Callable[[Operands], Operation | None]
type Preference = Callable[[Operands], Operation | None]


def expand(operation: Operation) -> Iterator[Operation]:
    """Operations in terms of rows that this spelling may stand for, most likely first."""
    for expansion in EXPANSIONS.get(operation.mnemonic, ()):
        try:
            found = expansion(operation.operands)
        except Mismatch:
            continue
        if found is not None:
            yield found


def refusals(operation: Operation) -> Iterator[Mismatch]:
    """Why expansions of this spelling's mnemonic do not apply, as far as they say so."""
    for expansion in EXPANSIONS.get(operation.mnemonic, ()):
        try:
            expansion(operation.operands)
        except Mismatch as mismatch:
            yield mismatch


def prefer(operation: Operation) -> Operation:
    """The Arm ARM's preferred spelling of a row's operation."""
    for preference in PREFERENCES.get(operation.mnemonic, ()):
        found = preference(operation.operands)
        if found is not None:
            return found
    return operation


# --- helpers ------------------------------------------------------------------------------------


def width_of(operand: Operand | None) -> int | None:
    """32 or 64 for a general register, else None."""
    if not isinstance(operand, Register):
        return None
    return {"w": 32, "x": 64, "s": 64}.get(operand.name[0])


def zero(operand: Operand) -> Register:
    """The zero register of the operand's width."""
    return Register("wzr" if width_of(operand) == 32 or operand == Register("wsp") else "xzr")


def is_zero(operand: Operand) -> bool:
    """Whether the operand is a zero register."""
    return operand in (Register("xzr"), Register("wzr"))


def is_sp(operand: Operand) -> bool:
    """Whether the operand is the stack pointer."""
    return operand in (Register("sp"), Register("wsp"))


def _immediate(operand: Operand) -> int | None:
    return operand.value if isinstance(operand, Immediate) else None


def _invert(condition: Operand) -> Name | None:
    number = condition_number(condition.text) if isinstance(condition, Name) else None
    return Name(PREFERRED[number ^ 1]) if number is not None and number < 14 else None


def _count(o: Operands, count: int) -> None:
    """Require ``count`` operands at least."""
    if len(o) < count:
        raise Mismatch("too few operands", len(o))


def _exactly(o: Operands, count: int) -> None:
    """Require ``count`` operands."""
    _count(o, count)
    if len(o) > count:
        raise Mismatch("unexpected operand", count)


def _number(o: Operands, position: int, low: int, high: int) -> int:
    """The immediate at ``position``, from ``low`` to ``high``."""
    value = _immediate(o[position])
    if value is None:
        raise Mismatch("expected an immediate", position)
    if not low <= value <= high:
        raise Mismatch(f"immediate {value} is out of range {low} to {high}", position, close=True)
    return value


def _width(o: Operands, position: int) -> int:
    """Width of the general register at ``position``."""
    width = width_of(o[position])
    if width is None:
        raise Mismatch("expected a general register", position)
    return width


# --- expansions ---------------------------------------------------------------------------------


def _flags_only(mnemonic: str) -> Expansion:
    def expansion(o: Operands) -> Operation:
        _count(o, 2)
        return Operation(mnemonic, (zero(o[0]), *o))

    return expansion


def _from_zero(mnemonic: str) -> Expansion:
    def expansion(o: Operands) -> Operation:
        _count(o, 2)
        return Operation(mnemonic, (o[0], zero(o[0]), *o[1:]))

    return expansion


def _with_zero_last(mnemonic: str, wide: bool = False) -> Expansion:
    def expansion(o: Operands) -> Operation:
        _exactly(o, 3)
        return Operation(mnemonic, (*o, Register("xzr") if wide else zero(o[0])))

    return expansion


def _renamed(mnemonic: str) -> Expansion:
    return lambda o: Operation(mnemonic, tuple(o))


def _negated_immediate(mnemonic: str, position: int) -> Expansion:
    """``add x0, x1, #-4`` is ``sub x0, x1, #4``."""

    def expansion(o: Operands) -> Operation | None:
        value = _immediate(o[position]) if len(o) > position else None
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
        _exactly(o, 3)
        width = _width(o, 0)
        amount = _number(o, 2, 0, width - 1)
        if mnemonic == "lsl":
            return Operation("ubfm", (o[0], o[1], Immediate(-amount % width), Immediate(width - 1 - amount)))
        if mnemonic == "ror":
            return Operation("extr", (o[0], o[1], o[1], Immediate(amount)))
        full = Immediate(width - 1)
        return Operation("ubfm" if mnemonic == "lsr" else "sbfm", (o[0], o[1], Immediate(amount), full))

    return expansion


def _field(o: Operands, position: int) -> tuple[int, int, int]:
    """``(lsb, number of bits, register width)``, the first two at ``position`` and after it."""
    _exactly(o, position + 2)
    width = _width(o, 0)
    low = _number(o, position, 0, width - 1)
    return low, _number(o, position + 1, 1, width - low), width


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
        _exactly(o, 2)
        width = _width(o, 0)
        _width(o, 1)
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
        _exactly(o, 3 if same else 2)
        inverted = _invert(o[-1])
        if inverted is None:
            raise Mismatch("a condition other than al and nv is needed", len(o) - 1)
        source = o[1] if same else zero(o[0])
        return Operation(mnemonic, (o[0], source, source, inverted))

    return expansion


def _mov_register(o: Operands) -> Operation | None:
    _exactly(o, 2)
    if not all(width_of(operand) for operand in o):
        return None
    if is_sp(o[0]) or is_sp(o[1]):
        return Operation("add", (o[0], o[1], Immediate(0)))
    return Operation("orr", (o[0], zero(o[0]), o[1]))


def _mov_immediate(o: Operands) -> Operation | None:
    """Move wide, then its inverse, then a logical immediate (the Arm ARM's order of preference)."""
    value, width = (_immediate(o[1]), width_of(o[0])) if len(o) == 2 else (None, None)
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
        value, width = (_immediate(o[2]), width_of(o[0])) if len(o) == 3 else (None, None)
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
    number = _immediate(o[0]) if len(o) == 1 else None
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


# --- preferences --------------------------------------------------------------------------------


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
    value, width = _immediate(o[2]), width_of(o[0]) or 32
    if len(o) != 3 or not is_zero(o[1]) or value is None or _movable_wide(value, width):
        return None
    return Operation("mov", (o[0], o[2]))


def _prefer_mov_sp(o: Operands) -> Operation | None:
    if len(o) == 3 and o[2] == Immediate(0) and (is_sp(o[0]) or is_sp(o[1])):
        return Operation("mov", (o[0], o[1]))
    return None


def _prefer_mov_wide(inverted: bool) -> Preference:
    def preference(o: Operands) -> Operation | None:
        value, width = _immediate(o[1]), width_of(o[0]) or 64
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
        low, high, width = _immediate(o[2]), _immediate(o[3]), width_of(o[0])
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
        inverted = _invert(o[3])
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

