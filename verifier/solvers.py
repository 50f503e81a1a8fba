"""Solve SMT-LIB 2 text with several engines side by side, in processes that the operating system can kill.

    with Solvers() as solvers:
        answer = solvers.solve(query, values=["x0"], timeout=10.0)

One small server process (:mod:`verifier.solving.server`) imports z3 and Bitwuzla while the caller goes on, and forks a child per
query and engine; a trivial query takes about 5 ms there and back. Importing this module imports no engine.

The first engine to say sat or unsat decides. With ``confirm`` the others are waited for, too, as long as the time
lasts; if two of them contradict each other, :class:`~verifier.errors.EnginesDisagree` is raised. A query that no engine can read
raises :class:`~verifier.errors.SolverError`, for it is we who wrote it.
"""

from __future__ import annotations

import math
import os
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType
from typing import Self

from verifier.errors import SolverError
from verifier.solving.answers import Answer, Ticket
from verifier.solving.client import Client, ServerLost
from verifier.solving.wire import ENGINE_ERROR, Cancel, Report, Request

__all__ = ["Answer", "Solvers", "Ticket"]

# Text is solved as it stands, by one check at its end; these would change what is checked.
_FORBIDDEN = re.compile(
    r"\(\s*(check-sat|check-sat-assuming|push|pop|reset|reset-assertions|exit|include|echo|set-option|get-[a-z-]+)(?=[\s()])"
)
_CONSTANT = re.compile(r"\(\s*declare-(?:const|fun)\s+(\|[^|]*\||[^\s()|]+)\s*(?:\(\s*\)\s*)?(?:(Bool)|\(\s*_\s+BitVec\s+(\d+)\s*\))\s*\)")

_TORN = "the connection to the solver server was interrupted"


class Solvers:
    """A pool of solver processes. Started by the first query or by :meth:`start`; closed twice without harm.

    Not for use by several threads at once. After a fork, the child process gets a server of its own.

    Args:
        jobs: queries to work on at once; as many as there are processors if not given.
        server: the module to run as server; another one can add engines, for tests.
    """

    def __init__(self, *, jobs: int | None = None, server: str = "verifier.solving.server") -> None:
        self._jobs = jobs if jobs is not None else os.cpu_count() or 1
        if self._jobs < 1:
            raise SolverError(f"jobs must be at least 1, not {jobs}")
        self._module = server
        self._client: Client | None = None
        self._open: dict[int, Ticket] = {}
        self._last_ticket = 0
        self._closed = False
        self._losses = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def start(self) -> None:
        """Start the server now, if it is not running, so that it imports the engines in the meantime.

        Raises SolverError after :meth:`close`, and if the server has died twice without answering anything in between.
        """
        if self._closed:
            raise SolverError("these solvers have been closed")
        if self._client is not None and not self._client.usable:
            self._lose(_TORN)
        if self._client is not None and self._client.dead:
            self._losses += 1
            self._lose("the solver server died")
        if self._client is None:
            if self._losses >= 2:
                raise SolverError(f"the solver server ({self._module}) has died {self._losses} times without an answer")
            self._client = Client(self._module, self._jobs)

    def close(self) -> None:
        """End the server and whatever it works on; open tickets come out as cancelled."""
        self._closed = True
        client, self._client = self._client, None
        for ticket in self._open.values():
            ticket.give_up("cancelled")
        self._open.clear()
        if client is not None:
            client.close()

    @property
    def process(self) -> int | None:
        """The server's process number, if one has been started."""
        return self._client.process if self._client is not None else None

    # --- queries --------------------------------------------------------------------------------

    def solve(
        self,
        query: str,
        *,
        values: Sequence[str] = (),
        timeout: float,
        engines: tuple[str, ...] = ("z3", "bitwuzla"),
        confirm: bool = False,
        memory_mib: int = 2048,
    ) -> Answer:
        """Decide a query; see :meth:`submit` for the arguments and :meth:`wait` for the errors."""
        ticket = self.submit(query, values=values, timeout=timeout, engines=engines, confirm=confirm, memory_mib=memory_mib)
        try:
            return self.wait(ticket)
        except BaseException:
            self.cancel(ticket)
            raise

    def solve_many(
        self,
        queries: Iterable[str],
        *,
        values: Sequence[str] = (),
        timeout: float,
        engines: tuple[str, ...] = ("z3", "bitwuzla"),
        confirm: bool = False,
        memory_mib: int = 2048,
    ) -> Iterator[Answer]:
        """Decide many queries, as many at once as there are jobs; yields the answers in the order of the queries."""
        window: deque[Ticket] = deque()
        try:
            for query in queries:
                window.append(self.submit(query, values=values, timeout=timeout, engines=engines, confirm=confirm, memory_mib=memory_mib))
                if len(window) >= 16 * self._jobs:
                    yield self.wait(window.popleft())
            while window:
                yield self.wait(window.popleft())
        finally:
            for ticket in window:
                self.cancel(ticket)

    def submit(
        self,
        query: str,
        *,
        values: Sequence[str] = (),
        timeout: float,
        engines: tuple[str, ...] = ("z3", "bitwuzla"),
        confirm: bool = False,
        memory_mib: int = 2048,
    ) -> Ticket:
        """Hand in a query and go on.

        Args:
            query: set-logic, declarations, definitions and asserts; no check-sat.
            values: declared bit-vector or Bool constants to read back if the query is satisfiable.
            timeout: wall-clock seconds for all engines together, counted from the start of the first.
            engines: names of engines, the preferred one first.
            confirm: wait for all engines, not only for the first that decides.
            memory_mib: address space of each engine, in MiB.

        Raises SolverError if the arguments make no sense or the server cannot be started.
        """
        _validate(query, timeout, engines, memory_mib)
        widths = _widths(query, values)
        self.start()
        self._last_ticket += 1
        request = Request(self._last_ticket, query, widths, timeout, engines, confirm, memory_mib)
        ticket = self._open[request.ticket] = Ticket(request, {name.strip("|"): name for name in values})
        self._exchange(message=request, timeout=0.0)
        return ticket

    def wait(self, ticket: Ticket) -> Answer:
        """The answer, when it is there.

        Raises EnginesDisagree if engines contradict each other, SolverError if every engine rejects the query.
        """
        return self.wait_any([ticket]).result()

    def poll(self, ticket: Ticket) -> Answer | None:
        """The answer if it is there, else None; raises as :meth:`wait` does."""
        self._check_mine([ticket])
        if not ticket.done:
            self._exchange(timeout=0.0)
        return ticket.result() if ticket.done else None

    def wait_any(self, tickets: Sequence[Ticket]) -> Ticket:
        """The first of the tickets (at least one) that is done, when one is; raises nothing about its answer."""
        if not tickets:
            raise SolverError("there is no ticket to wait for")
        while True:
            for ticket in tickets:
                if ticket.done:
                    return ticket
            self._check_mine(tickets)
            self._exchange(timeout=None)

    def cancel(self, ticket: Ticket) -> None:
        """Stop working on a query; its answer is then ``unknown``, unless it is there already."""
        if ticket.done:
            return
        self._check_mine([ticket])
        del self._open[ticket.request.ticket]
        ticket.give_up("cancelled")
        if self._client is not None and self._client.usable:
            self._exchange(message=Cancel(ticket.request.ticket), timeout=0.0)

    def _check_mine(self, tickets: Sequence[Ticket]) -> None:
        """An open ticket that we do not know would be waited for in vain."""
        for ticket in tickets:
            if not ticket.done and self._open.get(ticket.request.ticket) is not ticket:
                raise SolverError("this ticket was handed in elsewhere", ticket.query)

    # --- the server -----------------------------------------------------------------------------

    def _exchange(self, *, message: Request | Cancel | None = None, timeout: float | None) -> None:
        """Send and receive what is possible now, waiting for a report at most ``timeout`` seconds (None: until one comes)."""
        client = self._client
        if client is None or not client.usable:
            self._lose(_TORN)
            return
        try:
            if message is not None:
                client.send(message)
            longest = max((ticket.request.timeout for ticket in self._open.values()), default=0.0)
            client.exchange(timeout, longest, self._settle)
        except ServerLost as error:
            self._losses += 1
            self._lose(str(error))

    def _settle(self, report: Report) -> None:
        self._losses = 0
        ticket = self._open.pop(report.ticket, None)
        if ticket is not None:
            ticket.settle(report)

    def _lose(self, reason: str) -> None:
        """The server is gone, and with it all that it worked on."""
        client, self._client = self._client, None
        for ticket in self._open.values():
            ticket.give_up(ENGINE_ERROR + reason)
        self._open.clear()
        if client is not None:
            client.abandon()


def _validate(query: str, timeout: float, engines: tuple[str, ...], memory_mib: int) -> None:
    if not (math.isfinite(timeout) and timeout > 0):
        raise SolverError(f"timeout must be a positive number of seconds, not {timeout}")
    if memory_mib < 1:
        raise SolverError(f"memory_mib must be positive, not {memory_mib}")
    if not engines or len(set(engines)) != len(engines):
        raise SolverError(f"engines must be one or more different names, not {engines}")
    forbidden = _FORBIDDEN.search(query)
    if forbidden:
        raise SolverError(f"a query must not contain {forbidden[1]}", query)


def _widths(query: str, values: Sequence[str]) -> dict[str, int]:
    """The width of each constant asked for, by unquoted name; 0 for a Bool."""
    if not values:
        return {}
    declared = {name.strip("|"): 0 if boolean else int(width) for name, boolean, width in _CONSTANT.findall(query)}
    missing = [name for name in values if name.strip("|") not in declared]
    if missing:
        raise SolverError(f"not declared as bit-vector or Bool constants: {', '.join(missing)}", query)
    return {name.strip("|"): declared[name.strip("|")] for name in values}
