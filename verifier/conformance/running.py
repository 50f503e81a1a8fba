"""Instances executed on the emulators and compared with our meaning, state by state."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zlib import crc32

from semantics.assembler import Instruction
from semantics.errors import SemanticsError
from semantics.memory_image import MASK64
from semantics.words import Word
from verifier.conformance import starts as placing
from verifier.conformance.faults import absent_from, excuse
from verifier.conformance.meaning import Expected, Meaning, place_of, value_at
from verifier.conformance.result import Disagreement, FormResult, Run, Source
from verifier.conformance.starts import Start
from verifier.oracle import Emulator, Faulted, Outcome, Ran
from verifier.qemu import CODE, PROGRAM, Case, Left, Qemu, in_arena, pack_registers
from verifier.qemu import Faulted as QemuFaulted
from verifier.qemu import Outcome as QemuOutcome

_UNDEFINED = "undefined instruction"
_TAGGED = (1 << 56) - 1  # user programs run with tagged addresses: a branch ignores the top byte
_PROBE = 0x1000


@dataclass(frozen=True, slots=True)
class Witnesses:
    """The emulators; ``qemu`` is None where it is not installed."""

    unicorn: Emulator
    qemu: Qemu | None


@dataclass(frozen=True, slots=True)
class _Asked:
    """A state given to qemu, and what should come of it."""

    meaning: Meaning
    start: Start
    expected: Expected


def run_instances(made: Sequence[Instruction], states: int, seed: int, witnesses: Witnesses, result: FormResult) -> None:
    """Run every instance that has a meaning, ``states`` states in all or some more, and put what is found into ``result``."""
    meanings: list[Meaning] = []
    for instruction in made:
        try:
            meanings.append(Meaning(instruction))
        except SemanticsError as error:
            result.note(f"no meaning: {getattr(error, 'reason', error)}")
    asked: list[_Asked] = []
    for number, meaning in enumerate(meanings):
        starts = _starts(meaning, number, -(-states // len(meanings)), placing.pool(seed * 3 + crc32(result.form.encode()) % 3))
        pairs = [(start, meaning.expected(start)) for start in starts]
        _on_unicorn(meaning, pairs, witnesses.unicorn, result)
        asked += [_Asked(meaning, start, expected) for start, expected in pairs]
    if witnesses.qemu is not None:
        _on_qemu(asked, witnesses.qemu, result)


# --- initial states -----------------------------------------------------------------------------


def _starts(meaning: Meaning, number: int, count: int, starts: tuple[Start, ...]) -> list[Start]:
    if not meaning.accesses:
        more = count // 4 if meaning.symbolic.exit is not None else 0  # one that branches to itself is not run
        return placing.window(starts, number, count + more)
    low, high = meaning.reach()
    chosen = placing.window(starts, number, -(-7 * count // 5))  # a quarter of them is not for qemu
    return [_placed(meaning, start, 1024 * number + i, low, high) for i, start in enumerate(chosen)]


def _placed(meaning: Meaning, start: Start, number: int, low: int, high: int) -> Start:
    """The start with the base register such that the access goes where it is wanted, as far as it can be had."""
    wanted = placing.target(number, low, high)
    base = dict(meaning.instruction.fields).get("n")
    if wanted is None or base is None:
        return start
    name = "sp" if base == 31 else f"x{base}"
    there = meaning.address(start, name, _PROBE)
    slope = (meaning.address(start, name, _PROBE + 16) - there & MASK64) // 16
    if not slope:
        return start
    way = wanted - there & MASK64
    value = _PROBE + (way - (way >> 63 << 64)) // slope & MASK64
    if name == "sp":
        value &= -16  # a base that is not a multiple of 16 faults where alignment is checked
    return start.with_pointer(name, value, placing.corner_bytes(wanted, number))


# --- Unicorn ------------------------------------------------------------------------------------


def _on_unicorn(meaning: Meaning, pairs: Sequence[tuple[Start, Expected]], emulator: Emulator, result: FormResult) -> None:
    code = meaning.instruction.bytes
    run = result.unicorn
    for start, expected in pairs:
        if expected.next_pc == CODE or any((address - CODE) & MASK64 < 4 for _, address in expected.touched):
            run.skipped += 1
            continue
        outcome = emulator.run(code, start.state, max_instructions=50)
        if outcome == Faulted(_UNDEFINED, CODE):
            _missing("Unicorn", meaning, run, result)
            return
        run.compared += 1
        run.blind += bool(meaning.unknown)
        difference = _unicorn_difference(meaning, start, expected, outcome)
        if difference:
            run.wrong += 1
            found = pack_registers(outcome.state) if isinstance(outcome, Ran) else b""
            result.disagree(_disagreement("Unicorn", meaning, start, expected, found, difference))


def _missing(source: Source, meaning: Meaning, run: Run, result: FormResult) -> None:
    """The emulator says that there is no such instruction."""
    run.missing += 1
    reason = absent_from(source, meaning.instruction.code)
    if reason is None:
        result.disagree(Disagreement(source, _named(meaning.instruction), _UNDEFINED))
    else:
        result.note(f"{source}: {reason}")


def _unicorn_difference(meaning: Meaning, start: Start, expected: Expected, outcome: Outcome) -> str:
    if not isinstance(outcome, Ran):
        return outcome.reason
    found = meaning.without_unknown(pack_registers(outcome.state))
    if found != expected.registers:
        return _registers(expected.registers, found)
    if outcome.state.written != {**start.state.written, **expected.stores}:
        return _bytes("stores", expected.stores.items(), outcome.state.written.items())
    if outcome.next_pc != expected.next_pc:
        return f"goes to {expected.next_pc:#x}, found {outcome.next_pc:#x}"
    touched = frozenset((kind, address + i & MASK64) for kind, address, size, _ in outcome.accesses for i in range(size))
    if touched != expected.touched:
        return _bytes("touches", expected.touched, touched)
    return ""


# --- qemu ---------------------------------------------------------------------------------------


def _on_qemu(asked: Sequence[_Asked], qemu: Qemu, result: FormResult) -> None:
    run = result.qemu
    able = [one for one in asked if _can_be_asked(one.expected)]
    run.skipped += len(asked) - len(able)
    cases = [_case(one) for one in able]
    missing: set[int] = set()
    for one, outcome in zip(able, qemu.run(cases), strict=True):
        if id(one.meaning) in missing:
            continue
        if outcome == QemuFaulted(_UNDEFINED, CODE):
            missing.add(id(one.meaning))
            _missing("qemu", one.meaning, run, result)
            continue
        run.compared += 1
        run.blind += bool(one.meaning.unknown)
        difference = _qemu_difference(one, outcome)
        if difference:
            run.wrong += 1
            found = outcome.registers if isinstance(outcome, Left) else b""
            result.disagree(_disagreement("qemu", one.meaning, one.start, one.expected, found, difference))


def _can_be_asked(expected: Expected) -> bool:
    if expected.next_pc == CODE or expected.next_pc & _TAGGED in PROGRAM:
        return False
    return all(in_arena(address) for _, address in expected.touched)


def _case(one: _Asked) -> Case:
    image = one.start.state.memory
    return Case(one.meaning.instruction.bytes, one.start.registers, image.seed, image.overrides, one.meaning.accesses)


def _qemu_difference(one: _Asked, outcome: QemuOutcome) -> str:
    if not isinstance(outcome, Left):
        return str(outcome)
    expected, memory = one.expected, one.start.state.memory
    found = one.meaning.without_unknown(outcome.registers)
    if found != expected.registers:
        return _registers(expected.registers, found)
    changes = {address: byte for address, byte in expected.stores.items() if memory.byte(address) != byte}
    if changes != outcome.changes:
        return _bytes("changes", changes.items(), outcome.changes.items())
    leaving = one.meaning.symbolic.exit
    mask = _TAGGED if leaving is not None and isinstance(leaving.target, Word) else MASK64
    if (outcome.next_pc ^ expected.next_pc) & mask:
        return f"goes to {expected.next_pc:#x}, found {outcome.next_pc:#x}"
    return ""


# --- words for differences ----------------------------------------------------------------------


def _registers(expected: bytes, found: bytes) -> str:
    place = place_of(next(i for i, (one, other) in enumerate(zip(expected, found, strict=True)) if one != other))
    return f"{place} is {value_at(expected, place):#x}, found {value_at(found, place):#x}"


def _bytes(verb: str, expected: Iterable[tuple[object, int]], found: Iterable[tuple[object, int]]) -> str:
    ours, theirs = set(expected), set(found)
    return f"{verb} {_some(ours - theirs)}, found {_some(theirs - ours)}"


def _some(items: set[tuple[object, int]]) -> str:
    shown = [f"{item[0] if isinstance(item[0], str) else hex(int(str(item[0])))}:{item[1]:#x}" for item in sorted(items, key=str)[:3]]
    return ", ".join(shown) + ("" if len(items) <= 3 else f" and {len(items) - 3} more") if shown else "nothing"


def _named(instruction: Instruction) -> str:
    return f"{instruction.text} ({instruction.code:#010x})"


def _disagreement(source: Source, meaning: Meaning, start: Start, expected: Expected, found: bytes, difference: str) -> Disagreement:
    inputs = ", ".join(f"{name}={start.values[name]:#x}" for name in sorted(meaning.reads))
    where = f" for {inputs}" if inputs else ""
    memory = f", memory {start.state.memory.seed:#x}" if meaning.accesses else ""
    cause = ""
    if found and not meaning.accesses:
        cause = excuse(source, meaning.instruction.code, expected.registers, meaning.without_unknown(found))
    return Disagreement(source, _named(meaning.instruction), f"{difference}{where}{memory}", cause)
