"""Instructions as words, prompts and answers."""

from __future__ import annotations

from random import Random

import pytest

from proposer.model.vocabulary import BEST, DEAD_STACK, EOS, Vocabulary, VocabularyError, model_rows
from proposer.model.words import Constants, WordsError, operation_of, words_of
from semantics.assembler import assemble, assemble_text
from semantics.liveset import LiveSet
from semantics.sampling import samples

VOCABULARY = Vocabulary.default()


def block(text: str) -> tuple:
    return tuple(assemble_text(line) for line in text.strip().splitlines())


def test_every_row_of_the_model_survives_words() -> None:
    random = Random(7)
    seen = 0
    for row in model_rows():
        for instruction in samples(row, random.randrange, 10):
            if instruction.symbol is not None or instruction.operation.mnemonic in ("adr", "adrp"):
                continue
            words = words_of(instruction.operation, lambda value: f"#{value}")
            assert assemble(operation_of(words, lambda word: int(word[1:]))) == instruction
            seen += 1
    assert seen > 1000


@pytest.mark.parametrize(
    "text",
    [
        "ldr x0, [x1, x2, lsl #3]",
        "str w0, [x1, #-4]!",
        "ldp x0, x1, [sp], #16",
        "add x0, x1, w2, uxtw",
        "csel w0, w1, wzr, ne",
        "movk x0, #1, lsl #16",
    ],
)
def test_answers_round_trip(text: str) -> None:
    instructions = block(text)
    ids = VOCABULARY.answer(instructions, Constants())
    assert VOCABULARY.words[ids[-1]] == EOS
    assert tuple(map(assemble, VOCABULARY.operations(ids, Constants()))) == instructions


def test_constants_are_copied_by_name() -> None:
    instructions = block("mov w0, #31161\nmov w1, #17\nmov w2, #31161\nmov w3, #23457")
    prompt = VOCABULARY.prompt(instructions, LiveSet.parse("w0"), "cycles", dead_stack=False)
    assert prompt.constants.values == (31161, 23457)
    assert [VOCABULARY.words[i] for i in prompt.ids].count("c0") == 2
    answer = VOCABULARY.answer(block("mov w0, #23457"), prompt.constants)
    assert tuple(map(assemble, VOCABULARY.operations(answer, prompt.constants))) == block("mov w0, #23457")


def test_prompts_say_what_matters() -> None:
    instructions = block("add w0, w1, w2")
    prompts = {
        VOCABULARY.prompt(instructions, LiveSet.parse(live), objective, dead_stack=dead).ids
        for live in ("w0,mem", "x0,mem", "x0,nzcv,mem")
        for objective in ("cycles", "size", "count")
        for dead in (False, True)
    }
    assert len(prompts) == 18
    words = [VOCABULARY.words[i] for i in VOCABULARY.prompt(instructions, LiveSet.parse("w0"), "size", dead_stack=True).ids]
    assert DEAD_STACK in words
    assert words[-1] == BEST


def test_what_has_no_words_is_refused() -> None:
    with pytest.raises(WordsError):
        VOCABULARY.prompt(block("add v0.4s, v1.4s, v2.4s"), LiveSet(), "cycles", dead_stack=False)
    many = "\n".join(f"mov w0, #{30001 + 2 * i}" for i in range(9))
    with pytest.raises(WordsError, match="9 different constants"):
        VOCABULARY.prompt(block(many), LiveSet(), "cycles", dead_stack=False)
    with pytest.raises(WordsError, match="no word for the immediate"):
        VOCABULARY.answer(block("mov w0, #31161"), Constants())


def test_broken_answers_are_errors() -> None:
    ids = VOCABULARY.answer(block("ldr x0, [x1, #8]"), Constants())
    with pytest.raises(WordsError, match="breaks off"):
        VOCABULARY.operations(ids[:-3], Constants())
    with pytest.raises(WordsError, match="no constant"):
        VOCABULARY.operations(VOCABULARY.encode(["mov", "x0", "c3", "<nl>"]), Constants((31161,)))


def test_files(tmp_path) -> None:
    VOCABULARY.save(tmp_path)
    assert Vocabulary.load(tmp_path) == VOCABULARY
    (tmp_path / "vocabulary.json").write_text('{"words": ["a", "b"]}')
    with pytest.raises(VocabularyError, match="not a vocabulary"):
        Vocabulary.load(tmp_path)
    (tmp_path / "vocabulary.json").write_text("[")
    with pytest.raises(VocabularyError):
        Vocabulary.load(tmp_path)
