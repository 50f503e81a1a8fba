"""One instruction word translated by SLEIGH into p-code, as plain immutable values.

Instructions are translated alone and padded. pypcode's objects refer to native memory, so nothing of it leaves here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from typing import TYPE_CHECKING, Any

from semantics.pcode.errors import PcodeError
from semantics.placement import ADDRESS

if TYPE_CHECKING:
    from pypcode import Context


LANGUAGE = "AARCH64:LE:64:v8A"
_PADDING = bytes(12)  # SLEIGH reads ahead


class PcodeMissing(PcodeError):
    """The package pypcode, which is optional, is not installed."""

    def __init__(self) -> None:
        super().__init__("SLEIGH is not installed (pip install pypcode)")


@dataclass(frozen=True, slots=True)
class Varnode:
    """``size`` bytes at ``offset`` of an address space; in the space ``const`` the offset is the value."""

    space: str
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class Op:
    """One p-code operation. LOAD and STORE have lost their first input, the space, which is ``ram``."""

    opcode: str
    output: Varnode | None
    inputs: tuple[Varnode, ...]


@lru_cache(maxsize=4096)
def lift(code: int, address: int = ADDRESS) -> tuple[Op, ...] | None:
    """The p-code of the 32-bit word ``code`` at ``address``, or None if SLEIGH does not decode it as four bytes.

    Raises PcodeMissing without pypcode.
    """
    context = _context()
    from pypcode import BadDataError, UnimplError

    try:
        found = context.translate(code.to_bytes(4, "little") + _PADDING, address, max_instructions=1)
    except (BadDataError, UnimplError):
        return None
    ops = tuple(map(_op, found.ops))
    marks = [op for op in ops if op.opcode == "IMARK"]
    if [mark.inputs for mark in marks] != [(Varnode("ram", address, 4),)] or ops[0] is not marks[0]:
        return None
    return ops[1:]


@cache
def version() -> str:
    """Version of the installed pypcode, without importing it. Raises PcodeMissing."""
    try:
        return installed("pypcode")
    except PackageNotFoundError as error:
        raise PcodeMissing from error


@cache
def _context() -> Context:
    try:
        from pypcode import Context
    except ImportError as error:
        raise PcodeMissing from error
    return Context(LANGUAGE)


def _op(native: Any) -> Op:
    """A copy of a native operation; ``Any`` because pypcode's attributes are untyped."""
    name: str = native.opcode.name
    inputs: list[Any] = list(native.inputs)
    if name in ("LOAD", "STORE"):
        space = inputs.pop(0).getSpaceFromConst().name
        if space != "ram":
            name = f"{name} in {space}"
    return Op(name, _varnode(native.output) if native.output is not None else None, tuple(map(_varnode, inputs)))


def _varnode(native: Any) -> Varnode:
    return Varnode(native.space.name, native.offset, native.size)
