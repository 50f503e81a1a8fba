"""Finished forms in an SQLite file, so that a run can be interrupted and go on."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

from verifier.conformance.errors import ResumeError
from verifier.conformance.result import FormResult


class Finished:
    """Results by key (see :func:`verifier.conformance.versions.result_key`). Raises ResumeError.

    Args:
        path: the file; None keeps nothing beyond the process.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path if path is not None else Path(":memory:")
        self._connection = self._guarded(lambda: sqlite3.connect(self._path, timeout=10, autocommit=True))
        self._run("CREATE TABLE IF NOT EXISTS finished (key TEXT PRIMARY KEY, form TEXT NOT NULL, result TEXT NOT NULL) WITHOUT ROWID")

    def get(self, key: str) -> FormResult | None:
        """The result kept under ``key``."""
        row = self._run("SELECT result FROM finished WHERE key = ?", key).fetchone()
        if row is None:
            return None
        try:
            return FormResult.of_json(json.loads(row[0]))
        except (ValueError, KeyError, TypeError) as error:
            raise ResumeError(self._path, f"holds something else than results: {error}") from None

    def put(self, key: str, result: FormResult) -> None:
        """Keep ``result``."""
        self._run("INSERT OR REPLACE INTO finished VALUES (?, ?, ?)", key, result.form, json.dumps(result.as_json()))

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _run(self, statement: str, *values: str) -> sqlite3.Cursor:
        return self._guarded(lambda: self._connection.execute(statement, values))

    def _guarded[T](self, action: Callable[[], T]) -> T:
        try:
            return action()
        except sqlite3.Error as error:
            raise ResumeError(self._path, str(error)) from None
