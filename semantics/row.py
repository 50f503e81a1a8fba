"""Rows: one declaration per instruction encoding, from which everything else derives.

A row is a syntax template, an encoding bit string and a pure function from operand values to
simultaneous writes::

    @insn("adds {d:R}, {n:R}, {m:shifted}", "sf 0 1 01011 shift:2 0 m:5 imm6:6 n:5 d:5")
    def adds_shifted(n: Word, m: Word) -> Writes:
        return {"d": n + m, "nzcv": add_flags(n, m)}

The function's parameters name placeholders of the template and receive their values; ``flags`` and ``mem``
are the incoming flags and the memory. The keys of its result are placeholders, ``nzcv``, ``mem`` (a list of
stores) and ``branch``. A row without a function is syntax and encoding only; its meaning comes from VEX.
"""

from __future__ import annotations

import hashlib
import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

from grammars.operands import Operand, Symbol
from semantics.errors import SemanticsError, UnsupportedInstruction
from semantics.operands.base import Fields, Kind, Matching, Mismatch
from semantics.operands.table import kind
from semantics.state import Exit, Flags, State
from semantics.words import Word

type Store = tuple[Word, Word]  # address, value
type Writes = dict[str, Word | Flags | list[Store] | Exit]
type Semantics = Callable[..., Writes]

PLACEHOLDER = re.compile(r"\{(\w+):(\w+)\}")


@dataclass(frozen=True, slots=True)
class Encoding:
    """A parsed encoding bit string: fixed bits, and the fields with their positions.

    A field may stand in several places (``sf`` twice means that both bits are equal).
    """

    mask: int
    value: int
    fields: Mapping[str, tuple[tuple[int, int], ...]]  # name -> (low bit, width) of each place

    @classmethod
    def parse(cls, text: str) -> Encoding:
        """Read ``"sf 0 01 imm6:6 ..."``; raises SemanticsError unless it has 32 bits."""
        mask = value = 0
        places: dict[str, tuple[tuple[int, int], ...]] = {}
        position = 32
        for item in text.split():
            if set(item) <= {"0", "1"}:
                position -= len(item)
                mask |= ((1 << len(item)) - 1) << position
                value |= int(item, 2) << position
                continue
            name, _, width = item.partition(":")
            bits = int(width or 1)
            position -= bits
            places[name] = (*places.get(name, ()), (position, bits))
        if position:
            raise SemanticsError(f"encoding {text!r} has {32 - position} bits")
        return cls(mask, value, places)

    def encode(self, fields: Fields) -> int:
        """The 32-bit instruction word."""
        code = self.value
        for name, places in self.fields.items():
            for low, _ in places:
                code |= fields[name] << low
        return code

    def decode(self, code: int) -> Fields | None:
        """The fields of ``code``, or None if it does not match."""
        if code & self.mask != self.value:
            return None
        fields: Fields = {}
        for name, places in self.fields.items():
            for low, width in places:
                if fields.setdefault(name, code >> low & ((1 << width) - 1)) != code >> low & ((1 << width) - 1):
                    return None
        return fields


def always(fields: Fields) -> bool:
    """No constraint."""
    return True


@dataclass(frozen=True, eq=False)
class Row:
    """One encoding of one instruction.

    Attributes:
        template: syntax, for example ``"add {d:R}, {n:R}, {m:shifted}"``.
        pattern: the encoding bit string, 32 bits.
        function: the meaning, or None for a row whose meaning comes from VEX.
        constraint: extra condition on the fields for an allocated, predictable encoding.
        reason: what to say when the constraint fails.
        extra: constants for the function.
        ordered: an ordered, exclusive, barrier, hint or system instruction: known by name and encoding only, never
            given a meaning, never rewritten or moved across.
        cumulative: it may set FPSR's cumulative bits (saturation, floating-point exceptions), which are no location of
            ours: where fpsr is live, the row's function is not the whole meaning.
    """

    template: str
    pattern: str
    function: Semantics | None
    constraint: Callable[[Fields], bool] = always
    reason: str = "unallocated or unpredictable encoding"
    extra: Mapping[str, int] = field(default_factory=dict[str, int])
    ordered: bool = False
    cumulative: bool = False

    @cached_property
    def mnemonic(self) -> str:
        """The mnemonic, in lower case."""
        return self.template.partition(" ")[0]

    @cached_property
    def encoding(self) -> Encoding:
        """The parsed bit string."""
        return Encoding.parse(self.pattern)

    @cached_property
    def placeholders(self) -> tuple[tuple[str, Kind], ...]:
        """Placeholder names and their kinds, in order of writing."""
        return tuple((name, kind(kind_name)) for name, kind_name in PLACEHOLDER.findall(self.template))

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """Parameter names of the function."""
        return tuple(inspect.signature(self.function).parameters) if self.function else ()

    @cached_property
    def name(self) -> str:
        """A unique, stable name: the template."""
        return self.template

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the row's declaration and the source of its function."""
        source = inspect.getsource(self.function) if self.function else ""
        text = "\n".join((self.template, self.pattern, source, repr(sorted(self.extra.items()))))
        return hashlib.sha256(text.encode()).hexdigest()

    def match(self, operands: Sequence[Operand]) -> tuple[Fields, Symbol | None]:
        """Fields and relocated symbol of these operands; raises :class:`Mismatch`."""
        matching = Matching(operands)
        for name, operand_kind in self.placeholders:
            operand_kind.match(name, matching)
        if matching.at < len(operands):
            raise Mismatch("unexpected operand", matching.at)
        for name, operand_kind in self.placeholders:
            if not operand_kind.valid(name, matching.fields):
                raise Mismatch(operand_kind.reason, max(len(operands) - 1, 0), close=True)
        if not self.constraint(matching.fields):
            raise Mismatch(self.reason, max(len(operands) - 1, 0), close=True)
        return matching.fields, matching.symbol

    def valid(self, fields: Fields) -> bool:
        """Whether the fields are an allocated, predictable encoding."""
        return all(k.valid(name, fields) for name, k in self.placeholders) and self.constraint(fields)

    @property
    def may_set_fpsr(self) -> bool:
        """Whether it may set cumulative bits of FPSR: where it is not known, it may."""
        return self.cumulative or self.function is None

    @property
    def element(self) -> int | None:
        """Bytes in an element, for a load or store of structures: these are transferred one by one, whatever is written at once."""
        return self.extra["width"] // 8 if "structure" in self.extra else None

    @property
    def shape(self) -> str:
        """One letter for each operand, modifiers left out, see :func:`shape_of`."""
        return "".join(operand_kind.shape for _, operand_kind in self.placeholders)

    def render(self, fields: Fields, symbol: Symbol | None) -> tuple[Operand, ...]:
        """The operands that denote these fields."""
        return tuple(o for name, k in self.placeholders for o in k.render(name, fields, symbol))

    def run(self, fields: Fields, symbol: Symbol | None, state: State) -> None:
        """Execute on a symbolic state: read everything, then write everything."""
        if self.ordered:
            raise UnsupportedInstruction(self.mnemonic, ORDERED)
        if self.function is None:
            raise SemanticsError(f"{self.template} has no meaning of its own")
        writes = self.function(**{p: self._argument(p, fields, symbol, state) for p in self.parameters})
        for target in (key for key in writes if key in ("mem", "nzcv", "branch")):
            _apply(target, writes[target], state)
        for name, operand_kind in self.placeholders:
            operand_kind.finish(name, fields, symbol, state)
            word = writes.get(name)
            if isinstance(word, Word):
                operand_kind.assign(name, fields, state, word)

    def _argument(self, parameter: str, fields: Fields, symbol: Symbol | None, state: State) -> Any:
        if parameter == "flags":
            return state.flags
        if parameter == "mem":
            return state
        if parameter in self.extra:
            return self.extra[parameter]
        for name, operand_kind in self.placeholders:
            if name == parameter:
                return operand_kind.value(name, fields, symbol, state)
        return fields[parameter]


def _apply(target: str, value: Word | Flags | list[Store] | Exit, state: State) -> None:
    if isinstance(value, Flags):
        for flag, word in zip("nzcv", value, strict=True):
            state.set(flag, word)
    elif isinstance(value, list):
        for address, word in value:
            state.store(address, word)
    elif isinstance(value, Exit):
        state.exit = value
        if value.kind == "call":
            state.set("x30", state.return_address)
    else:
        raise SemanticsError(f"a row wrote {target} with a plain word")


ORDERED = "an ordered, exclusive, barrier, hint or system instruction"

ROWS: list[Row] = []
NOTHING: Mapping[str, int] = MappingProxyType({})


def insn(
    template: str,
    pattern: str,
    *,
    constraint: Callable[[Fields], bool] = always,
    reason: str = "unallocated or unpredictable encoding",
    constants: Mapping[str, int] = NOTHING,
    **extra: int,
) -> Callable[[Semantics], Semantics]:
    """Declare a row; stack it to give one function several encodings.

    ``constants`` and ``extra`` together are arguments for the function.
    """

    def declare(function: Semantics) -> Semantics:
        ROWS.append(Row(template, pattern, function, constraint, reason, {**constants, **extra}))
        return function

    return declare


def meaning(
    template: str,
    pattern: str,
    function: Semantics,
    *,
    constraint: Callable[[Fields], bool] = always,
    reason: str = "unallocated or unpredictable encoding",
    cumulative: bool = False,
    constants: Mapping[str, int] = NOTHING,
    **extra: int,
) -> Row:
    """A row with a meaning that is not registered: for the groups that are made when first needed.

    ``function`` must be a plain function of its own, not a lambda or closure: its source stands for it in the digest.
    """
    return Row(template, pattern, function, constraint, reason, {**constants, **extra}, cumulative=cumulative)


def syntax(
    template: str,
    pattern: str,
    *,
    constraint: Callable[[Fields], bool] = always,
    reason: str = "unallocated or unpredictable encoding",
    ordered: bool = False,
) -> Row:
    """A row without a meaning of its own: VEX gives it, unless it is ``ordered`` and must be left alone."""
    return Row(template, pattern, None, constraint, reason, ordered=ordered)
