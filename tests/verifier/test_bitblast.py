"""Circuits against the definitions of the operations, for all values of small widths; clauses against both."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence

import pytest

from semantics.ops import OPS
from semantics.run.ints import evaluate
from semantics.words import Word, intern
from verifier.certificates import bitblast
from verifier.certificates.bitblast import Blaster, TooLarge, dimacs
from verifier.certificates.rup import parse_dimacs


def value(blaster: Blaster, bits: Sequence[int], inputs: Mapping[int, int]) -> int:
    """What the literals come to, by the gates, for values of the graph's inputs by node."""
    values = list[int]()
    for node, gate in enumerate(blaster.graph.ands):
        if gate is None:
            values.append(inputs.get(node, 0))
        else:
            a, b = (values[literal >> 1] ^ (literal & 1) for literal in gate)
            values.append(a & b)
    return sum((values[literal >> 1] ^ (literal & 1)) << i for i, literal in enumerate(bits))


def chosen(blaster: Blaster, env: Mapping[str, int]) -> dict[int, int]:
    return {bit >> 1: env[name] >> i & 1 for name, bits in blaster.inputs.items() for i, bit in enumerate(bits)}


def words_of(width: int) -> Iterator[Word]:
    """Every pure operation at a width, with every kind of attribute."""
    x, y, z = (intern("var", width, (), (name,)) for name in "xyz")
    c, ones = intern("var", 1, (), ("c",)), (1 << width) - 1
    for op in ("and", "or", "xor", "mul", "udiv", "sdiv", "shl", "lshr", "ashr"):
        yield intern(op, width, (x, y))
    for op in ("and", "or", "xor"):
        yield intern(op, width, (x, y, z))
    for op in ("not", "clz", "rbit", "popcount"):
        yield intern(op, width, (x,))
    for op in ("eq", "ult", "slt"):
        yield intern(op, 1, (x, y))
    for a, b, k in itertools.product((1, -1, 3), (-1, 2, 5), (0, 1, 6)):
        yield intern("lin", width, (x, y), ((a & ones, b & ones), k & ones))
    yield intern("lin", width, (x, x), ((1, ones), 2 & ones))
    yield intern("concat", 2 * width, (x, y))
    yield intern("concat", 3 * width, (x, y, z))
    yield intern("zext", width + 3, (x,))
    yield intern("sext", width + 3, (x,))
    yield intern("ite", width, (c, x, y))
    yield intern("const", width, (), (5 & ones,))
    for low in range(width):
        yield intern("extract", width - low, (x,), (low,))


def test_every_operation_has_a_circuit() -> None:
    assert set(bitblast._OPERATIONS) == set(OPS)  # pyright: ignore[reportPrivateUsage]
    tested = {word.op for word in words_of(4)}
    assert set(OPS) - tested == {"var", "load", "uf"}


@pytest.mark.parametrize("width", [1, 2, 3, 4])
def test_circuits_compute_what_the_operations_are_defined_as(width: int) -> None:
    for word in words_of(width):
        blaster = Blaster()
        bits = blaster.bits(word)
        names = sorted(blaster.inputs)
        for values in itertools.product(*(range(1 << len(blaster.inputs[name])) for name in names)):
            env = dict(zip(names, values, strict=True))
            assert value(blaster, bits, chosen(blaster, env)) == evaluate([word], env, _nothing)[0], (word, env)


def _nothing(address: int, size: int) -> int:
    return 0


@pytest.mark.parametrize("seed", range(12))
def test_random_words_of_real_widths(seed: int) -> None:
    """Sums of towers of operations on 32 and 64 bits, in corner states."""
    chance = random.Random(seed)
    width = chance.choice((32, 64))
    x, y = (intern("var", width, (), (name,)) for name in "xy")
    pool = [x, y, intern("const", width, (), (chance.choice((1, 7, 31, width, (1 << width) - 1)),))]
    for _ in range(6):
        a, b = chance.choice(pool), chance.choice(pool)
        op = chance.choice(
            ("and", "or", "xor", "mul", "udiv", "sdiv", "shl", "lshr", "ashr", "lin", "clz", "popcount", "ult", "slt", "ite")
        )
        pool.append(_random(op, width, a, b, chance))
    blaster = Blaster()
    bits = [(word, blaster.bits(word)) for word in pool]
    for _ in range(6):
        env = {name: chance.choice((0, 1, 5, width, 1 << (width - 1), (1 << width) - 1, chance.getrandbits(width))) for name in "xy"}
        inputs = chosen(blaster, env)
        for word, literals in bits:
            assert value(blaster, literals, inputs) == evaluate([word], env, _nothing)[0], (word, env)


def _random(op: str, width: int, a: Word, b: Word, chance: random.Random) -> Word:
    match op:
        case "lin":
            return intern("lin", width, (a, b), ((chance.getrandbits(width), (1 << width) - 1), chance.getrandbits(width)))
        case "clz" | "popcount":
            return intern(op, width, (a,))
        case "ult" | "slt":
            return intern(chance.choice(("zext", "sext")), width, (intern(op, 1, (a, b)),))
        case "ite":
            return intern("ite", width, (intern("extract", 1, (a,), (chance.randrange(width),)), b, a))
        case _:
            return intern(op, width, (a, b))


# --- clauses --------------------------------------------------------------------------------------


def models(clauses: Sequence[Sequence[int]], variables: int) -> int:
    """How many assignments satisfy the clauses, by trying all."""
    count = 0
    for values in itertools.product((False, True), repeat=variables):
        count += all(any(values[abs(literal) - 1] == (literal > 0) for literal in clause) for clause in clauses)
    return count


@pytest.mark.parametrize(
    ("op", "solutions"),
    [("ult", 6), ("slt", 6), ("eq", 4)],
)
def test_clauses_have_a_model_for_each_solution(op: str, solutions: int) -> None:
    """Each gate is determined by its inputs, so the models are the solutions: here in two numbers of two bits."""
    x, y = (intern("var", 2, (), (name,)) for name in "xy")
    blaster = Blaster()
    blaster.assert_(intern(op, 1, (x, y)))
    variables, clauses = blaster.clauses()
    assert models(clauses, variables) == solutions


def test_what_is_false_by_construction_is_the_empty_clause() -> None:
    x = intern("var", 8, (), ("x",))
    blaster = Blaster()
    blaster.assert_(intern("ult", 1, (x, x)))
    assert blaster.clauses() == (1, [[]])
    assert dimacs(1, [[]]) == "p cnf 1 1\n0\n"


def test_dimacs_is_read_back() -> None:
    x, y = (intern("var", 3, (), (name,)) for name in "xy")
    blaster = Blaster()
    blaster.assert_(intern("eq", 1, (intern("mul", 3, (x, y)), intern("const", 3, (), (5,)))))
    variables, clauses = blaster.clauses()
    assert parse_dimacs(dimacs(variables, clauses)) == clauses


def satisfiable(*asserted: Word) -> bool:
    """Whether all words can be 1, by a SAT solver."""
    solvers = pytest.importorskip("pysat.solvers", reason="python-sat is not installed")
    blaster = Blaster()
    for word in asserted:
        blaster.assert_(word)
    _, clauses = blaster.clauses()
    if [] in clauses:
        return False
    with solvers.Solver(name="cadical153", bootstrap_with=clauses) as solver:
        return bool(solver.solve())


def _not(word: Word) -> Word:
    return intern("not", 1, (word,))


def _eq(left: Word, right: Word) -> Word:
    return intern("eq", 1, (left, right))


def test_equal_addresses_hold_equal_bytes() -> None:
    p, q = (intern("var", 64, (), (name,)) for name in "pq")
    two = intern("load", 16, (p,), (2,))
    second = intern("load", 8, (intern("lin", 64, (q,), ((1,), 1)),), (1,))
    high = intern("extract", 8, (two,), (8,))
    differ = _not(_eq(high, second))
    assert satisfiable(differ)
    assert not satisfiable(differ, _eq(p, q))
    assert satisfiable(_not(_eq(p, q)), _eq(high, second))


def test_equal_arguments_have_equal_results_and_other_types_are_other_functions() -> None:
    x, y = (intern("var", 8, (), (name,)) for name in "xy")
    f, g = (intern("uf", 8, (word,), ("f",)) for word in (x, y))
    assert satisfiable(_not(_eq(f, g)))
    assert not satisfiable(_not(_eq(f, g)), _eq(x, y))
    wide = intern("uf", 16, (x,), ("f",))
    assert satisfiable(_not(_eq(f, intern("extract", 8, (wide,), (0,)))))
    assert satisfiable(_not(_eq(f, intern("uf", 8, (x,), ("h",)))))


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = (intern("var", 64, (), (name,)) for name in "xy")
    with monkeypatch.context() as patch, pytest.raises(TooLarge, match="1000 gates"):
        patch.setattr(bitblast, "MAX_NODES", 1000)
        Blaster().bits(intern("mul", 64, (x, y)))
    monkeypatch.setattr(bitblast, "MAX_PAIRS", 2)
    blaster = Blaster()
    blaster.assert_(intern("extract", 1, (intern("load", 64, (x,), (8,)),), (0,)))
    with pytest.raises(TooLarge, match="2 pairs"):
        blaster.clauses()
