"""Pairs loaded and stored with a hint that they will not be needed again soon (Arm ARM C4.1.94).

For a single thread they mean what ``ldp`` and ``stp`` mean.
"""

from __future__ import annotations

from collections.abc import Iterator

from semantics.isa.load_store import SAME, distinct, load_pair, load_vector_pair, store_pair, store_vector_pair
from semantics.row import Row


def rows() -> Iterator[Row]:
    """Every row of this group."""
    for opc, letter, size in (("00", "W", 4), ("10", "X", 8)):
        operands = f"{{t:{letter}}}, {{t2:{letter}}}, {{a:pair{size}}}"
        constants = {"size": size, "width": 8 * size, "signed": 0}
        yield Row(f"ldnp {operands}", f"{opc} 101 0 000 1 imm7:7 t2:5 n:5 t:5", load_pair, distinct, SAME, constants)
        yield Row(f"stnp {operands}", f"{opc} 101 0 000 0 imm7:7 t2:5 n:5 t:5", store_pair)
    for opc, letter in enumerate("sdq"):
        size = 4 << opc
        operands = f"{{vt:{letter}}}, {{vt2:{letter}}}, {{a:pair{size}}}"
        head, tail = f"{opc:02b} 101 1 000", "imm7:7 vt2:5 n:5 vt:5"
        yield Row(f"ldnp {operands}", f"{head} 1 {tail}", load_vector_pair, distinct, SAME, {"size": size})
        yield Row(f"stnp {operands}", f"{head} 0 {tail}", store_vector_pair)
