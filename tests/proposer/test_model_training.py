"""Training, going on with training, shipping and measuring, on a handful of pairs."""

from __future__ import annotations

import time

import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")

from proposer.model.dataset import Reader
from proposer.model.grammar import Grammar
from proposer.model.local import ModelProposer
from proposer.model.pairs import Pair
from proposer.model.train import Options, Trainer, export
from proposer.model.vocabulary import Vocabulary
from proposer.proposal import Context
from semantics.assembler import assemble_text
from semantics.canonical import canonicalise
from semantics.liveset import LiveSet
from superopt.evaluation import Bench, copying, table

SHAPE = {"hidden": 32, "layers": 1, "heads": 2, "device": "cpu", "threads": 1, "words": 256}


def pair(shift: int) -> Pair:
    return Pair(
        (f"lsl w0, w1, #{shift}", "add w2, w3, w0"), (f"add w2, w3, w1, lsl #{shift}",), "w2", None, ("cycles",), "test", f"shift {shift}"
    )


@pytest.fixture
def folder(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    (data / "a.jsonl").write_text("".join(pair(shift).json() + "\n" for shift in range(1, 32)))
    return tmp_path


def test_training_goes_on_and_ships(folder) -> None:
    reader = Reader(folder / "data", Vocabulary.default())
    first = Trainer(reader, folder / "model", Options(minutes=0.02, **SHAPE))
    first.run()
    assert first.clock.steps > 0
    second = Trainer(reader, folder / "model", Options(minutes=0.04, **SHAPE))
    assert second.clock.steps == first.clock.steps
    second.run()
    assert second.clock.steps > first.clock.steps
    size = export(folder / "model", folder / "shipped")
    assert size == (folder / "shipped" / "model.safetensors").stat().st_size
    vocabulary = Vocabulary.load(folder / "shipped")
    assert Grammar.load(folder / "shipped", vocabulary).words[: len(vocabulary)] == vocabulary.words
    block = canonicalise([assemble_text("lsl w0, w1, #3"), assemble_text("add w2, w3, w0")], LiveSet.parse("w2"))
    context = Context("neoverse-n1", "cycles", lambda some: (float(len(some)),), 5.0)
    drawn = [list(ModelProposer(folder / "shipped", device="cpu").answers(block, context)) for _ in range(2)]
    assert drawn[0] == drawn[1]
    assert None not in drawn[0]


def test_loss_falls(folder) -> None:
    reader = Reader(folder / "data", Vocabulary.default())
    trainer = Trainer(reader, folder / "model", Options(minutes=1.0, **SHAPE))
    trainer.clock.started = time.monotonic() - 20  # past the warm-up
    assert reader.refresh() > 20
    losses = [trainer.step(reader.epoch(trainer.random)) for _ in range(40)]
    assert losses[-1] < 0.8 * losses[0]


def test_measuring_counts_no_copies() -> None:
    pairs = [pair(3), pair(4)]

    def price(objective, block):
        return (float(len(block)),)

    def prove(original, candidate, live_out, dead_stack):
        return "proved" if "lsl #3" in candidate[0].text else "different"

    def second_is_right(block, context):
        yield block.instructions
        yield (assemble_text("add w2, w3, w1, lsl #3"),)
        yield None

    bench = Bench(pairs, prove, price, "neoverse-n1")
    copies, model = bench.run("copy", copying), bench.run("model", second_is_right)
    assert copies.solved == {1: 0, 8: 0, 32: 0}
    assert copies.kinds.counts == {"copy": 2}
    assert model.solved == {1: 0, 8: 2, 32: 2}
    assert model.kinds.counts == {"copy": 2, "proved": 2, "malformed": 2}
    assert model.reached == 2
    assert "| model | 2 | 0.0% | 100.0% | 100.0% | 100.0% | 0.500 |" in table([copies, model])
