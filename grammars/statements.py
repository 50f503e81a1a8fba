"""The statements of a listing, and the reader that tells instructions from everything else.

What an assembler would expand or choose (macros, repetitions, conditions, included files) is not interpreted: such
text is a Directive, verbatim, and Directive.transparent is false.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from grammars.expressions import reads_as_operand
from grammars.instruction import parse_statement
from grammars.operands import CONDITIONS, Operation
from grammars.scanner import NAME, QUOTED, SPACES, Fragment, fragments
from grammars.transform import StatementError

_AROUND = SPACES + "\r\n"
_WORD = re.compile(rf"{NAME}|{QUOTED}")
_WORDS = re.compile(r"[A-Za-z_$][\w$]*")
_DEFINES_ALIAS = re.compile(r"\.(un)?req\b", re.IGNORECASE)
_MACRO_NAME = re.compile(rf"[ \t]*({NAME})")
_DEFINE = re.compile(rf"#[ \t]*define[ \t]+({NAME})")
_ALIAS = re.compile(r'"[^"]*"|(?<![\w.$])([A-Za-z_$][\w$]*+)(?=\.[0-9]*[bhsdq](?![\w.$])|(?![\w.$]))')
_LOOPS = frozenset({".rept", ".rep", ".irp", ".irpc", ".irep", ".irepc"})
_REGIONS = {".macro": ({".macro"}, {".endm", ".endmacro"})} | {name: (_LOOPS, {".endr"}) for name in _LOOPS}
# Where the last operand is an address, and a word there a symbol even if it is also an alias.
_SYMBOL_LAST = re.compile(
    rf"(bl?|b\.?({'|'.join(CONDITIONS)})|bc\..*|cbn?z|tbn?z|adrp?)(?![\w.$])|ldr(sw)?\s[^,]*,\s*+(?!\[)", re.IGNORECASE
)

_ATTRIBUTES = (
    "addrsig addrsig_sym align arch arch_extension balign cpu file global globl hidden ident internal loc local "
    "p2align protected size type variant_pcs weak"
)
_TRANSPARENT = frozenset(f".{name}" for name in _ATTRIBUTES.split())
_ALIGNMENTS = frozenset({".align", ".balign", ".p2align"})


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a text; both count from 1, columns in characters."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction; text[span[0]:span[1]] is it, from the mnemonic to the last operand."""

    operation: Operation
    position: Position
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class LabelDef:
    """`name:`; a numeric label without leading zeros, a quoted one without its quotes. The span includes the colon."""

    name: str
    position: Position
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Directive:
    """Anything that is neither: directives, assignments (named `=`), macro calls, preprocessor lines (`#if`).

    The name is in lower case unless it is a macro's. The arguments are text without comments; for a region from
    `.macro` or `.rept` to its end, and for what follows `.end`, they are the whole text as it stands.
    """

    name: str
    arguments: str
    position: Position
    span: tuple[int, int]

    @property
    def transparent(self) -> bool:
        """Whether control just passes: symbol attributes, line and unwind tables, alignment by no-ops.

        All other directives may hide code, data, labels, another section or a condition.
        """
        if self.name in _ALIGNMENTS:
            return self.arguments.count(",") == 0 or self.arguments.partition(",")[2].lstrip().startswith(",")
        return self.name in _TRANSPARENT or self.name.startswith(".cfi_")


Statement = Instruction | LabelDef | Directive


class Lines:
    """Offsets in a text <-> lines and columns."""

    def __init__(self, text: str) -> None:
        self.starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def position(self, offset: int) -> Position:
        line = bisect_right(self.starts, offset)
        return Position(line, offset - self.starts[line - 1] + 1)


def read_statements(text: str, lines: Lines) -> Iterator[Statement]:
    """The statements of `text` in order. Raises StatementError with an offset into `text`."""
    return _Reader(text, lines, fragments(text)).read()


@dataclass(slots=True)
class _Reader:
    text: str
    lines: Lines
    source: Iterator[Fragment]
    macros: set[str] = field(default_factory=set[str])  # in lower case, as GNU as compares them
    defined: set[str] = field(default_factory=set[str])  # by #define
    aliases: dict[str, str] = field(default_factory=dict[str, str])  # by .req
    open_conditions: int = 0
    hidden_text: bool = False  # included files and the like may define macros and aliases that we do not see

    def read(self) -> Iterator[Statement]:
        for fragment in self.source:
            match fragment.kind:
                case "label":
                    yield self._label(fragment)
                case "preprocessor":
                    yield self._preprocessor(fragment)
                case "statement":
                    statement = self._statement(fragment)
                    yield statement
                    if isinstance(statement, Directive) and statement.name == ".end":
                        return

    def _label(self, fragment: Fragment) -> LabelDef:
        name = fragment.text
        if name.startswith('"'):
            name = name[1:-1]
        elif name.isdecimal():
            name = name.lstrip("0") or "0"
        return LabelDef(name, self.lines.position(fragment.start), (fragment.start, fragment.end))

    def _preprocessor(self, fragment: Fragment) -> Directive:
        word, _, arguments = fragment.text[1:].lstrip().partition(" ")
        if define := _DEFINE.match(fragment.text):
            self.defined.add(define[1])
        self._note_condition("." + word)
        self.hidden_text |= word.startswith("include")
        return self._directive(fragment, "#" + word.split()[0], arguments)

    def _directive(self, fragment: Fragment, name: str, arguments: str) -> Directive:
        position = self.lines.position(fragment.start)
        return Directive(name, arguments.strip(_AROUND), position, (fragment.start, fragment.end))

    def _statement(self, fragment: Fragment) -> Statement:
        found = _WORD.match(fragment.text)
        word = found.group() if found else ""
        rest = fragment.text[len(word) :].lstrip(SPACES)
        if word and rest.startswith("="):
            return self._directive(fragment, "=", fragment.text)
        if rest[:4].lower() == ".req" and rest[4:5].isspace():
            self._alias(word, rest[4:].strip(SPACES))
            return self._directive(fragment, ".req", fragment.text)
        if word.startswith("."):
            return self._dotted(fragment, word.lower(), rest)
        if word.lower() in self.macros or (self.defined and not self.defined.isdisjoint(_WORDS.findall(fragment.text))):
            return self._directive(fragment, word, rest)
        try:
            return self._instruction(fragment)
        except StatementError:
            if self.hidden_text and word:  # it may use what we have not seen
                return self._directive(fragment, word, rest)
            raise

    def _dotted(self, fragment: Fragment, name: str, arguments: str) -> Directive:
        if name == ".end":
            whole = Fragment("statement", fragment.start, len(self.text.rstrip(_AROUND)), self.text[fragment.start :])
            return self._directive(whole, name, whole.text[len(name) :])
        if name == ".unreq":
            self._forget(arguments)
        if name in _REGIONS:
            return self._region(fragment, name)
        self._note_condition(name)
        self.hidden_text |= name == ".include"
        return self._directive(fragment, name, arguments)

    def _note_condition(self, name: str) -> None:
        self.open_conditions += name.startswith(".if") - (name == ".endif")

    def _region(self, opening: Fragment, name: str) -> Directive:
        openers, closers = _REGIONS[name]
        depth, fragment = 0, opening
        while True:
            found = _WORD.match(fragment.text) if fragment.kind == "statement" else None
            word = found.group().lower() if found else ""
            if word == ".macro" and (called := _MACRO_NAME.match(fragment.text, len(word))):
                self.macros.add(called[1].lower())
            depth += (word in openers) - (word in closers)
            if depth == 0:
                break
            following = next(self.source, None)
            if following is None:
                raise StatementError(opening.start, f"{name} without its {min(closers)}")
            fragment = following
        whole = Fragment("statement", opening.start, fragment.end, self.text[opening.start : fragment.end])
        self.hidden_text |= _DEFINES_ALIAS.search(whole.text) is not None
        return self._directive(whole, name, whole.text[len(name) :])

    def _instruction(self, fragment: Fragment) -> Instruction:
        text = self._without_aliases(fragment.text) if self.aliases and not self.hidden_text else fragment.text
        try:
            operation = parse_statement(text)
        except StatementError as error:
            offset = error.offset if text == fragment.text else 0
            raise StatementError(fragment.start + offset, error.message) from None
        return Instruction(operation, self.lines.position(fragment.start), (fragment.start, fragment.end))

    def _alias(self, word: str, register: str) -> None:
        """As GNU as does it: `word`, and its spellings in lower and upper case; the first definition stays.

        Assemblers ignore aliases named like registers. Other words with a meaning we leave alone too: an instruction
        that would have used such an alias then has an operand that no meaning accepts.
        """
        self.hidden_text |= self.open_conditions > 0
        if reads_as_operand(word) or word.lower() in CONDITIONS:
            return
        register = self.aliases.get(register, register)
        for spelling in (word, word.lower(), word.upper()):
            self.aliases.setdefault(spelling, register)

    def _forget(self, word: str) -> None:
        self.hidden_text |= self.open_conditions > 0
        for spelling in (word, word.lower(), word.upper()):
            self.aliases.pop(spelling, None)

    def _without_aliases(self, text: str) -> str:
        """The instruction with the names given by .req replaced, except in the places of symbols."""
        found = _WORD.match(text)
        start = found.end() if found else 0
        stop = max(text.rfind(","), start) if _SYMBOL_LAST.match(text) else len(text)

        def register(word: re.Match[str]) -> str:
            before = text[start : start + word.start()].rstrip(SPACES)[-1:]
            in_place = before in ("", ",", "[", "{") or (before == "-" and "{" in text)
            return self.aliases.get(word[1], word[0]) if in_place else word[0]

        return text[:start] + _ALIAS.sub(register, text[start:stop]) + text[stop:]
