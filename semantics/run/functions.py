"""What a ``uf`` word is in concrete runs: the operation that its name means, or else an arbitrary fixed function."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from semantics.fp.functions import function
from semantics.run.uninterpreted import uninterpreted
from semantics.words import Word, topological


def applied(name: str, width: int, widths: Sequence[int], values: Sequence[int]) -> int:
    """The value of the function ``name`` at ``values`` (of ``widths`` bits), below ``2**width``."""
    evaluate = function(name)
    return evaluate(values) if evaluate is not None else uninterpreted(name, width, widths, values)


def has_arbitrary(roots: Iterable[Word]) -> bool:
    """Whether a function without a meaning occurs below ``roots``: then a difference in a concrete run need not be real."""
    return any(word.op == "uf" and function(str(word.attrs[0])) is None for word in topological(roots))


def has_functions(roots: Iterable[Word]) -> bool:
    """Whether any function occurs below ``roots``: then a solver's model may be one of other functions."""
    return any(word.op == "uf" for word in topological(roots))
