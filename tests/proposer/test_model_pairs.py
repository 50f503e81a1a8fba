"""Building training pairs: what is kept, how it is split, how blocks are made longer."""

from __future__ import annotations

import shutil
from dataclasses import replace
from random import Random

import pytest

from proposer.model import compiled, synthetic
from proposer.model.dataset import Reader, batches, examples
from proposer.model.expansion import Expander, instantiate, line, match, registers_in, words
from proposer.model.expansion_rules import RULES
from proposer.model.pairs import Judge, Pair, PairsError, canonical_or_none, group_of, read, read_folder, rename_into
from proposer.model.sources import translation_unit
from proposer.model.vocabulary import Vocabulary
from proposer.proposal import Block
from semantics.assembler import assemble_text
from semantics.frames import DeadStack
from semantics.liveset import LiveSet
from superopt.training import Proofs
from verifier.check import Checker

needs_compilers = pytest.mark.skipif(
    any(shutil.which(command[0]) is None for command in compiled.COMPILERS.values()), reason="clang-19 or the gcc cross-compiler is missing"
)
PAIR = Pair(("lsl w1, w0, #2", "add w0, w0, w1"), ("add w0, w0, w0, lsl #2",), "w0", None, ("cycles", "count"), "test", "g")


def block(text: str) -> Block:
    return tuple(assemble_text(part.strip()) for part in text.split(";"))


def count(objective: str, some) -> tuple[float, ...]:
    return (float(len(some)),)


def always(original, candidate, live_out, dead_stack) -> str:
    return "proved"


def never(original, candidate, live_out, dead_stack) -> str:
    return "unknown"


def test_pairs_survive_files(tmp_path) -> None:
    other = replace(PAIR, dead_stack=DeadStack(((0, 16),)), live_out="w0,sp,mem")
    (tmp_path / "a.jsonl").write_text(PAIR.json() + "\n" + other.json() + "\n")
    assert list(read(tmp_path / "a.jsonl")) == [PAIR, other]
    (tmp_path / "b.jsonl").write_text('{"original": []}\n')
    with pytest.raises(PairsError, match=r"b\.jsonl:1"):
        list(read(tmp_path / "b.jsonl"))


def test_whole_groups_are_held_out(tmp_path) -> None:
    made = [replace(PAIR, original=(f"mov w0, #{i}",), group=f"group {i % 150}") for i in range(600)]
    (tmp_path / "a.jsonl").write_text("".join(pair.json() + "\n" for pair in made + made))
    train, kept = read_folder(tmp_path)
    assert len(train) + len(kept) == 600
    assert kept
    assert not {pair.group for pair in train} & {pair.group for pair in kept}
    reader = Reader(tmp_path, Vocabulary.default())
    assert reader.refresh() == len(train)
    assert not {pair.key for pair in kept} & set(reader.tasks)


def test_only_cheaper_and_proved_pairs_are_made() -> None:
    original = canonical_or_none(block("mov w8, w0; add w0, w8, w1"), LiveSet.parse("w0"))
    assert original is not None
    short, same = block("add w1, w1, w2"), block("mov w0, w1; add w1, w0, w2")
    made = Judge(always, count).pair(original, [same, short], dead_stack=None, source="s", group="g")
    assert made is not None
    assert made.replacement == ("add w1, w1, w2",)
    assert Judge(always, count).pair(original, [same], dead_stack=None, source="s", group="g") is None
    assert Judge(never, count).pair(original, [short], dead_stack=None, source="s", group="g") is None


def test_targets_get_the_names_of_the_original() -> None:
    original = canonical_or_none(block("mov w8, w1; mov w9, w2; add w0, w8, w9"), LiveSet.parse("w0"))
    assert original is not None
    renamed = rename_into(original, block("add w11, w1, w2; mov w0, w11"))
    assert renamed is not None
    assert registers_in(renamed) <= registers_in(original.instructions)
    assert rename_into(original, block("add w11, w1, w2; add w12, w11, w1; add w13, w12, w11; add w14, w13, w12; add w0, w14, w13")) is None


def test_examples_are_prompt_and_answer() -> None:
    vocabulary = Vocabulary.default()
    made = examples(PAIR, vocabulary)
    assert len(made) == 2
    for example in made:
        text = [vocabulary.words[i] for i in example.ids]
        assert text[example.answer - 1] == "<best>"
        assert text[example.answer :] == ["add", "w0", "w0", "w0", "lsl", "#2", "<nl>", "<eos>"]
    assert examples(replace(PAIR, replacement=("mov w0, #31161",)), vocabulary) == ()
    chosen = [made[0]] * 10
    assert sum(len(batch) for batch in batches(chosen, 60, Random(0))) == 10
    assert max(len(batch) for batch in batches(chosen, 60, Random(0))) == 60 // len(made[0].ids)


def test_rules_match_by_kind() -> None:
    rule = next(rule for rule in RULES if rule.pattern == ("madd", "d", "n", "m", "a"))
    found = match(rule, words(assemble_text("madd w0, w1, w2, w3")))
    assert found is not None
    made = instantiate(rule, found, ["x9", "x10"])
    assert made is not None
    assert made[0].text == "mul w9, w1, w2"
    assert match(rule, words(assemble_text("mul w0, w1, w2"))) is None


@pytest.mark.parametrize(
    "text",
    [
        "add x0, x1, x2, lsl #3", "ubfx w0, w1, #3, #7", "bfi x0, x1, #8, #12", "cset w0, hi", "csel x0, x1, x2, lt", "mvn w0, w1",
        "orr x0, x1, x2", "lsl w0, w1, #5", "ror x0, x1, #9", "neg x0, x1", "umull x0, w1, w2", "msub w0, w1, w2, w3", "sxth x0, w1",
        "ldrsw x0, [x1, #8]", "ldp w0, w2, [x1, #8]", "extr w0, w1, w2, #7", "eon x0, x1, x2", "sbfx x0, x1, #2, #9", "rev w0, w1",
    ],
)  # fmt: skip
def test_expansions_are_right(text: str) -> None:
    """Each rule that fits the instruction, proved for all states."""
    original = block(text)
    with Checker() as checker:
        prove = Proofs(checker, 10.0)
        live = (
            LiveSet.of([name for name in ("x0", "x2") if name in text.replace("w", "x")] + ["mem", "sp"])
            if "ldp" in text
            else LiveSet.parse("x0,mem,sp")
        )
        fitting = [(rule, found) for rule in RULES if (found := match(rule, words(original[0]))) is not None]
        made = [lines for rule, found in fitting if (lines := instantiate(rule, found, ["x9", "x10"])) is not None]
        verdicts = [prove(original, lines, live, None) for lines in made]
        assert verdicts.count("proved") >= 1
        assert verdicts.count("proved") >= 0.6 * len(verdicts), [
            ("; ".join(i.text for i in m), v) for m, v in zip(made, verdicts, strict=True)
        ]


def test_growth_is_repeatable_and_grows() -> None:
    def grown(seed: int) -> list[str]:
        expander = Expander(Random(seed), list(block("ldr w8, [x0]; add w8, w8, w1; str w8, [x0]")), ["x9", "x10"], 16)
        expander.grow(6)
        return [i.text for i in expander.block]

    assert [grown(seed) for seed in range(20)] == [grown(seed) for seed in range(20)]
    assert sum(len(grown(seed)) > 3 for seed in range(20)) > 15
    assert any("[sp" in text for seed in range(20) for text in grown(seed))


def test_lines_from_words() -> None:
    assert line(["add", "w0", "w1", "#5"]).text == "add w0, w1, #5"


def test_c_functions_are_repeatable() -> None:
    assert translation_unit(3, 20) == translation_unit(3, 20)
    assert translation_unit(3, 20) != translation_unit(4, 20)


@needs_compilers
def test_compilers_give_proved_pairs() -> None:
    with Checker() as checker:
        judge = Judge(Proofs(checker, 5.0), count, ("cycles",))
        made = list(compiled.pairs(11, 12, judge))
        assert {pair.source for pair in made} >= {"clang-O0", "gcc-O0"}
        for pair in made:
            original, replacement = pair.blocks
            assert len(replacement) < len(original)
            named = canonical_or_none(original, pair.live)
            assert named is not None
            assert named.instructions == original
        assert list(compiled.pairs(11, 12, judge)) == made
        expanded = list(synthetic.pairs(11, 6, judge))
        assert expanded
        assert all(group_of(canonical_or_none(p.blocks[0], p.live)) for p in expanded)
