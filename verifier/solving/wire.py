"""What the solver server and its client say to each other, and how it is put on a pipe.

A frame is four bytes of length, big endian, and that many bytes of JSON. The server reads :class:`Request` and
``Cancel``, and writes one :class:`Report` for each request that was not cancelled; the process that solves for one
engine writes one :class:`Reply` to the server.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

type Status = Literal["unsat", "sat", "unknown"]

TIMEOUT = "timeout"
MEMORY = "memory"
ENGINE_ERROR = "engine error: "


@dataclass(frozen=True, slots=True)
class Request:
    """One query for several engines.

    Attributes:
        ticket: the client's number for it, or -1 where there is none.
        query: SMT-LIB 2 text without check-sat.
        values: constants to read back from a model: width in bits by unquoted name, 0 for a Bool.
        timeout: wall-clock seconds, counted from the start of the first engine.
        engines: names of engines, in order of preference.
        confirm: wait for every engine, not only for the first decisive one.
        memory_mib: limit of each engine's address space in MiB.
    """

    ticket: int
    query: str
    values: Mapping[str, int]
    timeout: float
    engines: tuple[str, ...]
    confirm: bool
    memory_mib: int


@dataclass(frozen=True, slots=True)
class Cancel:
    """The client does not want this ticket's report any more."""

    ticket: int


@dataclass(frozen=True, slots=True)
class Reply:
    """What one engine made of a query.

    Attributes:
        engine: its name, with the version once known.
        status: only the solver's own literal answer counts as ``unsat`` or ``sat``.
        reason: why it is ``unknown``.
        failed: the engine rejected the query, as opposed to running out of time or memory, or crashing.
        seconds: wall time.
        values: the constants asked for, if ``sat``.
    """

    engine: str
    status: Status
    reason: str = ""
    failed: bool = False
    seconds: float = 0.0
    values: Mapping[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True, slots=True)
class Report:
    """The replies to one request, the deciding one first; engines that were stopped because another had decided are left out."""

    ticket: int
    seconds: float
    replies: tuple[Reply, ...]


def encode(message: Request | Cancel | Reply | Report) -> bytes:
    """The frame of a message."""
    body = json.dumps(asdict(message)).encode("ascii")
    return struct.pack(">I", len(body)) + body


def command(body: Mapping[str, Any]) -> Request | Cancel:
    """What the client sent."""
    if set(body) == {"ticket"}:
        return Cancel(**body)
    fields: dict[str, Any] = {**body, "engines": tuple(body["engines"])}
    return Request(**fields)


def report(body: Mapping[str, Any]) -> Report:
    """What the server sent."""
    fields: dict[str, Any] = {**body, "replies": tuple(reply(item) for item in body["replies"])}
    return Report(**fields)


def reply(body: Mapping[str, Any]) -> Reply:
    """What an engine's process sent."""
    found = Reply(**body)
    if found.status not in ("unsat", "sat", "unknown"):
        raise ValueError(f"{found.status!r} is not a status")
    return found


class Frames:
    """Cuts a stream of bytes into the bodies of its frames."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[dict[str, Any]]:
        """Add what was read; yields the frames that are complete now."""
        self._buffer += data
        while len(self._buffer) >= 4:
            (size,) = struct.unpack_from(">I", self._buffer)
            if len(self._buffer) < 4 + size:
                return
            body = bytes(self._buffer[4 : 4 + size])
            del self._buffer[: 4 + size]
            yield json.loads(body)
