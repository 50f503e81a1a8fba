"""The client of a chat completions server: sampling, repairs, retries, and a record of it all."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Self, cast

from proposer.endpoint.prompts import MAX_REASON, Message, conversation, with_repair
from proposer.endpoint.replies import UnusableReply, instructions_in
from proposer.endpoint.transport import Reply, RequestFailed, post_json
from proposer.errors import ProposerUnavailable
from proposer.proposal import Block, Candidate, Context, Outcome
from semantics.canonical import Canonical

_MAX_NAME = 200  # characters of a model's name
_MAX_CACHED = 4096  # replies kept in memory
_MAX_FAILURES = 1024  # counterexamples kept until they are used


@dataclass(frozen=True, slots=True)
class EndpointOptions:
    """How to reach a server, and how hard to use it.

    Attributes:
        base_url: up to and without ``/chat/completions``.
        model: the server's name of the model.
        api_key: bearer token, or empty.
        samples: replies asked for each block, not counting repairs.
        temperature: of sampling.
        max_tokens: of one reply.
        timeout: seconds for one request.
        retries: further requests after 429, a server error or a broken connection.
        backoff: seconds before the first retry; doubled each time.
        max_reply: bytes of one reply that are read.
        repairs: whether failures are shown to the model once.
        cache: file to which replies are appended and from which they are replayed, or None.
    """

    base_url: str
    model: str
    api_key: str = field(default="", repr=False)
    samples: int = 8
    temperature: float = 0.8
    max_tokens: int = 1024
    timeout: float = 60.0
    retries: int = 3
    backoff: float = 1.0
    max_reply: int = 1 << 20
    repairs: bool = True
    cache: Path | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Options from ``SUPEROPT_BASE_URL``, ``SUPEROPT_MODEL`` and ``SUPEROPT_API_KEY``; raises ProposerUnavailable."""
        known = os.environ if environment is None else environment
        for name in ("SUPEROPT_BASE_URL", "SUPEROPT_MODEL"):
            if not known.get(name):
                raise ProposerUnavailable("endpoint", f"{name} is not set", "set SUPEROPT_BASE_URL and SUPEROPT_MODEL")
        return cls(known["SUPEROPT_BASE_URL"].rstrip("/"), known["SUPEROPT_MODEL"], known.get("SUPEROPT_API_KEY", ""))


@dataclass(frozen=True, slots=True)
class Attempt:
    """One reply, for reports.

    ``model`` is what the server says it ran; ``prompt`` is the SHA-256 of the request; tokens are the server's count,
    0 if it gave none; ``outcome`` is ``candidate``, or why the reply gave none; ``replayed`` tells that it came from
    the cache.
    """

    model: str
    prompt: str
    prompt_tokens: int
    completion_tokens: int
    outcome: str
    replayed: bool
    repair: bool


@dataclass(frozen=True, slots=True)
class _Said:
    """What counts of a reply."""

    text: str | None
    model: str
    prompt_tokens: int
    completion_tokens: int


class Endpoint:
    """Asks a chat completions server for replacements."""

    name = "endpoint"

    def __init__(self, options: EndpointOptions | None = None, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self.options = options if options is not None else EndpointOptions.from_environment()
        self.attempts: list[Attempt] = []
        self._sleep = sleep
        self._cache = _load(self.options.cache)
        self._failures: dict[tuple[str, Block], str] = {}

    def propose(self, block: Canonical, context: Context) -> Iterator[Candidate]:
        """Candidates as the server gives them, repeated ones left out.

        Raises ProposerUnavailable if the server cannot be reached or refuses.
        """
        deadline = time.monotonic() + context.budget
        given: set[Block] = set()
        for sample in range(self.options.samples):
            if time.monotonic() >= deadline:
                return
            yield from self._sampled(block, conversation(block, context), context.seed + sample, given, deadline)

    def learn(self, block: Canonical, candidate: Candidate, outcome: Outcome, message: str) -> None:
        """A counterexample is shown to the model in the candidate's repair round."""
        if outcome == "different" and candidate.proposer == self.name:
            self._failures[block.key, candidate.instructions] = message
            while len(self._failures) > _MAX_FAILURES:
                del self._failures[next(iter(self._failures))]

    def _sampled(self, block: Canonical, messages: list[Message], seed: int, given: set[Block], deadline: float) -> Iterator[Candidate]:
        """One sample, and its repair if it fails."""
        for repair in (False, True):
            text = self._ask(messages, seed, deadline, repair)
            if text is None:
                return
            try:
                found = instructions_in(text, block)
            except UnusableReply as unusable:
                self._note(str(unusable))
                problem = f"That cannot be used: {unusable}."
            else:
                self._note("candidate")
                if found not in given:
                    given.add(found)
                    yield Candidate(found, self.name, "repaired" if repair else "")
                failure = self._failures.pop((block.key, found), None)
                if failure is None:
                    return
                problem = f"That block is not equivalent. Counterexample:\n{failure}"
            if not self.options.repairs or time.monotonic() >= deadline:
                return
            messages = with_repair(messages, text, problem)

    # --- the server -------------------------------------------------------------------------------

    def _ask(self, messages: Sequence[Message], seed: int, deadline: float, repair: bool) -> str | None:
        """The text of one reply, or None if the server sent something else."""
        request = {
            "model": self.options.model,
            "messages": list(messages),
            "temperature": self.options.temperature,
            "max_tokens": self.options.max_tokens,
            "seed": seed,
        }
        key = hashlib.sha256(json.dumps([self.options.base_url, request], sort_keys=True).encode()).hexdigest()
        said = self._cache.get(key)
        replayed = said is not None
        if said is None:
            reply = self._request(request, deadline)
            if reply is None:
                return None
            said = _said(reply.document)
            self._remember(key, said)
        outcome = "pending" if said.text is not None else "no text in the reply"
        self.attempts.append(
            Attempt(said.model or self.options.model, key, said.prompt_tokens, said.completion_tokens, outcome, replayed, repair)
        )
        return said.text

    def _request(self, request: Mapping[str, object], deadline: float) -> Reply | None:
        """The server's reply, or None if the budget is spent before there is one."""
        headers = {"Authorization": f"Bearer {self.options.api_key}"} if self.options.api_key else {}
        url, wait = f"{self.options.base_url}/chat/completions", self.options.backoff
        for attempt in range(self.options.retries + 1):
            timeout = max(min(self.options.timeout, deadline - time.monotonic()), 0.01)
            try:
                return post_json(url, request, headers, timeout=timeout, limit=self.options.max_reply)
            except RequestFailed as failed:
                if failed.passing and time.monotonic() >= deadline:
                    return None
                pause = max(wait, failed.retry_after)
                if not failed.passing or attempt == self.options.retries or time.monotonic() + pause >= deadline:
                    raise ProposerUnavailable("endpoint", failed.reason, "check SUPEROPT_BASE_URL and the server") from failed
                self._sleep(pause)
                wait *= 2
        return None

    def _note(self, outcome: str) -> None:
        self.attempts[-1] = replace(self.attempts[-1], outcome=outcome[:MAX_REASON])

    def _remember(self, key: str, said: _Said) -> None:
        self._cache[key] = said
        while len(self._cache) > _MAX_CACHED:
            del self._cache[next(iter(self._cache))]
        if self.options.cache is not None:
            with self.options.cache.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"request": key, **asdict(said)}) + "\n")


def _load(path: Path | None) -> dict[str, _Said]:
    """The replies in a cache file; lines that are damaged are skipped."""
    found: dict[str, _Said] = {}
    if path is None or not path.exists():
        return found
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            entry = json.loads(line)
            key, text, model = entry["request"], entry["text"], entry["model"]
            tokens = _count(entry["prompt_tokens"]), _count(entry["completion_tokens"])
        except (ValueError, KeyError, TypeError, RecursionError):
            continue
        if isinstance(key, str) and isinstance(model, str) and (text is None or isinstance(text, str)):
            found[key] = _Said(text, model, *tokens)
    return found


def _said(reply: object) -> _Said:
    """Text, model and token counts of a chat completion, as far as it is one."""
    document = cast(dict[str, Any], reply) if isinstance(reply, dict) else {}
    usage = document.get("usage")
    counts = cast(dict[str, Any], usage) if isinstance(usage, dict) else {}
    try:
        text = document["choices"][0]["message"]["content"]
    except (KeyError, IndexError, TypeError):
        text = None
    model = document.get("model")
    return _Said(
        text if isinstance(text, str) else None,
        model[:_MAX_NAME] if isinstance(model, str) else "",
        _count(counts.get("prompt_tokens")),
        _count(counts.get("completion_tokens")),
    )


def _count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 40 else 0
