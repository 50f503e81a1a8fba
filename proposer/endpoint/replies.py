"""What may be taken from a model's reply: plain instructions, and nothing that could mean more than it says."""

from __future__ import annotations

import re

from grammars.errors import GrammarError
from proposer.errors import ProposerError
from proposer.proposal import Block
from semantics.assembler import Instruction, assemble_text
from semantics.block import effects
from semantics.canonical import Canonical
from semantics.errors import SemanticsError

MAX_TEXT = 1 << 16  # characters of one reply
MAX_LINES = 400  # of code in one reply
MAX_LINE = 200  # characters of one instruction with its comment
MAX_INSTRUCTIONS = 64  # of one candidate, or the block's own number if that is more


class UnusableReply(ProposerError):
    """A reply from which no candidate can be made, and why."""


_COMMENT = re.compile(r"//.*|/\*.*?\*/|;.*|(?:^|\s)#(?=\s).*")
_LABEL = re.compile(r"^[\w.$]+\s*:")


def _code_lines(text: str) -> list[str] | None:
    """The lines of the last fenced block (without an end it goes to the end of the text), or None if there is none."""
    code: list[str] | None = None
    inside = False
    for line in text.splitlines():
        if line.lstrip().startswith("```"):
            inside = not inside
            code = [] if inside else code
        elif inside and code is not None:
            code.append(line)
    return code


def instructions_in(text: str, block: Canonical) -> Block:
    """The instructions in a model's reply: of its last fenced block, or of the whole text if it has none.

    Raises UnusableReply for anything but plain instructions and the block's own way out, and for too much of it.
    """
    if len(text) > MAX_TEXT:
        raise UnusableReply(f"more than {MAX_TEXT} characters")
    code = _code_lines(text)
    lines = text.splitlines() if code is None else code
    if len(lines) > MAX_LINES:
        raise UnusableReply(f"more than {MAX_LINES} lines")
    for number, line in enumerate(lines, 1):
        if len(line) > MAX_LINE:
            raise UnusableReply(f"line {number} is longer than {MAX_LINE} characters")
    lines = [line for line in (_COMMENT.sub("", line).strip() for line in lines) if line]
    limit = max(MAX_INSTRUCTIONS, len(block.instructions))
    if len(lines) > limit:
        raise UnusableReply(f"more than {limit} instructions")
    if not lines and code is None:
        raise UnusableReply("there is no code in it")
    found = tuple(_instruction(line, number) for number, line in enumerate(lines, 1))
    _check_exit(found, block)
    return found


def _instruction(line: str, number: int) -> Instruction:
    if line.startswith("."):
        raise UnusableReply(f"line {number}: directives are not allowed: {line}")
    if _LABEL.match(line):
        raise UnusableReply(f"line {number}: labels are not allowed: {line}")
    try:
        return assemble_text(line, "reply")
    except (GrammarError, SemanticsError) as error:
        raise UnusableReply(f"line {number}: {line}: {error}") from None


def _check_exit(found: Block, block: Canonical) -> None:
    """Branches, and symbols, may only be the block's own."""
    own = [_way_out(instruction) for instruction in block.instructions if _way_out(instruction) is not None]
    for position, instruction in enumerate(found):
        way = _way_out(instruction)
        if way is not None and (position + 1 < len(found) or not own or way != own[-1]):
            raise UnusableReply(f"branches are not allowed, but for the block's own at the end: {instruction.text}")
        if instruction.symbol is not None and instruction.symbol.name not in block.symbols:
            raise UnusableReply(f"the block has no symbol {instruction.symbol.name}")


def _way_out(instruction: Instruction) -> tuple[str, str] | None:
    """Kind and target of a branch; None for any other instruction."""
    try:
        exit_ = effects(instruction).exit
    except SemanticsError as error:
        raise UnusableReply(f"{instruction.text}: {error}") from None
    return None if exit_ is None else (exit_.kind, repr(exit_.target))
