"""Operations as text, in LLVM's style; what the parser reads back is the same operation."""

from itertools import pairwise
from typing import assert_never

from grammars.expressions import value_text
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


def format_operation(operation: Operation) -> str:
    """One line without indentation: `add x0, x1, x2, lsl #3`."""
    if not operation.operands:
        return operation.mnemonic
    texts = [format_operand(operand) for operand in operation.operands]
    for index, (operand, following) in enumerate(pairwise(operation.operands)):
        if isinstance(operand, Symbol) and isinstance(following, Modifier) and operand.specifier not in (None, "="):
            texts[index] = "#" + texts[index]  # LLVM wants the mark in `#:tprel_hi12:name, lsl #12`
    return f"{operation.mnemonic} {', '.join(texts)}"


def format_operand(operand: Operand) -> str:
    """One operand; a post-indexed Memory includes the offset after its bracket."""
    match operand:
        case Register(name):
            return name
        case VectorRegister():
            return _vector(operand)
        case Immediate(value):
            return f"#{value}"
        case FloatImmediate(value):
            return f"#{value!r}"
        case Symbol():
            return _symbol(operand)
        case Modifier(kind, amount):
            return kind if amount is None else f"{kind} #{amount}"
        case Memory():
            return _memory(operand)
        case RegisterList(registers, index):
            return f"{{{', '.join(map(_vector, registers))}}}{_index(index)}"
        case Name(text):
            return text
    assert_never(operand)


def _vector(register: VectorRegister) -> str:
    arrangement = "" if register.arrangement is None else f".{register.arrangement}"
    return f"v{register.number}{arrangement}{_index(register.index)}"


def _index(index: int | None) -> str:
    return "" if index is None else f"[{index}]"


def _symbol(symbol: Symbol) -> str:
    if symbol.specifier is None:
        return value_text(symbol)
    if symbol.specifier != "=":
        return f":{symbol.specifier}:{value_text(symbol)}"
    if symbol.name:
        return f"={value_text(symbol)}"
    return f"={symbol.addend}"


def _memory(memory: Memory) -> str:
    inner = [memory.base.name]
    outer: list[str] = []
    if memory.offset is not None:
        (outer if memory.mode == "post" else inner).append(format_operand(memory.offset))
    if memory.modifier is not None:
        inner.append(format_operand(memory.modifier))
    mark = "!" if memory.mode == "pre" else ""
    return ", ".join([f"[{', '.join(inner)}]{mark}", *outer])
