"""Rows put to work: operations to instructions, instructions to 32-bit words, and back."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib import import_module

from grammars.operands import Operation, Symbol
from grammars.instruction import parse_operation
from grammars.printing import format_operation
from semantics import aliases
from semantics.errors import EncodingError
from semantics.operands.base import Mismatch
from semantics.row import ROWS, Row

MODULES = ("add_sub", "logical", "bits", "conditional", "multiply", "branch", "load_store")


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
def rows() -> tuple[Row, ...]:
    """Every row, in a fixed order."""
    for module in MODULES:
        import_module(f"semantics.isa.{module}")
    return tuple(ROWS)


@cache
def _by_mnemonic() -> dict[str, list[Row]]:
    table: dict[str, list[Row]] = {}
    # Stacked declarations register from the bottom up; the one written first is the preferred form.
    for row in reversed(rows()):
        table.setdefault(row.mnemonic, []).append(row)
    return table


@cache
def _by_class() -> tuple[tuple[Row, ...], ...]:
    """Rows by bits 24 to 28 of the instruction word."""
    buckets: list[list[Row]] = [[] for _ in range(32)]
    for row in rows():
        mask, value = row.encoding.mask >> 24 & 31, row.encoding.value >> 24 & 31
        for bucket in range(32):
            if bucket & mask == value:
                buckets[bucket].append(row)
    return tuple(tuple(bucket) for bucket in buckets)


def mnemonics() -> frozenset[str]:
    """Every mnemonic that can be written, aliases included."""
    return frozenset(_by_mnemonic()) | frozenset(aliases.EXPANSIONS)


@lru_cache(maxsize=65536)
def assemble(operation: Operation) -> Instruction:
    """The instruction an operation denotes; raises :class:`EncodingError` with the best explanation."""
    best: Mismatch | None = None
    for candidate in (operation, *aliases.expand(operation)):
        for row in _by_mnemonic().get(candidate.mnemonic, ()):
            try:
                fields, symbol = row.match(candidate.operands)
            except Mismatch as mismatch:
                if best is None or _rank(mismatch) > _rank(best):
                    best = mismatch
                continue
            return Instruction(row, tuple((name, fields[name]) for name in row.encoding.fields), symbol)
    if best is None:
        raise EncodingError(f"unknown instruction {operation.mnemonic!r}")
    raise EncodingError(f"{operation.mnemonic}: {best.message}", best.operand)


def _rank(mismatch: Mismatch) -> tuple[bool, int]:
    return mismatch.close, mismatch.operand


def assemble_text(text: str, source: str = "<text>") -> Instruction:
    """Parse and assemble one instruction."""
    return assemble(parse_operation(text, source))


@lru_cache(maxsize=65536)
def decode(code: int) -> Instruction | None:
    """The instruction with this 32-bit word, or None if no row covers it."""
    for row in _by_class()[code >> 24 & 31]:
        fields = row.encoding.decode(code)
        if fields is not None and row.valid(fields):
            return Instruction(row, tuple(fields.items()))
    return None


def digest(instructions: Sequence[Instruction]) -> str:
    """SHA-256 over the meanings of the rows that these instructions use."""
    used = sorted({instruction.row.digest for instruction in instructions})
    return hashlib.sha256("\n".join(used).encode()).hexdigest()
