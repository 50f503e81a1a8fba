"""Where things are kept between runs: the user's cache folder.

``SUPEROPT_CACHE_DIR`` names it; else it is ``superopt`` under ``XDG_CACHE_HOME``, else under ``~/.cache``.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from superopt.errors import SuperoptError

OVERRIDE = "SUPEROPT_CACHE_DIR"
REWRITES = "rewrites.sqlite"
AGREEMENTS = "agreement.sqlite"


class FolderUnusable(SuperoptError):
    """Nothing can be kept in the cache folder: which one, and why."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


def cache_folder() -> Path:
    """The folder's path; nothing is created. Raises FolderUnusable where no home directory is known."""
    chosen = os.environ.get(OVERRIDE)
    if chosen:
        return Path(chosen)
    base = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(base):  # the specification says to ignore others
        return Path(base) / "superopt"
    try:
        return Path.home() / ".cache" / "superopt"
    except RuntimeError as error:
        raise FolderUnusable(Path("~/.cache/superopt"), str(error)) from None


def usable_folder() -> Path:
    """The folder, created if need be, readable by its owner only.

    Raises FolderUnusable if it cannot be written, and if others may write to it: what is stored there is believed.
    """
    folder = cache_folder()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        mode = folder.stat().st_mode
    except OSError as error:
        raise FolderUnusable(folder, (error.strerror or str(error)).lower()) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise FolderUnusable(folder, "cannot be written")
    if mode & stat.S_IWOTH:
        raise FolderUnusable(folder, "everybody may write there, so what it holds cannot be believed")
    return folder


def rewrites_file() -> Path:
    """The rewrite cache. Raises FolderUnusable."""
    return usable_folder() / REWRITES


def agreements_file() -> Path:
    """The store of instructions whose meanings are known to agree. Raises FolderUnusable."""
    return usable_folder() / AGREEMENTS
