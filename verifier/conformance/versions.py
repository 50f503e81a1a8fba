"""What a result depends on: the versions of all sources, and the code that asks them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import astuple
from functools import cache
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from pathlib import Path

from verifier import qemu
from verifier.agreement import meanings_digest
from verifier.conformance import llvm
from verifier.conformance.check import Effort
from verifier.conformance.forms import Form

ABSENT = "absent"

_PACKAGES = ("pyvex", "pypcode", "unicorn", "z3-solver", "bitwuzla")
_CODE = ("oracle.py", "states.py", "unicorn_engine.py")
_FOLDERS = ("conformance", "qemu")


@cache
def versions() -> Mapping[str, str]:
    """Each source by name with its version, or ``absent``."""
    found = {name: _installed(name) for name in _PACKAGES}
    found["qemu-aarch64"] = ABSENT if qemu.missing_tools() else qemu.version() or "unknown"
    found["llvm-mc"] = llvm.version() or ABSENT
    return found


def _installed(package: str) -> str:
    try:
        return installed(package)
    except PackageNotFoundError:
        return ABSENT


@cache
def _code_digest() -> str:
    folder = Path(__file__).parent.parent
    paths = [folder / name for name in _CODE] + [path for name in _FOLDERS for path in (folder / name).iterdir() if path.is_file()]
    sha = hashlib.sha256(meanings_digest().encode())
    for path in sorted(paths):
        sha.update(hashlib.sha256(path.read_bytes()).digest())
    return sha.hexdigest()


def result_key(form: Form, effort: Effort) -> str:
    """What a form's result is kept under: anything that could change it."""
    parts = (form.key, form.row.digest, repr(astuple(effort)), repr(sorted(versions().items())), _code_digest())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
