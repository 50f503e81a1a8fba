"""One instruction run by SLEIGH's p-code, on a symbolic state.

Everything is a whitelist: operations, address spaces, registers, ways to leave. Whatever is not listed makes the
instruction unsupported. Jumps inside an instruction go forward only; paths that meet again become an if-then-else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from grammars.operands import Symbol
from semantics import simplify as s
from semantics.assembler import Instruction
from semantics.errors import UnsupportedInstruction
from semantics.pcode.errors import PcodeError
from semantics.pcode.faults import fault_of
from semantics.pcode.lift import Op, Varnode, lift
from semantics.pcode.ops import OPS, truth
from semantics.pcode.registers import Registers
from semantics.placement import address_of, is_branch
from semantics.row import ORDERED
from semantics.state import Exit, State
from semantics.words import Word

_KINDS: dict[str, Literal["jump", "call", "return"]] = {
    "BRANCH": "jump",
    "BRANCHIND": "jump",
    "CALL": "call",
    "CALLIND": "call",
    "RETURN": "return",
}
_DIVISIONS = {"INT_DIV": s.udiv, "INT_SDIV": s.sdiv}
_LINK = Varnode("register", 0x4000 + 8 * 30, 8)
_MASK64 = (1 << 64) - 1


def execute(instruction: Instruction, state: State) -> None:
    """Run one instruction on ``state``; raises UnsupportedInstruction and then leaves the state as it was.

    A numeric PC-relative operand needs ``state.pc`` to be a constant; a branch to a label exits to that label.
    """
    if instruction.row.ordered:
        raise UnsupportedInstruction(instruction.text, ORDERED)
    execute_code(instruction.code, state, instruction.text, instruction.symbol)


def execute_code(code: int, state: State, text: str, symbol: Symbol | None = None) -> None:
    """Run the 32-bit instruction word ``code``; ``text`` names it in errors, ``symbol`` is its branch target."""
    reason = fault_of(code)
    if reason is not None:
        raise UnsupportedInstruction(text, reason)
    execute_despite_faults(code, state, text, symbol)


def execute_despite_faults(code: int, state: State, text: str, symbol: Symbol | None = None) -> None:
    """As :func:`execute_code`, also where SLEIGH is known to be wrong: for tests that show that it still is."""
    address = address_of(code, state, text)
    if symbol is not None and not is_branch(code):
        raise UnsupportedInstruction(text, "SLEIGH cannot be asked about a relocated operand")
    seen = len(state.memory.accesses)
    try:
        ops = lift(code, address)
        if ops is None:
            raise PcodeError("SLEIGH does not decode it")
        if any(op.opcode == "CALLOTHER" for op in ops):
            raise PcodeError("SLEIGH names it and does not say what it computes")
        _Run(state, code, address, symbol).ops(ops)
    except PcodeError as error:
        del state.memory.accesses[seen:]
        raise UnsupportedInstruction(text, str(error)) from error


@dataclass(frozen=True, slots=True)
class _Path:
    """Control at one place inside the instruction: under which one-bit condition, and the registers then."""

    condition: Word
    registers: Registers


@dataclass(frozen=True, slots=True)
class _Left:
    """A path that left the instruction for elsewhere than the next one."""

    path: _Path
    kind: Literal["jump", "call", "return"]
    target: Symbol | Word | int


class _Run:
    """The interpretation of one translated instruction."""

    def __init__(self, state: State, code: int, address: int, symbol: Symbol | None) -> None:
        self._state = state
        self._branches = is_branch(code)  # these leave the block even if they go to the next instruction
        self._address = address
        self._symbol = symbol
        self._waiting: dict[int, list[_Path]] = {0: [_Path(s.TRUE, Registers(state))]}
        self._left: list[_Left] = []

    def ops(self, ops: tuple[Op, ...]) -> None:
        """Run all operations, then leave; registers change only if all of it is understood."""
        for index, op in enumerate(ops):
            path = self._arriving(index)
            if path is not None:
                self._op(op, index, len(ops), path)
        beyond = [index for index in self._waiting if index > len(ops)]
        if beyond:
            raise PcodeError("SLEIGH jumps behind the end of the instruction")
        self._finish(self._arriving(len(ops)))

    def _arriving(self, index: int) -> _Path | None:
        """The paths that reach an operation as one, or None if none does."""
        paths = self._waiting.pop(index, [])
        return _joined(paths) if paths else None

    def _finish(self, path: _Path | None) -> None:
        if len(self._left) > 1:
            raise PcodeError("SLEIGH has several ways out of the instruction")
        paths = [path] if path is not None else []
        leaving = self._left[0] if self._left else None
        if leaving is not None:
            if leaving.kind == "call":
                self._link(leaving.path.registers)
            paths.insert(0, leaving.path)
        _joined(paths).registers.commit()
        if leaving is not None:
            condition = leaving.path.condition
            self._state.exit = Exit(leaving.kind, None if condition is s.TRUE else condition, leaving.target)

    def _link(self, registers: Registers) -> None:
        """The value is the address of the next instruction; a block that stands nowhere has a name for it."""
        if registers.read(_LINK) is not s.const(self._address + 4, 64):
            raise PcodeError("a call with another return address than that of the next instruction")
        registers.write(_LINK, self._state.return_address)

    # --- one operation --------------------------------------------------------------------------

    def _op(self, op: Op, index: int, end: int, path: _Path) -> None:
        match op.opcode:
            case "CBRANCH":
                self._branch(op.inputs[0], index, end, path, truth(path.registers.read(op.inputs[1])))
                return
            case "BRANCH":
                self._branch(op.inputs[0], index, end, path, s.TRUE)
                return
            case "CALL":
                self._leave(path, "call", self._direct(op.inputs[0]))
                return
            case "BRANCHIND" | "CALLIND" | "RETURN":
                self._leave(path, _KINDS[op.opcode], path.registers.read(op.inputs[0]))
                return
            case "STORE":
                self._unconditional(path)
                address, value = map(path.registers.read, op.inputs)
                self._state.store(_pointer(address), value)
            case _:
                self._compute(op, path)
        self._waiting.setdefault(index + 1, []).append(path)

    def _compute(self, op: Op, path: _Path) -> None:
        if op.output is None:
            raise PcodeError(f"p-code operation {op.opcode} without a result")
        arguments = [path.registers.read(varnode) for varnode in op.inputs]
        path.registers.write(op.output, self._value(op, arguments, 8 * op.output.size, path))

    def _value(self, op: Op, arguments: list[Word], width: int, path: _Path) -> Word:
        if op.opcode == "LOAD":
            self._unconditional(path)
            return self._state.load(_pointer(arguments[0]), width // 8)
        if op.opcode in _DIVISIONS:
            return _quotient(op.opcode, arguments, width, path.condition)
        builder = OPS.get(op.opcode)
        if builder is None:
            raise PcodeError(f"SLEIGH uses the p-code operation {op.opcode}, which is not translated")
        return builder(arguments, width)

    def _unconditional(self, path: _Path) -> None:
        if path.condition is not s.TRUE:
            raise PcodeError("SLEIGH accesses memory under a condition")

    # --- ways to go -----------------------------------------------------------------------------

    def _branch(self, target: Varnode, index: int, end: int, path: _Path, condition: Word) -> None:
        """Go to ``target`` if ``condition``, else to the next operation."""
        taken, other = _also(path.condition, condition), _also(path.condition, s.not_(condition))
        if other is not s.FALSE:
            self._waiting.setdefault(index + 1, []).append(_Path(other, path.registers.copy()))
        if taken is s.FALSE:
            return
        following = target.space == "ram" and not self._branches and target.offset == (self._address + 4) & _MASK64
        if target.space == "ram" and not following:
            self._leave(_Path(taken, path.registers), "jump", self._direct(target))
            return
        destination = end if following else index + _relative(target)
        if destination <= index:
            raise PcodeError("SLEIGH loops inside the instruction")
        self._waiting.setdefault(destination, []).append(_Path(taken, path.registers))

    def _leave(self, path: _Path, kind: Literal["jump", "call", "return"], target: Symbol | Word | int) -> None:
        self._left.append(_Left(path, kind, target))

    def _direct(self, target: Varnode) -> Symbol | int:
        if target.space != "ram":
            raise PcodeError(f"SLEIGH leaves for an address in {target.space}")
        offset = (target.offset - self._address) & _MASK64
        if self._symbol is None:
            return offset - (1 << 64) if offset >> 63 else offset
        if offset:
            raise PcodeError("a relocated branch that already has an offset")
        return self._symbol


def _joined(paths: list[_Path]) -> _Path:
    first, *rest = paths
    for path in rest:
        first = _Path(_either(first.condition, path.condition), first.registers.joined(first.condition, path.registers))
    return first


def _also(condition: Word, further: Word) -> Word:
    """Both; as simple as it can be seen to be where words are built without rules, too."""
    return further if condition is s.TRUE else s.and_(condition, further)


def _either(condition: Word, other: Word) -> Word:
    """One of two conditions that exclude each other."""
    if other is s.not_(condition) or condition is s.not_(other):
        return s.TRUE
    return s.or_(condition, other)


def _relative(target: Varnode) -> int:
    """How many operations a jump inside the instruction skips, itself included."""
    if target.space != "const":
        raise PcodeError(f"SLEIGH jumps into {target.space}")
    top = 1 << (8 * target.size - 1)
    return (target.offset ^ top) - top


def _pointer(address: Word) -> Word:
    if address.width != 64:
        raise PcodeError(f"SLEIGH uses an address of {address.width} bits")
    return address


def _quotient(opcode: str, arguments: list[Word], width: int, condition: Word) -> Word:
    """A quotient where p-code defines it, which is where the divisor is not 0: the path must exclude that."""
    left, right = arguments
    if not left.width == right.width == width:
        raise PcodeError("SLEIGH divides operands of different widths")
    zero = s.eq(right, s.const(0, width))
    if condition is not s.not_(zero) and s.and_(condition, zero) is not s.FALSE:
        raise PcodeError("SLEIGH divides by what may be 0")
    return _DIVISIONS[opcode](left, right)
