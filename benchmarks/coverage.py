"""How much of real AArch64 code has a meaning: every instruction of the object files and archives given, by count.

    python -m benchmarks.coverage /usr/aarch64-linux-gnu/lib/libc.a ...

Bytes are found by ``llvm-objdump`` (19) or ``aarch64-linux-gnu-objdump``, which tell code from literal pools; whether
one means anything is asked of our own decoder. Ordered and system instructions (barriers, atomics, exceptions) are
known and kept in place, but have no meaning that a rewrite could use: they are counted apart.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from semantics import simplify as s
from semantics.assembler import decode
from semantics.block import step
from semantics.errors import SemanticsError
from semantics.state import State

PLACE = s.const(0x10000, 64)  # where an instruction stands whose operands are relative to it
LINE = re.compile(r"^\s*[0-9a-f]+:\s+([0-9a-f]{8})\s+(\S+)")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; 2 without a disassembler or a readable file."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.coverage", description="How much of real code has a meaning")
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--missing", type=int, default=25, metavar="N", help="mnemonics without a meaning to list (25)")
    options = parser.parse_args(arguments)
    tool = shutil.which("llvm-objdump-19") or shutil.which("aarch64-linux-gnu-objdump")
    if tool is None:
        print("needs llvm-objdump-19 or aarch64-linux-gnu-objdump", file=sys.stderr)
        return 2
    total, missing = Counter[str](), Counter[str]()
    known = dict[int, str]()
    print("| file | instructions | row | VEX | ordered | refused | covered |\n|---|---:|---:|---:|---:|---:|---:|")
    for path in options.files:
        counts = Counter[str]()
        for code, mnemonic in words(tool, path):
            kind = known.get(code) or known.setdefault(code, kind_of(code))
            counts[kind] += 1
            if kind == "refused":
                missing[mnemonic] += 1
        if not counts:
            print(f"{path}: no code found", file=sys.stderr)
            return 2
        total += counts
        print(line(path.name, counts))
    print(line("**all**", total))
    print("\nWithout a meaning:", ", ".join(f"{name} {count}" for name, count in missing.most_common(options.missing)) or "none")
    return 0


def words(tool: str, path: Path) -> Iterator[tuple[int, str]]:
    """Every instruction word in the executable sections, and the disassembler's name of it."""
    command = [tool, "-d", str(path)] if "llvm" not in tool else [tool, "-d", "--mattr=+all", "--triple=aarch64", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, errors="replace") as run:
        for text in run.stdout or ():
            found = LINE.match(text)
            if found is not None and not found[2].startswith(".") and found[2] not in ("udf", "<unknown>"):
                yield int(found[1], 16), found[2]


def kind_of(code: int) -> str:
    """``row``, ``VEX``, ``ordered`` or ``refused``."""
    instruction = decode(code)
    if instruction is None:
        return "refused"
    if instruction.row.ordered:
        return "ordered"
    try:
        step(State(pc=PLACE), instruction)
    except SemanticsError:
        return "refused"
    return "row" if instruction.row.function is not None else "VEX"


def line(name: str, counts: Counter[str]) -> str:
    """One line of the table; what is ordered counts as covered."""
    count = counts.total()
    columns = " | ".join(f"{counts[kind]:,}" for kind in ("row", "VEX", "ordered", "refused"))
    return f"| {name} | {count:,} | {columns} | {1 - counts['refused'] / count:.2%} |"


if __name__ == "__main__":
    sys.exit(main())
