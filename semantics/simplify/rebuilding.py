"""Every operation built again from new arguments, by its name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from semantics.simplify import bitwise, counting, decisions, joins, quotients, shifts, slices, sums
from semantics.simplify.nodes import load, uf
from semantics.words import Word, intern


def rebuild(op: str, width: int, args: Sequence[Word], attrs: Sequence[int | str | tuple[int, ...]]) -> Word:
    """Construct ``op`` of new arguments through its simplifying constructor (used by substitution)."""
    attr = attrs[0] if attrs else 0
    match op:
        case "const" | "var":
            return intern(op, width, (), tuple(attrs))
        case "lin":
            coefficients, constant = attrs
            assert isinstance(coefficients, tuple) and isinstance(constant, int)
            return sums.linear(list(zip(coefficients, args, strict=True)), constant, width)
        case "load":
            return load(args[0], width // 8)
        case "uf":
            return uf(str(attr), width, args)
        case "extract":
            assert isinstance(attr, int)
            return slices.extract(args[0], attr, width)
        case "zext" | "sext":
            return (joins.zext if op == "zext" else joins.sext)(args[0], width)
        case _:
            return _BUILDERS[op](*args)


_BUILDERS: dict[str, Callable[..., Word]] = {
    **bitwise.CONSTRUCTORS,
    "mul": sums.mul, "udiv": quotients.udiv, "sdiv": quotients.sdiv,
    "shl": shifts.shl, "lshr": shifts.lshr, "ashr": shifts.ashr, "concat": joins.concat,
    "eq": decisions.eq, "ult": decisions.ult, "slt": decisions.slt, "ite": decisions.ite,
    "clz": counting.clz, "rbit": counting.rbit, "popcount": counting.popcount,
}  # fmt: skip
