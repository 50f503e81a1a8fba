"""Instruction templates for synthesis, made from the rows: a row, fixed fields, and operands left open.

The function of a template is the row run on unknowns and compiled for numpy, so that there is no second copy of any
meaning. Registers in templates are fixed: x1 and x2 are operands ``n`` and ``m``, x3 is ``a``, x4 the result.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import combinations
from typing import Literal

from semantics import simplify as s
from semantics.assembler import base_rows
from semantics.conditions import holds
from semantics.operands.base import Fields, Kind
from semantics.operands.immediates import AddImmediate, Bitmask, encode_bitmask
from semantics.operands.registers import Extended, General, Shifted
from semantics.row import Row
from semantics.run.arrays import Compiled, compile_arrays
from semantics.state import State
from semantics.words import Word, variables

NUMBERS: Mapping[str, int] = {"n": 1, "m": 2, "a": 3, "d": 4}
CONDITIONS = 14
_MODULES = ("add_sub", "logical", "bits", "conditional", "multiply")


@cache
def data_rows() -> tuple[Row, ...]:
    """The rows that compute a general register from general registers, immediates and flags."""
    known = tuple(f"semantics.isa.{module}" for module in _MODULES)
    return tuple(row for row in base_rows() if row.function is not None and row.function.__module__ in known)


def widths(row: Row, wanted: Iterable[int]) -> Iterator[int | None]:
    """The values of ``sf`` to use; None for a row of fixed width."""
    if "sf" in row.encoding.fields:
        yield from sorted(wanted)
    else:
        yield None


def with_width(fields: Fields, sf: int | None) -> Fields:
    """The fields with ``sf``, if the row has it."""
    return fields if sf is None else fields | {"sf": sf}


def template_state(row: Row, fields: Fields) -> State:
    """The row run on unknowns; fields that are not given are 0, register fields as in ``NUMBERS``."""
    state = State()
    row.run(complete(row, fields), None, state)
    return state


def complete(row: Row, fields: Fields) -> Fields:
    """All fields of the row."""
    return {name: fields.get(name, NUMBERS.get(name, 0)) for name in row.encoding.fields}


@lru_cache(maxsize=16384)
def _compiled(row: Row, fields: tuple[tuple[str, int], ...]) -> Compiled:
    return compile_arrays([template_state(row, dict(fields)).get("x4")])


def result_of(row: Row, fields: Fields) -> Compiled:
    """The function of inputs ``x1`` to ``x4`` that computes the row's result."""
    return _compiled(row, tuple(sorted(fields.items())))


# --- what stands for the second operand -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shape:
    """A way to write the second operand: a register under a shift or extension, or an immediate.

    ``run`` gives its value from ``x2``; ``register`` tells that it depends on it.
    """

    row: Row
    fields: tuple[tuple[str, int], ...]
    register: bool
    run: Compiled


@dataclass(frozen=True, slots=True)
class Numbers:
    """The immediates to try.

    Attributes:
        amounts: shift amounts.
        values: operands of additions and logical operations, modulo ``2**64``.
        points: where bitfields may start and end; without any, extended operands are left out as well.
    """

    amounts: tuple[int, ...]
    values: tuple[int, ...]
    points: tuple[int, ...] = ()


@lru_cache(maxsize=16384)
def _shape(row: Row, kind: Kind, fields: tuple[tuple[str, int], ...]) -> Shape:
    word: Word = kind.value("m", complete(row, dict(fields)), None, State())
    return Shape(row, fields, "x2" in variables([word]), compile_arrays([s.zext(word, 64)]))


def shapes(row: Row, sf: int | None, numbers: Numbers) -> Iterator[Shape]:
    """The second operands that a row can have."""
    kind = dict(row.placeholders)["m"]
    width = 32 if sf == 0 else 64
    for fields in _operand_fields(kind, width, numbers):
        full = with_width(fields, sf)
        if row.valid(complete(row, full)):
            yield _shape(row, kind, tuple(sorted(full.items())))


def _operand_fields(kind: Kind, width: int, numbers: Numbers) -> Iterator[Fields]:
    match kind:
        case Shifted():
            yield {"shift": 0, "imm6": 0}
            for shift in range(4 if kind.ror else 3):
                yield from ({"shift": shift, "imm6": amount} for amount in numbers.amounts if 0 < amount < width)
        case Extended():
            options = (0, 1, 2, 4, 5, 6) if width == 64 else (0, 1, 4, 5)
            amounts = [0, *(point for point in numbers.points if 0 < point <= 4)] if numbers.points else []
            yield from ({"option": option, "imm3": amount} for option in options for amount in amounts)
        case AddImmediate():
            for value in numbers.values:
                if value < 4096:
                    yield {"imm12": value, "sh": 0}
                elif value % 4096 == 0 and 0 < value >> 12 < 4096:
                    yield {"imm12": value >> 12, "sh": 1}
        case Bitmask():
            for value in dict.fromkeys(value & ((1 << width) - 1) for value in numbers.values):
                found = encode_bitmask(value, width)
                if found is not None:
                    yield dict(zip(("N", "immr", "imms"), found, strict=True))
        case _:
            yield {}


# --- operations with two operands -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Binary:
    """Rows that share a function of ``n`` and ``m``: encodings that differ in the second operand only.

    ``run`` is the function of ``x1`` and the value of the second operand as ``x2``. For ``role`` "flags" it has one
    result for each condition, and the register result is thrown away.
    """

    role: Literal["value", "flags"]
    rows: tuple[Row, ...]
    sf: int | None
    run: Compiled

    def shapes(self, numbers: Numbers) -> Iterator[Shape]:
        """The second operands of all encodings, the plain register first, but for comparisons the immediates."""
        seen: set[tuple[tuple[str, int], ...]] = set()
        for row in self.rows:
            for shape in shapes(row, self.sf, numbers):
                if shape.fields not in seen:
                    seen.add(shape.fields)
                    yield shape


def _is_binary(row: Row) -> bool:
    kinds = dict(row.placeholders)
    # Functions with constants of their own are checksums: too dear to be tried everywhere.
    if set(kinds) != {"d", "n", "m"} or set(row.parameters) != {"n", "m"}:
        return False
    return isinstance(kinds["m"], (General, Shifted, Extended, AddImmediate, Bitmask))


def _rank(row: Row, plain: Row, role: str) -> int:
    """Extended registers last; a comparison is better with an immediate than with the zero register."""
    if isinstance(dict(row.placeholders)["m"], Extended):
        return 2
    return int((row is plain) == (role == "flags"))


@lru_cache(maxsize=8)
def binaries(role: Literal["value", "flags"], wanted: frozenset[int]) -> tuple[Binary, ...]:
    """The two-operand operations at these values of ``sf``."""
    groups: dict[tuple[object, ...], list[Row]] = {}
    for row in data_rows():
        if _is_binary(row):
            for sf in widths(row, wanted):
                key = (row.function, tuple(sorted(row.extra.items())), sf, row.mnemonic)
                groups.setdefault(key, []).append(row)
    found = list[Binary]()
    for (_, _, sf, _), rows in groups.items():
        plain = next((row for row in rows if not isinstance(dict(row.placeholders)["m"], (AddImmediate, Bitmask, Extended))), None)
        if plain is None or not (sf is None or isinstance(sf, int)):
            continue
        state = template_state(plain, with_width({}, sf))
        sets_flags = "n" in state.registers
        if sets_flags == (role == "flags"):
            roots = [holds(k, state.flags) for k in range(CONDITIONS)] if sets_flags else [state.get("x4")]
            ranks = {row: _rank(row, plain, role) for row in rows}
            found.append(Binary(role, tuple(sorted(rows, key=ranks.__getitem__)), sf, compile_arrays(roots)))
    # Of equal conditions the one found first is kept: comparisons should be by cmp where they can.
    return tuple(sorted(found, key=lambda operation: role == "flags" and operation.rows[0].mnemonic != "subs"))


# --- everything else --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fixed:
    """A row with all its other fields fixed; ``sources`` are the register fields it reads, in order."""

    row: Row
    fields: tuple[tuple[str, int], ...]
    sources: tuple[str, ...]
    run: Compiled


def _fixed(row: Row, fields: Fields, sources: tuple[str, ...]) -> Fixed | None:
    if not row.valid(complete(row, fields)):
        return None
    key = tuple(sorted(fields.items()))
    return Fixed(row, key, sources, _compiled(row, key))


@lru_cache(maxsize=256)
def fixed(wanted: frozenset[int], numbers: Numbers) -> tuple[Fixed, ...]:
    """Templates with immediates in their own right: bitfields, reversals, counts, constants, multiply-add."""
    found = list[Fixed | None]()
    for row in data_rows():
        kinds = dict(row.placeholders)
        sources = tuple(name for name in ("n", "m", "a", "d") if name in row.parameters and isinstance(kinds.get(name), General))
        if "d" not in kinds or not set(row.parameters) <= set(kinds) | {"sf"} or "cond" in kinds or _is_binary(row):
            continue
        for sf in widths(row, wanted):
            width = 32 if sf == 0 else 64
            choices = _immediates(set(kinds) - set(NUMBERS), width, numbers)
            found += [_fixed(row, with_width(fields, sf), sources) for fields in choices]
    return tuple(template for template in found if template is not None)


def _immediates(names: set[str], width: int, numbers: Numbers) -> Iterator[Fields]:
    amounts = [amount for amount in numbers.amounts if 0 <= amount < width]
    if names == {"immr", "imms"}:
        yield from _bitfields(width, numbers)
    elif names == {"lsb"}:
        yield from ({"lsb": amount} for amount in amounts if amount)
    elif names == {"imm"}:
        values = {value >> low & 0xFFFF: low for low in range(0, width, 16) for v in numbers.values for value in (v, ~v)}
        places = {(part, low // 16) for part in values for low in range(0, width, 16)}
        yield from ({"imm16": part, "hw": hw} for part, hw in sorted(places) if _is_part(part, hw, width, numbers))
    elif not names:
        yield {}


def _is_part(part: int, hw: int, width: int, numbers: Numbers) -> bool:
    """Whether 16 bits occur at this place of a wanted constant or its complement, alone or under movk."""
    mask = (1 << width) - 1
    return any(part == (v & mask) >> 16 * hw & 0xFFFF for value in numbers.values for v in (value, ~value))


def _bitfields(width: int, numbers: Numbers) -> Iterator[Fields]:
    """Shifts by the amounts, and fields that start or end at the points."""
    found: dict[tuple[int, int], None] = {}
    for amount in numbers.amounts:
        if amount < width:
            found[amount, width - 1] = None
            found[width - amount, width - 1 - amount] = None
    points = sorted({0, width, *(point for point in numbers.points if point < width)})
    for low, high in combinations(points, 2):
        if high - low < width:
            found[low, high - 1] = None  # bits low..high-1 moved to the bottom
            found[-low % width, high - low - 1] = None  # the bottom bits moved up to low
    yield from ({"immr": immr, "imms": imms} for immr, imms in sorted(found))


@lru_cache(maxsize=8)
def selections(wanted: frozenset[int]) -> tuple[tuple[Row, int, Compiled], ...]:
    """Conditional selections with condition ``eq``, as functions of ``x1``, ``x2`` and the flag ``z``."""
    rows = [row for row in data_rows() if set(dict(row.placeholders)) == {"d", "n", "m", "cond"}]
    return tuple((row, sf, result_of(row, {"sf": sf})) for row in rows for sf in sorted(wanted))


@lru_cache(maxsize=1)
def condition_functions() -> Compiled:
    """Whether each condition holds, from the flags ``n``, ``z``, ``c``, ``v``."""
    return compile_arrays([holds(k, State().flags) for k in range(CONDITIONS)])


@cache
def plain_operation() -> tuple[Row, tuple[tuple[str, int], ...]]:
    """One of the simplest instructions, with its fields: what any other is at least as dear as."""
    operation = next(o for o in binaries("value", frozenset({1})) if o.rows[0].mnemonic == "eor")
    return operation.rows[0], (("imm6", 0), ("sf", 1), ("shift", 0))
