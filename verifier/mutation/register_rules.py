"""Equivalent blocks by the flow of values: order, names, and instructions whose results nobody sees."""

from __future__ import annotations

from collections.abc import Iterator

from grammars.operands import Immediate, Name, Operation, Register
from semantics.block import Effects, effects
from semantics.canonical import map_operation
from semantics.errors import SemanticsError
from semantics.locations import FLAGS, GENERAL
from verifier.mutation.base import Block, Draft
from verifier.mutation.memory_rules import Found, unused
from verifier.mutation.value_rules import op

_NOTHING = frozenset[str]()
_FLAGS = frozenset(FLAGS)
_SETTING = {"add": "adds", "sub": "subs", "and": "ands", "bic": "bics", "adc": "adcs", "sbc": "sbcs"}


def _effects(block: Block) -> list[Effects] | None:
    try:
        return [effects(instruction) for instruction in block]
    except SemanticsError:
        return None


def exchange(block: Block, at: int) -> Found:
    """Two neighbours that do not depend on each other, in the other order."""
    found = _effects(block[at : at + 2])
    if found is None or len(found) < 2:
        return
    first, second = found
    if first.exit is not None or second.exit is not None or first.writes & (second.reads | second.writes) or second.writes & first.reads:
        return
    moves_stack = "sp" in first.writes | second.writes
    if moves_stack and (first.uses_memory or second.uses_memory):  # what is below sp may be overwritten at any time
        return
    yield block, (*block[:at], block[at + 1], block[at], *block[at + 2 :]), _NOTHING


def rename(block: Block, at: int) -> Found:
    """A temporary in another register, from its definition to where it is overwritten or to the end."""
    found, new = _effects(block), unused(block)
    if found is None or new is None:
        return
    for name in sorted(found[at].writes & set(GENERAL)):
        if name in found[at].reads:
            continue
        stop = next((k for k in range(at + 1, len(block)) if name in found[k].writes and name not in found[k].reads), None)
        end = stop if stop is not None else len(block)
        if any(f.exit is not None and f.exit.kind == "call" for f in found[at:end]):
            return  # a call writes x30 without naming it
        dead = frozenset([new] if stop is not None else [name, new])
        changed = [_renamed(instruction.plain, name, new) for instruction in block[at:end]]
        yield block, (*block[:at], *changed, *block[end:]), dead


def _renamed(operation: Operation, old: str, new: str) -> Operation:
    return map_operation(operation, lambda location: new if location == old else location, lambda symbol: symbol)


def repeat(block: Block, at: int) -> Found:
    """An instruction that does not read what it writes, twice."""
    found = _effects(block[at : at + 1])
    if found is None or found[0].exit is not None or "sp" in found[0].writes:
        return
    if not found[0].reads & (found[0].writes - {"mem"}):
        yield block, (*block[: at + 1], *block[at:]), _NOTHING


def dead_definition(block: Block, at: int) -> Found:
    """A register written just before it is overwritten."""
    found = _effects(block[at : at + 1])
    if found is None:
        return
    for name in sorted(found[0].writes & set(GENERAL) - found[0].reads):
        yield block, (*block[:at], op("movz", Register(name), 0x1234), *block[at:]), _NOTHING
        yield block, (*block[:at], op("orn", Register(name), Register("xzr"), Register(name)), *block[at:]), _NOTHING
    if not found[0].reads & _FLAGS and found[0].writes >= _FLAGS:
        yield block, (*block[:at], op("subs", Register("xzr"), Register("x1"), Register("x2")), *block[at:]), _NOTHING


def inverse_pair(block: Block, at: int) -> Found:
    """Two steps that undo each other."""
    found = _effects(block[at : at + 1])
    if found is None or found[0].exit is not None:
        return
    for name in sorted(found[0].writes & set(GENERAL)):
        for pair in _inverses(Register(name), Register("x1" if name != "x1" else "x2")):
            yield block, (*block[: at + 1], *pair, *block[at + 1 :]), _NOTHING


def _inverses(d: Register, other: Register) -> Iterator[tuple[Operation, Operation]]:
    zero = Register("xzr")
    yield op("orn", d, zero, d), op("orn", d, zero, d)
    yield op("sub", d, zero, d), op("sub", d, zero, d)
    yield op("add", d, d, 77), op("sub", d, d, 77)
    yield op("ror", d, d, 13), op("ror", d, d, 51)
    yield op("rev", d, d), op("rev", d, d)
    yield op("rbit", d, d), op("rbit", d, d)
    yield op("eor", d, d, other), op("eor", d, d, other)
    yield op("add", d, d, other), op("sub", d, d, other)
    yield op("eor", d, d, Immediate(0x5555555555555555)), op("eor", d, d, Immediate(0x5555555555555555))


def dead_flags(block: Block, at: int) -> Found:
    """Flags set that nothing reads in the block, and that are not live after it."""
    operation = block[at].plain
    if operation.mnemonic not in _SETTING:
        return
    found = _effects(block[at:])
    if found is None:
        return
    for later in found[1:]:
        if later.reads & _FLAGS:
            return
        if later.writes >= _FLAGS:
            break
    changed: Draft = (*block[:at], Operation(_SETTING[operation.mnemonic], operation.operands), *block[at + 1 :])
    yield block, changed, _FLAGS


def branch_by_compare(block: Block, at: int) -> Found:
    """A comparison with 0 before the branch instead of in it; the flags are lost."""
    match block[at].plain:
        case Operation("cbz" | "cbnz" as name, (Register() as n, target)):
            zero = Register("xzr" if n.name[0] == "x" else "wzr")
            test = op("subs", zero, n, zero)
            jump = Operation("b.eq" if name == "cbz" else "b.ne", (target,))
            yield block, (*block[:at], test, jump), _FLAGS
        case _:
            return


def no_operation(block: Block, at: int) -> Found:
    """A ``nop``, a move of a register to itself, a select of equal sources."""
    yield block, (*block[:at], Operation("nop"), *block[at:]), _NOTHING
    x1 = Register("x1")
    yield block, (*block[:at], op("orr", x1, Register("xzr"), x1), *block[at:]), _NOTHING
    yield block, (*block[:at], op("csel", x1, x1, x1, Name("lt")), *block[at:]), _NOTHING
