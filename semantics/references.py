"""Where code is referred to other than by branches: tables of labels, addresses taken, and distances.

A reference by a label survives a rewrite, because the assembler computes it anew. A reference by a distance (``.+8``,
``label+4``, ``.org``) does not, nor does a table that describes single instructions to someone else; the sections that
such references reach are frozen: nothing in them may be rewritten.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from grammars.operands import Immediate, Memory, Name, Operation, Symbol
from grammars.statements import Directive, Instruction, LabelDef, Statement
from semantics.items import BRANCHES
from semantics.layout import Effect, Symbols, effect_of, is_assignment, is_sized, is_string

_DEBUG = re.compile(r"\.z?debug|\.comment|\.llvm_addrsig")
_LANDING = re.compile(r"\.gcc_except_table")
_ORDINARY = re.compile(r"\.(text|rodata|srodata|data|sdata|bss|tdata|tbss|init_array|fini_array|preinit_array|ctors|dtors|got)([./]|$)")
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|(?P<label>[0-9]+[fb](?!\w)|[A-Za-z_.$][\w.$]*)|(?P<number>0[xX][0-9a-fA-F]+|[0-9]\w*)|(?P<sign>>>|<<|\S)'
)
_TABLE_ENTRY = re.compile(r"L(-L)?((/|>>)N)?")
_DISTANCE = re.compile(r"([\w.$]+)\s*[-+]\s*[0-9(\\]")


@dataclass(slots=True)
class References:
    """What is known about indirect references to code; labels are statement indices."""

    tables: list[set[int]] = field(default_factory=list[set[int]])  # code labels of one run of data
    landing: set[int] = field(default_factory=set[int])  # code labels in tables of exception handlers
    taken: set[int] = field(default_factory=set[int])  # code labels whose address instructions compute
    frozen: dict[str, str] = field(default_factory=dict[str, str])  # section -> why nothing in it may move


def references_of(
    statements: Sequence[Statement],
    section_of: Sequence[str],
    symbols: Symbols,
    code_labels: Mapping[int, bool],
) -> References:
    """Collect the references to code.

    ``code_labels`` has the label statements that instructions follow; the value tells whether a function starts there.
    """
    collector = _Collector(section_of, symbols, code_labels)
    for index, statement in enumerate(statements):
        match statement:
            case Instruction(operation):
                collector.instruction(index, operation)
            case Directive():
                collector.directive(index, statement)
            case LabelDef():
                collector.table = None
    return collector.found


@dataclass(slots=True)
class _Collector:
    section_of: Sequence[str]
    symbols: Symbols
    code_labels: Mapping[int, bool]
    found: References = field(default_factory=References)
    table: set[int] | None = None

    def instruction(self, index: int, operation: Operation) -> None:
        self.table = None
        branches = BRANCHES.fullmatch(operation.mnemonic) is not None
        if _by_distance(operation, branches):
            self.freeze_here(index, f"{operation.mnemonic} to a distance in bytes")
        for operand in operation.operands:
            inner = operand.offset if isinstance(operand, Memory) else operand
            if isinstance(inner, Symbol):
                self.symbol(index, inner, branches)
            elif isinstance(inner, Name):
                self.expression(index, inner.text, set[int]())

    def symbol(self, index: int, symbol: Symbol, branches: bool) -> None:
        if symbol.name == ".":
            self.freeze_here(index, "a reference to a distance from here")
            return
        labels = self.symbols.candidates(symbol.name, index)
        code = [label for label in labels if label in self.code_labels]
        if symbol.addend and (code or symbol.addend < 0):
            self.freeze_labels(labels, f"a reference to a distance from {symbol.name}")
        if not branches:
            self.found.taken.update(code)

    def directive(self, index: int, directive: Directive) -> None:
        effect, section = effect_of(directive), self.section_of[index]
        if directive.name == ".macro" or effect is Effect.HIDDEN:
            self.hidden(index, directive.arguments)
        elif is_assignment(directive):
            self.table = None
            _, _, value = directive.arguments.replace("=", ",", 1).partition(",")
            if "." in _labels_in(value) and not re.fullmatch(r"\s*\.\s*(\+\s*0)?\s*", value):
                self.freeze_here(index, f"{directive.name} computes with the current place")
            self.expression(index, value, set[int]())
        elif is_sized(directive) and effect is not Effect.BOUNDARY:
            if directive.name == ".org" or "." in _labels_in(directive.arguments):
                self.freeze_here(index, f"{directive.name} depends on the size of the code")
            if any(self.mentioned(index, directive.arguments)):
                self.freeze_labels(list(self.mentioned(index, directive.arguments)), f"{directive.name} depends on their distance")
        elif effect is Effect.SECTION:
            self.table = None
        elif effect is Effect.DATA and not is_string(directive) and not _DEBUG.match(section):
            self.data(index, directive.arguments, section)

    def data(self, index: int, arguments: str, section: str) -> None:
        labels = set(self.mentioned(index, arguments))
        if _LANDING.match(section):
            self.found.landing |= labels
            return
        if not _ORDINARY.match(section):
            inner = [label for label in labels if not self.code_labels[label]]
            self.freeze_labels(inner, f"section {section} describes single instructions")
        if self.table is None:
            self.table = set[int]()
            self.found.tables.append(self.table)
        for argument in arguments.split(","):
            self.expression(index, argument, self.table)

    def expression(self, index: int, text: str, table: set[int]) -> None:
        """A value in which labels may appear as such, as differences, and as scaled differences."""
        labels = list(self.mentioned(index, text))
        if not labels:
            return
        table.update(labels)
        if not _TABLE_ENTRY.fullmatch(_shape(text)):
            self.freeze_labels(labels, f"the value {text.strip()!r} depends on distances in the code")

    def hidden(self, index: int, text: str) -> None:
        self.table = None
        self.found.taken.update(self.mentioned(index, text))
        for distance in _DISTANCE.finditer(text):
            if distance[1] == ".":
                self.freeze_here(index, "a macro refers to a distance from here")
            else:
                self.freeze_labels(self.symbols.candidates(distance[1], index), "a macro refers to a distance in the code")

    def mentioned(self, index: int, text: str) -> Iterator[int]:
        """The code labels in an expression."""
        for name in _labels_in(text):
            for label in self.symbols.candidates(name, index):
                if label in self.code_labels:
                    yield label

    def freeze_here(self, index: int, reason: str) -> None:
        self.found.frozen.setdefault(self.section_of[index], reason)

    def freeze_labels(self, labels: Sequence[int], reason: str) -> None:
        for label in labels:
            self.found.frozen.setdefault(self.section_of[label], reason)


def _by_distance(operation: Operation, branches: bool) -> bool:
    operands = operation.operands
    if not operands or not isinstance(operands[-1], Immediate):
        return False
    if branches or operation.mnemonic in ("adr", "adrp"):
        return True
    return operation.mnemonic in ("ldr", "ldrsw", "prfm") and len(operands) == 2


def _labels_in(text: str) -> list[str]:
    return [token["label"] or token["quoted"] for token in _TOKEN.finditer(text) if token["label"] or token["quoted"]]


def _shape(text: str) -> str:
    """The expression with L for every symbol, N for every number, without blanks and parentheses."""
    parts = list[str]()
    for token in _TOKEN.finditer(text):
        if token["sign"] is None:
            parts.append("N" if token["number"] else "L")
        elif token["sign"] not in "()":
            parts.append(token["sign"])
    return "".join(parts)
