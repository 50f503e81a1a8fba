"""Edits of a listing's text: runs of instructions give way to others, everything else keeps its bytes.

The text between two statements is trivia: white space, comments and separators. Whether statements share a line is
decided there, because a comment may hold line ends and `;` of its own.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from grammars.errors import EditError
from grammars.instruction import parse_operation
from grammars.operands import Operation
from grammars.printing import format_operation
from grammars.statements import Instruction, LabelDef, Statement

_TRIVIA = re.compile(r"(?P<newline>\r?\n)|(?P<block>/\*.*?\*/)|(?://|#)[^\r\n]*+|[; \t\f\v]++|.", re.DOTALL)
_HEAD = re.compile(r"([A-Za-z_0-9.$]+)([ \t]*)")
_SPACE = re.compile(r"[ \t]*")


@dataclass(frozen=True, slots=True)
class Edit:
    """listing.statements[start:stop], instructions all, become `replacement`.

    start == stop inserts before that statement; an empty replacement deletes. A str is one instruction as text, put
    there as it is; an Operation is printed in the style of the first replaced line.
    """

    start: int
    stop: int
    replacement: tuple[Operation | str, ...]


@dataclass(frozen=True, slots=True)
class _Splice:
    start: int
    stop: int
    text: str


@dataclass(frozen=True, slots=True)
class _Gap:
    """What lies between two statements: the end of the first one's line, and where the second one's line begins.

    Both are None where the statements share a line. `line_end` is before the line's newline (or before a comment that
    runs over it), `next_line` is the offset after it; `line_start` is where the following statement's own line begins.
    """

    line_end: int | None
    next_line: int | None
    line_start: int | None


def expected_statements(statements: Sequence[Statement], edits: Sequence[Edit]) -> Iterator[Statement | Operation]:
    """What the edited text must read as."""
    position = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.stop)):
        yield from statements[position : edit.start]
        for item in edit.replacement:
            yield item if isinstance(item, Operation) else parse_operation(item)
        position = edit.stop
    yield from statements[position:]


def apply_edits(source: str, text: str, statements: Sequence[Statement], edits: Sequence[Edit]) -> str:
    """The edited text. Raises EditError for an edit out of place, GrammarError for a str that is no instruction."""
    ordered = sorted(edits, key=lambda edit: (edit.start, edit.stop))
    _check(source, statements, ordered)
    editor = _Editor(text, statements)
    pieces: list[str] = []
    position = 0
    for edit in editor.merged(ordered):
        for splice in editor.splices(edit):
            pieces += text[position : splice.start], splice.text
            position = splice.stop
    return "".join([*pieces, text[position:]])


def _check(source: str, statements: Sequence[Statement], edits: Sequence[Edit]) -> None:
    for edit in edits:
        if not 0 <= edit.start <= edit.stop <= len(statements):
            raise EditError(source, edit.start, edit.stop, f"there are {len(statements)} statements")
        if not all(isinstance(statement, Instruction) for statement in statements[edit.start : edit.stop]):
            raise EditError(source, edit.start, edit.stop, "only instructions can be replaced")
        for item in edit.replacement:
            if isinstance(item, str):
                parse_operation(item, source)
    for one, other in pairwise(edits):
        if other.start < one.stop:
            raise EditError(source, other.start, other.stop, "two edits overlap")


@dataclass(frozen=True, slots=True)
class _Editor:
    text: str
    statements: Sequence[Statement]

    def merged(self, edits: Sequence[Edit]) -> list[Edit]:
        """Neighbouring edits as one, since they may meet within a line."""
        done: list[Edit] = []
        for edit in edits:
            if done and done[-1].stop == edit.start:
                last = done.pop()
                edit = Edit(last.start, edit.stop, last.replacement + edit.replacement)
            done.append(edit)
        return done

    def splices(self, edit: Edit) -> Iterator[_Splice]:
        """Changes of the text in order: the new instructions go where the first line of the run was."""
        if edit.start == edit.stop:
            yield from self._insertion(edit)
            return
        groups = list(self._lines(edit))
        yield self._removal(*groups[0], edit.replacement)
        for first, last in groups[1:]:
            yield self._removal(first, last, ())

    def _lines(self, edit: Edit) -> Iterator[tuple[int, int]]:
        """The first and last statement of the run on each of its lines."""
        line = 0
        numbered: list[tuple[int, int]] = []
        for index in range(edit.start, edit.stop):
            line += index > edit.start and self._gap(index - 1).line_start is not None
            numbered.append((line, index))
        for _, members in groupby(numbered, key=lambda pair: pair[0]):
            indices = [index for _, index in members]
            yield indices[0], indices[-1]

    def _removal(self, first: int, last: int, replacement: tuple[Operation | str, ...]) -> _Splice:
        """The statements first to last, neighbours on one line, with the replacement in their stead."""
        start, stop = self.statements[first].span[0], self.statements[last].span[1]
        before, after = self._gap(first - 1), self._gap(last)
        if after.line_end is None:  # another statement follows on the line
            following = self.statements[last + 1].span[0]
            return _Splice(start, following, "".join(f"{line}; " for line in self._inline(replacement)))
        if before.line_start is not None:  # the line is ours
            lines = self._styled(first, replacement)
            newline = self._newline(after)
            if after.next_line is None:
                return _Splice(before.line_start, after.line_end, newline.join(lines))
            return _Splice(before.line_start, after.next_line, "".join(line + newline for line in lines))
        previous = self.statements[first - 1]
        if isinstance(previous, LabelDef):
            lines = ["", *self._styled(first, replacement)]
            return _Splice(previous.span[1], after.line_end, self._newline(after).join(lines))
        return _Splice(previous.span[1], stop, "".join(f"; {line}" for line in self._inline(replacement)))

    def _insertion(self, edit: Edit) -> Iterator[_Splice]:
        if not edit.replacement:
            return
        before = self._gap(edit.start - 1)
        newline = self._newline(before)
        if edit.start == len(self.statements):
            end = len(self.text) if before.next_line is None else before.next_line
            gap = "" if end == 0 or self.text[end - 1] == "\n" else newline
            lines = self._styled(edit.start, edit.replacement)
            yield _Splice(end, end, gap + "".join(line + newline for line in lines))
            return
        if before.line_start is None:
            start = self.statements[edit.start].span[0]
            yield _Splice(start, start, "".join(f"{line}; " for line in self._inline(edit.replacement)))
            return
        lines = self._styled(edit.start, edit.replacement)
        yield _Splice(before.line_start, before.line_start, "".join(line + newline for line in lines))

    def _gap(self, index: int) -> _Gap:
        """The gap after statement `index`; -1 is the gap before the first."""
        start = self.statements[index].span[1] if index >= 0 else 0
        last = index + 1 == len(self.statements)
        stop = len(self.text) if last else self.statements[index + 1].span[0]
        line_end: int | None = None
        next_line: int | None = None
        line_start = 0 if index < 0 else None
        for item in _TRIVIA.finditer(self.text, start, stop):
            if item["newline"]:
                if line_end is None:
                    line_end, next_line = item.start(), item.end()
                line_start = item.end()
            elif item["block"] and "\n" in item["block"]:
                if line_end is None:
                    line_end = next_line = item.start()
                line_start = item.end()
        if last and line_end is None:
            line_end = stop
        return _Gap(line_end, next_line, line_start)

    def _newline(self, gap: _Gap) -> str:
        if gap.next_line and gap.next_line != gap.line_end:
            return self.text[gap.line_end : gap.next_line]
        return "\r\n" if "\r\n" in self.text else "\n"

    def _inline(self, replacement: tuple[Operation | str, ...]) -> list[str]:
        return [item.strip() if isinstance(item, str) else format_operation(item) for item in replacement]

    def _styled(self, index: int, replacement: tuple[Operation | str, ...]) -> list[str]:
        """The replacement as lines with the indentation and the spacing of the instructions around `index`."""
        indent, width, tab = self._style(index)
        lines: list[str] = []
        for item in replacement:
            line = item.strip() if isinstance(item, str) else format_operation(item)
            head, space, rest = line.partition(" ")
            if isinstance(item, Operation) and space:
                line = f"{head}\t{rest}" if tab else f"{head:<{width - 1}} {rest}"
            lines.append(indent + line)
        return lines

    def _style(self, index: int) -> tuple[str, int, bool]:
        """Indentation, columns from a mnemonic to its operands, and whether a tab separates them."""
        indent: str | None = None
        near = [*range(index, min(index + 50, len(self.statements))), *range(index - 1, max(index - 51, -1), -1)]
        for candidate in near:
            statement = self.statements[candidate]
            if not isinstance(statement, Instruction):
                continue
            start, stop = statement.span
            line_start = self._gap(candidate - 1).line_start
            if indent is None and line_start is not None:
                blank = _SPACE.match(self.text, line_start, start)
                indent = blank.group() if blank else ""
            head = _HEAD.match(self.text, start, stop)
            if indent is not None and statement.operation.operands and head and head[2]:
                return indent, len(head[0]), "\t" in head[2]
        return ("\t" if indent is None else indent), 1, indent is None or "\t" in indent
