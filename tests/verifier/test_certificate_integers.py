"""Words as whole numbers: the terms, evaluated on all values of small widths, are what the operations are defined as."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator, Mapping

import pytest

from semantics import simplify as s
from semantics.run.ints import evaluate
from semantics.words import Word, intern
from verifier.certificates import integers as certificate_integers
from verifier.certificates.integers import Integers, NotArithmetic, Term, render_integers, text_of
from verifier.solvers import Solvers


def run(term: Term, names: Mapping[str, int]) -> int:
    """A term's value, as SMT-LIB defines it; divisors are positive here, or the quotient is not looked at."""
    if isinstance(term, int):
        return term
    if isinstance(term, str):
        return names[term]
    op, *parts = term
    if op == "ite":
        return run(parts[1] if run(parts[0], names) else parts[2], names)
    values = [run(part, names) for part in parts]
    assert op not in ("div", "mod") or values[1] > 0
    return _OPERATORS[op](*values)


_OPERATORS: Mapping[str, Callable[..., int]] = {
    "+": lambda *parts: sum(parts),
    "*": lambda a, b: a * b,
    "-": lambda a, b: a - b,
    "div": lambda a, b: a // b,
    "mod": lambda a, b: a % b,
    "=": lambda a, b: int(a == b),
    "<": lambda a, b: int(a < b),
    "<=": lambda a, b: int(a <= b),
    ">=": lambda a, b: int(a >= b),
    "and": lambda *parts: int(all(parts)),
    "or": lambda *parts: int(any(parts)),
    "xor": lambda *parts: sum(parts) & 1,
}


def values_of(translation: Integers, inputs: Mapping[str, int]) -> dict[str, int]:
    """The value of each definition; what is asserted must hold."""
    names = dict(inputs)
    for kind, name, term in translation.items:
        if kind == "define":
            names[name] = run(term, names)
        else:
            assert run(term, names), term
    return names


def check(word: Word, env: Mapping[str, int]) -> None:
    translation = Integers()
    translation.prepare([word])
    term = translation.value(word)
    inputs = dict[str, int]()
    for name, width in translation.inputs.items():
        base, _, part = name.partition(":")
        value, low = env[base], translation.inputs.get(f"{base}:low", 0)
        inputs[certificate_integers.symbol(name)] = value >> low if part == "high" else value & ((1 << width) - 1)
    got = run(term, values_of(translation, inputs))
    assert got == evaluate([word], env, lambda address, size: 0)[0], (word, env)
    assert got <= translation.most(word)


def words_of(width: int) -> Iterator[Word]:
    x, y = (intern("var", width, (), (name,)) for name in "xy")
    c, ones = intern("var", 1, (), ("c",)), (1 << width) - 1
    constants = [intern("const", width, (), (value & ones,)) for value in (0, 1, 2, 5, -1, -2, 1 << (width - 1))]
    for op in ("mul", "udiv", "sdiv"):
        yield intern(op, width, (x, y))
    for op, k in itertools.product(("and", "or", "xor", "mul", "udiv", "sdiv", "shl", "lshr", "ashr"), constants):
        yield intern(op, width, (x, k))
    for op, k in itertools.product(("and", "or", "xor", "sdiv"), constants):
        yield intern(op, width, (k, x))
    for op in ("eq", "ult", "slt"):
        yield intern(op, 1, (x, y))
    for a, b, k in itertools.product((1, -1, 3), (-1, 0, 2), (0, 1, -2)):
        yield intern("lin", width, (x, y), ((a & ones, b & ones), k & ones))
    for part in range(1, width + 1):
        for low in range(width - part + 1):
            yield intern("extract", part, (x,), (low,))
            yield intern("extract", part, (intern("lin", width, (x, y), ((1, ones), 3 & ones)),), (low,))
            yield intern("extract", part, (intern("mul", width, (x, y)),), (low,))
    yield intern("zext", width + 2, (x,))
    yield intern("sext", width + 2, (x,))
    yield intern("sdiv", width + 2, (intern("sext", width + 2, (x,)), intern("sext", width + 2, (y,))))
    yield intern("slt", 1, (intern("sext", width + 2, (x,)), intern("zext", width + 2, (y,))))
    yield intern("concat", 2 * width, (x, y))
    yield intern("ite", width, (c, x, y))
    yield intern("not", width, (x,))


@pytest.mark.parametrize("width", [1, 2, 3])
def test_terms_mean_what_the_operations_are_defined_as(width: int) -> None:
    for word in words_of(width):
        for x, y, c in itertools.product(range(1 << width), range(1 << width), range(2)):
            check(word, {"x": x, "y": y, "c": c})


def test_logic_of_bits() -> None:
    a, b, c = (intern("var", 1, (), (name,)) for name in "abc")
    for op in ("and", "or", "xor"):
        for values in itertools.product(range(2), repeat=3):
            check(intern(op, 1, (a, b, c)), dict(zip("abc", values, strict=True)))


@pytest.mark.parametrize("seed", range(20))
def test_towers_of_operations_at_real_widths(seed: int) -> None:
    chance = random.Random(seed)
    x, y = (s.var(name, 64) for name in "xy")
    pool = [x, y, s.zext(s.truncate(x, 32), 64), s.sext(s.truncate(y, 32), 64)]
    for _ in range(8):
        a, b, k = chance.choice(pool), chance.choice(pool), s.const(chance.choice((1, 7, 10, 1 << 31, chance.getrandbits(64))), 64)
        shift = s.const(chance.randrange(70), 64)
        makers = [
            lambda a=a, b=b: intern("lin", 64, (a, b), ((1, (1 << 64) - 1), 5)), lambda a=a, k=k: intern("mul", 64, (a, k)),
            lambda a=a, k=k: intern("udiv", 64, (a, k)), lambda a=a, k=k: intern("sdiv", 64, (a, k)),
            lambda a=a, h=shift: intern("ashr", 64, (a, h)), lambda a=a, h=shift: intern("lshr", 64, (a, h)),
            lambda a=a, h=shift: intern("shl", 64, (a, h)), lambda a=a, k=k: intern("and", 64, (a, k)),
            lambda a=a, k=k: intern("xor", 64, (a, k)),
            lambda a=a: intern("sext", 64, (intern("extract", 32, (a,), (chance.choice((0, 7, 32)),)),)),
            lambda a=a, b=b: intern("ite", 64, (intern("slt", 1, (a, b)), b, a)),
        ]  # fmt: skip
        pool.append(chance.choice(makers)())
    for _ in range(5):
        corners = (0, 1, (1 << 64) - 1, 1 << 63, 1 << 31, (1 << 32) - 1, chance.getrandbits(64))
        env = {"x": chance.choice(corners), "y": chance.choice(corners)}
        for word in pool:
            check(word, env)


@pytest.mark.parametrize(
    "word",
    [
        s.var("x", 8) & s.var("y", 8),
        s.shl(s.var("x", 8), s.var("y", 8)),
        s.clz(s.var("x", 8)),
        s.rbit(s.var("x", 8)),
        s.popcount(s.var("x", 8)),
    ],
)
def test_what_is_no_arithmetic_is_refused(word: Word) -> None:
    with pytest.raises(NotArithmetic):
        Integers().value(word)


def test_texts() -> None:
    assert text_of(("+", -3, "x", ("mod", "y", 16))) == "(+ (- 3) x (mod y 16))"
    text = render_integers([s.ult(s.uf("f", 8, [s.var("x", 8)]), s.load(s.var("p", 64), 1))])
    assert text.startswith("(set-logic QF_UFNIA)\n") and text.endswith("(check-sat)\n")


@pytest.fixture(scope="module")
def solvers() -> Iterator[Solvers]:
    with Solvers(jobs=1) as pool:
        yield pool


@pytest.mark.parametrize("divisor", [3, 7, 10, 641])
def test_division_by_a_constant_and_one_that_is_off_by_one(divisor: int, solvers: Solvers) -> None:
    """32 bits by a magic number of 33, the most that is ever needed."""
    x = s.var("x", 32)
    wide, shift = intern("zext", 72, (x,)), 32 + (divisor - 1).bit_length()
    magic = -(-(1 << shift) // divisor)
    for number, status in ((magic, "unsat"), (magic - 1, "sat")):
        product = intern("mul", 72, (wide, intern("const", 72, (), (number,))))
        high = intern("extract", 32, (product,), (shift,))
        quotient = intern("udiv", 32, (x, intern("const", 32, (), (divisor,))))
        query = render_integers([intern("not", 1, (intern("eq", 1, (quotient, high)),))]).removesuffix("(check-sat)\n")
        assert solvers.solve(query, timeout=60, engines=("z3",)).status == status


def test_memory_and_functions_are_functions(solvers: Solvers) -> None:
    p, q = s.var("p", 64), s.var("q", 64)
    two, one = intern("load", 16, (p,), (2,)), intern("load", 8, (intern("lin", 64, (q,), ((1,), 1)),), (1,))
    high = intern("extract", 8, (two,), (8,))
    f, g = (intern("uf", 8, (intern("extract", 8, (word,), (0,)),), ("f",)) for word in (p, q))
    differ, same = intern("not", 1, (intern("eq", 1, (high, one)),)), intern("eq", 1, (p, q))
    apart = intern("not", 1, (intern("eq", 1, (f, g)),))
    for asserted, status in (((differ,), "sat"), ((differ, same), "unsat"), ((apart,), "sat"), ((apart, same), "unsat")):
        query = render_integers(asserted).removesuffix("(check-sat)\n")
        assert solvers.solve(query, timeout=60, engines=("z3",)).status == status
