"""Command-line tests share one cache folder for what is known of instructions, and none with the user."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_tools import Cli


@pytest.fixture(scope="session")
def cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("superopt-cache")


@pytest.fixture
def cli(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, cache_folder: Path) -> Cli:
    monkeypatch.setenv("SUPEROPT_CACHE_DIR", str(cache_folder))
    monkeypatch.delenv("SUPEROPT_DEBUG", raising=False)
    return Cli(tmp_path, capfd, monkeypatch)
