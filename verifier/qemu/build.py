"""The harness compiled, once for each version of its source and each compiler, and kept."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from verifier.qemu.errors import HarnessError

QEMU = "qemu-aarch64"
SOURCES = ("harness.c", "enter.S")
CODE_PAGE = 0x10000
PROGRAM = range(0x6A30000, 0x6B00000)
"""Addresses that the harness itself may lie at: within reach of a direct branch from the code page, and nowhere near it."""

_SECONDS = 60.0

_COMPILERS: dict[str, tuple[str, ...]] = {
    "clang-19": ("--target=aarch64-linux-gnu",),
    "aarch64-linux-gnu-gcc": ("-fno-tree-loop-distribute-patterns",),  # no calls of memcpy, there is none
}
_COMPILE = ("-O2", "-std=gnu11", "-ffreestanding", "-fno-builtin", "-fno-stack-protector", "-fno-pic", "-mgeneral-regs-only")
_PLACES = (f"-Wl,-Ttext-segment={PROGRAM.start:#x}", f"-Wl,--defsym=code_page={CODE_PAGE:#x}")
_LINK = ("-nostdlib", "-static", "-Wl,--build-id=none", *_PLACES)


def missing_tools() -> list[str]:
    """What has to be installed before the harness can run; empty if all is there."""
    missing = [] if shutil.which(QEMU) else [QEMU]
    return missing if _compiler() else [*missing, " or ".join(_COMPILERS)]


def _compiler() -> str | None:
    return next((name for name in _COMPILERS if shutil.which(name)), None)


def build_harness(folder: Path) -> Path:
    """The program's path in ``folder``, built if it is not there yet. Raises HarnessError.

    The folder must be one that only the user can write: what is found there is run, under qemu-aarch64.
    """
    compiler = _compiler()
    if compiler is None:
        raise HarnessError("the harness for qemu-aarch64 cannot be built", f"neither {' nor '.join(_COMPILERS)} is installed")
    target = folder / f"qemu-harness-{_digest(compiler)[:20]}"
    if not target.exists():
        _build(compiler, target)
    return target


def _digest(compiler: str) -> str:
    here = Path(__file__).parent
    options = " ".join((compiler, *_COMPILERS[compiler], *_COMPILE, *_LINK))
    return hashlib.sha256(options.encode() + b"".join((here / name).read_bytes() for name in SOURCES)).hexdigest()


def _build(compiler: str, target: Path) -> None:
    """Compile in a folder of its own and move the result into place, so that two processes may do so at once."""
    here = Path(__file__).parent
    command = [compiler, *_COMPILERS[compiler]]
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".harness-") as name:
            objects = [str(Path(name) / f"{source}.o") for source in SOURCES]
            _run([*command, *_COMPILE, "-c", "-o", objects[0], str(here / SOURCES[0])])
            _run([*command, "-c", "-o", objects[1], str(here / SOURCES[1])])
            program = Path(name) / "harness"
            _run([*command, *_LINK, "-o", str(program), *objects])
            os.replace(program, target)
    except OSError as error:
        raise HarnessError(str(target.parent), (error.strerror or str(error)).lower()) from None


def _run(command: list[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, errors="replace", check=False)
    except subprocess.TimeoutExpired:
        raise HarnessError(command[0], "it does not end") from None
    if done.returncode:
        said = next((line for line in done.stderr.splitlines() if "error" in line), f"exit status {done.returncode}")
        raise HarnessError(command[0], said.strip())
