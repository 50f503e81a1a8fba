"""Instruction forms: what the conformance table has a line for."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib import import_module

from semantics.assembler import OTHER, base_rows, rows
from semantics.row import Row

WIDTHS = {0: 32, 1: 64}
_SHARED = "sf"


@dataclass(frozen=True, slots=True)
class Form:
    """A row, and the width of its general registers where the row has two.

    Attributes:
        row: the row.
        sf: the width bit, or None where there is no choice.
        group: the encoding class, by the module that declares the row.
    """

    row: Row
    sf: int | None
    group: str

    @property
    def key(self) -> str:
        """A unique name that stays: the row's template, and the width where there are two."""
        return self.row.name if self.sf is None else f"{self.row.name} @{WIDTHS[self.sf]}"

    @property
    def kind(self) -> str:
        """Where its meaning comes from: ``row``, ``no row`` or ``ordered`` (no meaning at all)."""
        if self.row.ordered:
            return "ordered"
        return "row" if self.row.function is not None else "no row"


@cache
def all_forms() -> tuple[Form, ...]:
    """Every form, in the order of the rows."""
    groups = _groups()
    return tuple(Form(row, sf, groups[row.name]) for row in rows() for sf in ((0, 1) if _SHARED in row.encoding.fields else (None,)))


def _groups() -> dict[str, str]:
    groups = {row.name: row.function.__module__.rpartition(".")[2] for row in base_rows() if row.function is not None}
    for module in OTHER:
        groups |= {row.name: module for row in import_module(f"semantics.isa.{module}").rows()}
    return groups


@cache
def form_named(key: str) -> Form:
    """The form with this key; KeyError for none."""
    return {form.key: form for form in all_forms()}[key]


def matching(pattern: str) -> tuple[Form, ...]:
    """The forms whose mnemonic matches a pattern with ``*``, ``?`` and ``[...]``."""
    return tuple(form for form in all_forms() if fnmatchcase(form.row.mnemonic, pattern))
