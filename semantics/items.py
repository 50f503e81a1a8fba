"""Statements of a program as items: instructions with a meaning, and those that are opaque."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from grammars.operands import Immediate, Memory, Name, Operation, Register, Symbol
from semantics.assembler import Instruction, assemble
from semantics.block import Effects, effects
from semantics.errors import SemanticsError
from semantics.locations import FLAGS
from semantics.state import Exit

_CONDITIONS = "eq|ne|cs|hs|cc|lo|mi|pl|vs|vc|hi|ls|ge|lt|gt|le|al|nv"
BRANCHES = re.compile(rf"b|bl|bc?\.?({_CONDITIONS})|cb[a-z]+|tbn?z")
"""Mnemonics whose last operand is a place in the code."""
_CONTROL = re.compile(rf"{BRANCHES.pattern}|blr|br|(bra|blra|reta|ereta)[ab].*|ret.*|eret|drps|texit")
_SYSTEM = re.compile(
    r"svc|hvc|smc|brk|hlt|udf|dcps[123]|eret.*|drps|msr|mrs|msrr|mrrs|sysp?|sysl|at|[dit]c|tlbip?|isb|dmb|dsb|[ps]sbb|sb|"
    r"wf[ei]t?|sevl?|yield|dgh|[ecgpt]sb|csdb|gcs.*|hint|bti|aut.*|pac.*|xpac.*|clrex|ld[lax]+[rp]+.*|stl.*|stx[rp].*|"
    r"smstart|smstop|cfp|cpp|cosp|dvp|clrbhb|chkfeat|stshh|rcwc.*|prf.*|rprfm|tstart|ttest|tcancel|tcommit"
)
_RELAXED = ("tls", "gottprel")
_HINTS = frozenset([*range(7), 16, 18, 20, 22, 32, 34, 36, 38])  # no register is touched (Arm ARM C6.2, HINT)
_PASSIVE = frozenset(["bti", "yield", "dmb", "dsb", "isb", "sb", "csdb", "psb", "tsb", "esb", "dgh", "sev", "sevl", "wfe", "wfi", "clrex"])
_SIGNING_SP = frozenset(["paciasp", "pacibsp", "autiasp", "autibsp", "paciaz", "pacibz", "autiaz", "autibz", "xpaclri"])
_SIGNING_HINTS = frozenset([7, 24, 25, 26, 27, 28, 29, 30, 31])


@dataclass(frozen=True, slots=True)
class Opaque:
    """An instruction that is never rewritten, and why.

    ``effects`` are known for a few that change no memory (hints, barriers, prefetches); without them it may read
    and write anything. ``may_branch`` tells that control may leave here for a place we do not know.
    """

    operation: Operation
    reason: str
    effects: Effects | None = None
    may_branch: bool = False


type Item = Instruction | Opaque


@lru_cache(maxsize=65536)
def item_of(operation: Operation) -> Item:
    """The instruction that an operation denotes, or an Opaque that says why it has no meaning to us."""
    mnemonic = operation.mnemonic
    if _relaxed(operation):
        return _opaque(operation, "the linker may replace this instruction")
    if _SYSTEM.fullmatch(mnemonic):
        return _opaque(operation, "system, ordered or exclusive instruction")
    try:
        instruction = assemble(operation)
        effects(instruction)
    except SemanticsError as error:
        return _opaque(operation, str(error))
    return instruction


def item_effects(item: Item) -> Effects | None:
    """What an item reads and writes; None if it may be anything."""
    return effects(item) if isinstance(item, Instruction) else item.effects


def exit_of(item: Item) -> Exit | None:
    """How an instruction leaves its block; None for opaque items, whose ways are unknown."""
    return effects(item).exit if isinstance(item, Instruction) else None


def ends_block(item: Item) -> bool:
    """Whether control may go elsewhere than to the next instruction."""
    return item.may_branch if isinstance(item, Opaque) else effects(item).exit is not None


def _opaque(operation: Operation, reason: str) -> Opaque:
    known = _known_effects(operation)
    branches = known is None and (_CONTROL.fullmatch(operation.mnemonic) is not None or _mentions_label(operation))
    return Opaque(operation, reason, known, branches)


def _mentions_label(operation: Operation) -> bool:
    if operation.mnemonic.startswith(("ld", "adr", "prf")):
        return False
    return any(isinstance(operand, Symbol) and operand.specifier is None for operand in operation.operands)


def _relaxed(operation: Operation) -> bool:
    for operand in operation.operands:
        inner = operand.offset if isinstance(operand, Memory) else operand
        if isinstance(inner, Symbol) and (inner.specifier or "").startswith(_RELAXED):
            return True
    return False


def _known_effects(operation: Operation) -> Effects | None:
    """Effects of instructions that appear all over compiled code without a meaning in rows."""
    mnemonic, operands = operation.mnemonic, operation.operands
    if mnemonic == "hint" and len(operands) == 1 and isinstance(operands[0], Immediate):
        number = operands[0].value
        if number in _SIGNING_HINTS:
            return _effects("x30 sp", "x30")
        return _effects("", "") if number in _HINTS else None
    if mnemonic in _SIGNING_SP and not operands:
        return _effects("x30 sp", "x30")
    if mnemonic in _PASSIVE:
        return _effects("", "")
    if mnemonic in ("prfm", "prfum") and isinstance(operands[-1], Memory):
        return Effects(frozenset(_registers_of(operands[-1])), frozenset(), None)
    if mnemonic == "mrs" and len(operands) == 2:
        return _system_read(operation)
    return None


def _system_read(operation: Operation) -> Effects | None:
    target, source = operation.operands
    if not isinstance(target, Register) or not isinstance(source, Name) or not target.name.startswith("x"):
        return None
    reads = {"nzcv": frozenset(FLAGS), "fpsr": frozenset(["fpsr"])}.get(source.text, frozenset[str]())
    return Effects(reads, frozenset([target.name]) - {"xzr"}, None)


def _registers_of(memory: Memory) -> list[str]:
    registers = [memory.base, *([memory.offset] if isinstance(memory.offset, Register) else [])]
    return ["x" + register.name[1:] if register.name[0] == "w" else register.name for register in registers if register.name[1:] != "zr"]


def _effects(reads: str, writes: str) -> Effects:
    return Effects(frozenset(reads.split()), frozenset(writes.split()), None)
