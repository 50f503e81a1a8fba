"""Sets of live locations with the number of live low bits of each, and their spelling on the command line.

A set is one integer: each location owns a thermometer of slots, one for each width at which assembly language can
name it, and a location that is live in its low ``k`` bits has the slots of all widths up to the first one that
covers ``k``. So union and inclusion are single machine operations on the integers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Self

from semantics.errors import SemanticsError
from semantics.locations import FLAGS, GENERAL, VECTORS

_GENERAL_WIDTHS = (32, 64)
_VECTOR_WIDTHS = (8, 16, 32, 64, 128)
_VECTOR_LETTERS: Mapping[int, str] = dict(zip(_VECTOR_WIDTHS, "bhsdv", strict=True))

WIDTHS_OF: Mapping[str, tuple[int, ...]] = (
    dict.fromkeys(GENERAL, _GENERAL_WIDTHS)
    | {"sp": (64,)}
    | dict.fromkeys(FLAGS, (1,))
    | dict.fromkeys(VECTORS, _VECTOR_WIDTHS)
    | {"fpsr": (1,), "mem": (1,)}
)
"""Every location of a live set, in printing order, with the numbers of low bits that are told apart."""


class LiveSetError(SemanticsError):
    """A list of live locations that cannot be read: the list, the piece at fault, and its column from 1."""

    def __init__(self, text: str, piece: str, column: int, reason: str) -> None:
        super().__init__(f"live-out {text!r}, column {column}: {reason}")
        self.text = text
        self.piece = piece
        self.column = column
        self.reason = reason


def _place() -> tuple[dict[str, int], dict[tuple[str, int], int]]:
    bases, masks, position = dict[str, int](), dict[tuple[str, int], int](), 0
    for location, widths in WIDTHS_OF.items():
        bases[location] = position
        for count, width in enumerate(widths, 1):
            masks[location, width] = ((1 << count) - 1) << position
        position += len(widths)
    return bases, masks


_BASE, _MASKS = _place()
_WHOLE = {location: _MASKS[location, widths[-1]] for location, widths in WIDTHS_OF.items()}


def mask_of(location: str, bits: int | None = None) -> int:
    """The slots of a location's low ``bits`` bits (all by default), for arithmetic on :attr:`LiveSet.mask`.

    Raises KeyError for an unknown location, ValueError for more bits than it has.
    """
    if bits is None:
        return _WHOLE[location]
    if bits <= 0:
        return 0
    for width in WIDTHS_OF[location]:
        if bits <= width:
            return _MASKS[location, width]
    raise ValueError(f"{location} has fewer than {bits} bits")


def _names() -> dict[str, int]:
    names = dict(_WHOLE)
    for location in GENERAL:
        names["w" + location[1:]] = mask_of(location, 32)
    for location in VECTORS:
        for width, letter in _VECTOR_LETTERS.items():
            names[letter + location[1:]] = mask_of(location, width)
        names["q" + location[1:]] = mask_of(location)
    names |= {"fp": names["x29"], "lr": names["x30"]}
    names["nzcv"] = names["n"] | names["z"] | names["c"] | names["v"]
    return names


_NAMES = _names()


@dataclass(frozen=True, slots=True)
class LiveSet:
    """An immutable set of locations, each live in its low 32, 64, ... bits. ``LiveSet()`` is empty.

    Locations are those of :mod:`semantics.state`, ``fpsr`` and ``mem``.
    """

    mask: int = 0

    @classmethod
    def of(cls, bits: Mapping[str, int] | Iterable[str]) -> Self:
        """From a mapping of locations to live low bits (rounded up), or from names such as ``w1`` and ``nzcv``."""
        mask = 0
        if isinstance(bits, Mapping):
            for location, count in bits.items():
                mask |= mask_of(location, count)
            return cls(mask)
        for name in bits:
            mask |= _named(name, name, 1)
        return cls(mask)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``x0,w1,v2,d8,nzcv,mem,sp``; blanks and case do not matter. Raises LiveSetError."""
        mask, column = 0, 1
        if not text.strip():
            raise LiveSetError(text, "", 1, "the list is empty")
        for piece in text.split(","):
            name = piece.strip()
            start = column + len(piece) - len(piece.lstrip())
            mask |= _named(name, text, start)
            column += len(piece) + 1
        return cls(mask)

    @classmethod
    def everything(cls, *, fpsr: bool = False) -> Self:
        """All registers, flags and memory; FPSR's cumulative bits only on request, as in the contract."""
        mask = sum(_WHOLE.values())
        return cls(mask if fpsr else mask & ~_WHOLE["fpsr"])

    @classmethod
    def aapcs64_return(cls) -> Self:
        """What a caller may rely on where a function returns (AAPCS64 6.1, 6.4), and memory.

        Results in x0, x1 and v0 to v3; x19 to x30, sp and the low halves of v8 to v15; x18, which a platform may own.
        """
        live = {f"x{i}": 64 for i in (0, 1, *range(18, 31))} | {f"v{i}": 128 for i in range(4)}
        return cls.of(live | {f"v{i}": 64 for i in range(8, 16)} | {"sp": 64, "mem": 1})

    def bits(self, location: str) -> int:
        """How many low bits of a location are live; 0 if none. Raises KeyError for an unknown location."""
        count = (self.mask & _WHOLE[location]).bit_count()
        return WIDTHS_OF[location][count - 1] if count else 0

    def __contains__(self, location: object) -> bool:
        return isinstance(location, str) and bool(self.mask & _WHOLE.get(location, 0))

    def __iter__(self) -> Iterator[str]:
        return (location for location, mask in _WHOLE.items() if self.mask & mask)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __bool__(self) -> bool:
        return self.mask != 0

    def items(self) -> Iterator[tuple[str, int]]:
        """Locations with their live low bits, in the order x, sp, flags, v, fpsr, mem."""
        return ((location, self.bits(location)) for location in self)

    def __or__(self, other: LiveSet) -> LiveSet:
        return LiveSet(self.mask | other.mask)

    def __and__(self, other: LiveSet) -> LiveSet:
        return LiveSet(self.mask & other.mask)

    def __le__(self, other: LiveSet) -> bool:
        """Whether every bit live here is live in ``other``."""
        return self.mask & ~other.mask == 0

    def without(self, locations: Iterable[str]) -> LiveSet:
        """The set less these locations, whole."""
        mask = self.mask
        for location in locations:
            mask &= ~_WHOLE[location]
        return LiveSet(mask)

    def names(self) -> tuple[str, ...]:
        """The names on the command line: ``w1`` for half of x1, ``d8`` for half of v8, ``nzcv`` for all four flags."""
        names = list[str]()
        all_flags = self.mask & _NAMES["nzcv"] == _NAMES["nzcv"]
        for location, bits in self.items():
            if location in FLAGS and all_flags:
                if location == "n":
                    names.append("nzcv")
            elif location in VECTORS:
                names.append(_VECTOR_LETTERS[bits] + location[1:])
            else:
                names.append("w" + location[1:] if location in GENERAL and bits == 32 else location)
        return tuple(names)

    def __str__(self) -> str:
        return ",".join(self.names())

    def __repr__(self) -> str:
        return f"LiveSet.parse({str(self)!r})" if self.mask else "LiveSet()"


def _named(name: str, text: str, column: int) -> int:
    found = _NAMES.get(name.lower())
    if found is not None:
        return found
    if not name:
        raise LiveSetError(text, name, column, "a name is missing between commas")
    reason = f"{name!r} is no register, flag, nzcv, fpsr or mem"
    raise LiveSetError(text, name, column, reason)
