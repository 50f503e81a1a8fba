"""The proposer: the shipped model solves blocks, foreign models are read as text, what is missing is said."""

from __future__ import annotations

import importlib.util

import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")

from proposer.errors import ProposerUnavailable
from proposer.model import local
from proposer.model.local import SHIPPED, ModelProposer
from proposer.model.text import TextModel, question, read_answer
from proposer.proposal import Candidate, Context, Tally
from semantics.assembler import assemble_text
from semantics.canonical import Canonical, canonicalise
from semantics.frames import DeadStack
from semantics.liveset import LiveSet
from superopt.training import Proofs, pricing
from verifier.check import Checker

CONTEXT = Context("neoverse-n1", "cycles", lambda block: pricing("neoverse-n1")("cycles", block), 60.0)


def canonical(text: str, live: str) -> Canonical:
    return canonicalise([assemble_text(line.strip()) for line in text.split(";")], LiveSet.parse(live))


@pytest.fixture(scope="module")
def shipped() -> ModelProposer:
    return ModelProposer(SHIPPED, device="cpu")


SPILLED = "str w0, [sp, #12]; str w1, [sp, #8]; ldr w8, [sp, #12]; ldr w9, [sp, #8]; add w0, w8, w9"
SOLVED = {
    "shifted operand": ("lsl w8, w1, #3; add w0, w2, w8", "w0,sp,mem", None),
    "copy": ("mov x8, x1; add x0, x8, x2", "x0,sp,mem", None),
    "frame": (f"sub sp, sp, #16; {SPILLED}; add sp, sp, #16", "x0,sp,mem", DeadStack()),
    "field": ("lsr w8, w0, #4; and w0, w8, #15", "x0,sp,mem", None),
}  # fmt: skip


@pytest.mark.parametrize("name", SOLVED)
def test_shipped_model_finds_proved_improvements(shipped: ModelProposer, name: str) -> None:
    text, live, dead = SOLVED[name]
    block = canonical(text, live)
    context = Context(CONTEXT.cpu, CONTEXT.objective, CONTEXT.cost, CONTEXT.budget, dead_stack=dead)
    before = context.cost(block.instructions)
    with Checker() as checker:
        prove = Proofs(checker, 10.0)
        for candidate in shipped.propose(block, context):
            if context.cost(candidate.instructions) < before:
                outcome = prove(block.instructions, candidate.instructions, block.live_out, dead)
                shipped.learn(block, candidate, outcome, "")
                if outcome == "proved":
                    return
    pytest.fail(f"no proved improvement: {shipped.tally.counts}")


def test_shipped_grammar_is_that_of_the_rows() -> None:
    from proposer.model.grammar import Grammar, rows_digest
    from proposer.model.vocabulary import Vocabulary

    vocabulary = Vocabulary.load(SHIPPED)
    assert Grammar.load(SHIPPED, vocabulary).digest == rows_digest(), "run: python -m superopt.training grammar"


def test_same_seed_same_candidates(shipped: ModelProposer) -> None:
    block = canonical("lsl w8, w1, #3; add w0, w2, w8", "w0,sp,mem")

    def first(seed: int) -> list[Candidate]:
        context = Context(CONTEXT.cpu, CONTEXT.objective, CONTEXT.cost, CONTEXT.budget, seed=seed)
        return [candidate for candidate, _ in zip(shipped.propose(block, context), range(20), strict=False)]

    assert first(0) == first(0)
    assert first(0) != first(1)


def test_candidates_are_new_and_well_formed(shipped: ModelProposer) -> None:
    block = canonical("mov w8, w1; add w0, w8, w2; mov w9, w0", "w0,sp,mem")
    proposer = ModelProposer(SHIPPED, device="cpu", batches=2)
    found = [candidate.instructions for candidate in proposer.propose(block, CONTEXT)]
    assert len(found) == len(set(found)) > 2
    assert block.instructions not in found
    assert proposer.tally.counts["samples"] == 64
    assert "malformed" not in proposer.tally.counts


def test_blocks_outside_the_vocabulary_get_nothing() -> None:
    proposer = ModelProposer(SHIPPED, device="cpu")
    block = canonical("add v0.4s, v1.4s, v2.4s; mov x0, x1", "x0,v0")
    assert list(proposer.propose(block, CONTEXT)) == []
    assert proposer.tally.counts == {"outside the vocabulary": 1}


def test_no_time_no_candidates(shipped: ModelProposer) -> None:
    context = Context(CONTEXT.cpu, CONTEXT.objective, CONTEXT.cost, 0.0)
    assert list(shipped.propose(canonical("mov x8, x1; add x0, x8, x2", "x0"), context)) == []


def test_missing_packages_are_named(monkeypatch) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(local.importlib.util, "find_spec", lambda name: None if name == "torch" else found(name))
    with pytest.raises(ProposerUnavailable, match=r"torch not installed \(pip install 'superopt\[llm\]'\)"):
        list(ModelProposer(SHIPPED).propose(canonical("mov x8, x1; add x0, x8, x2", "x0"), CONTEXT))


def test_missing_checkpoint_is_named(tmp_path) -> None:
    with pytest.raises(ProposerUnavailable, match=r"cannot load|no tokenizer"):
        list(ModelProposer(tmp_path / "none").propose(canonical("mov x8, x1; add x0, x8, x2", "x0"), CONTEXT))


def test_text_answers_are_read_line_by_line() -> None:
    block, dropped = read_answer("```\nSure! Here it is:\nadd x0, x1, x2 // sum\nfrobnicate x1\n\nmov x3, x4\n")
    assert [i.text for i in block] == ["add x0, x1, x2"]
    assert dropped == 2


class Parrot(TextModel):
    """A text model with fixed answers."""

    def __init__(self, texts: list[str]) -> None:
        self.texts, self.asked = texts, list[str]()

    def answers(self, prompt: str) -> list[str]:
        self.asked.append(prompt)
        return self.texts


def test_text_models_propose() -> None:
    block = canonical("mov x8, x1; add x0, x8, x2", "x0,sp,mem")
    parrot, tally = Parrot([block.text, "add x2, x1, x3", "nonsense", "add x2, x1, x3"]), Tally()
    found = list(parrot.propose(block, CONTEXT, float("inf"), tally))
    assert [candidate.instructions[0].text for candidate in found] == ["add x2, x1, x3"]
    assert tally.counts == {"samples": 8, "malformed": 2, "copies": 2}
    assert parrot.asked[0] == question(block, CONTEXT)
    assert block.text in parrot.asked[0]
    assert "x2,sp,mem" in parrot.asked[0]
