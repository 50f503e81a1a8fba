"""Everything that can be sampled is made of instructions, whatever the weights."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from proposer.model.decoding import Constraint, Limits, Sample, sample
from proposer.model.grammar import Grammar, check, well_formed
from proposer.model.vocabulary import LINE, Vocabulary
from semantics.assembler import assemble, assemble_text
from semantics.canonical import locations_in
from semantics.liveset import LiveSet

VOCABULARY = Vocabulary.default()


class Noise:
    """A language model with random opinions, fixed by a seed."""

    def __init__(self, seed: int, favourites: Sequence[str] = ()) -> None:
        self.random = np.random.default_rng(seed)
        self.bonus = np.array([12.0 * (word in favourites) for word in VOCABULARY.words], np.float32)

    def start(self, prompt: Sequence[int], count: int) -> NDArray[np.float32]:
        return self.random.normal(size=(count, len(VOCABULARY))).astype(np.float32) * 3 + self.bonus

    def advance(self, rows: NDArray[np.int64], words: NDArray[np.int64]) -> NDArray[np.float32]:
        return self.start([], len(rows))


@pytest.fixture(scope="module")
def grammar() -> Grammar:
    return Grammar.build(VOCABULARY)


def draw(
    grammar: Grammar, text: str, *, seed: int, count: int = 32, lines: int = 12, registers: int = 4, favourites: Sequence[str] = ()
) -> tuple[list[Sample], list]:
    block = [assemble_text(line) for line in text.splitlines()]
    prompt = VOCABULARY.prompt(block, LiveSet.parse("x0,mem"), "cycles", dead_stack=False)
    constraint = Constraint(grammar, VOCABULARY, prompt, Limits(frozenset(range(registers)), lines=lines))
    found = sample(Noise(seed, favourites), constraint, prompt.ids, count=count, temperature=1.0, seed=seed)
    return found, [[assemble(operation) for operation in VOCABULARY.operations(drawn.ids, prompt.constants)] for drawn in found]


BLOCK = "add x0, x1, #3001\nmov w2, #40961\nldr x3, [x1, #520]\nand x0, x0, #0xff00ff00ff00ff"


def test_thousands_of_lines_assemble(grammar: Grammar) -> None:
    lines = 0
    mnemonics = set[str]()
    for seed in range(25):
        _, blocks = draw(grammar, BLOCK, seed=seed)
        for block in blocks:
            lines += len(block)
            mnemonics |= {instruction.operation.mnemonic for instruction in block}
            for instruction in block:
                assert {int(name[1:]) for name in locations_in(instruction.plain)} <= {0, 1, 2, 3}
    assert lines > 2000
    assert len(mnemonics) > 60


def test_constants_of_the_block_are_used(grammar: Grammar) -> None:
    blocks = [block for seed in range(5) for block in draw(grammar, BLOCK, seed=seed, favourites=("c0", "c1"))[1]]
    texts = {instruction.text for block in blocks for instruction in block}
    assert any("#3001" in text for text in texts)
    assert any("#40961" in text for text in texts)


def test_limits_hold(grammar: Grammar) -> None:
    found, blocks = draw(grammar, "add x0, x1, #1", seed=3, lines=2, registers=2)
    assert found
    assert max(map(len, blocks)) <= 2
    assert all(VOCABULARY.words[drawn.ids[-1]] == LINE for drawn in found if drawn.ids)


def test_same_seed_same_answers(grammar: Grammar) -> None:
    assert draw(grammar, BLOCK, seed=5)[0] == draw(grammar, BLOCK, seed=5)[0]
    assert draw(grammar, BLOCK, seed=5)[0] != draw(grammar, BLOCK, seed=6)[0]


def test_every_edge_is_right(grammar: Grammar) -> None:
    def accepts(line: tuple[str, ...]) -> bool:
        return any(word.startswith("const:") for word in line) or well_formed(line)

    assert len(grammar.edges) > 300
    assert check(grammar, accepts) == []


def test_check_finds_a_wrong_edge(grammar: Grammar) -> None:
    broken = Grammar(grammar.words, ({grammar.numbers["add"]: 1}, {grammar.numbers[LINE]: 0}), ((), ()), grammar.probes, grammar.digest)
    assert check(broken) == [("add",)]


@pytest.mark.parametrize(
    "line",
    [
        "lsl w0 w1 #3", "cset w0 eq", "mvn x0 x1", "neg w0 w1 asr #3", "mov x0 xzr", "cmp x0 x1", "uxtb w0 w1", "sxtw x0 w1",
        "ubfx x0 x1 #3 #9", "bfi w0 w1 #8 #8", "ldp x0 x1 [ sp ], #16", "ldr w0 [ x1 w2 uxtw #2 ]", "movk x0 #7 lsl #32",
        "madd w0 w1 w2 w3", "umull x0 w1 w2", "stp x0 xzr [ x1 #16 ]", "ror w0 w1 #7", "cneg x0 x1 mi", "rev16 w0 w1", "smulh x0 x1 x2",
    ],
)  # fmt: skip
def test_common_lines_are_in_the_language(grammar: Grammar, line: str) -> None:
    state = 0
    for word in (*line.split(), LINE):
        assert grammar.numbers[word] in grammar.edges[state], word
        state = grammar.edges[state][grammar.numbers[word]]
    assert state == 0


@pytest.mark.parametrize(
    "line", ["ldp x0 x0 [ x1 ]", "add x0 w1 w2", "ubfx w0 w1 #30 #9", "ldr x0 [ x1 #3001 ]", "and w0 w1 #5", "add xzr sp x1"]
)
def test_wrong_lines_are_not(line: str) -> None:
    assert not well_formed(tuple(line.split()))


def test_files(grammar: Grammar, tmp_path) -> None:
    grammar.save(tmp_path)
    assert Grammar.load(tmp_path, VOCABULARY) == grammar
