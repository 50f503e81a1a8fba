"""Agreements found once are kept: in the process, and in an SQLite file where a path is given.

**What one proof stands for.** The proof is about one encoding. It is remembered under that encoding with its
registers renamed in order of first use (register 31 and equalities kept, immediates kept), and serves every encoding
with the same key. That is sound as far as both meanings treat registers 0 to 30 alike. Rows do: they read a register
number only to name a location. Of libVEX it is an assumption, that its decoder tests register numbers for 31 and for
equality alone; random registers on thousands of encodings have not contradicted it. The registers of a table (tbl) are
consecutive: they are renamed as one, after 31 comes 0, and which other operand is which of them stays in the key. Rows with
operand kinds that this module does not know, such as lists of registers in memory, are not renamed.

The key also covers every source file of the meanings and of the comparison and pyvex's version, so that nothing is
believed that was found with other definitions. Whoever can write the file can make it lie: it is as trusted as the code.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard

import semantics
from semantics.assembler import Instruction
from semantics.operands import immediates, memory, registers
from semantics.operands.base import Kind
from verifier.agreement.prove import TIMEOUT, HasSolve, agrees
from verifier.agreement.verdict import Agreement
from verifier.errors import VerifierError

if TYPE_CHECKING:
    from semantics.operands.vectors import VectorList

_REGISTER_FIELDS = frozenset({"d", "n", "m", "a", "t", "t2", "vt", "vt2"})
_SINGLE_REGISTERS = (registers.General, registers.Shifted, registers.Extended, registers.Scalar, registers.Vector)
_ADDRESSES = (memory.UnsignedOffset, memory.SignedOffset, memory.RegisterOffset, memory.PcLiteral)
_IMMEDIATES = (
    immediates.AddImmediate,
    immediates.BitPosition,
    immediates.Bitmask,
    immediates.Condition,
    immediates.Label,
    immediates.MoveWide,
    immediates.PcRelative,
    immediates.TestBit,
    immediates.Unsigned,
)
_RENAMABLE = frozenset[type]((*_SINGLE_REGISTERS, *_ADDRESSES, *_IMMEDIATES))
_OF_VECTORS = {  # by name: programs without vectors do not load them
    "semantics.operands.vectors": frozenset({"Element", "TopHalf"}),
    "semantics.operands.vector_immediates": frozenset({"RightShift", "Fixed", "FloatZero", "Modified", "ByteMask", "FloatConstant"}),
}


class StoreError(VerifierError):
    """The file of remembered agreements cannot be used: ``path``, and SQLite's reason."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


@cache
def meanings_digest() -> str:
    """SHA-256 over everything a verdict rests on but the row: sources of meanings and comparison, and pyvex's version."""
    from semantics import vex

    sha = hashlib.sha256(vex.version().encode())
    folders = (Path(semantics.__file__).parent, Path(__file__).parent)
    for path in sorted(path for folder in folders for path in folder.rglob("*.py")):
        sha.update(hashlib.sha256(path.read_bytes()).digest())
    return sha.hexdigest()


def canonical_key(instruction: Instruction) -> str:
    """What an agreement is remembered under; see the module's text."""
    fields = dict(instruction.fields)
    kinds = dict(instruction.row.placeholders)
    tables = {name: kind for name, kind in kinds.items() if _is_list(kind)}
    if not tables and all(_renamable(type(kind)) for kind in kinds.values()):
        fields = _renamed(fields)
    elif tables and all(name in tables or type(kind) is registers.Vector for name, kind in kinds.items()):
        ((name, table),) = tables.items()
        fields = _renamed_after_table(fields, name, table.count)
    parts = (meanings_digest(), instruction.row.digest, repr(sorted(fields.items())), str(instruction.symbol is None))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _renamable(kind: type) -> bool:
    return kind in _RENAMABLE or kind.__name__ in _OF_VECTORS.get(kind.__module__, ())


def _is_list(kind: Kind) -> TypeGuard[VectorList]:
    return (type(kind).__module__, type(kind).__name__) == ("semantics.operands.vectors", "VectorList")


def _renamed_after_table(fields: Mapping[str, int], table: str, count: int) -> dict[str, int]:
    """Registers of the table by their place in it, from 100 on; nothing else than vector registers is among the operands."""
    names = {(fields[table] + place) % 32: 100 + place for place in range(count)}
    named = {name: names.setdefault(value, len(names) - count) for name, value in fields.items() if name in _REGISTER_FIELDS}
    return {**fields, **named}


def _renamed(fields: Mapping[str, int]) -> dict[str, int]:
    names: dict[int, int] = {31: 31}
    renamed = dict(fields)
    for name, value in fields.items():
        if name in _REGISTER_FIELDS:
            renamed[name] = names.setdefault(value, len(names) - 1)
    return renamed


class Store:
    """An SQLite file of texts by key; safe to share between processes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = self._guarded(lambda: sqlite3.connect(path, timeout=10, autocommit=True))
        self._run("CREATE TABLE IF NOT EXISTS agreements (key TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID")

    def get(self, key: str) -> str | None:
        """The text stored under ``key``."""
        row = self._run("SELECT text FROM agreements WHERE key = ?", key).fetchone()
        return row[0] if row else None

    def put(self, key: str, text: str) -> None:
        """Store ``text`` under ``key``."""
        self._run("INSERT OR REPLACE INTO agreements VALUES (?, ?)", key, text)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _run(self, statement: str, *values: str) -> sqlite3.Cursor:
        return self._guarded(lambda: self._connection.execute(statement, values))

    def _guarded(self, action: Any) -> Any:
        try:
            return action()
        except sqlite3.Error as error:
            raise StoreError(self._path, str(error)) from error


def _encode(agreement: Agreement) -> str:
    values = {name: hex(value) for name, value in agreement.values.items()}
    return json.dumps([agreement.verdict, agreement.location, values, agreement.reason])


def _decode(text: str) -> Agreement:
    verdict, location, values, reason = json.loads(text)
    return Agreement(verdict, location, {name: int(value, 16) for name, value in values.items()}, reason)


class Agreements:
    """Agreements found so far. An undecided one is not remembered: more time may decide it."""

    def __init__(self, solvers: HasSolve, path: Path | None = None) -> None:
        self._solvers = solvers
        self._known: dict[Instruction, Agreement] = {}
        self._by_key: dict[str, Agreement] = {}
        self._store = Store(path) if path is not None else None

    def of(self, instruction: Instruction, timeout: float = TIMEOUT) -> Agreement:
        """The agreement about one instruction; ``timeout`` in seconds if it has to be proved."""
        found = self._known.get(instruction)
        if found is not None:
            return found
        found = self._by_canonical_form(instruction, timeout)
        if found.verdict != "undecided":
            self._known[instruction] = found
        return found

    def close(self) -> None:
        """Close the file, if there is one."""
        if self._store is not None:
            self._store.close()

    def _by_canonical_form(self, instruction: Instruction, timeout: float) -> Agreement:
        key = canonical_key(instruction)
        found = self._by_key.get(key) or self._stored(key)
        if found is None:
            found = agrees(instruction, self._solvers.solve, timeout)
            if found.verdict != "undecided" and self._store is not None:
                self._store.put(key, _encode(found))
        if found.verdict != "undecided":
            self._by_key[key] = found
        return found

    def _stored(self, key: str) -> Agreement | None:
        text = self._store.get(key) if self._store is not None else None
        return _decode(text) if text is not None else None
