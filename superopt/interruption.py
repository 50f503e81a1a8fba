"""A request to end a long run (SIGTERM) treated like Ctrl-C, so that what is done is kept."""

from __future__ import annotations

import signal
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def ended_like_ctrl_c() -> Generator[None]:
    """Raise KeyboardInterrupt in the main thread when SIGTERM comes; the handler before is restored."""

    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
