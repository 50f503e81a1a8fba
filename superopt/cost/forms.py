"""The scheduling form of an instruction: what a CPU's scheduler can tell about it from its syntax.

Two instructions with the same form have the same latency, micro-operations and ports on every CPU that has a table.
A form is a mnemonic and one key for each operand, for example::

    add x0, x1, x2, lsl #3      add x,x,x,lsl1-4
    ldr w0, [x1, w2, sxtw #2]   ldr w,[sxtw#]
    ldp x0, x1, [sp], #16       ldp x,x,[]i
    fmla v0.4s, v1.4s, v2.s[1]  fmla v.4s,v.4s,v.s[]

Register numbers and most immediates are dropped.  An instruction that is an alias written out (``subs xzr, x0, x1``)
has the form of its alias (``cmp x0, x1``), because that is what the assembler prints for the same machine word.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from grammars.operands import (
    FloatImmediate,
    Immediate,
    Memory,
    Modifier,
    Name,
    Operand,
    Operation,
    Register,
    RegisterList,
    Symbol,
    VectorRegister,
)

_STACK = {"sp": "x", "wsp": "w"}
_ZERO = ("xzr", "wzr")

# Mnemonics where the immediate 0 is another scheduling class: renaming clears the register without executing.
_ZERO_IDIOMS = frozenset({"mov", "movi", "fmov"})


def form_of(operation: Operation) -> str:
    """The form of an instruction: mnemonic, one space, keys of the operands separated by commas."""
    canonical = canonical_operation(operation)
    mnemonic = canonical.mnemonic
    keys = [_operand_key(mnemonic, operand) for operand in canonical.operands]
    return f"{mnemonic} {','.join(key for key in keys if key)}".rstrip()


def canonical_operation(operation: Operation) -> Operation:
    """The preferred alias of an instruction (Arm ARM C6.2, "Alias conditions"), where scheduling can depend on it."""
    mnemonic = operation.mnemonic
    if mnemonic.startswith("b."):
        return Operation("b.cond", operation.operands)
    rule = _ALIASES.get(mnemonic)
    if rule is None:
        return operation
    return rule(operation)


def _operand_key(mnemonic: str, operand: Operand) -> str:
    match operand:
        case Register(name=name):
            return _STACK.get(name, name[0])
        case VectorRegister():
            return _vector_key(operand)
        case Immediate(value=value):
            return "i0" if value == 0 and mnemonic in _ZERO_IDIOMS else "i"
        case FloatImmediate():
            return "f"
        case Symbol(specifier=specifier):
            return "i" if specifier and specifier != "=" else "s"
        case Modifier(kind=kind, amount=amount):
            return _modifier_key(kind, amount or 0)
        case Memory():
            return _memory_key(operand)
        case RegisterList(registers=registers, index=index):
            lane = "" if index is None else "[]"
            return f"{{{registers[0].arrangement or ''}*{len(registers)}}}{lane}"
        case Name():
            return "n"
        case _:
            assert_never(operand)


def _vector_key(operand: VectorRegister) -> str:
    arrangement = f".{operand.arrangement}" if operand.arrangement else ""
    return f"v{arrangement}{'' if operand.index is None else '[]'}"


def _modifier_key(kind: str, amount: int) -> str:
    """Schedulers tell left shifts by 1 to 4 from other shifts; a shift by 0 is no shift."""
    if amount == 0:
        return "" if kind in ("lsl", "lsr", "asr", "ror") else kind
    if kind == "lsl" or kind.startswith(("u", "s")):
        return f"{kind}1-4" if amount <= 4 else kind
    return kind


def _memory_key(operand: Memory) -> str:
    indexed = isinstance(operand.offset, Register)
    match operand.mode:
        case "pre":
            return "[i]!"
        case "post":
            return "[]r" if indexed else "[]i"
        case _:
            pass
    if not indexed:
        return "[i]"
    modifier = operand.modifier
    if modifier is None:
        return "[r]"
    scaled = "#" if modifier.amount else ""
    return f"[{modifier.kind}{scaled}]" if scaled or modifier.kind != "lsl" else "[r]"


def _is_zero(operation: Operation, position: int) -> bool:
    if position >= len(operation.operands):
        return False
    operand = operation.operands[position]
    return isinstance(operand, Register) and operand.name in _ZERO


def _zero_operand(position: int, alias: str) -> Callable[[Operation], Operation]:
    """An alias that leaves out the operand at ``position`` where that is the zero register."""

    def rule(operation: Operation) -> Operation:
        if not _is_zero(operation, position):
            return operation
        operands = operation.operands
        return canonical_operation(Operation(alias, operands[:position] + operands[position + 1 :]))

    return rule


def _conditional(zero: str, same: str) -> Callable[[Operation], Operation]:
    """csinc and csinv: ``cset`` if both sources are the zero register, ``cinc`` if they are equal."""

    def rule(operation: Operation) -> Operation:
        operands = operation.operands
        if len(operands) != 4 or operands[1] != operands[2]:
            return operation
        if _is_zero(operation, 1) and zero:
            return Operation(zero, (operands[0], operands[3]))
        return Operation(same, (operands[0], operands[1], operands[3]))

    return rule


def _renamed(alias: str) -> Callable[[Operation], Operation]:
    return lambda operation: Operation(alias, operation.operands)


def _move(operation: Operation) -> Operation:
    """``mov`` to or from the stack pointer is an addition of 0; movz and a shift is one immediate."""
    operands = operation.operands
    if any(isinstance(operand, Register) and operand.name in _STACK for operand in operands):
        return Operation("add", (*operands, Immediate(0)))
    if len(operands) == 3 and isinstance(operands[2], Modifier):
        return Operation("mov", operands[:2])
    return Operation("mov", operands)


def _vector_orr(operation: Operation) -> Operation:
    operands = operation.operands
    if len(operands) == 3 and isinstance(operands[1], VectorRegister) and operands[1] == operands[2]:
        return Operation("mov", operands[:2])
    if _is_zero(operation, 1) and (len(operands) == 3 or _operand_key("orr", operands[3]) == ""):
        return _move(Operation("mov", (operands[0], operands[2])))
    return operation


_ALIASES: dict[str, Callable[[Operation], Operation]] = {
    "subs": lambda op: _zero_operand(0, "cmp")(op) if _is_zero(op, 0) else _zero_operand(1, "negs")(op),
    "adds": _zero_operand(0, "cmn"),
    "ands": _zero_operand(0, "tst"),
    "sub": _zero_operand(1, "neg"),
    "sbc": _zero_operand(1, "ngc"),
    "sbcs": _zero_operand(1, "ngcs"),
    "orn": _zero_operand(1, "mvn"),
    "orr": _vector_orr,
    "mov": _move,
    "movz": _move,
    "madd": _zero_operand(3, "mul"),
    "msub": _zero_operand(3, "mneg"),
    "smaddl": _zero_operand(3, "smull"),
    "smsubl": _zero_operand(3, "smnegl"),
    "umaddl": _zero_operand(3, "umull"),
    "umsubl": _zero_operand(3, "umnegl"),
    "csinc": _conditional("cset", "cinc"),
    "csinv": _conditional("csetm", "cinv"),
    "csneg": _conditional("", "cneg"),
    "ubfm": _renamed("ubfx"),
    "sbfm": _renamed("sbfx"),
    "bfm": _renamed("bfxil"),
    "lslv": _renamed("lsl"),
    "lsrv": _renamed("lsr"),
    "asrv": _renamed("asr"),
    "rorv": _renamed("ror"),
    "ins": _renamed("mov"),
}
