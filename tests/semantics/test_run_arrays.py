"""Words on numpy arrays."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from word_trees import OPEN, PURE, Step, build, columns, environments, integers, simplified, steps

from semantics import simplify as s
from semantics.memory_image import MemoryImage
from semantics.run.arrays import compile_arrays, join, split
from semantics.run.ints import evaluate
from semantics.words import Word, intern

X, Y = s.var("x0", 64), s.var("x1", 64)
WIDTHS = [(64,), (64, 32, 8, 1), (128, 64), (65, 33, 1), (192, 64, 31)]


def agree(roots: list[Word], seed: int, count: int = 12) -> None:
    rng = random.Random(seed)
    envs = environments(roots, rng, count)
    seeds = [rng.getrandbits(64) for _ in envs]
    got = [integers(column) for column in compile_arrays(roots)(columns(roots, envs), np.array(seeds, dtype=np.uint64))]
    for i, env in enumerate(envs):
        wanted = evaluate(roots, env, MemoryImage(seeds[i]).read)
        for root, column, value in zip(roots, got, wanted, strict=True):
            assert column[i] == value, f"{root!r} under {env}, seed {seeds[i]:#x}"


@settings(max_examples=200, deadline=None)
@given(steps((*PURE, *OPEN), 12), st.sampled_from(WIDTHS), st.integers(0, 1 << 32))
def test_columns_agree_with_the_definitions(drawn: list[Step], widths: tuple[int, ...], seed: int) -> None:
    agree(build(drawn, widths), seed)


@settings(max_examples=100, deadline=None)
@given(steps((*PURE, *OPEN), 12), st.integers(0, 1 << 32))
def test_columns_of_simplified_words_agree(drawn: list[Step], seed: int) -> None:
    agree(simplified(build(drawn, (64, 32, 1))), seed)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from([66, 96, 127, 128, 129, 192, 250, 256]), st.integers(0, 1 << 32))
def test_every_wide_operation(width: int, seed: int) -> None:
    a, b = s.var("a", width), s.var("b", width)
    amount = intern("zext", width, (s.var("k", 8),))
    roots = [intern(op, width, (a, b)) for op in ("mul", "udiv", "sdiv", "shl", "lshr", "ashr", "and", "or", "xor")]
    roots += [intern(op, width, (a, amount)) for op in ("shl", "lshr", "ashr", "udiv", "mul")]
    roots += [intern(op, width, (a,)) for op in ("not", "clz", "rbit", "popcount")]
    roots += [intern(op, 1, (a, b)) for op in ("eq", "ult", "slt")]
    roots += [intern("lin", width, (a, b), ((3, (1 << width) - 1), 5)), intern("clz", width, (intern("lshr", width, (a, amount)),))]
    agree(roots, seed, 20)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 32, 64])
def test_loads_read_the_initial_memory(size: int) -> None:
    rng = random.Random(size)
    addresses = [rng.getrandbits(64) for _ in range(40)] + [(i - 70) % (1 << 64) for i in range(90)]
    seeds = [rng.getrandbits(64) for _ in addresses]
    fixed = s.load(s.const(-3, 64), size)
    moving, still = compile_arrays([s.load(X, size), fixed])({"x0": np.array(addresses, dtype=np.uint64)}, np.array(seeds, dtype=np.uint64))
    assert integers(moving) == [MemoryImage(seed).read(a, size) for a, seed in zip(addresses, seeds, strict=True)]
    assert integers(still) == [MemoryImage(seed).read((1 << 64) - 3, size) for seed in seeds]


def test_types_and_shapes_of_results() -> None:
    words = [X, s.ult(X, Y), s.const(3, 8), s.const(1, 1), s.const(1 << 100, 128), s.concat(Y, X), s.load(s.const(8, 64), 1)]
    given_columns = {"x0": np.arange(5, dtype=np.uint64), "x1": np.full(5, 3, dtype=np.uint64)}
    for column in compile_arrays(words)(given_columns, np.zeros(5, dtype=np.uint64)):
        for part in column if isinstance(column, tuple) else (column,):
            assert (part.dtype, part.shape) == (np.uint64, (5,))


def test_no_states_give_empty_columns() -> None:
    words = [X + Y, s.load(X, 8), s.udiv(X, Y), s.udiv(s.concat(X, Y), s.concat(Y, X)), s.const(3, 8)]
    none = np.zeros(0, dtype=np.uint64)
    for column in compile_arrays(words)({"x0": none, "x1": none}, none):
        assert integers(column) == []


def test_inputs_are_not_written() -> None:
    x, y = np.arange(4, dtype=np.uint64), np.arange(4, dtype=np.uint64)
    compile_arrays([X + Y, ~X, s.ashr(X, Y), s.sdiv(X, Y)])({"x0": x, "x1": y}, np.zeros(4, dtype=np.uint64))
    assert x.tolist() == y.tolist() == [0, 1, 2, 3]


def test_input_names_cannot_be_mistaken_for_code() -> None:
    words = [s.var(name, 8) + i for i, name in enumerate(["v100", "b100", "c1", "seeds", "where", "x'] + [\""])]
    given_columns = {str(word.args[0].attrs[0] if word.args else word.attrs[0]): np.arange(3, dtype=np.uint64) for word in words}
    results = compile_arrays(words)(given_columns, np.zeros(3, dtype=np.uint64))
    assert [integers(column) for column in results] == [[i, i + 1, i + 2] for i in range(6)]


def test_one_bit_inputs_may_be_truth_values() -> None:
    n = s.var("n", 1)
    (column,) = compile_arrays([s.ite(n, s.const(5, 8), s.const(7, 8))])({"n": np.array([True, False])}, np.zeros(2, dtype=np.uint64))  # pyright: ignore
    assert integers(column) == [5, 7]


@given(st.integers(1, 300), st.data())
def test_split_and_join(width: int, data: st.DataObject) -> None:
    value = data.draw(st.integers(0, (1 << width) - 1))
    assert join(split(value, width)) == value
    assert len(split(value, width)) == (width + 63) // 64
