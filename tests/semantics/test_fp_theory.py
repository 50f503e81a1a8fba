"""What solvers are told of floating-point functions against what the functions compute, on concrete operands."""

from __future__ import annotations

import zlib
from random import Random

import pytest
from fp_corners import instructions, operand

from semantics import simplify as s
from semantics.fp.functions import function
from semantics.fp.theory import Theory
from semantics.run.smt_floats import render_floats
from semantics.words import Word
from verifier.solving.engines import ENGINES

TABLE = instructions() | {f"fp:mul.f{width}.rz": ("", (width, width), width) for width in (32, 64)}
TOLD = [
    name
    for name, (_, widths, width) in TABLE.items()
    if Theory().told([s.uf(name, width, [s.var(f"a{i}", w) for i, w in enumerate(widths)])])[0].op != "uf"
]
CASES = 20


def equations(name: str, count: int, *, wrong: int | None = None) -> list[Word]:
    """The function's values at operands that are inputs with equations, so that solvers cannot fold them beforehand."""
    _, widths, width = TABLE[name]
    random, evaluate, found = Random(zlib.crc32(name.encode())), function(name), list[Word]()
    assert evaluate is not None
    integer = name.startswith(("fp:convert.s", "fp:convert.u"))
    for i in range(count):
        values: list[int] = []
        for w in widths:
            values.append(operand(random, w, integer, values[-1] if values else None))
        args = [s.const(value, w) for value, w in zip(values, widths, strict=True)]
        found.append(s.eq(s.uf(name, width, args), s.const(evaluate(values) ^ (i == wrong), width)))
    return found


def test_most_functions_are_told() -> None:
    left = {name.removeprefix("fp:").split(".")[0] for name in TABLE if name not in TOLD}
    assert left == {"recpe", "rsqrte", "jcvt", "convert"}
    assert not [name for name in TABLE if name not in TOLD and "convert" in name and "q" not in name]


@pytest.mark.parametrize("name", TOLD)
def test_solvers_are_told_what_is_computed(name: str) -> None:
    """The values are the only ones: no other is possible, and these are."""
    equal = equations(name, CASES)
    assert ENGINES["bitwuzla"].solve(render_floats([~s.and_(*equal)], check=False), {}).status == "unsat"
    assert ENGINES["bitwuzla"].solve(render_floats(equal, check=False), {}).status == "sat"


@pytest.mark.parametrize(
    "name", ["fp:add.f32.rne", "fp:fma.f32.rne", "fp:convert.f64.s32.rna", "fp:rint.f64.rp", "fp:convert.f64.f16.rne", "fp:mulx.f16.rne"]
)
def test_the_engines_agree(name: str) -> None:
    query = render_floats([~s.and_(*equations(name, 8))], check=False)
    assert {engine: ENGINES[engine].solve(query, {}).status for engine in ("z3", "bitwuzla")} == {"z3": "unsat", "bitwuzla": "unsat"}


@pytest.mark.parametrize("name", ["fp:add.f32.rne", "fp:sqrt.f64.rne", "fp:convert.f32.u64.rz"])
def test_a_wrong_value_is_noticed(name: str) -> None:
    query = render_floats([~s.and_(*equations(name, 5, wrong=3))], check=False)
    assert ENGINES["bitwuzla"].solve(query, {}).status == "sat"


def test_models_can_be_read() -> None:
    x = s.var("x", 32)
    total = s.uf("fp:add.f32.rne", 32, [x, s.const(0x3F800000, 32)])
    query = render_floats([s.eq(total, s.const(0x40400000, 32))], values={"x": x, "sum": total}, check=False)
    for engine in ("z3", "bitwuzla"):
        values = ENGINES[engine].solve(query, {"x": 32, "sum": 32}).values
        assert values["sum"] == 0x40400000 == function_of_sum((values["x"], 0x3F800000))


def function_of_sum(operands: tuple[int, int]) -> int:
    evaluate = function("fp:add.f32.rne")
    assert evaluate is not None
    return evaluate(operands)


def test_sums_are_one_number_in_either_order() -> None:
    a, b, theory = s.var("a", 64), s.var("b", 64), Theory()
    theory.told([s.uf("fp:add.f64.rne", 64, pair) for pair in ([a, b], [b, a])])
    assert len(theory.numbers) == 1
    theory.told([s.uf("fp:sub.f64.rne", 64, pair) for pair in ([a, b], [b, a])])
    assert len(theory.numbers) == 3


def test_a_function_that_cannot_be_told_stays_open() -> None:
    x = s.var("x", 64)
    query = render_floats([s.eq(s.uf("fp:recpe.f64", 64, [x]), s.uf("other", 64, [x]))])
    assert "fp:recpe.f64" in query and query.startswith("(set-logic QF_UFBVFP)") and query.endswith("(check-sat)\n")
