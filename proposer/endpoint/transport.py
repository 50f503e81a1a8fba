"""JSON over HTTP with limits, by the standard library alone."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from proposer.errors import ProposerError

_PIECE = 1 << 16  # bytes read between two looks at the clock
_PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
_LONGEST_PAUSE = 60.0  # seconds; a server may ask for less


@dataclass(frozen=True, slots=True)
class Reply:
    """A decoded reply."""

    document: object


class RequestFailed(ProposerError):
    """No reply, or none that can be used.

    ``passing`` tells that trying again may help, ``retry_after`` how many seconds the server wants to be left alone.
    """

    def __init__(self, reason: str, *, passing: bool, retry_after: float = 0.0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.passing = passing
        self.retry_after = retry_after


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirection would carry the key to another host."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def post_json(url: str, document: object, headers: Mapping[str, str], *, timeout: float, limit: int) -> Reply:
    """Send a document and read one of at most ``limit`` bytes within ``timeout`` seconds; raises RequestFailed."""
    if not url.startswith(("http://", "https://")):
        raise RequestFailed("the address is neither http nor https", passing=False)
    everything = {"Content-Type": "application/json", "Accept": "application/json", **headers}
    deadline = time.monotonic() + timeout
    try:
        request = urllib.request.Request(url, json.dumps(document).encode(), everything, method="POST")
        with urllib.request.build_opener(_NoRedirects).open(request, timeout=timeout) as response:
            body = _read(response, limit, deadline)
    except urllib.error.HTTPError as error:
        with error:
            raise _refused(error) from None
    except TimeoutError:
        raise RequestFailed("the server took too long", passing=True) from None
    except (urllib.error.URLError, OSError) as error:
        raise RequestFailed(f"no reply: {getattr(error, 'reason', error)}", passing=True) from None
    except http.client.InvalidURL:
        raise RequestFailed("the address is malformed", passing=False) from None
    except http.client.HTTPException as error:
        raise RequestFailed(f"no proper reply: {type(error).__name__}", passing=True) from None
    except ValueError:
        # The message would repeat the headers, and with them the key.
        raise RequestFailed("the address or the key is malformed", passing=False) from None
    try:
        return Reply(json.loads(body))
    except (ValueError, RecursionError):
        raise RequestFailed("the reply is not JSON", passing=True) from None


def _read(response: http.client.HTTPResponse, limit: int, deadline: float) -> bytes:
    pieces, size = list[bytes](), 0
    while piece := response.read1(_PIECE):
        size += len(piece)
        if size > limit:
            raise RequestFailed(f"the reply is longer than {limit} bytes", passing=False)
        if time.monotonic() > deadline:
            raise TimeoutError
        pieces.append(piece)
    return b"".join(pieces)


def _refused(error: urllib.error.HTTPError) -> RequestFailed:
    return RequestFailed(
        f"HTTP status {error.code}", passing=error.code in _PASSING, retry_after=_seconds(error.headers.get("Retry-After"))
    )


def _seconds(text: str | None) -> float:
    """The pause of a Retry-After header in seconds; dates are not understood."""
    try:
        return min(max(float(text or 0), 0.0), _LONGEST_PAUSE)
    except ValueError:
        return 0.0
