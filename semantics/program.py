"""Listings as programs: functions, basic blocks, and the edges between them.

Edges over-approximate control flow. Where a place is not known, for whatever reason, the edge is ``unknown`` and
everything must be taken for live along it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Self

from grammars.listing import Listing
from semantics.items import Item, Opaque

type EdgeKind = Literal["fall-through", "taken", "call", "call-return", "return", "tail-call", "indirect", "unwind", "unknown"]


@dataclass(frozen=True, slots=True)
class Edge:
    """Control flow from a block to another, or out of the listing where ``target`` is None.

    ``call`` enters a callee, ``call-return`` comes back from one to the next instruction. ``return`` leads to the
    instruction after a call in the listing, or (None) to a caller elsewhere. ``indirect`` goes to a label whose address
    is in a table or register, ``unwind`` from a call to a handler of exceptions. ``unknown`` may lead anywhere.
    """

    kind: EdgeKind
    source: int
    target: int | None


@dataclass(frozen=True, slots=True)
class Frame:
    """What the unwind directives of one procedure (``.cfi_startproc`` to ``.cfi_endproc``) rely on.

    ``anchors`` are the registers from which addresses of saved registers are computed; ``saved`` are the locations that
    are saved in the frame. ``clear`` is false if there are directives that we do not interpret.
    """

    anchors: frozenset[str]
    saved: frozenset[str]
    handles: bool  # has a table of exception handlers
    clear: bool


@dataclass(frozen=True, slots=True)
class Function:
    """Code from one function symbol up to its ``.size``, the next function symbol or a gap; code before any has no name.

    ``exported``: the symbol is global, or declared as a function, so that callers elsewhere may rely on AAPCS64.
    ``preemptible``: the symbol is global, so that another definition may take its place when linking.
    """

    index: int
    name: str | None
    section: str
    exported: bool
    preemptible: bool


@dataclass(frozen=True, slots=True)
class Block:
    """A maximal run of instructions that is entered only at its start and left only at its end.

    ``statements[i]`` is the index in the listing of the statement of ``items[i]``. ``barriers`` are the positions p such
    that no code may move across the point before item p. ``frozen`` is why nothing here may be rewritten, or None.
    ``exposed``: control may come from places that we do not see.
    """

    index: int
    section: str
    function: Function
    labels: tuple[str, ...]
    statements: tuple[int, ...]
    items: tuple[Item, ...]
    barriers: frozenset[int]
    frame: Frame | None
    frozen: str | None
    exposed: bool
    successors: tuple[Edge, ...]
    predecessors: tuple[Edge, ...]

    @property
    def opaque(self) -> tuple[Opaque, ...]:
        """The items without a meaning."""
        return tuple(item for item in self.items if isinstance(item, Opaque))


@dataclass(frozen=True, slots=True)
class Program:
    """All code of a listing. ``blocks[i].index == i``, in the order of their sections and statements."""

    listing: Listing
    blocks: tuple[Block, ...]
    functions: tuple[Function, ...]

    @classmethod
    def from_listing(cls, listing: Listing) -> Self:
        """Cut a listing into functions and blocks and connect them. Raises nothing for any listing that parses."""
        from semantics.flow import connect

        blocks, functions = connect(listing)
        return cls(listing, blocks, functions)

    def blocks_of(self, function: Function) -> tuple[Block, ...]:
        """The blocks of a function."""
        return tuple(block for block in self.blocks if block.function is function)

    def function(self, name: str) -> Function:
        """The function with this symbol. Raises KeyError if there is none."""
        for function in self.functions:
            if function.name == name:
                return function
        raise KeyError(name)

    def block_at(self, label: str) -> Block:
        """The block that starts at a label; of a repeated label, the first. Raises KeyError if there is none."""
        for block in self.blocks:
            if label in block.labels:
                return block
        raise KeyError(label)

    def targets(self, edges: Sequence[Edge]) -> tuple[Block, ...]:
        """The blocks that edges lead to, leaving out those that lead out of the listing."""
        return tuple(self.blocks[edge.target] for edge in edges if edge.target is not None)
