"""The rewrite cache: proved rewrites of canonical blocks in one SQLite file, shared by any number of processes.

A key names the question (canonical block, live-outs, assumptions, CPU features, objective); a stored rewrite is valid only
while the meanings of the instructions that it uses are the ones it was proved with. Nothing is ever replaced by something
weaker: a rewrite only by a cheaper one, a fruitless search only by one with a larger budget.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from superopt.errors import SuperoptError

SCHEMA_VERSION = 1
BUSY_SECONDS = 30.0
COLUMNS = "replacement, cost, cost_before, semantics, proposer, certificate, created"

SCHEMA = """
CREATE TABLE IF NOT EXISTS block (
    key TEXT PRIMARY KEY, question TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS rewrite (
    key TEXT PRIMARY KEY, replacement TEXT NOT NULL, cost TEXT NOT NULL, cost_before TEXT NOT NULL,
    semantics TEXT NOT NULL, certificate TEXT NOT NULL, proposer TEXT NOT NULL, created REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS fruitless (
    key TEXT PRIMARY KEY, budget REAL NOT NULL, proposers TEXT NOT NULL, semantics TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS seen (
    key TEXT NOT NULL, place TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (key, place)
) WITHOUT ROWID;
"""


class CacheError(SuperoptError):
    """The cache file cannot be used: which file, and why."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: error: rewrite cache: {reason}")
        self.path = path
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the cache; every field is part of the key.

    ``block`` is canonical text, ``assumptions`` what the proof may rely on besides, ``objective`` includes the CPU.
    """

    block: str
    live_out: str
    assumptions: tuple[str, ...]
    features: tuple[str, ...]
    objective: str
    scratch: tuple[int, int]

    @property
    def key(self) -> str:
        """SHA-256 over all fields."""
        return sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A proved, cheaper replacement for a canonical block.

    ``cost`` and ``cost_before`` are keys of the objective; ``semantics`` is the hash of the meanings used in original and
    replacement; ``certificate`` is the verifier's, as JSON-able data.
    """

    replacement: str
    cost: tuple[float, ...]
    cost_before: tuple[float, ...]
    semantics: str
    proposer: str
    certificate: Mapping[str, Any] = field(default_factory=dict[str, Any])
    created: float = field(default_factory=time.time)


@dataclass(frozen=True, slots=True)
class Entry:
    """A question with its rewrite, and how often and where the block was met."""

    key: str
    question: Question
    rewrite: Rewrite
    seen: Mapping[str, int]


class Cache:
    """An open cache file; use it as a context manager. ``:memory:`` keeps nothing."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        try:
            if str(path) != ":memory:":
                self.path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(str(path), timeout=BUSY_SECONDS, isolation_level=None)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._prepare()
        except (sqlite3.Error, OSError) as error:
            raise CacheError(self.path, str(error)) from None

    def _prepare(self) -> None:
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version not in (0, SCHEMA_VERSION):
            raise CacheError(self.path, f"made by another version (schema {version}, this is {SCHEMA_VERSION})")
        self._db.executescript(SCHEMA)
        self._db.execute(f"PRAGMA user_version={SCHEMA_VERSION}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    # --- the optimiser's side -------------------------------------------------------------------

    def get(self, question: Question, valid: Callable[[Rewrite], bool]) -> Rewrite | None:
        """The stored rewrite, if its meanings are still in force (``valid`` recomputes them)."""
        row = self._run(
            "SELECT replacement, cost, cost_before, semantics, proposer, certificate, created FROM rewrite WHERE key = ?", question.key
        ).fetchone()
        if row is None:
            return None
        rewrite = _rewrite(row)
        return rewrite if valid(rewrite) else None

    def put(self, question: Question, rewrite: Rewrite, valid: Callable[[Rewrite], bool]) -> bool:
        """Store a rewrite unless a valid one that is at least as cheap is there; returns whether it was stored."""
        with _Transaction(self):
            stored = self.get(question, valid)
            if stored is not None and stored.cost <= rewrite.cost:
                return False
            self._remember(question)
            self._run(
                "INSERT OR REPLACE INTO rewrite VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                question.key,
                rewrite.replacement,
                json.dumps(rewrite.cost),
                json.dumps(rewrite.cost_before),
                rewrite.semantics,
                json.dumps(dict(rewrite.certificate)),
                rewrite.proposer,
                rewrite.created,
            )
            return True

    def fruitless(self, question: Question, semantics: str, proposers: Iterable[str]) -> float:
        """The largest budget in seconds with which these proposers searched in vain; 0 if they never did."""
        row = self._run("SELECT budget, proposers, semantics FROM fruitless WHERE key = ?", question.key).fetchone()
        if row is None or row[2] != semantics or not set(proposers) <= set(json.loads(row[1])):
            return 0.0
        return float(row[0])

    def put_fruitless(self, question: Question, semantics: str, proposers: Iterable[str], budget: float) -> None:
        """Remember a search in vain; a smaller budget does not replace a larger one."""
        names = sorted(proposers)
        with _Transaction(self):
            if self.fruitless(question, semantics, names) >= budget:
                return
            self._remember(question)
            self._run("INSERT OR REPLACE INTO fruitless VALUES (?, ?, ?, ?)", question.key, budget, json.dumps(names), semantics)

    def note(self, question: Question, place: str) -> None:
        """Count one more sighting of the block at ``place``."""
        with _Transaction(self):
            self._remember(question)
            self._run("INSERT INTO seen VALUES (?, ?, 1) ON CONFLICT (key, place) DO UPDATE SET count = count + 1", question.key, place)

    # --- the user's side ------------------------------------------------------------------------

    def entries(self) -> Iterator[Entry]:
        """All rewrites, most often seen first."""
        rows = self._run(
            f"SELECT rewrite.key, question, {COLUMNS} FROM rewrite"
            " JOIN block USING (key) ORDER BY (SELECT COALESCE(SUM(count), 0) FROM seen WHERE seen.key = rewrite.key) DESC, rewrite.key"
        ).fetchall()
        for key, question, *rest in rows:
            seen = dict(self._run("SELECT place, count FROM seen WHERE key = ?", key).fetchall())
            yield Entry(key, _question(question), _rewrite(tuple(rest)), seen)

    def find(self, prefix: str) -> list[Entry]:
        """Entries whose key starts with ``prefix``."""
        return [entry for entry in self.entries() if entry.key.startswith(prefix)]

    def counts(self) -> dict[str, int]:
        """Number of rewrites, fruitless searches and sightings."""
        tables = {"rewrites": "COUNT(*) FROM rewrite", "fruitless": "COUNT(*) FROM fruitless", "seen": "COALESCE(SUM(count), 0) FROM seen"}
        return {name: int(self._run(f"SELECT {what}").fetchone()[0]) for name, what in tables.items()}

    def export(self) -> Iterator[str]:
        """Every rewrite as one line of JSON."""
        for entry in self.entries():
            yield json.dumps(
                {"question": asdict(entry.question), "rewrite": asdict(entry.rewrite), "seen": dict(entry.seen)}, sort_keys=True
            )

    def load(self, lines: Iterable[str], source: str, valid: Callable[[Question, Rewrite], bool]) -> tuple[int, int]:
        """Import exported lines; returns how many were stored and how many refused (not valid, or not cheaper).

        Raises CacheError naming the line for text that is no export; nothing of the file is stored then.
        """
        parsed = list[tuple[Question, Rewrite]]()
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                parsed.append(_exported(line))
            except (ValueError, KeyError, TypeError) as error:
                raise CacheError(Path(source), f"line {number} is not an exported rewrite ({error})") from None
        stored = 0
        for question, rewrite in parsed:
            known = partial(valid, question)
            stored += valid(question, rewrite) and self.put(question, rewrite, known)
        return stored, len(parsed) - stored

    # --- inside ---------------------------------------------------------------------------------

    def _remember(self, question: Question) -> None:
        self._run("INSERT OR IGNORE INTO block VALUES (?, ?)", question.key, json.dumps(asdict(question), sort_keys=True))

    def _run(self, statement: str, *values: object) -> sqlite3.Cursor:
        try:
            return self._db.execute(statement, values)
        except sqlite3.Error as error:
            raise CacheError(self.path, str(error)) from None

    def begin(self) -> None:
        """Start a transaction that excludes other writers."""
        self._run("BEGIN IMMEDIATE")

    def end(self, *, commit: bool) -> None:
        """End it."""
        self._run("COMMIT" if commit else "ROLLBACK")


class _Transaction:
    """Read and write as one step, against other processes."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    def __enter__(self) -> None:
        self._cache.begin()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._cache.end(commit=kind is None)


def _rewrite(row: tuple[Any, ...]) -> Rewrite:
    replacement, cost, before, semantics, proposer, certificate, created = row
    return Rewrite(replacement, tuple(json.loads(cost)), tuple(json.loads(before)), semantics, proposer, json.loads(certificate), created)


def _exported(line: str) -> tuple[Question, Rewrite]:
    data = json.loads(line)
    rewrite = data["rewrite"]
    certificate: dict[str, Any] = dict(rewrite["certificate"])
    texts = [str(rewrite[name]) for name in ("replacement", "semantics", "proposer")]
    costs = [tuple(float(part) for part in rewrite[name]) for name in ("cost", "cost_before")]
    read = Rewrite(texts[0], costs[0], costs[1], texts[1], texts[2], certificate, float(rewrite["created"]))
    return _question(json.dumps(data["question"])), read


def _question(text: str) -> Question:
    data = json.loads(text)
    return Question(
        str(data["block"]),
        str(data["live_out"]),
        tuple(data["assumptions"]),
        tuple(data["features"]),
        str(data["objective"]),
        (int(data["scratch"][0]), int(data["scratch"][1])),
    )
