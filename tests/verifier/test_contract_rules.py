"""Each rule of the contract carries weight: with it a wrong pair is refused, without it the same pair would be proved."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from believing import believing, block, judged

from semantics import block as blocks
from semantics import memory
from semantics import simplify as s
from semantics.assembler import Instruction
from semantics.errors import UnsupportedInstruction
from semantics.frames import DeadStack
from semantics.locations import FLAGS
from semantics.memory import Access, Fuel, Memory
from semantics.operands import immediates
from semantics.operands import memory as memory_operands
from semantics.state import INITIAL, State
from semantics.words import Word, topological
from verifier import check, obligations, stack
from verifier.check import Checker
from verifier.obligations import Obligation
from verifier.stricter import leaks, shared
from verifier.verdict import Proved, Refuted, Unsupported

type Patch = pytest.MonkeyPatch


@pytest.fixture(scope="module")
def checker() -> Iterator[Checker]:
    with believing() as checker:
        yield checker


def forget() -> None:
    """Meanings found under one set of rules are not remembered under another."""
    check._meaning.cache_clear()  # pyright: ignore[reportPrivateUsage]
    blocks.effects.cache_clear()


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    forget()
    yield
    forget()


@dataclass(frozen=True)
class Rule:
    """A pair that only this rule refuses, and how to take the rule away."""

    original: str
    candidate: str
    off: Callable[[Patch], None]
    live_out: str = ""
    assume: tuple[str, ...] = ()
    options: Callable[[], dict[str, Any]] = dict


# --- what is taken away ---------------------------------------------------------------------------


def without_obligations(*names: str) -> Callable[[Patch], None]:
    """Demands whose name starts so are not made."""

    def off(patch: Patch) -> None:
        made = obligations.obligations

        def fewer(*args: Any, **kwargs: Any) -> list[Obligation]:
            return [demand for demand in made(*args, **kwargs) if not demand.what.startswith(names)]

        patch.setattr(check, "obligations", fewer)

    return off


def without_stack_obligations(name: str) -> Callable[[Patch], None]:
    def off(patch: Patch) -> None:
        made = stack.stack_obligations
        patch.setattr(check, "stack_obligations", lambda *args: [d for d in made(*args) if not d.what.startswith(name)])

    return off


def sp_is_nowhere(patch: Patch) -> None:
    """The footprint counts bytes, whatever lies below sp when."""
    made = obligations._footprint  # pyright: ignore[reportPrivateUsage]

    def levelled(accesses: Sequence[Access]) -> list[Access]:
        return [replace(access, sp=INITIAL["sp"]) for access in accesses]

    def footprint(original: Sequence[Access], candidate: Sequence[Access], *rest: Any) -> Iterator[Obligation]:
        return made(levelled(original), levelled(candidate), *rest)

    patch.setattr(obligations, "_footprint", footprint)


def dead_means_unread(patch: Patch) -> None:
    """What is dead in the end may be written below sp, read again or not."""
    patch.setattr(obligations, "_unread", lambda byte, rest, dead: s.FALSE if dead is None else dead.word(byte))


def dead_everywhere(patch: Patch) -> None:
    patch.setattr(obligations, "_is_dead", lambda base, offset, dead: dead is not None)
    patch.setattr(obligations, "_bytewise", lambda *_: s.TRUE)


def exits_of_one_kind(patch: Patch) -> None:
    made = obligations._exit  # pyright: ignore[reportPrivateUsage]

    def jumping(state: State) -> State:
        return State(state.registers, state.memory, None if state.exit is None else replace(state.exit, kind="jump"))

    patch.setattr(obligations, "_exit", lambda left, right: made(jumping(left), jumping(right)))


def distances_are_places(patch: Patch) -> None:
    patch.setattr(obligations, "_same_place", lambda target: True)


def low_halves_only(patch: Patch) -> None:
    patch.setattr(obligations, "live_registers", lambda live: [(name, min(bits, 32)) for name, bits in live.items() if name in INITIAL])


def ordered_is_plain(patch: Patch) -> None:
    """An ordered load or store means what the plain one means, a barrier nothing."""
    plain = {"ldar": "ldr", "ldapr": "ldr", "ldaxr": "ldr", "ldxr": "ldr", "stlr": "str"}
    run = blocks._run  # pyright: ignore[reportPrivateUsage]

    def unordered(state: State, instruction: Instruction, source: Any) -> None:
        mnemonic, _, operands = instruction.text.partition(" ")
        if mnemonic in plain:
            run(state, block(f"{plain[mnemonic]} {operands}")[0], source)
        elif not instruction.row.ordered:
            run(state, instruction, source)

    patch.setattr(blocks, "_run", unordered)


def unknown_is_nothing(patch: Patch) -> None:
    run = blocks._run  # pyright: ignore[reportPrivateUsage]

    def lenient(state: State, instruction: Instruction, source: Any) -> None:
        try:
            run(state, instruction, source)
        except UnsupportedInstruction:
            return

    patch.setattr(blocks, "_run", lenient)


def relocations_are_alike(patch: Patch) -> None:
    """The value of a symbol, whatever specifier and addend stand by it."""
    patch.setattr(immediates, "symbol_address", lambda symbol: s.var(f"label:{symbol.name}", 64))
    patch.setattr(memory_operands, "symbol_address", lambda symbol: s.var(f"label:{symbol.name}", 64))


def symbols_never_coincide(patch: Patch) -> None:
    """Accesses at two different symbols never overlap."""
    maybe = memory._read_maybe  # pyright: ignore[reportPrivateUsage]

    def read_maybe(older: tuple[Access, ...], store: Access, address: Word, size: int, fuel: Fuel) -> Word:
        if _labels(address) and _labels(store.address) and _labels(address) != _labels(store.address):
            return memory.read(older, address, size, fuel)
        return maybe(older, store, address, size, fuel)

    patch.setattr(memory, "_read_maybe", read_maybe)


def _labels(word: Word) -> set[str]:
    names = {str(node.attrs[0]) for node in topological([word]) if node.op == "var"}
    return {name for name in names if name.startswith("label:")}


def literals_never_change(patch: Patch) -> None:
    """What lies at a label is read as it was at first, whatever was stored."""
    load = Memory.load

    def constant(self: Memory, address: Word, size: int, sp: Word) -> Word:
        if not _labels(address):
            return load(self, address, size, sp)
        self.accesses.append(Access("read", address, size, s.load(address, size), sp))
        return s.load(address, size)

    patch.setattr(Memory, "load", constant)


def overlap_if(inside: Callable[[Word, Access], Word]) -> Callable[[Patch], None]:
    """A byte at an address is the store's where ``inside`` says so."""

    def off(patch: Patch) -> None:
        def read_maybe(older: tuple[Access, ...], store: Access, address: Word, size: int, fuel: Fuel) -> Word:
            before = memory.read(older, address, size, fuel)
            parts = list[Word]()
            for i in reversed(range(size)):
                offset = address + i - store.address
                byte = memory._byte_at(store.value, offset)  # pyright: ignore[reportPrivateUsage]
                parts.append(s.ite(inside(address + i, store), byte, s.extract(before, 8 * i, 8)))
            return s.concat(*parts)

        patch.setattr(memory, "_read_maybe", read_maybe)

    return off


def within_without_wrap(byte: Word, store: Access) -> Word:
    """As if no access went over the end of the address space."""
    return ~s.ult(byte, store.address) & s.ult(byte, store.address + store.size)


def same_word(byte: Word, store: Access) -> Word:
    """As if all accesses were aligned: in the same eight bytes, or not at all."""
    return s.eq(s.extract(byte, 3, 61), s.extract(store.address, 3, 61))


def narrow_stores_are_missed(patch: Patch) -> None:
    """A store is seen by loads of at most its own size."""
    read = memory.read

    def wide(stores: tuple[Access, ...], address: Word, size: int, fuel: Fuel | None = None) -> Word:
        return read(tuple(store for store in stores if store.size >= size), address, size, fuel)

    patch.setattr(memory, "read", wide)
    patch.setattr(memory, "overlaid", lambda runs, new, apart=None: [*runs, new])


def nothing_is_written_back(patch: Patch) -> None:
    patch.setattr(memory_operands.SignedOffset, "finish", lambda *_: None)


def writeback_before(patch: Patch) -> None:
    """Post-indexed as if pre-indexed."""

    def value(self: Any, name: str, fields: Any, symbol: Any, state: State) -> Word:
        return memory_operands.base_value(fields, state) + self._offset(fields)

    patch.setattr(memory_operands.SignedOffset, "value", value)


def no_leaks(patch: Patch) -> None:
    patch.setattr("verifier.stricter.constant_time.leaks", lambda *_: [])


def memory_is_told(patch: Patch) -> None:
    """What lies at an address that is told counts as told."""
    made = leaks.follows

    def follows(word: Word, known: Sequence[Word]) -> bool:
        return made(word, [*known, *(node for node in topological([word]) if node.op == "load" and node.args[0] in set(known))])

    patch.setattr("verifier.stricter.constant_time.follows", follows)


def operands_are_addresses(patch: Patch) -> None:
    patch.setattr("verifier.stricter.constant_time.told", lambda known, leak: [other.word for other in known])


def reads_agree(patch: Patch) -> None:
    """Memory that nobody else writes."""
    patch.setattr(shared.SharedMemory, "load", Memory.load)


def groups_fall_apart(patch: Patch) -> None:
    run = shared._run  # pyright: ignore[reportPrivateUsage]

    def single(*args: Any) -> Any:
        found = run(*args)
        return replace(found, groups=tuple((streams, (access,)) for streams, group in found.groups for access in group))

    patch.setattr(shared, "_run", single)


def sizes_do_not_matter(patch: Patch) -> None:
    patch.setattr(check, "shared_obligations", lambda *_: [])


def dead() -> dict[str, Any]:
    return {"dead_stack": DeadStack()}


def constant_time() -> dict[str, Any]:
    return {"constant_time": True}


def same_access_size() -> dict[str, Any]:
    return {"same_access_size": True}


FLAGS_LIST = ",".join(FLAGS)
PUSH = "sub sp, sp, #16; str x0, [sp]"

RULES = {
    # Live-outs and memory.
    "upper halves": Rule("mov x0, x1", "mov w0, w1", low_halves_only, "x0"),
    "flags": Rule("adds x0, x1, x2", "subs x0, x1, x2; add x0, x1, x2", without_obligations(*FLAGS), f"x0,{FLAGS_LIST}"),
    "memory": Rule("str x0, [x1]; str x2, [x3, #4]", "str x2, [x3, #4]; str x0, [x1]", without_obligations("memory")),
    # Control.
    "branch condition": Rule("cbz w0, f", "cbz x0, f", without_obligations("branch taken")),
    "branch dropped": Rule("cbz x0, f", "nop", without_obligations("branch taken")),
    "branch target": Rule("b f", "b g", without_obligations("branch target")),
    "indirect target": Rule("blr x0", "blr x1", without_obligations("branch target")),
    "register of an indirect jump": Rule("mov x16, x0; br x16", "mov x16, x0; br x0", without_obligations("register of the branch")),
    "branch kind": Rule("ret", "blr x30", exits_of_one_kind, "x0"),
    "return for a call": Rule("blr x1", "adr x30, f; ret x1", exits_of_one_kind, "x0"),
    "distances": Rule("sub x1, x1, #1; add x0, x0, #1; b #-4", "add x0, x0, #1; sub x1, x1, #1; b #-4", distances_are_places),
    # Footprint.
    "read of more": Rule("ldr w0, [x1]", "ldr x0, [x1]; mov w0, w0", without_obligations("read of a byte"), "x0"),
    "read elsewhere": Rule("mov x0, #0", "ldr x9, [x1]; mov x0, #0", without_obligations("read of a byte"), "x0"),
    "read through another pointer": Rule("ldr x0, [x1]", "ldr x9, [x2]; ldr x0, [x1]", without_obligations("read of a byte"), "x0"),
    "write back of what is there": Rule("ldr x0, [x1]", "ldr x0, [x1]; str x0, [x1]", without_obligations("write of a byte")),
    "write where memory is not live": Rule("mov x0, #0", "str x0, [x1]; mov x0, #0", without_obligations("write of a byte"), "x0"),
    "write over a longer read": Rule(
        "ldr x0, [x1]; str w0, [x1]", "ldr x0, [x1]; str x0, [x1]", without_obligations("write of a byte"), "x0,mem"
    ),
    # The stack.
    "write below sp": Rule(PUSH, "str x0, [sp, #-16]; sub sp, sp, #16", sp_is_nowhere),
    "read below sp": Rule("ldr x0, [sp, #8]; add sp, sp, #16", "add sp, sp, #16; ldr x0, [sp, #-8]", sp_is_nowhere),
    "sp lifted for a moment": Rule("", "add sp, sp, #32; sub sp, sp, #32", without_stack_obligations("stack pointer lifted")),
    "sp elsewhere for a moment": Rule(
        "mov x9, #0", "mov x9, sp; mov sp, x0; mov sp, x9; mov x9, #0", without_stack_obligations("stack pointer lifted")
    ),
    "misaligned sp": Rule(
        "sub sp, sp, #8; mov x9, sp; str x0, [x9]; sub sp, sp, #8",
        "sub sp, sp, #8; str x0, [sp]; mov x9, sp; sub sp, sp, #8",
        without_stack_obligations("misaligned"),
    ),
    "dead bytes read below sp": Rule(
        "sub sp, sp, #16; str x0, [sp, #8]; ldr x1, [sp, #8]; add sp, sp, #16",
        "str x0, [sp, #-8]; sub sp, sp, #16; ldr x1, [sp, #8]; add sp, sp, #16",
        dead_means_unread,
        options=dead,
    ),
    "dead only below": Rule("str x0, [sp, #16]", "", dead_everywhere, options=dead),
    # Ordered, system and unknown instructions.
    "acquire turned plain": Rule("ldar x0, [x1]", "ldr x0, [x1]", ordered_is_plain),
    "release turned plain": Rule("stlr x0, [x1]", "str x0, [x1]", ordered_is_plain),
    "plain turned acquire": Rule("ldr x0, [x1]; mov x9, x9", "ldar x0, [x1]", ordered_is_plain),
    "exclusive turned plain": Rule("ldxr x0, [x1]", "ldr x0, [x1]", ordered_is_plain),
    "barrier dropped": Rule("str x0, [x1]; dmb ish; str x2, [x3]", "str x0, [x1]; str x2, [x3]", ordered_is_plain),
    "barrier moved": Rule("str x0, [x1]; dmb ish; str x2, [x3]", "dmb ish; str x0, [x1]; str x2, [x3]", ordered_is_plain),
    "barrier of less": Rule("dmb ish", "dmb ishld", ordered_is_plain),
    "system call dropped": Rule("svc #0", "nop", ordered_is_plain),
    "system register": Rule("mrs x0, tpidr_el0; mov x0, #0", "mov x0, #0", ordered_is_plain, "x0"),
    "unknown instruction": Rule("aese v0.16b, v1.16b; mov x0, #1", "mov x0, #1", unknown_is_nothing, options=lambda: {"semantics": "vex"}),
    # Relocations and labels.
    "addend": Rule("adr x0, s+8", "adr x0, s", relocations_are_alike),
    "relocation of another kind": Rule("movz x0, #:prel_g0:s", "movz x0, #0", unknown_is_nothing, "x1"),
    "symbols may coincide": Rule(
        "adr x0, s; adr x1, t; str x2, [x0]; str x3, [x1]", "adr x0, s; adr x1, t; str x3, [x1]; str x2, [x0]", symbols_never_coincide
    ),
    "literal": Rule("str x1, [x2]; ldr x0, s", "ldr x0, s; str x1, [x2]", literals_never_change),
    "literals beside each other": Rule("adr x9, s; str w1, [x9]; ldr x0, t", "ldr x0, t; adr x9, s; str w1, [x9]", symbols_never_coincide),
    # Overlap of every kind.
    "wrap-around": Rule(
        "str x0, [x1]; ldrb w2, [x3]",
        "ldrb w2, [x3]; str x0, [x1]",
        overlap_if(within_without_wrap),
        assume=("x1 == 0xfffffffffffffffc", "x3 <= 3"),
    ),
    "unaligned": Rule(
        "str x0, [x1]; ldrb w2, [x3]",
        "ldrb w2, [x3]; str x0, [x1]",
        overlap_if(same_word),
        assume=("x1 >> 3 != x3 >> 3",),
    ),
    "narrow store under a wide load": Rule(
        "str x0, [x1]; strb w2, [x1, #3]; ldr x4, [x1]", "str x0, [x1]; strb w2, [x1, #3]; mov x4, x0", narrow_stores_are_missed, "x4,mem"
    ),
    "narrow store under a wide load, elsewhere": Rule(
        "strb w2, [x3]; ldr x4, [x1]", "ldr x4, [x1]; strb w2, [x3]", narrow_stores_are_missed, "x4,mem"
    ),
    "writeback of a pair": Rule("ldp x2, x3, [x0], #16", "ldp x2, x3, [x0]", nothing_is_written_back),
    "writeback before a pair": Rule(
        "stp x2, x3, [x0], #16", "stp x2, x3, [x0, #16]!", writeback_before, options=lambda: {"semantics": "rows"}
    ),
    # What may be demanded besides.
    "constant time": Rule("lsr x0, x1, #3", "mov x9, #8; udiv x0, x1, x9", no_leaks, "x0", options=constant_time),
    "what memory holds is secret": Rule(
        "ldr x0, [x1]; ldr x2, [x3]; ldr x2, [x3, #8]",
        "ldr x0, [x1]; and x0, x0, #8; ldr x0, [x3, x0]; ldr x2, [x3, #8]",
        memory_is_told,
        "x2",
        options=constant_time,
    ),
    "a division does not excuse an address": Rule(
        "and x9, x1, #8; mov x8, #3; udiv x2, x9, x8; ldr x0, [x3]; ldr x0, [x3, #8]",
        "and x9, x1, #8; mov x8, #3; udiv x2, x9, x8; ldr x0, [x3, x9]; ldr x0, [x3, #8]",
        operands_are_addresses,
        "x0,x2",
        options=constant_time,
    ),
    "torn access": Rule("str xzr, [x0]", "stp wzr, wzr, [x0]", sizes_do_not_matter, options=same_access_size),
    "pair for two": Rule("ldr x2, [x0]; ldr x3, [x0, #8]", "ldp x2, x3, [x0]", groups_fall_apart, options=same_access_size),
    "reads by others": Rule("ldr x2, [x0]; ldr x3, [x0]", "ldr x2, [x0]; ldr x3, [x0]; mov x3, x2", reads_agree, options=same_access_size),
}


@pytest.mark.parametrize("name", RULES)
def test_a_pair_is_refused_by_its_rule_alone(checker: Checker, monkeypatch: Patch, name: str) -> None:
    rule = RULES[name]

    def verdict() -> Any:
        return judged(checker, rule.original, rule.candidate, *rule.assume, live_out=rule.live_out, **rule.options())

    refused = verdict()
    assert isinstance(refused, Refuted | Unsupported), refused
    forget()
    rule.off(monkeypatch)
    assert isinstance(accepted := verdict(), Proved), accepted
