"""Every interpreter of every operation against its definition: all values at 4 and 8 bits, samples above."""

from __future__ import annotations

import random
from functools import cache
from itertools import product

import bitwuzla
import numpy as np
import pytest
import z3
from hypothesis import given, settings
from hypothesis import strategies as st
from word_trees import columns, environments, integers

from semantics.memory_image import MemoryImage
from semantics.ops import OPS, signed
from semantics.run.arrays import compile_arrays
from semantics.run.ints import compile_words, evaluate
from semantics.run.smtlib import render
from semantics.run.z3 import to_z3
from semantics.words import Word, intern, variables

NO_MEMORY = MemoryImage().read


def var(name: str, width: int) -> Word:
    return intern("var", width, (), (name,))


def const(value: int, width: int) -> Word:
    return intern("const", width, (), (value & ((1 << width) - 1),))


@cache
def applications(width: int) -> dict[str, Word]:
    """Each closed operation, in all its shapes, on two inputs of ``width`` bits and a one-bit input."""
    a, b, f = var("a", width), var("b", width), var("f", 1)
    ones = (1 << width) - 1
    found = {op: intern(op, width, (a, b)) for op in ("and", "or", "xor", "mul", "udiv", "sdiv", "shl", "lshr", "ashr")}
    found |= {f"{op}3": intern(op, width, (a, b, const(0x5A5A5 >> width % 3, width))) for op in ("and", "or", "xor")}
    found |= {op: intern(op, width, (a,)) for op in ("not", "clz", "rbit", "popcount")}
    found |= {op: intern(op, 1, (a, b)) for op in ("eq", "ult", "slt")}
    found |= {f"{op} constant": intern(op, width, (a, const(5, width))) for op in ("shl", "lshr", "ashr", "udiv", "sdiv", "mul")}
    found |= {f"{op} of constant": intern(op, width, (const(-3, width), b)) for op in ("shl", "lshr", "ashr", "udiv", "sdiv")}
    found |= {f"lin{c:x}": intern("lin", width, (a, b), ((c & ones, 1), 3 & ones)) for c in (1, 6, ones, ones // 2 + 1)}
    found["lin0"] = intern("lin", width, (), ((), 2 & ones))
    found["ite"] = intern("ite", width, (f, a, b))
    found["ite of comparison"] = intern("ite", width, (intern("ult", 1, (a, b)), b, const(1, width)))
    found["concat"] = intern("concat", 2 * width + 1, (a, f, b))
    found["concat with constant"] = intern("concat", width + 3, (const(5, 3), b))
    found["zext"], found["sext"] = intern("zext", width + 5, (a,)), intern("sext", width + 5, (a,))
    found["zext1"], found["sext1"] = intern("zext", width, (f,)), intern("sext", width, (f,))
    found["sext far"] = intern("sext", 2 * width + 70, (a,))
    for low in range(0, width, max(width // 8, 1)):
        for size in {1, (width - low + 1) // 2, width - low}:
            found[f"extract {low} {size}"] = intern("extract", size, (a,), (low,))
    for op in ("and", "or", "xor", "eq", "ult", "slt", "mul", "udiv", "sdiv", "shl", "lshr", "ashr"):
        found[f"{op} of bits"] = intern(op, 1, (f, intern("ult", 1, (a, b))))
    for op in ("not", "clz", "rbit", "popcount"):
        found[f"{op} of a bit"] = intern(op, 1, (f,))
    found["lin of bits"] = intern("lin", 1, (f, intern("eq", 1, (a, b))), ((1, 1), 1))
    found["ite of bits"] = intern("ite", 1, (f, intern("slt", 1, (a, b)), intern("eq", 1, (a, b))))
    return found


def test_every_closed_operation_is_applied() -> None:
    closed = {name for name, op in OPS.items() if op.evaluate is not None} - {"const"}
    assert closed == {word.op for word in applications(4).values()}


def all_environments(root: Word, width: int) -> list[dict[str, int]]:
    """Every value of every input of ``root``."""
    used = sorted(variables([root]))
    ranges = [range(2 if name == "f" else 1 << width) for name in used]
    return [dict(zip(used, values, strict=True)) for values in product(*ranges)]


def check_columns(roots: list[Word], envs: list[dict[str, int]]) -> None:
    """The compiled function and the arrays give what the definitions give."""
    run, run_arrays = compile_words(roots), compile_arrays(roots)
    seeds = np.zeros(len(envs), dtype=np.uint64)
    got = [integers(column) for column in run_arrays(columns(roots, envs), seeds)]
    for i, env in enumerate(envs):
        wanted = evaluate(roots, env, NO_MEMORY)
        assert list(run(env, NO_MEMORY)) == wanted, env
        for root, value, column in zip(roots, wanted, got, strict=True):
            assert column[i] == value, f"{root!r} under {env}"


@pytest.mark.parametrize("name", applications(4))
def test_ints_and_arrays_agree_on_all_4_bit_values(name: str) -> None:
    root = applications(4)[name]
    check_columns([root], all_environments(root, 4))


@pytest.mark.parametrize("name", [name for name in applications(8) if "bit" not in name])
def test_ints_and_arrays_agree_on_all_8_bit_values(name: str) -> None:
    root = applications(8)[name]
    check_columns([root], all_environments(root, 8))


@settings(max_examples=15, deadline=None)
@given(st.sampled_from([1, 3, 16, 31, 32, 33, 63, 64, 65, 96, 127, 128, 129]), st.integers(0, 1 << 32))
def test_ints_and_arrays_agree_on_samples(width: int, seed: int) -> None:
    roots = list(applications(width).values())
    check_columns(roots, environments(roots, random.Random(seed), 40))


@pytest.mark.parametrize("name", applications(4))
def test_both_solver_forms_agree_on_all_4_bit_values(name: str) -> None:
    root = applications(4)[name]
    printed = _printed(root)
    built = to_z3(root)
    inputs = {"a": z3.BitVec("a", 4), "b": z3.BitVec("b", 4), "f": z3.BitVec("f", 1)}
    for env in all_environments(root, 4):
        (wanted,) = evaluate([root], env, NO_MEMORY)
        here = [(inputs[name], z3.BitVecVal(value, inputs[name].size())) for name, value in env.items()]
        for form in (printed, built):
            assert z3.simplify(z3.substitute(form, *here) if here else form).as_long() == wanted, (env, form)


def _printed(root: Word) -> z3.ExprRef:
    """What z3 reads in the printed text: the right side of the equation for the value."""
    (equation,) = z3.parse_smt2_string(render([], values={"value": root}))
    left, right = equation.children()
    return right if str(left) == "value" else left


@pytest.mark.parametrize("width", [1, 2, 3, 5, 8, 16, 33, 64, 128])
@pytest.mark.parametrize("op", ["clz", "rbit", "popcount"])
def test_expansions_are_proved_equal(op: str, width: int) -> None:
    if op == "popcount" and width > 33:
        pytest.skip("adder trees of this size take a solver minutes; sampled below")
    root = intern(op, width, (var("a", width),))
    solver = z3.Solver()
    solver.add(_printed(root) != to_z3(root))
    assert solver.check() == z3.unsat


@settings(max_examples=10, deadline=None)
@given(st.sampled_from([16, 24, 32, 64, 65, 100, 128]), st.integers(0, 1 << 32))
def test_solver_forms_agree_on_samples(width: int, seed: int) -> None:
    for root in applications(width).values():
        (env,) = environments([root], random.Random(seed), 1)
        here = [(z3.BitVec(n, w.width), z3.BitVecVal(env[n], w.width)) for n, w in variables([root]).items()]
        (wanted,) = evaluate([root], env, NO_MEMORY)
        for form in (_printed(root), to_z3(root)):
            value = z3.simplify(z3.substitute(form, *here) if here else form)
            assert value.as_long() == wanted, (root, env)


@pytest.mark.parametrize("width", [4, 7, 64])
def test_bitwuzla_reads_the_text_and_agrees(width: int) -> None:
    roots = list(applications(width).values())
    for env in environments(roots, random.Random(width), 3):
        values = evaluate(roots, env, NO_MEMORY)
        given_inputs = [intern("eq", 1, (var(n, 1 if n == "f" else width), const(v, 1 if n == "f" else width))) for n, v in env.items()]
        wrong = [intern("not", 1, (intern("eq", 1, (r, const(v, r.width))),)) for r, v in zip(roots, values, strict=True)]
        assert _bitwuzla(render(given_inputs, check=False)) == bitwuzla.Result.SAT
        assert _bitwuzla(render([*given_inputs, intern("or", 1, tuple(wrong))], check=False)) == bitwuzla.Result.UNSAT


def _bitwuzla(text: str) -> bitwuzla.Result:
    parser = bitwuzla.Parser(bitwuzla.TermManager(), bitwuzla.Options())
    parser.parse(text, True, False)
    return parser.bitwuzla().check_sat()


# --- the definitions themselves, where the Arm manual or a textbook gives a value -----------------

VALUES = [
    ("udiv", 64, (7, 0), 0),
    ("sdiv", 64, (7, 0), 0),
    ("sdiv", 64, (1 << 63, (1 << 64) - 1), 1 << 63),
    ("sdiv", 8, (0xF9, 2), 0xFD),  # -7 / 2 = -3, towards zero
    ("shl", 32, (1, 32), 0),
    ("lshr", 32, (0x80000000, 40), 0),
    ("ashr", 32, (0x80000000, 40), 0xFFFFFFFF),
    ("ashr", 32, (0x40000000, 40), 0),
    ("clz", 32, (0,), 32),
    ("clz", 64, (1,), 63),
    ("rbit", 8, (0b00010110,), 0b01101000),
    ("popcount", 64, ((1 << 64) - 1,), 64),
    ("slt", 1, (0x80, 0x7F), 1),
    ("ult", 1, (0x80, 0x7F), 0),
    ("sext", 16, (0x80,), 0xFF80),
    ("zext", 16, (0x80,), 0x80),
    ("concat", 16, (0x12, 0x34), 0x1234),
]


@pytest.mark.parametrize(("op", "width", "args", "wanted"), VALUES)
def test_definitions(op: str, width: int, args: tuple[int, ...], wanted: int) -> None:
    argument = 8 if op in ("slt", "ult", "sext", "zext", "concat") else width
    word = intern(op, width, tuple(const(arg, argument) for arg in args))
    assert evaluate([word], {}, NO_MEMORY) == [wanted]


def test_signed_reads_twos_complement() -> None:
    assert [signed(v, 3) for v in range(8)] == [0, 1, 2, 3, -4, -3, -2, -1]
