"""Instructions as sequences of words: one word per mnemonic, register, immediate, bracket, modifier or condition.

Commas are left out, because the words alone determine the operands: ``str w0, [sp, #12]!`` is ``str w0 [ sp #12 ]!``.
An immediate that has no word of its own is written ``c0`` to ``c7``: the block's own constants in order of first use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from grammars.operands import MODIFIERS, REGISTER_NAMES, Immediate, Memory, Modifier, Name, Operand, Operation, Register, Symbol
from proposer.errors import ProposerError

OPEN, CLOSE, CLOSE_PRE, CLOSE_POST = "[", "]", "]!", "],"
_CLOSING = {CLOSE: "offset", CLOSE_PRE: "pre"}


class WordsError(ProposerError):
    """An operation that has no words, or words that are no operation."""


@dataclass(frozen=True, slots=True)
class Constants:
    """The constants of a block that have no word of their own, at most ``LIMIT``."""

    values: tuple[int, ...] = ()

    LIMIT = 8

    def word(self, value: int) -> str:
        """``c0`` to ``c7``; raises WordsError for a value that the block does not have."""
        try:
            return f"c{self.values.index(value)}"
        except ValueError:
            raise WordsError(f"no word for the immediate {value}") from None

    def value(self, word: str) -> int:
        """The inverse of :meth:`word`."""
        index = int(word[1:])
        if index >= len(self.values):
            raise WordsError(f"the block has no constant {word}")
        return self.values[index]


def immediates_in(operation: Operation) -> Iterator[int]:
    """The immediates of an operation, modifier amounts included, in order of writing."""
    for operand in operation.operands:
        match operand:
            case Immediate(value):
                yield value
            case Modifier(amount=int(amount)):
                yield amount
            case Memory(offset=Immediate(value)):
                yield value
            case Memory(modifier=Modifier(amount=int(amount))):
                yield amount
            case _:
                pass


def words_of(operation: Operation, immediate: Callable[[int], str]) -> list[str]:
    """The words of an operation; ``immediate`` gives the word of a value. Raises WordsError for vector operands."""
    words = [operation.mnemonic]
    for operand in operation.operands:
        words += _operand_words(operand, immediate)
    return words


def _operand_words(operand: Operand, immediate: Callable[[int], str]) -> list[str]:
    match operand:
        case Register(name) if name[0] in "xw" or name == "sp":
            return [name]
        case Immediate(value):
            return [immediate(value)]
        case Modifier(kind, amount):
            return [kind] if amount is None else [kind, immediate(amount)]
        case Memory():
            return _memory_words(operand, immediate)
        case Symbol(name, specifier, 0) if specifier != "=":
            return [f":{specifier}:{name}" if specifier else name]
        case Name(text):
            return [text]
        case _:
            raise WordsError(f"no words for the operand {operand}")


def _memory_words(memory: Memory, immediate: Callable[[int], str]) -> list[str]:
    words = [OPEN, *_operand_words(memory.base, immediate)]
    offset = [] if memory.offset is None else _operand_words(memory.offset, immediate)
    if memory.mode == "post":
        return [*words, CLOSE_POST, *offset]
    modifier = [] if memory.modifier is None else _operand_words(memory.modifier, immediate)
    return [*words, *offset, *modifier, CLOSE_PRE if memory.mode == "pre" else CLOSE]


def operation_of(words: Sequence[str], immediate: Callable[[str], int]) -> Operation:
    """The operation that has these words; ``immediate`` gives the value of ``#5`` or ``c0``. Raises WordsError."""
    if not words:
        raise WordsError("an empty line")
    return Operation(words[0], tuple(_Reader(words, immediate).operands()))


class _Reader:
    """Reads operands from words, from left to right."""

    def __init__(self, words: Sequence[str], immediate: Callable[[str], int]) -> None:
        self.words, self.immediate, self.at = words, immediate, 1

    def operands(self) -> Iterator[Operand]:
        while self.at < len(self.words):
            yield self._operand()

    def _take(self) -> str:
        if self.at >= len(self.words):
            raise WordsError(f"{' '.join(self.words)}: the line breaks off")
        self.at += 1
        return self.words[self.at - 1]

    def _peek(self) -> str:
        return self.words[self.at] if self.at < len(self.words) else ""

    def _operand(self) -> Operand:
        word = self._take()
        if word == OPEN:
            return self._memory()
        if is_immediate(word):
            return Immediate(self.immediate(word))
        if word in MODIFIERS:
            return Modifier(word, self.immediate(self._take()) if is_immediate(self._peek()) else None)
        if word in REGISTER_NAMES:
            return Register(word)
        return _symbol(word) if "sym" in word else Name(word)

    def _memory(self) -> Memory:
        base = self._operand()
        if not isinstance(base, Register):
            raise WordsError(f"{' '.join(self.words)}: an address starts with a register")
        offset = modifier = None
        if self._peek() not in (CLOSE, CLOSE_PRE, CLOSE_POST):
            offset = self._operand()
        if self._peek() in MODIFIERS:
            modifier = self._operand()
        close = self._take()
        if close == CLOSE_POST and offset is None:
            return Memory(base, self._place(self._operand()), None, "post")
        if close not in _CLOSING or not isinstance(modifier, Modifier | None):
            raise WordsError(f"{' '.join(self.words)}: an address is not closed")
        return Memory(base, self._place(offset), modifier, "pre" if close == CLOSE_PRE else "offset")

    def _place(self, offset: Operand | None) -> Immediate | Symbol | Register | None:
        if isinstance(offset, Immediate | Symbol | Register | None):
            return offset
        raise WordsError(f"{' '.join(self.words)}: no such offset")


def is_immediate(word: str) -> bool:
    """Whether the word stands for a number: ``#5`` or ``c0``."""
    return word[:1] == "#" or (word[:1] == "c" and word[1:].isdigit())


def _symbol(word: str) -> Symbol:
    specifier, _, name = word[1:].partition(":") if word[0] == ":" else ("", "", word)
    return Symbol(name, specifier or None)
