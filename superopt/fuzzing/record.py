"""What a campaign found so far: an SQLite file (or memory), with one row a trial, that a later run goes on with."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple
from pathlib import Path
from typing import Any

from superopt.fuzzing.errors import CampaignError
from superopt.fuzzing.outcome import Finding, Outcome

_SCHEMA = """
CREATE TABLE IF NOT EXISTS terms (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS trials (
    number INTEGER PRIMARY KEY, kind TEXT, rule TEXT, seen TEXT, verdict TEXT, reason TEXT, seconds REAL);
CREATE TABLE IF NOT EXISTS findings (
    number INTEGER PRIMARY KEY, what TEXT, original TEXT, candidate TEXT, live_out TEXT, dead_stack INTEGER, state TEXT, difference TEXT);
CREATE TABLE IF NOT EXISTS sessions (started TEXT, seconds REAL, trials INTEGER, judge TEXT);
"""


class Record:
    """Trials by number. Every :meth:`add` is on disk when it returns, so a run may be ended at any time."""

    def __init__(self, path: Path | None) -> None:
        self.path = str(path) if path is not None else ":memory:"
        try:
            self._connection = sqlite3.connect(self.path, autocommit=True)
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.executescript(_SCHEMA)
        except sqlite3.Error as error:
            raise CampaignError(self.path, str(error)) from error

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def agree(self, terms: Mapping[str, str]) -> None:
        """Fix what the trials are drawn from. Raises CampaignError where the file was begun with other terms."""
        known = dict(self._all("SELECT name, value FROM terms"))
        for name, value in terms.items():
            if known.get(name, value) != value:
                raise CampaignError(self.path, f"begun with another {name} ({known[name]}, not {value})")
            self._run("INSERT OR IGNORE INTO terms VALUES (?, ?)", (name, value))

    def done(self) -> frozenset[int]:
        """The numbers of the trials that have an outcome."""
        return frozenset(number for (number,) in self._all("SELECT number FROM trials"))

    def add(self, outcome: Outcome) -> None:
        """Store one outcome."""
        o = outcome
        self._run("BEGIN")
        self._run(
            "INSERT OR REPLACE INTO trials VALUES (?, ?, ?, ?, ?, ?, ?)",
            (o.number, o.kind, o.rule, o.seen, o.verdict, o.reason, o.seconds),
        )
        if o.finding is not None:
            self._run("INSERT OR REPLACE INTO findings VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (o.number, *astuple(o.finding)))
        self._run("COMMIT")

    def session(self, started: str, seconds: float, trials: int, judge: str) -> None:
        """Note one run: when, how long, how many trials, and which judge."""
        self._run("INSERT INTO sessions VALUES (?, ?, ?, ?)", (started, seconds, trials, judge))

    def counts(self) -> list[tuple[str, str, str, str, int]]:
        """Kind, rule, what was seen, verdict, and how many."""
        return self._all("SELECT kind, rule, seen, verdict, count(*) FROM trials GROUP BY kind, rule, seen, verdict ORDER BY kind, rule")

    def reasons(self) -> list[tuple[str, str, str, int]]:
        """Kind, verdict, reason, and how many, the most frequent first."""
        where = "WHERE verdict IN ('unknown', 'unsupported')"
        return self._all(f"SELECT kind, verdict, reason, count(*) AS n FROM trials {where} GROUP BY kind, verdict, reason ORDER BY n DESC")

    def check_seconds(self) -> list[float]:
        """Seconds of each check, in ascending order."""
        return [seconds for (seconds,) in self._all("SELECT seconds FROM trials ORDER BY seconds")]

    def sessions(self) -> tuple[int, float, int]:
        """Runs, their seconds, and their trials, in all."""
        ((runs, seconds, trials),) = self._all("SELECT count(*), total(seconds), CAST(total(trials) AS INTEGER) FROM sessions")
        return runs, seconds, trials

    def findings(self) -> Iterator[tuple[int, Finding]]:
        """What must not be, by the number of the trial."""
        for number, what, original, candidate, live_out, dead_stack, state, difference in self._all("SELECT * FROM findings"):
            yield number, Finding(what, original, candidate, live_out, bool(dead_stack), state, difference)

    def _run(self, statement: str, values: Iterable[Any] = ()) -> sqlite3.Cursor:
        try:
            return self._connection.execute(statement, tuple(values))
        except sqlite3.Error as error:
            raise CampaignError(self.path, str(error)) from error

    def _all(self, statement: str) -> list[Any]:
        return self._run(statement).fetchall()
