from __future__ import annotations

from functools import cache
from random import Random

from peer import assemble_all, disassemble_all, needs_llvm_mc

from grammars.errors import GrammarError
from grammars.printing import format_operation
from semantics.assembler import Instruction, assemble, assemble_text, base_rows, decode, other_rows, rows
from semantics.errors import SemanticsError
from semantics.sampling import samples

PER_ROW, PER_OTHER_ROW = 24, 5


@cache
def instances() -> tuple[Instruction, ...]:
    """A few instances of every row."""
    random = Random(2026)
    base = (made for row in base_rows() for made in samples(row, random.randrange, PER_ROW))
    return (*base, *(made for row in other_rows() for made in samples(row, random.randrange, PER_OTHER_ROW)))


def test_every_row_has_instances_and_a_name_of_its_own() -> None:
    assert {made.row for made in instances()} == set(rows())
    names = [row.name for row in rows()]
    assert len(set(names)) == len(names)


def test_decoding_gives_the_instruction_back() -> None:
    wrong = [(made.text, made.fields) for made in instances() if decode(made.code) != made]
    assert not wrong


def test_both_spellings_assemble_to_the_instruction() -> None:
    wrong: list[str] = []
    for made in instances():
        for spelling in (made.operation, made.plain):
            text = format_operation(spelling)
            try:
                if assemble_text(text).code != made.code:
                    wrong.append(f"{text}: {assemble_text(text).plain}, not {made.plain}")
            except (SemanticsError, GrammarError) as error:
                wrong.append(f"{text}: {error}")
    assert not wrong


@needs_llvm_mc
def test_both_spellings_have_the_encoding_of_llvm_mc() -> None:
    wanted = [(text, made) for made in instances() for text in {made.text, format_operation(made.plain)}]
    codes = assemble_all([text for text, _ in wanted])
    wrong = [f"{text}: {code if isinstance(code, str) else hex(code)}, not {made.code:#x}"
             for (text, made), code in zip(wanted, codes, strict=True) if code != made.code]  # fmt: skip
    assert not wrong


@needs_llvm_mc
def test_what_llvm_mc_disassembles_assembles_to_the_same_word() -> None:
    wrong: list[str] = []
    for made, text in zip(instances(), disassemble_all([made.code for made in instances()]), strict=True):
        try:
            if text is None or assemble_text(text).code != made.code:
                wrong.append(f"{made.text}: {text}")
        except (SemanticsError, GrammarError) as error:
            wrong.append(f"{made.text}: {text}: {error}")
    assert not wrong


@needs_llvm_mc
def test_preferred_spelling_is_that_of_llvm_mc() -> None:
    wrong: list[str] = []
    for made, text in zip(instances(), disassemble_all([made.code for made in instances()]), strict=True):
        if text is not None and assemble_text(text).operation.mnemonic != text.split()[0]:
            wrong.append(f"{made.text}: {text}")
    assert not wrong


def test_assembling_and_decoding_are_pure() -> None:
    first = assemble_text("add x0, x1, x2")
    assert assemble(first.operation) == first == decode(first.code)
    assert first.bytes == bytes.fromhex("2000028b")
