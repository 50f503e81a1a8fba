"""One instruction run by libVEX's intermediate code, on a symbolic state.

Everything is a whitelist: statements, expressions, operations, helper functions, kinds of jump, and the parts
of the guest state that may be touched. Whatever is not listed makes the instruction unsupported.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, Literal

from grammars.operands import Symbol
from semantics import simplify as s
from semantics.assembler import Instruction
from semantics.errors import UnsupportedInstruction
from semantics.placement import address_of, is_branch
from semantics.state import Exit, State
from semantics.vex.ccalls import CCALLS
from semantics.vex.errors import VexError
from semantics.vex.faults import fault_of
from semantics.vex.guest import PC_OFFSET, Guest
from semantics.vex.iops_float import FLOAT
from semantics.vex.iops_integer import INTEGER
from semantics.vex.iops_saturating import SATURATING
from semantics.vex.iops_vector import VECTOR
from semantics.vex.lanes import Builder
from semantics.vex.lift import lift
from semantics.words import Word

if TYPE_CHECKING:
    from pyvex import IRSB
    from pyvex.expr import IRExpr
    from pyvex.stmt import IRStmt

IOPS: dict[str, Builder] = {**INTEGER, **VECTOR, **SATURATING, **FLOAT}
"""Every operation that is understood."""

TYPES = {
    "Ity_I1": 1,
    "Ity_I8": 8,
    "Ity_I16": 16,
    "Ity_I32": 32,
    "Ity_I64": 64,
    "Ity_I128": 128,
    "Ity_F16": 16,
    "Ity_F32": 32,
    "Ity_F64": 64,
    "Ity_V128": 128,
    "Ity_V256": 256,
}
"""Width in bits of libVEX's types."""

_KINDS: dict[str, Literal["jump", "call", "return"]] = {"Ijk_Boring": "jump", "Ijk_Call": "call", "Ijk_Ret": "return"}
_NO_DIVISION_TRAP = "Ijk_SigFPE_IntDiv"  # pyvex adds this exit to divisions; Arm's never trap
_ORDERED = "ordered or system instruction"
_REFUSED = {"Dirty": "VEX computes it in a helper function", "LLSC": _ORDERED, "CAS": _ORDERED, "MBE": _ORDERED}


def execute(instruction: Instruction, state: State) -> None:
    """Run one instruction on ``state``; raises UnsupportedInstruction and then leaves the state as it was.

    A numeric PC-relative operand needs ``state.pc`` to be a constant; a branch to a label exits to that label.
    """
    execute_code(instruction.code, state, instruction.text, instruction.symbol)


def execute_code(code: int, state: State, text: str, symbol: Symbol | None = None) -> None:
    """Run the 32-bit instruction word ``code``; ``text`` names it in errors, ``symbol`` is its branch target."""
    reason = fault_of(code)
    if reason is not None:
        raise UnsupportedInstruction(text, reason)
    address = address_of(code, state, text)
    if symbol is not None and not is_branch(code):
        raise UnsupportedInstruction(text, "VEX cannot be asked about a relocated operand")
    block = lift(code, address)
    if block is None:
        raise UnsupportedInstruction(text, "VEX does not decode it")
    seen = len(state.memory.accesses)
    try:
        _Run(state, code, address, symbol).block(block)
    except VexError as error:
        del state.memory.accesses[seen:]
        raise UnsupportedInstruction(text, str(error)) from error


class _Run:
    """The interpretation of one lifted instruction."""

    def __init__(self, state: State, code: int, address: int, symbol: Symbol | None) -> None:
        self._state = state
        self._jumps = code >> 26 == 0b000101  # b, which leaves the block even if it goes to the next instruction
        self._indirect = code >> 25 == 0b1101011  # br, blr and ret, whose target is a value even if it is constant
        self._guest = Guest(state)
        self._address = address
        self._symbol = symbol
        self._temporaries: dict[int, Word] = {}
        self._side_exit: tuple[Word, int] | None = None

    def block(self, block: IRSB) -> None:
        """Run all statements, then leave; registers change only if all of it is understood."""
        if block.jumpkind not in _KINDS:
            raise VexError(f"it ends in {block.jumpkind}")
        for statement in block.statements:
            self._statement(statement)
        leave = self._leave(block)
        if leave is not None and leave.kind == "call":
            # The value is the address of the next instruction; a block that stands nowhere has a name for it.
            if self._guest.get(16 + 8 * 30, 64) is not s.const(self._address + 4, 64):
                raise VexError("a call with another return address than that of the next instruction")
            self._guest.put(16 + 8 * 30, self._state.return_address)
        self._guest.commit()
        if leave is not None:
            self._state.exit = leave

    def _statement(self, statement: IRStmt) -> None:
        """One statement; ``Any`` because pyvex's attributes are untyped."""
        node: Any = statement
        match type(statement).__name__:
            case "IMark" | "NoOp" | "AbiHint":
                return
            case "WrTmp":
                self._temporaries[node.tmp] = self._value(node.data)
            case "Put":
                self._unconditional(node.offset == PC_OFFSET)
                self._guest.put(node.offset, self._value(node.data))
            case "Store":
                self._unconditional()
                self._little_endian(node.end)
                self._state.store(self._value(node.addr), self._value(node.data))
            case "Exit":
                self._exit(node)
            case name:
                raise VexError(_REFUSED.get(name, f"VEX statement {name}"))

    def _unconditional(self, harmless: bool = False) -> None:
        """What follows a conditional exit would happen only where it is not taken."""
        if self._side_exit is not None and not harmless:
            raise VexError("it writes after a conditional exit")

    def _exit(self, node: Any) -> None:
        if node.jk == _NO_DIVISION_TRAP:
            return
        if node.jk == "Ijk_SigBUS":
            raise VexError(_ORDERED)  # only these demand alignment
        if node.jk != "Ijk_Boring" or self._side_exit is not None:
            raise VexError(f"VEX exit of kind {node.jk}")
        self._side_exit = self._value(node.guard), node.dst.value

    def _leave(self, block: IRSB) -> Exit | None:
        kind = _KINDS[block.jumpkind]
        following: Word = self._value(block.next)
        direct = following.is_const and not self._indirect
        falls_through = direct and kind == "jump" and following.value == self._address + 4
        if self._side_exit is not None:
            if not falls_through:
                raise VexError("two ways out, neither of them the next instruction")
            condition, target = self._side_exit
            return Exit("jump", condition, self._target(target))
        if falls_through and not self._jumps:
            return None
        return Exit(kind, None, self._target(following.value) if direct else following)

    def _target(self, address: int) -> Symbol | int:
        offset = (address - self._address) & ((1 << 64) - 1)
        if self._symbol is None:
            return offset - (1 << 64) if offset >> 63 else offset
        if offset:
            raise VexError("a relocated branch that already has an offset")
        return self._symbol

    def _little_endian(self, end: str) -> None:
        if end != "Iend_LE":
            raise VexError(f"VEX access of endianness {end}")

    def _value(self, expression: IRExpr) -> Word:
        node: Any = expression
        match type(expression).__name__:
            case "RdTmp":
                return self._temporaries[node.tmp]
            case "Const":
                return _constant(node.con)
            case "Get":
                return self._guest.get(node.offset, _width(node.ty))
            case "Unop" | "Binop" | "Triop" | "Qop":
                builder = IOPS.get(node.op)
                if builder is None:
                    raise VexError(f"VEX operation {node.op}")
                return builder([self._value(arg) for arg in node.args])
            case "Load":
                self._little_endian(node.end)
                return self._state.load(self._value(node.addr), _width(node.ty) // 8)
            case "ITE":
                return s.ite(self._value(node.cond), self._value(node.iftrue), self._value(node.iffalse))
            case "CCall":
                helper = CCALLS.get(node.cee.name)
                if helper is None:
                    raise VexError(f"VEX helper {node.cee.name}")
                return helper([self._value(arg) for arg in node.args])
            case name:
                raise VexError(f"VEX expression {name}")


def _width(name: str) -> int:
    width = TYPES.get(name)
    if width is None:
        raise VexError(f"VEX type {name}")
    return width


def _constant(constant: Any) -> Word:
    """A constant's bits."""
    width, value = _width(constant.type), constant.value
    if isinstance(value, float):
        if value != value:
            raise VexError("a NaN constant, whose bits pyvex does not tell")
        return s.const(int.from_bytes(struct.pack("<f" if width == 32 else "<d", value), "little"), width)
    return s.const(value, width)
