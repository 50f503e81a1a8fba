"""Directives and symbols of a listing, as far as control flow and rewriting depend on them.

An assembler may hide anything behind a macro, a condition or an included file. What is not known here is taken for
hidden code, and a symbol that hidden code might define, move or repeat has no known place.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum

from grammars.operands import REGISTER_ALIASES, REGISTER_NAMES, Symbol
from grammars.statements import Directive, LabelDef, Statement
from semantics.assembler import mnemonics


class Effect(Enum):
    """What a directive between instructions does to control flow and to rewriting."""

    NONE = "passes"  # symbol attributes, line tables: control passes, code may be rewritten around it
    BARRIER = "barrier"  # control passes, but no rewrite may move code across (unwind tables)
    BOUNDARY = "boundary"  # control passes into a new block (alignment, assignment to a symbol)
    DATA = "data"  # bytes that are no instructions to us
    SECTION = "section"  # the following statements go elsewhere
    HIDDEN = "hidden"  # may expand into any code and any label
    CONDITION = "condition"  # the following statements may not be assembled at all


class Place(Enum):
    """Where a symbol is, when it is at no label of the listing."""

    OUTSIDE = "outside"
    UNKNOWN = "unknown"


def _words(text: str, prefix: str = ".") -> frozenset[str]:
    return frozenset(prefix + word for word in text.split())


_PLAIN = _words(
    "addrsig addrsig_sym aeabi_attribute aeabi_subsection arch arch_extension build_attributes cg_profile comm cpu eabi_attribute "
    "err error extern file global globl hidden ident internal lcomm list loc local macro nolist noaltmacro print protected purgem "
    "req size symver title type unreq variant_pcs warning weak weakref"
)
_BARRIERS = _words("tlsdesccall")
_ASSIGNMENTS = _words("set equ equiv eqv") | {"="}
_ALIGNMENTS = _words("align balign p2align")
_SECTIONS = _words("text data bss section pushsection popsection previous subsection")
_STRINGS = _words("ascii asciz string string8 string16 string32 string64 base64 incbin end")
_SIZED = _words("org skip space zero fill nops nop balignw balignl p2alignw p2alignl align balign p2align ds ds.b ds.w ds.l ds.d")
_DATA = (
    _words(
        "byte 2byte 4byte 8byte hword short half word int long xword dword quad octa value uleb128 sleb128 float single double "
        "float16 bfloat16 inst ltorg pool dc dc.b dc.w dc.l dc.a dc.d dcb dcb.b dcb.w dcb.l"
    )
    | _STRINGS
    | _SIZED
)
_LINE_MARK = re.compile(r"#([0-9]+|line|ident|pragma|app|no_app|error|warning)?$", re.IGNORECASE)
_CPP_CONDITIONS = _words("if ifdef ifndef else elif elifdef elifndef endif", "#")
_CPP_NAMES = _words("define undef", "#")


def effect_of(directive: Directive) -> Effect:
    """What a directive does; everything unknown is hidden code."""
    name = directive.name
    if name in _ALIGNMENTS and directive.transparent:
        return Effect.BOUNDARY
    if name in _PLAIN or name in _CPP_NAMES or _LINE_MARK.match(name):
        return Effect.NONE
    if name.startswith(".cfi_") or name in _BARRIERS:
        return Effect.BARRIER
    for effect, names in ((Effect.BOUNDARY, _ASSIGNMENTS), (Effect.SECTION, _SECTIONS), (Effect.DATA, _DATA)):
        if name in names:
            return effect
    if name.startswith((".if", ".else")) or name == ".endif" or name in _CPP_CONDITIONS:
        return Effect.CONDITION
    return Effect.HIDDEN


@dataclass(slots=True)
class Section:
    """The statements of one section in the order in which the assembler joins them, in pieces.

    A piece follows the one before it if the listing comes back to the section in a way that we understand;
    ``joined[i]`` tells that piece i does.
    """

    name: str
    pieces: list[list[int]] = field(default_factory=list[list[int]])
    joined: list[bool] = field(default_factory=list[bool])


def sections_of(statements: Sequence[Statement]) -> tuple[list[Section], list[str]]:
    """The sections, and for each statement the name of its own."""
    walker = _SectionWalker()
    names = list[str]()
    for index, statement in enumerate(statements):
        if isinstance(statement, Directive):
            effect = effect_of(statement)
            if effect is Effect.SECTION:
                walker.switch(statement)
            elif effect is Effect.HIDDEN or effect is Effect.CONDITION:
                walker.doubt += 1
        walker.add(index)
        names.append(walker.current)
    for section in walker.sections.values():
        if len(walker.spellings.get(section.name, ())) > 1:
            section.joined = [False] * len(section.joined)
    return list(walker.sections.values()), names


_SECTION_NAME = re.compile(r'\s*("[^"]*"|[^\s,]+)\s*,?\s*(.*)', re.DOTALL)


@dataclass(slots=True)
class _SectionWalker:
    current: str = ".text"
    before: str = ".text"
    doubt: int = 0  # how much of what we cannot see may have switched sections so far
    fresh: bool = True
    stack: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    sections: dict[str, Section] = field(default_factory=dict[str, Section])
    doubts: dict[str, int] = field(default_factory=dict[str, int])
    spellings: dict[str, set[str]] = field(default_factory=dict[str, set[str]])

    def add(self, index: int) -> None:
        section = self.sections.setdefault(self.current, Section(self.current))
        if self.fresh:
            section.joined.append(bool(section.pieces) and self.doubts.get(self.current) == self.doubt)
            section.pieces.append([])
            self.fresh = False
        section.pieces[-1].append(index)
        self.doubts[self.current] = self.doubt

    def switch(self, directive: Directive) -> None:
        self.fresh = True
        name, arguments = directive.name, directive.arguments.strip()
        if name == ".pushsection":
            self.stack.append((self.current, self.before))
        if name == ".popsection":
            self.current, self.before = self.stack.pop() if self.stack else (self._lost(), self.current)
        elif name == ".previous":
            self.current, self.before = self.before, self.current
        elif name == ".subsection":
            self._enter(self.current.partition("/")[0], arguments)
        elif name in (".section", ".pushsection"):
            found = _SECTION_NAME.match(arguments)
            target = found[1].strip('"') if found else self._lost()
            rest = re.sub(r"\s", "", found[2]) if found else ""
            if rest:
                self.spellings.setdefault(target, set()).add(rest)
            subsection = rest.partition(",")[0] if name == ".pushsection" else ""
            self._enter(target, "" if subsection.startswith('"') else subsection)
        else:
            self._enter(name, arguments)

    def _enter(self, name: str, subsection: str) -> None:
        self.before = self.current
        self.current = name if subsection in ("", "0") else f"{name}/{subsection}"

    def _lost(self) -> str:
        self.doubt += 1
        return f"unknown section {self.doubt}"


_NUMERIC = re.compile(r"([0-9]+)([fb])")
_ALIAS = re.compile(r'\s*([A-Za-z_.$][\w.$]*|"[^"]*")\s*[,=]=?\s*(.*)', re.DOTALL)
_SYMBOL = re.compile(r"[A-Za-z_.$][\w.$]*")
_QUOTED = re.compile(r'"[^"]*"')
_FUNCTION = re.compile(r"[%@#\"]?(function|gnu_indirect_function)\"?|STT_(FUNC|GNU_IFUNC)", re.IGNORECASE)
_MAX_ALIASES = 8


@dataclass(slots=True)
class Symbols:
    """The labels of a listing by name, and what else is said about them."""

    labels: dict[str, list[int]] = field(default_factory=dict[str, list[int]])  # statement indices
    doubtful: set[str] = field(default_factory=set[str])  # defined under a condition
    assigned: dict[str, list[str]] = field(default_factory=dict[str, list[str]])  # by .set and its kind
    exported: set[str] = field(default_factory=set[str])
    functions: set[str] = field(default_factory=set[str])  # by .type
    defines: set[str] = field(default_factory=set[str])  # names of the C preprocessor
    hidden: list[int] = field(default_factory=list[int])  # statements that may hide code or labels
    unreadable: str | None = None  # why not even the instructions that we see can be believed

    @property
    def has_hidden_code(self) -> bool:
        """Whether something may exist that we cannot see."""
        return bool(self.hidden) or bool(self.defines)

    def resolve(self, symbol: Symbol, at: int) -> int | Place:
        """The label statement that a branch at statement ``at`` goes to, OUTSIDE the listing, or UNKNOWN."""
        if symbol.addend or symbol.specifier is not None:
            return Place.UNKNOWN
        return self.find(symbol.name, at)

    def find(self, name: str, at: int) -> int | Place:
        """The statement of the label called ``name``, as seen from statement ``at``."""
        if numeric := _NUMERIC.fullmatch(name):
            return self._local(numeric[1].lstrip("0") or "0", numeric[2] == "f", at)
        for _ in range(_MAX_ALIASES):
            if name not in self.assigned or len(self.assigned[name]) > 1 or name in self.labels:
                break
            name = self.assigned[name][0]
        if name in self.assigned or name in self.doubtful or name in self.defines or name.isdecimal() or name in (".", "\0"):
            return Place.UNKNOWN
        places = self.labels.get(name, ())
        if len(places) == 1:
            return places[0]
        return Place.UNKNOWN if places or self.has_hidden_code or name.startswith(".L") else Place.OUTSIDE

    def candidates(self, name: str, at: int) -> Sequence[int]:
        """Every label statement that ``name`` may stand for."""
        found = self.find(name, at)
        return [found] if isinstance(found, int) else self.labels.get(name, ())

    def _local(self, digits: str, forward: bool, at: int) -> int | Place:
        places = self.labels.get(digits, [])
        position = bisect_left(places, at)
        if not (position < len(places) if forward else position > 0):
            return Place.UNKNOWN
        found = places[position] if forward else places[position - 1]
        low, high = sorted((at, found))
        between = bisect_left(self.hidden, low)
        return Place.UNKNOWN if between < len(self.hidden) and self.hidden[between] < high else found


def symbols_of(statements: Sequence[Statement]) -> Symbols:
    """Collect labels, assignments and attributes."""
    symbols, depth = Symbols(), 0
    for index, statement in enumerate(statements):
        if isinstance(statement, LabelDef):
            symbols.labels.setdefault(statement.name, []).append(index)
            if depth:
                symbols.doubtful.add(statement.name)
        elif isinstance(statement, Directive):
            depth = _collect(symbols, statement, index, depth)
    return symbols


def _collect(symbols: Symbols, directive: Directive, index: int, depth: int) -> int:
    name, arguments = directive.name, directive.arguments
    effect = effect_of(directive)
    if effect is Effect.CONDITION:
        symbols.hidden.append(index)
        ended = name in (".endif", "#endif")
        depth += -1 if ended else int(name.startswith((".if", "#if")))
    elif effect is Effect.HIDDEN:
        symbols.hidden.append(index)
        if name in (".include", "#include"):
            symbols.unreadable = f"{name} may define macros and names that we cannot see; preprocess the file first"
    if name in _CPP_NAMES:
        _define(symbols, name, arguments)
    elif name in (".global", ".globl", ".weak"):
        symbols.exported.update(_names_in(arguments))
    elif name == ".type":
        first, _, kind = arguments.partition(",")
        if _FUNCTION.fullmatch(kind.strip()) or _FUNCTION.fullmatch(first.partition(" ")[2].strip()):
            symbols.functions.update(_names_in(first.partition(" ")[0]))
    elif name in _ASSIGNMENTS or name == ".weakref":
        if found := _ALIAS.match(arguments):
            symbols.assigned.setdefault(found[1].strip('"'), []).append(_plain_name(found[2].strip()))
        else:
            symbols.hidden.append(index)
    return max(depth, 0)


def _define(symbols: Symbols, name: str, arguments: str) -> None:
    word = re.match(r"\s*([\w.$]*)", arguments)
    defined = word[1] if word else ""
    symbols.defines.add(defined)
    lowered = defined.lower()
    if lowered in REGISTER_NAMES or lowered in REGISTER_ALIASES or re.fullmatch(r"[vzp][0-9]+", lowered) or lowered in mnemonics():
        symbols.unreadable = f"{name} {defined} changes what instructions mean; preprocess the file first"


def _plain_name(text: str) -> str:
    """The symbol that an assigned value is, or text that no symbol is called."""
    if _QUOTED.fullmatch(text):
        return text[1:-1]
    return text if _SYMBOL.fullmatch(text) else "\0"


def _names_in(text: str) -> Iterator[str]:
    return (name.strip().strip('"') for name in text.split(","))


def is_string(directive: Directive) -> bool:
    """Whether the arguments are text or a file's name, in which nothing is a symbol."""
    return directive.name in _STRINGS


def is_sized(directive: Directive) -> bool:
    """Whether the arguments decide how many bytes are laid out."""
    return directive.name in _SIZED


def is_assignment(directive: Directive) -> bool:
    """Whether the directive gives a symbol a value."""
    return directive.name in _ASSIGNMENTS
