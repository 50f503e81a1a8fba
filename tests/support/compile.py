"""Kernels compiled to AArch64 assembly, assembled, linked with their drivers and run under qemu-aarch64.

End-to-end tests use it so (`tests/` is on their import path):

    from support.compile import compile_kernel, needs_cross_tools, run_assembly

    assembly = compile_kernel("crc", folder / "crc.s", compiler="gcc", level="-O2")
    ...                                                    # optimise crc.s into better.s
    assert run_assembly("crc", folder / "better.s", folder) == run_assembly("crc", assembly, folder)

Tests that call it are marked `@needs_cross_tools`.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import pytest

type Compiler = Literal["gcc", "clang"]

KERNELS = Path(__file__).parents[2] / "examples" / "kernels"

COMPILATIONS: tuple[tuple[Compiler, str], ...] = (
    ("gcc", "-O0"),
    ("gcc", "-O2"),
    ("gcc", "-O3"),
    ("clang", "-O0"),
    ("clang", "-O1"),
    ("clang", "-O2"),
)
"""The compilations that end-to-end tests choose from."""

GCC = "aarch64-linux-gnu-gcc"
CLANG = "clang-19"
QEMU = "qemu-aarch64"

_COMMAND: dict[Compiler, tuple[str, ...]] = {
    "gcc": (GCC,),
    # GNU as does not know the table of address-significant symbols.
    "clang": (CLANG, "--target=aarch64-linux-gnu", "-fno-addrsig"),
}
_COMMON = ("-std=c11", "-Wall", "-Wextra", "-Werror")
_SECONDS = 120


def missing_tools() -> list[str]:
    """The tools wanted here that this machine does not have."""
    return [tool for tool in (GCC, CLANG, QEMU) if shutil.which(tool) is None]


needs_cross_tools = pytest.mark.skipif(bool(missing_tools()), reason=f"not installed: {', '.join(missing_tools())}")


class ToolError(Exception):
    """A compiler, linker or program failed: the command, its exit status and what it wrote to stderr."""

    def __init__(self, command: Sequence[str], status: int, stderr: str) -> None:
        super().__init__(f"{' '.join(command)} exited with {status}:\n{stderr}")
        self.command = tuple(command)
        self.status = status
        self.stderr = stderr


def kernel_names() -> list[str]:
    """The kernels that have a driver."""
    return sorted(path.name.removesuffix("_driver.c") for path in KERNELS.glob("*_driver.c"))


def compile_source(source: Path, output: Path, *, compiler: Compiler = "gcc", level: str = "-O2") -> Path:
    """Compile the C file `source` to the assembly file `output`, which is returned."""
    _run([*_COMMAND[compiler], *_COMMON, level, "-S", "-o", str(output), str(source)])
    return output


def compile_kernel(name: str, output: Path, *, compiler: Compiler = "gcc", level: str = "-O2") -> Path:
    """Compile the kernel `name` to the assembly file `output`, which is returned."""
    return compile_source(KERNELS / f"{name}.c", output, compiler=compiler, level=level)


def build(parts: Sequence[Path], program: Path) -> Path:
    """Assemble, compile and link `parts` (.s, .c, .o) statically into `program`, which is returned."""
    _run([GCC, *_COMMON, "-O1", "-static", "-o", str(program), *map(str, parts)])
    return program


def run_program(program: Path) -> str:
    """What `program` writes to stdout under qemu-aarch64."""
    return _run([QEMU, str(program)])


def run_assembly(name: str, assembly: Path, folder: Path) -> str:
    """The output of kernel `name`'s driver linked with `assembly`.

    The driver is compiled once for each `folder`, which should be a temporary one; object and program are left there.
    """
    driver = folder / f"{name}_driver.o"
    if not driver.exists():
        _run([GCC, *_COMMON, "-O1", "-c", "-o", str(driver), str(KERNELS / f"{name}_driver.c")])
    return run_program(build([assembly, driver], folder / f"{assembly.stem}.{name}.elf"))


def _run(command: Sequence[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_SECONDS)
    if done.returncode != 0:
        raise ToolError(command, done.returncode, done.stderr)
    return done.stdout
