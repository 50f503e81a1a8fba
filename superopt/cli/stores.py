"""Checkers and caches with what is kept between runs, or without where nothing can be kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from superopt.paths import FolderUnusable, agreements_file, rewrites_file

if TYPE_CHECKING:
    from superopt.cache import Cache
    from verifier.agreement import Agreements
    from verifier.check import Checker
    from verifier.solvers import Solvers

type Warn = Callable[[str], None]


def checker_with(solvers: Solvers, warn: Warn) -> Checker:
    """A checker that remembers instructions whose meanings agree, in the user's cache folder."""
    from superopt.cli.steady import SteadyChecker

    return SteadyChecker(solvers, stored_agreements(solvers, warn))


def stored_agreements(solvers: Solvers, warn: Warn) -> Agreements:
    """The store of the cache folder; one in memory, and a warning, where that cannot be used."""
    from verifier.agreement import Agreements
    from verifier.agreement.remember import StoreError

    try:
        return Agreements(solvers, agreements_file())
    except (FolderUnusable, StoreError) as error:
        warn(f"nothing is kept for the next run: {error}")
        return Agreements(solvers)


def open_cache(path: Path | None, warn: Warn, *, use: bool = True) -> Cache:
    """The rewrite cache: the file named, else the cache folder's, else (or without ``use``) one in memory.

    Raises CacheError for a named file that cannot be used.
    """
    from superopt.cache import CacheError
    from superopt.cli.steady import SteadyCache

    if not use:
        return SteadyCache(":memory:", warn)
    if path is not None:
        return SteadyCache(path, warn)
    try:
        return SteadyCache(rewrites_file(), warn)
    except (FolderUnusable, CacheError) as error:
        warn(f"rewrites are not kept for the next run: {error}")
        return SteadyCache(":memory:", warn)


__all__ = ["Warn", "checker_with", "open_cache", "stored_agreements"]
