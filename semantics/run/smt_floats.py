"""Queries with the theory of floating-point numbers: every call that SMT-LIB can express means what it does on the machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from semantics.fp.theory import Theory
from semantics.run.functions import has_functions
from semantics.run.smtlib import Query
from semantics.words import Word


def render_floats(asserts: Sequence[Word], *, values: Mapping[str, Word] | None = None, check: bool = True) -> str:
    """As :func:`semantics.run.smtlib.render`: each call that the theory can express means what it does on the machine."""
    theory, query = Theory(), Query()
    names = list(values or {})
    told = theory.told([*asserts, *(values or {}).values()])
    for word in (*told[: len(asserts)], *theory.lemmas):
        query.assert_(word)
    for name, word in zip(names, told[len(asserts) :], strict=True):
        query.value(name, word)
    for name, word in theory.operands.items():
        query.value(name, word)
    query.declare(*theory.numbers)
    head, _, text = query.text(check=False).partition("\n")
    demands = "".join(f"(assert {demand})\n" for demand in theory.demands)
    end = "(check-sat)\n" if check else ""
    return f"{head.replace('BV)', 'BVFP)')}\n{text}{demands}{end}"


def leaves_open(asserts: Sequence[Word]) -> bool:
    """Whether some function is left open even so, because the theory cannot express it."""
    return has_functions(Theory().told(asserts))
