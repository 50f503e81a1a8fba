"""Proposers by name: what ``--proposers`` may say, each imported only when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

from proposer.errors import ProposerError, ProposerUnavailable
from proposer.proposal import Candidate, Context, Outcome, Proposer
from semantics.assembler import assemble_text
from semantics.canonical import Canonical, canonicalise
from semantics.liveset import LiveSet
from superopt.errors import SuperoptError

type Warn = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Settings:
    """What proposers may be told: a checkpoint's folder for ``model``, None for the one that comes with superopt."""

    model: Path | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a proposer comes from: a module, what to call in it, and what the proposer is."""

    module: str
    factory: str
    summary: str


SOURCES: dict[str, Source] = {
    "model": Source("proposer.model.local", "ModelProposer", "a language model on this machine"),
    "endpoint": Source("proposer.endpoint", "Endpoint", "a language model behind an OpenAI-compatible address"),
    "enumerate": Source("proposer.enumerate", "Enumerate", "exhaustive search by observational equivalence"),
}


LEAST_BUDGET: Mapping[str, float] = {"model": 0.5, "endpoint": 2.0}
"""Seconds for one slice below which a proposer is not asked: it would not answer in time."""


class UnknownProposer(SuperoptError):
    """A name that no proposer has."""

    def __init__(self, name: str) -> None:
        super().__init__(f"unknown proposer {name!r}; known: {', '.join(SOURCES)}")
        self.name = name


def parse_names(text: str) -> tuple[str, ...]:
    """The names in a list with commas, each once. Raises UnknownProposer."""
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",")))
    for name in names:
        if name not in SOURCES:
            raise UnknownProposer(name)
    return names


def make(name: str, settings: Settings | None = None) -> Proposer:
    """The proposer of this name; large things are loaded when it is first asked.

    Raises UnknownProposer, and ProposerUnavailable if it cannot run here.
    """
    source = SOURCES.get(name)
    if source is None:
        raise UnknownProposer(name)
    try:
        factory = getattr(import_module(source.module), source.factory)
    except (ModuleNotFoundError, AttributeError) as error:
        ours = (error.name or "").partition(".")[0] in ("proposer", source.factory)
        missing = "it is not part of this installation" if ours else f"the package {error.name} is missing"
        raise ProposerUnavailable(name, missing, "choose others with --proposers" if ours else "pip install 'superopt[llm]'") from None
    return _model(factory, settings or Settings()) if name == "model" else factory()


def _model(factory: Callable[..., Proposer], settings: Settings) -> Proposer:
    from proposer.model.local import SHIPPED, require_packages

    require_packages()
    folder = settings.model if settings.model is not None else SHIPPED
    if not (folder / "config.json").is_file():
        raise ProposerUnavailable("model", f"there is no checkpoint in {folder}", "give one with --model")
    return factory(folder)


def make_all(names: Sequence[str], *, required: bool, warn: Warn, settings: Settings | None = None) -> list[Proposer]:
    """Guarded proposers in order. One that cannot run is left out with a warning, or raises if ``required``."""
    made = list[Proposer]()
    for name in names:
        try:
            made.append(Guarded(make(name, settings), warn))
        except ProposerUnavailable as error:
            if required:
                raise
            warn(f"going on without a proposer: {error}")
    return made


def warm_up(proposer: Proposer, cpu: str) -> None:
    """Let a proposer load what is slow to load before the clock of a search runs: it is asked about a trivial block."""
    if proposer.name == "model":
        block = canonicalise((assemble_text("mov x0, x1"), assemble_text("mov x1, x0")), LiveSet.parse("x0,x1"))
        for _ in proposer.propose(block, Context(cpu, "count", lambda code: (len(code),), 0.5)):
            pass


@dataclass(slots=True)
class Guarded:
    """A proposer whose failures end its own work and nothing else: no more is expected of a source of guesses."""

    inner: Proposer
    warn: Warn
    failed: bool = field(default=False)

    @property
    def name(self) -> str:
        """The name on the command line."""
        return self.inner.name

    def propose(self, block: Canonical, context: Context) -> Iterator[Candidate]:
        """The proposer's candidates, until it fails."""
        if self.failed:
            return
        try:
            yield from self.inner.propose(block, context)
        except Exception as error:
            self._fail(error)

    def learn(self, block: Canonical, candidate: Candidate, outcome: Outcome, message: str) -> None:
        """Pass on what became of a candidate."""
        if self.failed:
            return
        try:
            self.inner.learn(block, candidate, outcome, message)
        except Exception as error:
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        self.failed = True
        reason = str(error) if isinstance(error, ProposerError) else f"{type(error).__name__}: {error}"
        self.warn(f"going on without the proposer {self.name}: {reason}")
