"""Cutting a listing into drafts of basic blocks, before anything is known about where they lead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from grammars.operands import Symbol
from grammars.statements import Directive, Instruction, LabelDef, Statement
from semantics.items import Item, ends_block, exit_of, item_of
from semantics.layout import Effect, Section, Symbols, effect_of
from semantics.program import Frame, Function


@dataclass(slots=True)
class Draft:
    """A block in the making; ``following`` is the block that control falls into, None where that is unknown."""

    section: str
    function: Function
    labels: list[int]
    frame: Frame | None
    statements: list[int] = field(default_factory=list[int])
    items: list[Item] = field(default_factory=list[Item])
    barriers: set[int] = field(default_factory=set[int])
    special_call: bool = False  # a marker directive says that the call at the end obeys rules of its own
    following: int | None = None


def function_starts(statements: Sequence[Statement], symbols: Symbols) -> set[int]:
    """The label statements where functions start: global, declared as functions, or called."""
    starts = set[int]()
    for name in symbols.exported | symbols.functions:
        starts.update(symbols.labels.get(name, ()))
    for index, statement in enumerate(statements):
        if isinstance(statement, Instruction) and statement.operation.mnemonic == "bl":
            for operand in statement.operation.operands:
                found = symbols.resolve(operand, index) if isinstance(operand, Symbol) else None
                if isinstance(found, int):
                    starts.add(found)
    return starts


def cut(statements: Sequence[Statement], sections: Iterable[Section], symbols: Symbols) -> tuple[list[Draft], list[Function], set[int]]:
    """The drafts, the functions, and the label statements where functions start."""
    starts = function_starts(statements, symbols)
    cutter = _Cutter(statements, symbols, starts, _frames(statements))
    for section in sections:
        cutter.section(section)
    return cutter.drafts, cutter.functions, starts


@dataclass(slots=True)
class _Cutter:
    statements: Sequence[Statement]
    symbols: Symbols
    starts: set[int]
    frames: Sequence[Frame | None]
    drafts: list[Draft] = field(default_factory=list[Draft])
    functions: list[Function] = field(default_factory=list[Function])
    name: str = ""  # of the section
    function: Function | None = None
    labels: list[int] = field(default_factory=list[int])
    draft: Draft | None = None  # the open one
    falls: Draft | None = None  # the finished one that falls into what comes next
    marked: bool = False

    def section(self, section: Section) -> None:
        self.name = section.name
        for piece, joined in zip(section.pieces, section.joined, strict=True):
            self.close()
            if not joined:
                self.gap()
                self.function = None
            for index in piece:
                self.statement(index, self.statements[index])
        self.gap()
        self.function = None

    def statement(self, index: int, statement: Statement) -> None:
        match statement:
            case LabelDef():
                self.close()
                self.label(index, statement.name)
            case Directive():
                self.directive(statement)
            case Instruction():
                self.instruction(index, statement)

    def label(self, index: int, name: str) -> None:
        if index in self.starts:
            exported = name in self.symbols.exported
            typed = exported or name in self.symbols.functions
            if self.labels and self.function is not None and any(label in self.starts for label in self.labels):
                # Several symbols for one place: the first names the function, any can export it.
                old = self.functions.pop()
                typed, exported, name = typed or old.exported, exported or old.preemptible, old.name or name
            self.open_function(name, typed, exported)
        self.labels.append(index)

    def open_function(self, name: str | None, exported: bool, preemptible: bool) -> Function:
        self.function = Function(len(self.functions), name, self.name, exported, preemptible)
        self.functions.append(self.function)
        return self.function

    def instruction(self, index: int, statement: Instruction) -> None:
        draft = self.draft
        if draft is None:
            function = self.function or self.open_function(None, False, False)
            draft = self.draft = Draft(self.name, function, self.labels, self.frames[index])
            self.labels = []
            if self.falls is not None:
                self.falls.following = len(self.drafts)
            self.drafts.append(draft)
        item = item_of(statement.operation)
        draft.statements.append(index)
        draft.items.append(item)
        leave = exit_of(item)
        if leave is not None and leave.kind == "call":
            draft.special_call = self.marked
        self.marked = False
        if ends_block(item):
            self.close()

    def directive(self, directive: Directive) -> None:
        effect = effect_of(directive)
        if directive.name == ".size" and self.function is not None:
            if directive.arguments.partition(",")[0].strip().strip('"') == self.function.name:
                self.close()
                self.function = None
        elif effect is Effect.BARRIER:
            self.marked |= directive.name == ".tlsdesccall"
            if self.draft is not None:
                self.draft.barriers.add(len(self.draft.items))
        elif effect is Effect.BOUNDARY:
            self.close()
        elif effect in (Effect.DATA, Effect.HIDDEN, Effect.CONDITION):
            self.gap()

    def close(self) -> None:
        """End the open block; control falls into the next one."""
        if self.draft is not None:
            self.falls, self.draft = self.draft, None

    def gap(self) -> None:
        """End the open block; what comes next is not known to follow it."""
        self.close()
        self.falls, self.labels = None, []


_FRAME_REGISTER = re.compile(r"(?:0*([0-9]+)|([xwvqdshb])([0-9]+)|(sp|wsp|fp|lr))")
_ANCHOR = frozenset([".cfi_def_cfa", ".cfi_def_cfa_register"])
_SAVED = frozenset([".cfi_offset", ".cfi_rel_offset"])
_UNINTERESTING = (
    "startproc endproc def_cfa_offset adjust_cfa_offset restore undefined same_value remember_state restore_state "
    "return_column signal_frame window_save negate_ra_state personality personality_id sections b_key_frame mte_tagged_frame"
)
_HARMLESS = frozenset(f".cfi_{name}" for name in _UNINTERESTING.split())


def _frames(statements: Sequence[Statement]) -> list[Frame | None]:
    """The procedure frame around each statement."""
    frames: list[Frame | None] = [None] * len(statements)
    start: int | None = None
    for index, statement in enumerate(statements):
        name = statement.name if isinstance(statement, Directive) else ""
        if name == ".cfi_startproc":
            start = index
        if start is not None and (name == ".cfi_endproc" or index == len(statements) - 1):
            frame = _frame([s for s in statements[start : index + 1] if isinstance(s, Directive) and s.name.startswith(".cfi_")])
            frames[start : index + 1] = [frame] * (index + 1 - start)
            start = None
    return frames


def _frame(directives: Sequence[Directive]) -> Frame:
    anchors, saved, handles, clear = {"sp", "x29"}, set[str](), False, True
    for directive in directives:
        registers = [_frame_register(word) for word in directive.arguments.split(",")]
        first = registers[0] if registers else None
        if directive.name in _ANCHOR and first is not None:
            anchors.add(first)
        elif directive.name in _SAVED and first is not None:
            saved.add(first)
        elif directive.name == ".cfi_register" and first is not None and len(registers) == 2 and registers[1] is not None:
            saved.add(first)
            anchors.add(registers[1])
        elif directive.name == ".cfi_lsda":
            handles = True
        elif directive.name not in _HARMLESS:
            clear = False
    return Frame(frozenset(anchors), frozenset(saved), handles, clear)


def _frame_register(word: str) -> str | None:
    """A location by its name or DWARF number (AADWARF64 4.1)."""
    found = _FRAME_REGISTER.fullmatch(word.strip().lower())
    if found is None:
        return None
    if found[4]:
        return {"fp": "x29", "lr": "x30"}.get(found[4], "sp")
    number = int(found[1] or found[3])
    if found[2]:
        return f"{'x' if found[2] in 'xw' else 'v'}{number}"
    if number == 31:
        return "sp"
    return f"x{number}" if number < 31 else f"v{number - 64}" if 64 <= number < 96 else None
