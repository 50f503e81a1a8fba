"""Words as SMT-LIB text and as z3 expressions."""

from __future__ import annotations

import random

import bitwuzla
import pytest
import z3
from hypothesis import given, note, settings
from hypothesis import strategies as st
from word_trees import CHEAP, OPEN, PURE, Step, build, environments, reproducer, steps

from semantics import simplify as s
from semantics.memory_image import MemoryImage
from semantics.run.ints import evaluate
from semantics.run.smtlib import Query, SymbolError, render, symbol
from semantics.run.z3 import to_z3
from semantics.words import Word, intern, topological

X, Y, N = s.var("x0", 64), s.var("x1", 64), s.var("n", 1)


def eq(left: Word, right: Word) -> Word:
    return intern("eq", 1, (left, right))


def by_bitwuzla(text: str) -> bitwuzla.Result:
    parser = bitwuzla.Parser(bitwuzla.TermManager(), bitwuzla.Options())
    parser.parse(text, True, False)
    return parser.bitwuzla().check_sat()


def logic(*asserts: Word) -> str:
    return render(asserts).splitlines()[0]


def test_a_small_query_in_full() -> None:
    text = render([s.ult(X, Y), s.eq(X, Y + 1)], values={"sum": X + Y, "x0": X})
    assert text == (
        "(set-logic QF_BV)\n"
        "(declare-const x0 (_ BitVec 64))\n"
        "(declare-const x1 (_ BitVec 64))\n"
        "(define-fun t0 () Bool (bvult x0 x1))\n"
        "(define-fun t1 () (_ BitVec 64) (bvadd x1 #x0000000000000001))\n"
        "(define-fun t2 () Bool (= x0 t1))\n"
        "(define-fun t3 () (_ BitVec 64) (bvadd x0 x1))\n"
        "(declare-const sum (_ BitVec 64))\n"
        "(assert (= sum t3))\n"
        "(assert t0)\n"
        "(assert t2)\n"
        "(check-sat)\n"
    )


def test_the_logic_is_the_smallest_that_fits() -> None:
    load, call = s.load(X, 8), s.uf("f", 64, [X])
    assert logic(s.eq(X, Y)) == "(set-logic QF_BV)"
    assert logic(s.eq(X, load)) == "(set-logic QF_ABV)"
    assert logic(s.eq(X, call)) == "(set-logic QF_UFBV)"
    assert logic(s.eq(call, load)) == "(set-logic QF_AUFBV)"


def test_truth_values_stay_truth_values() -> None:
    text = render([s.ite(s.ult(X, Y), s.slt(X, Y) ^ N, s.eq(X, s.const(3, 64)) & N)])
    assert "#b0" not in text
    assert text.count("(= n #b1)") == 2


def test_shared_subterms_are_printed_once() -> None:
    word = X
    for _ in range(300):
        word = s.mul(word, word) ^ Y
    text = render([s.ult(word, Y)])
    assert text.count("bvmul") == text.count("bvxor") == 300
    assert len(text) < 300 * 200


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("x0", "x0"), ("x0.old", "x0.old"), ("a b", "|a b|"), ("0x", "|0x|"), ("x'", "|x'|"), (".x", "|.x|"), ("@x", "|@x|")],
)
def test_symbols_are_quoted_where_needed(name: str, wanted: str) -> None:
    assert symbol(name) == wanted


@pytest.mark.parametrize("name", ["", "a|b", "a\\b", "let", "and", "bvadd", "a\nb", "é"])
def test_names_that_cannot_be_symbols_are_refused(name: str) -> None:
    with pytest.raises(SymbolError):
        symbol(name)


@pytest.mark.parametrize("name", ["t0", "t17", "mem", "mem_", "f.64.64", "a b", "true_", "t"])
def test_inputs_may_be_called_like_our_own_symbols(name: str) -> None:
    word = s.var(name, 64)
    asserts = [s.eq(s.load(word, 8) + word, s.uf("f", 64, [word])), s.ult(word, s.const(9, 64)), s.ult(s.const(7, 64), word)]
    text = render(asserts, values={"t1": word + 1})
    solver = z3.Solver()
    solver.from_string(text)
    assert solver.check() == z3.sat
    model = solver.model()
    assert {d.name(): model[d].as_long() for d in model.decls() if d.name() in (name, "t1") and d.arity() == 0} == {name: 8, "t1": 9}
    assert by_bitwuzla(render(asserts, values={"t1": word + 1}, check=False)) == bitwuzla.Result.SAT


def test_clashes_are_refused() -> None:
    narrow = s.var("x0", 32)
    with pytest.raises(SymbolError):
        render([s.eq(X, Y), s.eq(narrow, s.const(1, 32))])
    with pytest.raises(SymbolError):
        render([s.eq(X, Y)], values={"x0": Y})
    with pytest.raises(SymbolError):
        render([X])
    query = Query()
    query.value("r", X)
    with pytest.raises(SymbolError):
        query.value("r", Y)


def test_declared_inputs_appear_without_a_use() -> None:
    query = Query()
    query.declare(X, N)
    assert query.text() == "(set-logic QF_BV)\n(declare-const x0 (_ BitVec 64))\n(declare-const n (_ BitVec 1))\n(check-sat)\n"


def test_functions_of_one_name_and_different_types_are_different() -> None:
    calls = [s.uf("f", 64, [X]), s.uf("f", 64, [X, Y]), s.zext(s.uf("f", 32, [X]), 64)]
    text = render([s.eq(calls[0], calls[1]), s.eq(calls[1], calls[2])], check=False)
    assert text.count("declare-fun") == 3
    assert by_bitwuzla(text) == bitwuzla.Result.SAT


def test_equal_arguments_give_equal_results() -> None:
    differ = s.not_(s.eq(s.uf("f", 64, [X]), s.uf("f", 64, [Y])))
    assert by_bitwuzla(render([s.eq(X, Y), differ], check=False)) == bitwuzla.Result.UNSAT
    assert by_bitwuzla(render([differ], check=False)) == bitwuzla.Result.SAT


def test_a_load_is_little_endian_and_wraps() -> None:
    whole, byte = s.load(X, 8), s.load(X + 7, 1)
    wrong = s.not_(s.eq(s.extract(intern("zext", 65, (whole,)), 56, 8), byte))
    assert by_bitwuzla(render([wrong], check=False)) == bitwuzla.Result.UNSAT
    at_end, at_start = s.load(s.const(-4, 64), 8), s.load(s.const(0, 64), 4)
    raw = intern("eq", 1, (intern("extract", 32, (at_end,), (32,)), at_start))
    assert by_bitwuzla(render([intern("not", 1, (raw,))], check=False)) == bitwuzla.Result.UNSAT


@settings(max_examples=60, deadline=None)
@given(steps(CHEAP, 10), st.integers(0, 1 << 32))
def test_models_show_what_evaluation_gives(drawn: list[Step], seed: int) -> None:
    roots = build(drawn, (64, 32, 1))
    (env,) = environments(roots, random.Random(seed), 1)
    fixed = [eq(s.var(n, int(n[1:])), s.const(v, int(n[1:]))) for n, v in env.items()]
    text = render(fixed, values={f"r{i}": root for i, root in enumerate(roots)})
    note(text)
    solver = z3.Solver()
    solver.from_string(text)
    assert solver.check() == z3.sat
    model = solver.model()
    got = {d.name(): model[d].as_long() for d in model.decls()}
    assert [got[f"r{i}"] for i in range(len(roots))] == evaluate(roots, env, MemoryImage().read)


@settings(max_examples=60, deadline=None)
@given(steps((*PURE, *OPEN), 10), st.integers(0, 1 << 32))
def test_bitwuzla_agrees_with_evaluation(drawn: list[Step], seed: int) -> None:
    root = build(drawn, (64, 8, 1))[-1]
    if any(word.op in OPEN for word in topological([root])):
        assert by_bitwuzla(render([eq(root, root)], check=False)) == bitwuzla.Result.SAT
        return
    (env,) = environments([root], random.Random(seed), 1)
    (value,) = evaluate([root], env, MemoryImage().read)
    fixed = [eq(s.var(n, int(n[1:])), s.const(v, int(n[1:]))) for n, v in env.items()]
    wrong = intern("not", 1, (eq(root, s.const(value, root.width)),))
    assert by_bitwuzla(render([*fixed, wrong], check=False)) == bitwuzla.Result.UNSAT, reproducer(root)


@settings(max_examples=80, deadline=None)
@given(steps((*CHEAP, *OPEN, *OPEN), 8))
def test_text_and_direct_z3_are_proved_equal(drawn: list[Step]) -> None:
    root = build(drawn, (64, 8))[-1]
    solver = z3.Solver()
    solver.set("timeout", 5000)
    solver.from_string(render([], values={"result": root}))
    solver.add(z3.BitVec("result", root.width) != to_z3(root))
    assert solver.check() != z3.sat, reproducer(root)


def test_z3_shares_a_cache_and_takes_replacements() -> None:
    cache = {X: z3.BitVecVal(5, 64)}
    assert z3.simplify(to_z3(X + 1, cache)).as_long() == 6
    memory = z3.K(z3.BitVecSort(64), z3.BitVecVal(7, 8))
    assert z3.simplify(to_z3(s.load(X, 2), memory=memory)).as_long() == 0x0707
    doubled = to_z3(s.clz(X), overrides={"clz": lambda word, args: args[0] + args[0]})
    assert z3.simplify(doubled - 2 * z3.BitVec("x0", 64)).as_long() == 0


@pytest.mark.parametrize("op", ["clz", "rbit", "popcount"])
def test_expansions_are_easy_for_solvers(op: str) -> None:
    """clz(x) + clz(~x) style facts at 64 bits: a clumsy expansion would not be decided at all."""
    make = {"clz": s.clz, "rbit": s.rbit, "popcount": s.popcount}[op]
    wrong = {
        "clz": s.ult(s.const(64, 64), make(X)),
        "rbit": s.not_(s.eq(s.bit(make(X), 0), s.bit(X, 63))),
        "popcount": s.ult(s.const(64, 64), make(X)),
    }[op]
    assert by_bitwuzla(render([wrong], check=False)) == bitwuzla.Result.UNSAT
