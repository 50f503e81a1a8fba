"""From the rules of aarch64.lark to operands. The methods carry the names of the grammar's rules and terminals."""

from collections.abc import Callable, Sequence
from typing import cast

from lark import Token, Transformer, v_args

from grammars import expressions
from grammars.expressions import ExpressionError, Value
from grammars.operands import (
    REGISTER_ALIASES,
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

MAX_LIST = 4  # registers in a list, Arm ARM C1.2.3


class StatementError(Exception):
    """Text that is not an instruction; the offset counts characters from the start of the statement."""

    def __init__(self, offset: int, message: str) -> None:
        super().__init__(offset, message)
        self.offset = offset
        self.message = message


class NotConstantError(StatementError):
    """A symbol where our operands need a number: the assembler may know its value, we do not."""


def join_post_index(operands: Sequence[Operand]) -> tuple[Operand, ...]:
    """The operands with each `[base]` and the offset after it made one post-indexed Memory."""
    joined: list[Operand] = []
    for operand in operands:
        last = joined[-1] if joined else None
        offset = operand if isinstance(operand, Immediate | Symbol | Register) else None
        literal = isinstance(operand, Symbol) and operand.specifier == "="
        if offset and not literal and isinstance(last, Memory) and last == Memory(last.base):
            joined[-1] = Memory(last.base, offset, None, "post")
        else:
            joined.append(operand)
    return tuple(joined)


def _at[R](token: Token, compute: Callable[[str], R]) -> R:
    try:
        return compute(str(token))
    except ExpressionError as error:
        raise StatementError(token.start_pos or 0, str(error)) from None


def _lower(_: "ToOperands", token: Token) -> str:
    return token.lower()


def _name(_: "ToOperands", token: Token) -> Name:
    return Name(token.lower())


def _operand(value: Value) -> Immediate | Symbol | Name:
    return Immediate(value) if isinstance(value, int) else value


class ToOperands(Transformer[Token, Operation]):
    """Callbacks of the LALR parser; no tree is ever built. Use inlined()."""

    MNEMONIC = JUMP = COMPARE_JUMP = TEST_JUMP = ADDRESS = LOAD = CONDITIONAL = PREFETCH = SYSTEM = MODIFIER = _lower
    WORD = CONDITION = SCALABLE = _name

    def REGISTER(self, token: Token) -> Register:
        name = token.lower()
        return Register(REGISTER_ALIASES.get(name, name))

    def VECTOR(self, token: Token) -> VectorRegister:
        number, _, arrangement = token[1:].lower().partition(".")
        return VectorRegister(int(number), arrangement or None)

    def INTEGER(self, token: Token) -> int:
        return _at(token, expressions.integer)

    def CHARACTER(self, token: Token) -> int:
        return _at(token, expressions.character)

    def FLOAT(self, token: Token) -> float:
        return _at(token, expressions.floating)

    def LOCAL(self, token: Token) -> Symbol:
        return Symbol((token[:-1].lstrip("0") or "0") + token[-1])

    def IDENTIFIER(self, token: Token) -> Symbol:
        return Symbol(str(token))

    def QUOTED(self, token: Token) -> Symbol:
        return Symbol(token[1:-1])

    def plain(self, mnemonic: str, *operands: Operand) -> Operation:
        return Operation(mnemonic, join_post_index(operands))

    jump = conditional = plain

    def load(self, mnemonic: str, register: Register, memory: Operand, offset: Operand | None) -> Operation:
        return self.plain(mnemonic, register, memory, *([offset] if offset else []))

    def target(self, operand: Operand) -> Operand:
        return operand

    def vector(self, register: VectorRegister, index: int | None) -> VectorRegister:
        return register if index is None else VectorRegister(register.number, register.arrangement, index)

    def written_back(self, register: Register) -> Name:
        return Name(f"{register.name}!")

    def literal(self, value: Value) -> Symbol | Name:
        if isinstance(value, Name):
            return Name(f"={value.text}")
        return Symbol("", "=", value) if isinstance(value, int) else Symbol(value.name, "=", value.addend)

    def modifier(self, kind: str, amount: int | None) -> Modifier:
        return Modifier(kind, amount)

    def relocation(self, specifier: Token, value: Value) -> Symbol | Name:
        word = specifier[1:-1].lower()
        if isinstance(value, Symbol):
            return Symbol(value.name, word, value.addend)
        return Name(f":{word}:{expressions.value_text(value)}")

    def number(self, value: Value) -> Immediate | Symbol | Name:
        return _operand(value)

    def positive_float(self, *parts: Token | float) -> FloatImmediate:
        return FloatImmediate(float(parts[-1]))

    def negative_float(self, _: Token, value: float) -> FloatImmediate:
        return FloatImmediate(-value)

    def memory_plain(self, base: Register, mark: Token | None) -> Memory:
        return Memory(base, None, None, "pre" if mark else "offset")

    def memory_offset(self, base: Register, offset: Immediate | Symbol | Name, mark: Token | None) -> Memory | Name:
        if isinstance(offset, Name):
            return Name(f"[{base.name}, {offset.text}]{mark or ''}")
        return Memory(base, offset, None, "pre" if mark else "offset")

    def memory_register(self, base: Register, offset: Register, modifier: Modifier | None, mark: Token | None) -> Memory:
        return Memory(base, offset, modifier, "pre" if mark else "offset")

    def register_list(self, *parts: VectorRegister | int | None) -> RegisterList:
        registers = tuple(part for part in parts if isinstance(part, VectorRegister))
        index = parts[-1]
        if len(registers) > MAX_LIST:
            raise StatementError(0, f"a register list holds at most {MAX_LIST} registers")
        return RegisterList(registers, index if isinstance(index, int) else None)

    def register_range(self, first: VectorRegister, minus: Token, last: VectorRegister, index: int | None) -> RegisterList:
        count = (last.number - first.number) % 32 + 1
        if count > MAX_LIST or first.arrangement != last.arrangement:
            raise StatementError(minus.start_pos or 0, f"a register range is {MAX_LIST} registers of one arrangement")
        numbers = ((first.number + step) % 32 for step in range(count))
        return RegisterList(tuple(VectorRegister(number, first.arrangement) for number in numbers), index)

    def constant(self, value: Value) -> int:
        if isinstance(value, int):
            return value
        raise NotConstantError(0, "expected a constant number, found an expression with symbols")

    def binary(self, left: Value, sign: Token, right: Value) -> Value:
        return _at(sign, lambda text: expressions.binary(text, left, right))

    def unary(self, sign: Token, value: Value) -> Value:
        return _at(sign, lambda text: expressions.unary(text, value))


def inlined() -> ToOperands:
    """The callbacks in the form that lark wants: called with a rule's children as arguments."""
    return cast(ToOperands, v_args(inline=True)(ToOperands)())
