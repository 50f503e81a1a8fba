"""Equivalent ways to get at memory: pairs, writeback, forwarding, the same bytes in parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grammars.operands import Immediate, Memory, Modifier, Operand, Operation, Register
from semantics.locations import GENERAL
from verifier.mutation.base import Block, Draft, with_operand
from verifier.mutation.sequence import accesses, stores
from verifier.mutation.value_rules import is_stack, numbered, op, same, width

_BYTES = {"w": 4, "x": 8, "s": 4, "d": 8, "q": 16}
_SIZED = {"ldr": "ldr", "ldur": "ldr", "str": "str", "stur": "str"}
_NARROW = {"strb": ("ldrb", 8), "sturb": ("ldrb", 8), "strh": ("ldrh", 16), "sturh": ("ldrh", 16)}
_UNSIGNED = {"ldrsb": ("ldrb", 7), "ldrsh": ("ldrh", 15), "ldrsw": ("ldr", 31)}
_NOTHING = frozenset[str]()

type Found = Iterator[tuple[Draft, Draft, frozenset[str]]]


def size_of(register: Operand) -> int:
    """Bytes that a plain load or store of this register moves; 0 where its name does not tell."""
    return _BYTES.get(register.name[0], 0) if isinstance(register, Register) else 0


def plain_offset(operand: Operand) -> int | None:
    """The offset of ``[base]`` and ``[base, #n]``; None for other operands."""
    match operand:
        case Memory(offset=None, mode="offset"):
            return 0
        case Memory(offset=Immediate(value), modifier=None, mode="offset"):
            return value
        case _:
            return None


def pair_split(o: Operation) -> Iterator[Sequence[Operation]]:
    """A pair as two accesses, in both orders where neither overwrites the base first."""
    match o:
        case Operation("ldp" | "stp" as name, (Register() as t, Register() as t2, Memory(base=base) as place)):
            offset = plain_offset(place)
            if offset is None:
                return
            single, size = name[:2] + "r", size_of(t)
            first, second = op(single, t, _at(base, offset)), op(single, t2, _at(base, offset + size))
            if name == "stp" or not same(t, base):
                yield [first, second]
            if name == "stp" or not same(t2, base):
                yield [second, first]
        case _:
            return


def writeback_split(o: Operation) -> Iterator[Sequence[Operation]]:
    """The base updated by an instruction of its own. Below sp nothing may be touched, so sp moves down first."""
    for i, operand in enumerate(o.operands):
        match operand:
            case Memory(base=base, offset=Immediate(step), mode="pre" | "post" as mode):
                update = op("add" if step >= 0 else "sub", base, base, abs(step))
                if any(same(base, other) for other in o.operands):
                    return
                if mode == "post":
                    yield [with_operand(o, i, Memory(base)), update]
                elif not is_stack(base):
                    yield [update, with_operand(o, i, Memory(base))]
                    yield [with_operand(o, i, _at(base, step)), update]
                elif step % 16 == 0:  # else sp would be a misaligned base
                    yield [update, with_operand(o, i, Memory(base))]
            case _:
                continue


def sign_after_load(o: Operation) -> Iterator[Sequence[Operation]]:
    """A sign-extending load as a load and an extension."""
    match o:
        case Operation(name, (Register() as t, Memory(base=base) as place)) if name in _UNSIGNED and numbered(t):
            loaded, last = _UNSIGNED[name]
            if place.mode == "offset" or not same(t, base):
                yield [op(loaded, Register("w" + t.name[1:]), place), op("sbfm", t, t, 0, last)]
        case _:
            return


def address_first(o: Operation) -> Iterator[Sequence[Operation]]:
    """An indexed load with its address computed in the register that is loaded."""
    match o:
        case Operation("ldr" | "ldrb" | "ldrh", (Register() as t, Memory(base=base, offset=Register() as index, modifier=modifier))):
            if not numbered(t) or is_stack(base) or (modifier is not None and modifier.kind != "lsl"):
                return
            address = Register("x" + t.name[1:])
            amount = [modifier] if modifier is not None and modifier.amount else []
            yield [op("add", address, base, index, *amount), with_operand(o, 1, Memory(address))]
        case _:
            return


def load_by_halves(block: Block, at: int) -> Found:
    """Eight bytes as two words, put together with a scratch register."""
    match block[at].plain:
        case Operation("ldr" | "ldur", (Register() as t, Memory(base=base) as place)) if numbered(t) and width(t) == 64:
            offset, scratch = plain_offset(place), unused(block)
            if offset is None or scratch is None:
                return
            low, high = Register("w" + t.name[1:]), Register("w" + scratch[1:])
            joined = op("orr", t, t, Register(scratch), Modifier("lsl", 32))
            dead = frozenset([scratch])
            yield block, (*block[:at], op("ldp", low, high, _at(base, offset)), joined, *block[at + 1 :]), dead
            if not same(t, base):
                parts = [op("ldr", low, _at(base, offset)), op("ldr", high, _at(base, offset + 4)), joined]
                yield block, (*block[:at], *parts, *block[at + 1 :]), dead
        case _:
            return


def pair_merge(block: Block, at: int) -> Found:
    """Two neighbouring accesses as a pair."""
    if at + 1 >= len(block):
        return
    match block[at].plain, block[at + 1].plain:
        case (Operation(name, (Register() as t, Memory() as here)), Operation(other, (Register() as t2, Memory() as there))):
            low, high = plain_offset(here), plain_offset(there)
            if name not in _SIZED or _SIZED[name] != _SIZED.get(other) or low is None or high is None or here.base != there.base:
                return
            size = size_of(t)
            if size_of(t2) != size or t.name[0] != t2.name[0] or abs(high - low) != size:
                return
            if _SIZED[name] == "ldr" and (same(t, here.base) or t == t2):
                return
            first, second = (t, t2) if low < high else (t2, t)
            merged = op(_SIZED[name][:2] + "p", first, second, _at(here.base, min(low, high)))
            yield block, (*block[:at], merged, *block[at + 2 :]), _NOTHING
        case _:
            return


def forward(block: Block, at: int) -> Found:
    """What was just stored is read again: from memory, and from the register."""
    match block[at].plain:
        case Operation(name, (Register() as t, Memory(base=base) as place)) if plain_offset(place) is not None:
            scratch = unused(block)
            if scratch is None or is_stack(t):
                return
            if name in ("str", "stur") and t.name[0] in "wx":
                target = Register(t.name[0] + scratch[1:])
                again = op("ldr", target, _at(base, plain_offset(place) or 0))
                kept = op("orr", target, Register(t.name[0] + "zr"), t)
            elif name in _NARROW:
                load, bits = _NARROW[name]
                target = Register("w" + scratch[1:])
                again = op(load, target, _at(base, plain_offset(place) or 0))
                kept = op("ubfm", target, t, 0, bits - 1)
            else:
                return
            head, rest = block[: at + 1], block[at + 1 :]
            yield (*head, again, *rest), (*head, kept, *rest), _NOTHING
        case _:
            return


def reload(block: Block, at: int) -> Found:
    """What was just loaded is loaded again, or copied."""
    match block[at].plain:
        case Operation("ldr" | "ldur", (Register() as t, Memory(base=base) as place)) if numbered(t) and not same(t, base):
            offset, scratch = plain_offset(place), unused(block)
            if offset is None or scratch is None:
                return
            target = Register(t.name[0] + scratch[1:])
            head, rest = block[: at + 1], block[at + 1 :]
            again = op("ldr", target, _at(base, offset))
            kept = op("orr", target, Register(t.name[0] + "zr"), t)
            yield (*head, again, *rest), (*head, kept, *rest), _NOTHING
        case _:
            return


def exchange_disjoint(block: Block, at: int) -> Found:
    """Two accesses to disjoint bytes off one base, at least one a store, in the other order."""
    if at + 1 >= len(block):
        return
    first, second = block[at], block[at + 1]
    if not (stores(first) or stores(second)) or not (accesses(first) and accesses(second)):
        return
    match first.plain, second.plain:
        case (Operation(_, (Register() as t, Memory() as here)), Operation(_, (Register() as t2, Memory() as there))):
            low, high = plain_offset(here), plain_offset(there)
            if low is None or high is None or here.base != there.base or abs(high - low) < 16:
                return
            if same(t, t2) or same(t, here.base) or same(t2, here.base):
                return
            yield block, (*block[:at], second, first, *block[at + 2 :]), _NOTHING
        case _:
            return


def unused(block: Block) -> str | None:
    """A general register that a block does not mention."""
    mentioned = {f"x{number}" for instruction in block for number in _general(instruction.plain)}
    return next((name for name in (*GENERAL[9:16], *GENERAL[:9]) if name not in mentioned), None)


def _general(operation: Operation) -> Iterator[int]:
    for operand in operation.operands:
        for register in (operand.base, operand.offset) if isinstance(operand, Memory) else (operand,):
            if isinstance(register, Register) and numbered(register):
                yield int(register.name[1:])


def _at(base: Register, offset: int) -> Memory:
    return Memory(base, Immediate(offset)) if offset else Memory(base)
