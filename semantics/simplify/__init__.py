"""Constructors of words: each folds constants and brings its operation to one normal form.

Two computations that differ only in association, in the order of commutative operands, in how a
shift, mask or extension is spelled, or in where a truncation stands come out as the same object,
so that many equivalences need no solver. Each rule is an identity of fixed-width arithmetic; the
rules are fuzzed against the definitions in :mod:`semantics.ops` and against the solver.

Normal forms: sums, differences and multiples by constants are one ``lin``; constant shifts,
rotations, masks and byte swaps are ``concat`` of ``extract``; truncation is pushed to the leaves.

The rules call each other in circles: the low bits of a sum are a sum of low bits, and a sum times a
power of two is low bits beside zeros. So the modules here import each other as modules and look names
up when a rule runs (``slices.extract``); by name they import only :mod:`~semantics.simplify.nodes` and
:mod:`~semantics.simplify.limits`, which stand below all rules. Any of them can be imported first.
"""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any

from semantics.errors import WidthError
from semantics.simplify.addresses import apart, base_and_offset
from semantics.simplify.bitwise import and_, not_, or_, xor
from semantics.simplify.counting import clz, popcount, rbit
from semantics.simplify.decisions import eq, ite, slt, ult
from semantics.simplify.joins import concat, sext, zext
from semantics.simplify.limits import MAX_TERMS
from semantics.simplify.nodes import FALSE, TRUE, const, load, uf, var
from semantics.simplify.quotients import sdiv, udiv
from semantics.simplify.rebuilding import rebuild
from semantics.simplify.shifts import ashr, lshr, ror, shl
from semantics.simplify.slices import bit, extract, truncate
from semantics.simplify.sums import add, linear, linear_form, mul, neg, sub

__all__ = [
    "FALSE", "MAX_TERMS", "TRUE", "WidthError", "add", "and_", "apart", "ashr", "base_and_offset", "bit", "clz", "concat", "const",
    "eq", "extract", "ite", "linear", "linear_form", "load", "lshr", "mul", "neg", "not_", "or_", "popcount", "rbit", "rebuild",
    "ror", "sdiv", "sext", "shl", "slt", "sub", "switched", "truncate", "udiv", "uf", "ult", "var", "xor", "zext",
]  # fmt: skip


_instead: dict[str, Callable[..., Any]] = {}


def _switchable[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """The function, or what stands for it at the moment of the call: tables elsewhere hold on to what is returned here."""
    name = function.__name__

    @wraps(function)
    def build(*args: P.args, **kwargs: P.kwargs) -> R:
        if _instead:
            return _instead.get(name, function)(*args, **kwargs)
        return function(*args, **kwargs)

    return build


apart = _switchable(apart)
base_and_offset = _switchable(base_and_offset)
add = _switchable(add)
linear = _switchable(linear)
linear_form = _switchable(linear_form)
mul = _switchable(mul)
neg = _switchable(neg)
sub = _switchable(sub)
and_ = _switchable(and_)
not_ = _switchable(not_)
or_ = _switchable(or_)
xor = _switchable(xor)
clz = _switchable(clz)
popcount = _switchable(popcount)
rbit = _switchable(rbit)
eq = _switchable(eq)
ite = _switchable(ite)
slt = _switchable(slt)
ult = _switchable(ult)
concat = _switchable(concat)
sext = _switchable(sext)
zext = _switchable(zext)
sdiv = _switchable(sdiv)
udiv = _switchable(udiv)
rebuild = _switchable(rebuild)
ashr = _switchable(ashr)
lshr = _switchable(lshr)
ror = _switchable(ror)
shl = _switchable(shl)
bit = _switchable(bit)
extract = _switchable(extract)
truncate = _switchable(truncate)


@contextmanager
def switched(constructors: Mapping[str, Callable[..., Any]]) -> Generator[None]:
    """Within, words are built by these functions instead of the package's own of the same names (see :mod:`semantics.plain`).

    The rules call each other directly and go on as they are. For one thread: all that is built meanwhile is built so.
    """
    before = dict(_instead)
    _instead.update(constructors)
    try:
        yield
    finally:
        _instead.clear()
        _instead.update(before)
