"""A solver server with further engines that misbehave; run as a module in place of verifier.solving.server."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Mapping
from typing import Any

from verifier.solving import engines as solver_engines
from verifier.solving import server as solver_server
from verifier.solving.engines import Engine, Outcome


def fake(act: Callable[[], Any]) -> Engine:
    """An engine that does this and answers unsat, unless ``act`` returns an outcome."""

    def solve(query: str, values: Mapping[str, int]) -> Outcome:
        return act() or Outcome("unsat")

    return Engine(lambda: "fake 1.0", solve)


def deaf() -> None:
    """Ignore every polite request to stop, and compute for ever."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGXCPU, signal.SIGALRM):
        signal.signal(number, signal.SIG_IGN)
    while True:
        pass


def chatty() -> None:
    """Print as solvers do, on the descriptors themselves."""
    for fd in (1, 2):
        os.write(fd, b"unsat\n" * 1000)


def hungry() -> None:
    """Ask for more and more memory."""
    kept = [bytearray(1 << 20)]
    while True:
        kept.append(bytearray(1 << 20))


FAKES: dict[str, Callable[[], Any]] = {
    "liar": lambda: Outcome("sat"),
    "sleepy": lambda: time.sleep(0.3),
    "hang": lambda: time.sleep(1000),
    "deaf": deaf,
    "chatty": chatty,
    "hungry": hungry,
    "abort": os.abort,
    "exit": lambda: os._exit(0),
    "shout": lambda: Outcome("UNSAT"),  # type: ignore[arg-type]
    "none": lambda: Outcome("unknown", reason="too hard"),
    "raise": lambda: 1 // 0,
}

if __name__ == "__main__":
    solver_engines.ENGINES.update({name: fake(act) for name, act in FAKES.items()})
    solver_server.main()
