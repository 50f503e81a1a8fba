"""Where to cut functions: a set of points that every cycle goes through."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set

from verifier.functions.graph import Function

type Strategy = Callable[[Function], frozenset[int]]


def back_edges(function: Function, start: int = 0, without: Set[int] = frozenset()) -> list[tuple[int, int]]:
    """The edges of a depth-first walk that lead back to a point on the way; it enters no point in ``without`` but its start."""
    found, state = list[tuple[int, int]](), {start: 1}  # 1: on the way, 2: done
    stack = [(start, iter(_next(function, start, without)))]
    while stack:
        point, rest = stack[-1]
        following = next(rest, None)
        if following is None:
            state[point] = 2
            stack.pop()
        elif state.get(following) == 1:
            found.append((point, following))
        elif following not in state:
            state[following] = 1
            stack.append((following, iter(_next(function, following, without))))
    return found


def _next(function: Function, point: int, without: Set[int]) -> Iterator[int]:
    return (following for following in function.successors(point) if following not in without)


def heads(function: Function) -> frozenset[int]:
    """The points that loops go back to."""
    return _closed(function, frozenset(head for _, head in back_edges(function)))


def bodies(function: Function) -> frozenset[int]:
    """The points behind the tests with which loops start, and the heads of loops that start otherwise."""
    return _closed(function, frozenset(_behind_test(function, head) for _, head in back_edges(function)))


def joins(function: Function) -> frozenset[int]:
    """The heads of loops, and the points where ways come together."""
    ways = dict[int, int]()
    for point in range(len(function.lines)):
        for following in function.successors(point):
            ways[following] = ways.get(following, 0) + 1
    inner = {point for point, count in ways.items() if count > 1 and point < len(function.lines)}
    return heads(function) | frozenset(inner)


def _behind_test(function: Function, head: int) -> int:
    """The first point inside a loop behind the branch that may leave it, if that is how the loop starts."""
    inside, point = _loop(function, head), head
    while True:
        following = function.successors(point)
        if len(following) == 2:
            staying = [there for there in following if there in inside]
            return staying[0] if len(staying) == 1 else head
        if len(following) != 1 or following[0] == head or following[0] not in inside:
            return head
        point = following[0]


def _loop(function: Function, head: int) -> set[int]:
    """The points from which control can come back to the head without passing it."""
    before = dict[int, list[int]]()
    for point in range(len(function.lines)):
        for following in function.successors(point):
            before.setdefault(following, []).append(point)
    found, pending = {head}, [source for source, target in back_edges(function) if target == head]
    while pending:
        point = pending.pop()
        if point not in found:
            found.add(point)
            pending += before.get(point, ())
    return found


def _closed(function: Function, cuts: frozenset[int]) -> frozenset[int]:
    """The cuts, with more of them if some cycle goes through none."""
    while True:
        # A walk that enters no cut point does not see what lies behind it, so there is one from each.
        missed = [head for start in {0, *cuts} for _, head in back_edges(function, start, cuts)]
        if not missed:
            return cuts
        cuts |= frozenset(missed)


STRATEGIES: tuple[tuple[Strategy, Strategy], ...] = ((heads, heads), (bodies, heads), (heads, bodies), (bodies, bodies), (joins, joins))
"""How the original and the candidate are cut, in the order in which this is tried."""
