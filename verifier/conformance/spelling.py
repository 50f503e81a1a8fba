"""Encoding and text of instances: our own round trips, and llvm-mc both ways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grammars.errors import GrammarsError
from grammars.printing import format_operation
from semantics.assembler import Instruction, assemble_text, decode
from semantics.errors import SemanticsError
from verifier.conformance import llvm
from verifier.conformance.result import Disagreement, FormResult


@dataclass(frozen=True, slots=True)
class Peers:
    """What llvm-mc makes of one instance: the word of each of our spellings, and the text of our word."""

    words: dict[str, int | str]
    text: str | None


def spellings(made: Instruction) -> tuple[str, ...]:
    """The preferred spelling, and the one with the row's own mnemonic where that is another."""
    preferred, plain = made.text, format_operation(made.plain)
    return (preferred,) if preferred == plain else (preferred, plain)


def ask_llvm(made: Sequence[Instruction]) -> list[Peers]:
    """llvm-mc asked about many instances at once. Raises LlvmMcError."""
    texts = [text for instruction in made for text in spellings(instruction)]
    words = iter(llvm.assemble(texts))
    read = llvm.disassemble([instruction.code for instruction in made])
    return [Peers({text: next(words) for text in spellings(one)}, text) for one, text in zip(made, read, strict=True)]


def check_text(made: Instruction, result: FormResult) -> None:
    """Decoding and both spellings give the instruction back."""
    again = decode(made.code)
    if again != made:
        result.disagree(Disagreement("text", _named(made), f"decodes as {again.text if again else 'nothing'}"))
    for text in spellings(made):
        found = _word(text)
        if found != made.code:
            result.disagree(Disagreement("text", _named(made), f"{text} assembles to {_shown(found)}"))


def check_llvm(made: Instruction, peers: Peers, result: FormResult) -> None:
    """llvm-mc has the same encoding for each spelling, and what it prints for our word means our word."""
    result.lines += len(peers.words) + 1
    for text, word in peers.words.items():
        if word != made.code:
            result.disagree(Disagreement("llvm-mc", _named(made), f"{text} is {_shown(word)} there"))
    if peers.text is None:
        result.disagree(Disagreement("llvm-mc", _named(made), "no instruction there"))
        return
    found = _word(peers.text)
    if found != made.code:
        result.disagree(Disagreement("llvm-mc", _named(made), f"{peers.text} there, which assembles to {_shown(found)}"))


def _word(text: str) -> int | str:
    try:
        return assemble_text(text).code
    except (GrammarsError, SemanticsError) as error:
        return str(error)


def _shown(found: int | str) -> str:
    return f"{found:#010x}" if isinstance(found, int) else f"nothing ({found})"


def _named(made: Instruction) -> str:
    return f"{made.text} ({made.code:#010x})"
