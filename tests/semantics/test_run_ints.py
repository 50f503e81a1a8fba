"""Words on Python ints: the direct evaluator and the compiled functions."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st
from word_trees import OPEN, PURE, Step, build, environments, steps

from semantics import simplify as s
from semantics.memory_image import MemoryImage
from semantics.run.ints import compile_words, evaluate, source
from semantics.run.uninterpreted import uninterpreted

X, Y = s.var("x0", 64), s.var("x1", 64)


@settings(max_examples=200, deadline=None)
@given(steps((*PURE, *OPEN), 14), st.integers(0, 1 << 32))
def test_compiled_code_agrees_with_the_definitions(drawn: list[Step], seed: int) -> None:
    roots = build(drawn, (64, 32, 1, 65))
    run, rng = compile_words(roots), random.Random(seed)
    note(source(roots))
    for env in environments(roots, rng, 8):
        memory = MemoryImage(rng.getrandbits(64)).read
        assert list(run(env, memory)) == evaluate(roots, env, memory)


def test_inputs_are_taken_modulo_their_width() -> None:
    env = {"x0": -1, "x1": 1 << 70 | 5}
    assert evaluate([X, Y], env, MemoryImage().read) == [(1 << 64) - 1, 5]
    assert compile_words([X, Y])(env, MemoryImage().read) == ((1 << 64) - 1, 5)


def test_a_missing_input_is_an_error() -> None:
    with pytest.raises(KeyError, match="x1"):
        evaluate([X + Y], {"x0": 1}, MemoryImage().read)
    with pytest.raises(KeyError, match="x1"):
        compile_words([X + Y])({"x0": 1}, MemoryImage().read)


def test_loads_ask_memory_for_wrapped_addresses() -> None:
    asked = list[tuple[int, int]]()

    def memory(address: int, size: int) -> int:
        asked.append((address, size))
        return 0

    words = [s.load(X + 8, 4), s.load(X - 1, 16)]
    evaluate(words, {"x0": (1 << 64) - 4}, memory)
    compile_words(words)({"x0": (1 << 64) - 4}, memory)
    assert asked == [(4, 4), ((1 << 64) - 5, 16)] * 2


def test_a_read_across_the_end_of_memory_wraps() -> None:
    image = MemoryImage(7)
    (value,) = evaluate([s.load(X, 8)], {"x0": (1 << 64) - 3}, image.read)
    assert value == sum(image.byte(a - 3) << (8 * a) for a in range(8))


def test_another_meaning_of_functions_can_be_given() -> None:
    def first(name: str, width: int, widths: Sequence[int], values: Sequence[int]) -> int:
        assert (name, width, list(widths)) == ("f", 32, [64, 64])
        return values[0]

    word = s.uf("f", 32, [X, Y])
    env = {"x0": 0x123456789, "x1": 2}
    assert evaluate([word], env, MemoryImage().read, first) == [0x23456789]
    assert compile_words([word], first)(env, MemoryImage().read) == (0x23456789,)


def test_uninterpreted_functions_differ_by_name_type_and_argument() -> None:
    calls = [
        uninterpreted("f", 64, (64,), (1,)),
        uninterpreted("g", 64, (64,), (1,)),
        uninterpreted("f", 63, (64,), (1,)),
        uninterpreted("f", 64, (65,), (1,)),
        uninterpreted("f", 64, (64,), (2,)),
        uninterpreted("f", 64, (128,), (1 << 64,)),
        uninterpreted("f", 64, (64, 64), (1, 0)),
        uninterpreted("f", 64, (64, 64), (0, 1)),
        uninterpreted("f", 64, (), ()),
        uninterpreted("f", 128, (), ()) >> 64,
    ]
    assert len(set(calls)) == len(calls)
    assert calls[0] == uninterpreted("f", 64, (64,), (1,))


def test_names_are_quoted_in_generated_code() -> None:
    name = "x'] + [\"\\"
    word = s.var(name, 8) + 1
    assert compile_words([word])({name: 255}, MemoryImage().read) == (0,)


def test_long_chains_compile() -> None:
    word = X
    for i in range(2000):
        word = s.ite(s.ult(word, Y), s.udiv(word, Y), s.xor(word, s.const(i, 64)))
    env = {"x0": 1 << 63, "x1": 77}
    assert list(compile_words([word])(env, MemoryImage().read)) == evaluate([word], env, MemoryImage().read)


def test_single_uses_of_repeated_operands_do_not_double_the_code() -> None:
    word = X
    for i in range(60):
        word = s.udiv(Y, word + i)
    assert len(source([word])) < 60 * 100
