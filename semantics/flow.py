"""Connecting drafts of blocks: where each one leads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from grammars.listing import Listing
from grammars.operands import Symbol
from semantics.cutting import Draft, cut
from semantics.items import Opaque, exit_of
from semantics.layout import Symbols, sections_of, symbols_of
from semantics.program import Block, Edge, EdgeKind, Function
from semantics.references import References, references_of
from semantics.state import INITIAL, Exit
from semantics.words import Word


def connect(listing: Listing) -> tuple[tuple[Block, ...], tuple[Function, ...]]:
    """The blocks and functions of a listing."""
    statements = listing.statements
    symbols = symbols_of(statements)
    sections, section_of = sections_of(statements)
    drafts, functions, starts = cut(statements, sections, symbols)
    places = {label: number for number, draft in enumerate(drafts) for label in draft.labels}
    # A label beside a function's own is the function's place too.
    code_labels = {label: not starts.isdisjoint(drafts[number].labels) for label, number in places.items()}
    references = references_of(statements, section_of, symbols, code_labels)
    connector = _Connector(symbols, drafts, places, code_labels, references)
    connector.connect()
    exposed = _exposed(connector)
    incoming: list[list[Edge]] = [[] for _ in drafts]
    for edges in connector.edges:
        for edge in edges:
            if edge.target is not None:
                incoming[edge.target].append(edge)
    blocks = tuple(
        Block(
            index=number,
            section=draft.section,
            function=draft.function,
            labels=tuple(_label_name(listing, label) for label in draft.labels),
            statements=tuple(draft.statements),
            items=tuple(draft.items),
            barriers=frozenset(p for p in draft.barriers if p < len(draft.items)),
            frame=draft.frame,
            frozen=symbols.unreadable or references.frozen.get(draft.section),
            exposed=number in exposed,
            successors=tuple(connector.edges[number]),
            predecessors=tuple(incoming[number]),
        )
        for number, draft in enumerate(drafts)
    )
    return blocks, tuple(functions)


def _label_name(listing: Listing, index: int) -> str:
    statement = listing.statements[index]
    return getattr(statement, "name", "")


def _exposed(connector: _Connector) -> set[int]:
    """Blocks that may be entered from places without an edge: starts of functions, of gaps, and taken addresses."""
    references, drafts = connector.references, connector.drafts
    followed = {draft.following for draft in drafts}
    exposed = {number for number, draft in enumerate(drafts) if number not in followed and not draft.labels}
    labels = set[int]().union(references.taken, references.landing, *references.tables)
    labels |= {label for label, is_function in connector.code_labels.items() if is_function}
    if connector.symbols.has_hidden_code:
        labels |= set(connector.places)
    return exposed | {connector.places[label] for label in labels}


@dataclass(slots=True)
class _Connector:
    symbols: Symbols
    drafts: Sequence[Draft]
    places: dict[int, int]  # label statement -> block
    code_labels: dict[int, bool]
    references: References
    edges: list[list[Edge]] = field(default_factory=list[list[Edge]])
    loose: list[int] = field(default_factory=list[int])  # labels whose address an instruction computes, see loose_labels

    def connect(self) -> None:
        self.edges = [[] for _ in self.drafts]
        self.loose = self.loose_labels()
        for number, draft in enumerate(self.drafts):
            last = draft.items[-1]
            leave = exit_of(last)
            if isinstance(last, Opaque) and last.may_branch:
                self.add(number, "unknown", None)
            if leave is None:
                self.next(number, "fall-through")
            elif leave.kind == "jump":
                self.jump(number, draft, leave)
            elif leave.kind == "call":
                self.call(number, draft, leave)
            else:
                self.leave(number, draft, leave)
        self.come_back()

    def add(self, source: int, kind: EdgeKind, target: int | None) -> None:
        edge = Edge(kind, source, target)
        if edge not in self.edges[source]:
            self.edges[source].append(edge)

    def next(self, number: int, kind: EdgeKind) -> None:
        following = self.drafts[number].following
        self.add(number, kind if following is not None else "unknown", following)

    def jump(self, number: int, draft: Draft, leave: Exit) -> None:
        if isinstance(leave.target, Symbol):
            self.branch(number, draft, leave.target)
        elif isinstance(leave.target, Word):
            self.computed(number, draft)
        else:
            self.add(number, "unknown", None)
        if leave.condition is not None:
            self.next(number, "fall-through")

    def branch(self, number: int, draft: Draft, symbol: Symbol) -> None:
        found = self.symbols.resolve(symbol, draft.statements[-1])
        if not isinstance(found, int):
            self.add(number, "tail-call" if found.value == "outside" else "unknown", None)
        elif found not in self.places:
            self.add(number, "unknown", None)
        elif self.code_labels[found] and self.function_at(found) is not draft.function:
            self.add(number, "tail-call", self.places[found])
            if self.function_at(found).preemptible:
                self.add(number, "tail-call", None)
        else:
            self.add(number, "taken", self.places[found])

    def function_at(self, label: int) -> Function:
        return self.drafts[self.places[label]].function

    def computed(self, number: int, draft: Draft) -> None:
        """A jump to an address: through a table that names labels of this function, or to anywhere."""
        targets = set[int]()
        for table in self.references.tables:
            inner = [label for label in table if not self.code_labels[label]]
            if any(self.function_at(label) is draft.function for label in inner):
                targets.update(inner)
        if not targets or self.references_are_hidden():
            self.add(number, "unknown", None)
            return
        for label in sorted(targets.union(self.loose)):
            self.add(number, "indirect", self.places[label])
        self.add(number, "tail-call", None)

    def references_are_hidden(self) -> bool:
        return self.symbols.has_hidden_code or self.symbols.unreadable is not None

    def loose_labels(self) -> list[int]:
        """Labels inside functions whose address an instruction computes, but which are no base of a table."""
        tabled = set[int]().union(*self.references.tables)
        return sorted(label for label in self.references.taken - tabled if not self.code_labels[label])

    def call(self, number: int, draft: Draft, leave: Exit) -> None:
        if draft.special_call:
            self.add(number, "unknown", None)
        elif isinstance(leave.target, Symbol):
            found = self.symbols.resolve(leave.target, draft.statements[-1])
            if isinstance(found, int) and found in self.places:
                self.add(number, "call", self.places[found])
                if self.function_at(found).preemptible:
                    self.add(number, "call", None)
            else:
                outside = not isinstance(found, int) and found.value == "outside"
                self.add(number, "call" if outside else "unknown", None)
        elif isinstance(leave.target, Word):
            self.add(number, "call", None)
            for label in self.loose:
                self.add(number, "call", self.places[label])
        else:
            self.add(number, "unknown", None)
        self.next(number, "call-return")
        if draft.frame is not None and draft.frame.handles:
            self.unwind(number, draft)

    def unwind(self, number: int, draft: Draft) -> None:
        handlers = [label for label in self.references.landing if self.drafts[self.places[label]].frame is not None]
        if not handlers:
            self.add(number, "unknown", None)
        for label in sorted(handlers):
            self.add(number, "unwind", self.places[label])

    def leave(self, number: int, draft: Draft, leave: Exit) -> None:
        self.add(number, "return", None)
        for label in self.loose:
            self.add(number, "indirect", self.places[label])
        ordinary = leave.target is INITIAL["x30"] and (draft.function.exported or not self.references_are_hidden())
        if not ordinary:
            self.add(number, "unknown", None)

    def come_back(self) -> None:
        """Edges from the ends of called code to the instructions after the calls."""
        continuations: dict[int, set[int]] = {}
        for number, edges in enumerate(self.edges):
            following = self.drafts[number].following
            for edge in edges:
                if edge.kind == "call" and edge.target is not None and following is not None:
                    continuations.setdefault(edge.target, set()).add(following)
        ends = [n for n, edges in enumerate(self.edges) if any(_returns(edge) for edge in edges)]
        found = [(entry, self.reachable(entry)) for entry in continuations]
        for entry, reached in found:
            for end in ends if reached is None else reached.intersection(ends):
                for target in sorted(continuations[entry]):
                    self.add(end, "return", target)

    def reachable(self, entry: int) -> set[int] | None:
        """Blocks that run on behalf of the code called at ``entry``; None if that may be any."""
        reached, pending = {entry}, [entry]
        while pending:
            for edge in self.edges[pending.pop()]:
                if edge.kind == "unknown":
                    return None
                if edge.target is not None and edge.kind not in ("call", "return") and edge.target not in reached:
                    reached.add(edge.target)
                    pending.append(edge.target)
        return reached


def _returns(edge: Edge) -> bool:
    return edge.target is None and edge.kind in ("return", "tail-call")
