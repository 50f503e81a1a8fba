"""Rows put to work: operations to instructions, instructions to 32-bit words, and back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib import import_module
from itertools import chain

from grammars.instruction import parse_operation
from grammars.operands import FloatImmediate, Operation, Symbol
from grammars.printing import format_operation
from semantics import aliases
from semantics.diagnose import explain
from semantics.fingerprint import foundations, vex_translation
from semantics.operands.base import Mismatch
from semantics.row import ROWS, Row

OTHER = (
    "simd_same", "simd_misc", "simd_shift", "simd_wide", "simd_matrix", "simd_move", "simd_memory", "no_allocate", "simd_aes",
    "simd_sha", "simd_fp", "fp_scalar", "system",
)  # fmt: skip
BASE = ("add_sub", "logical", "bits", "conditional", "multiply", "branch", "load_store")


@dataclass(frozen=True)
class Instruction:
    """One instruction: its row, the values of the encoding fields, and the relocated symbol if any."""

    row: Row
    fields: tuple[tuple[str, int], ...]
    symbol: Symbol | None = None

    @cached_property
    def operation(self) -> Operation:
        """The preferred spelling, through an alias where the Arm ARM prefers one."""
        return aliases.prefer(self.plain)

    @cached_property
    def plain(self) -> Operation:
        """The spelling by the row's own mnemonic."""
        return Operation(self.row.mnemonic, self.row.render(dict(self.fields), self.symbol))

    @cached_property
    def text(self) -> str:
        """Assembly text in the preferred spelling."""
        return format_operation(self.operation)

    @cached_property
    def code(self) -> int:
        """The 32-bit instruction word; relocated fields hold 0."""
        return self.row.encoding.encode(dict(self.fields))

    @property
    def bytes(self) -> bytes:
        """The instruction word in memory order."""
        return self.code.to_bytes(4, "little")

    def __str__(self) -> str:
        return self.text


@cache
def base_rows() -> tuple[Row, ...]:
    """The rows of general registers, with meanings, in a fixed order."""
    for module in BASE:
        import_module(f"semantics.isa.{module}")
    order = {f"semantics.isa.{module}": i for i, module in enumerate(BASE)}
    return tuple(sorted(ROWS, key=lambda row: order[row.function.__module__ if row.function else ""]))


@cache
def other_rows() -> tuple[Row, ...]:
    """The rows made when first needed: vectors, floating point, ordered and system instructions."""
    return tuple(row for module in OTHER for row in import_module(f"semantics.isa.{module}").rows())


@cache
def rows() -> tuple[Row, ...]:
    """Every row, in a fixed order."""
    return base_rows() + other_rows()


type MnemonicTable = Mapping[str, Sequence[Row]]


@cache
def _base_table() -> MnemonicTable:
    # Stacked declarations register from the bottom up; the one written first is the preferred form.
    return _by_mnemonic(reversed(base_rows()))


@cache
def _other_table() -> MnemonicTable:
    return _by_mnemonic(other_rows())


def _by_mnemonic(some: Iterable[Row]) -> MnemonicTable:
    table: dict[str, list[Row]] = {}
    for row in some:
        table.setdefault(row.mnemonic, []).append(row)
    return table


def _rows_for(operation: Operation) -> Sequence[Row]:
    """Rows of the operation's mnemonic. The other rows are not made while the base rows suffice."""
    base = _base_table().get(operation.mnemonic, ())
    if base and not aliases.uses_vectors(operation):
        return base
    return (*base, *_other_table().get(operation.mnemonic, ()))


type CodeTable = Sequence[tuple[int, Mapping[int, Sequence[Row]]]]


@cache
def _base_codes() -> CodeTable:
    return _by_code(base_rows())


@cache
def _other_codes() -> CodeTable:
    return _by_code(other_rows())


def _by_code(some: Iterable[Row]) -> CodeTable:
    """Rows by the mask of their fixed bits, and by the value under the mask."""
    table: dict[int, dict[int, list[Row]]] = {}
    for row in some:
        encoding = row.encoding
        table.setdefault(encoding.mask, {}).setdefault(encoding.value, []).append(row)
    return tuple(table.items())


def mnemonics() -> frozenset[str]:
    """Every mnemonic that can be written, aliases included."""
    return frozenset(_base_table()) | frozenset(_other_table()) | aliases.mnemonics()


def assemble(operation: Operation) -> Instruction:
    """The instruction an operation denotes.

    Raises EncodingError with the best explanation, or UnsupportedInstruction for an instruction that exists but
    has no row, or depends on what only the assembler knows.
    """
    for operand in operation.operands:
        if isinstance(operand, FloatImmediate):  # 0.0 and -0.0 are equal as keys
            return _assemble(operation)
    return _remembered(operation)


@lru_cache(maxsize=65536)
def _remembered(operation: Operation) -> Instruction:
    return _assemble(operation)


def _assemble(operation: Operation) -> Instruction:
    tried: list[tuple[Operation, Sequence[Row]]] = []
    for candidate in chain((operation,), aliases.expand(operation)):
        candidates = _rows_for(candidate)
        tried.append((candidate, candidates))
        for row in candidates:
            try:
                fields, symbol = row.match(candidate.operands)
            except Mismatch:
                continue
            return Instruction(row, tuple((name, fields[name]) for name in row.encoding.fields), symbol)
    raise explain(operation, tried)


def assemble_text(text: str, source: str = "<text>") -> Instruction:
    """Parse and assemble one instruction."""
    return assemble(parse_operation(text, source))


@lru_cache(maxsize=65536)
def decode(code: int) -> Instruction | None:
    """The instruction with this 32-bit word, or None if no row covers it."""
    return _decode(_base_codes(), code) or _decode(_other_codes(), code)


def _decode(table: CodeTable, code: int) -> Instruction | None:
    for mask, by_value in table:
        for row in by_value.get(code & mask, ()):
            fields = row.encoding.decode(code)
            if fields is not None and row.valid(fields):
                return Instruction(row, tuple(fields.items()))
    return None


def digest(instructions: Sequence[Instruction]) -> str:
    """SHA-256 over the meanings that these instructions use: their rows, and the code those rest on."""
    used = sorted({instruction.row.digest for instruction in instructions})
    if any(instruction.row.function is None for instruction in instructions):
        used.append(vex_translation())
    return hashlib.sha256("\n".join((*used, foundations())).encode()).hexdigest()
