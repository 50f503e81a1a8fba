"""Pairs from compilers: what one compiler made of a function without optimising, against the best that any made of it.

Needs clang and a gcc cross-compiler, for building data only.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from grammars.errors import GrammarError
from grammars.listing import Instruction as Written
from grammars.listing import LabelDef, parse_listing
from grammars.operands import Immediate, Operation, Register
from proposer.errors import ProposerUnavailable
from proposer.model.pairs import Judge, Pair, canonical_or_none, group_of, rename_into
from proposer.model.sources import translation_unit
from proposer.proposal import Block
from semantics.assembler import assemble, base_rows
from semantics.errors import SemanticsError
from semantics.frames import DeadStack
from semantics.liveset import LiveSet

FLAGS = ("-w", "-fwrapv", "-fno-strict-aliasing", "-fno-asynchronous-unwind-tables", "-fno-stack-protector")
COMPILERS: Mapping[str, tuple[str, ...]] = {
    "clang": ("clang-19", "--target=aarch64-linux-gnu", "-mllvm", "-align-all-functions=0"),
    "gcc": ("aarch64-linux-gnu-gcc", "-mgeneral-regs-only"),
}
LEVELS = ("-O0", "-O1", "-O2")
LONGEST = 48  # instructions of an original
SP = Register("sp")
_SAVED = [f"x{i}" for i in range(19, 31)]
_RESULTS = (("x0",), ("x0",), ("w0",), ("w0",), ("x0", "x1"))


def compile_all(seed: int, count: int) -> list[dict[str, Block]]:
    """For each function of a translation unit: its block by compilation, for those that are one straight block.

    Raises ProposerUnavailable without the compilers.
    """
    for command in COMPILERS.values():
        if shutil.which(command[0]) is None:
            raise ProposerUnavailable("model", f"{command[0]} is not installed", "install clang-19 and gcc-aarch64-linux-gnu")
    functions: list[dict[str, Block]] = [{} for _ in range(count)]
    with TemporaryDirectory() as name:
        source = Path(name, "unit.c")
        source.write_text(translation_unit(seed, count), "ascii")
        for compiler, command in COMPILERS.items():
            for level in LEVELS:
                done = subprocess.run([*command, *FLAGS, level, "-S", "-o", "-", str(source)], capture_output=True, text=True, check=True)
                for index, block in straight_functions(done.stdout):
                    functions[index][compiler + level] = block
    return functions


def straight_functions(text: str) -> Iterator[tuple[int, Block]]:
    """The functions ``f0``, ``f1``, ... of a listing that are one block ending in ``ret``, without the ``ret``."""
    index, lines = -1, list[Written]()
    for statement in parse_listing(text).statements:
        match statement:
            case LabelDef(name=name) if name[:1] == "f" and name[1:].isdigit():
                index, lines = int(name[1:]), []
            case LabelDef(name=name) if not name.startswith((".Lfunc_end", ".LFB", ".LFE")):
                index = -1
            case Written() if statement.operation.mnemonic == "ret" and index >= 0:
                block = _assembled(lines)
                if block is not None:
                    yield index, block
                index = -1
            case Written():
                lines.append(statement)
            case _:
                pass


def _assembled(lines: Sequence[Written]) -> Block | None:
    try:
        block = tuple(assemble(line.operation) for line in lines)
    except (SemanticsError, GrammarError):
        return None
    leaves = any(name == "target" for instruction in block for name, _ in instruction.fields)
    general = frozenset(base_rows())  # the model has no words for vectors
    return None if leaves or any(i.row not in general or i.symbol is not None for i in block) else block


def _without_frame(block: Block) -> tuple[Block, DeadStack]:
    """The block less its first and last instruction, if those move the stack pointer; and the frame that is dead then."""
    if len(block) > 2:
        first, last = block[0].operation, block[-1].operation
        if first.mnemonic == "sub" and last == Operation("add", first.operands) and first.operands[:2] == (SP, SP):
            size = first.operands[2]
            if len(first.operands) == 3 and isinstance(size, Immediate):
                return block[1:-1], DeadStack(((0, size.value),))
    return block, DeadStack()


def pairs(seed: int, count: int, judge: Judge) -> Iterator[Pair]:
    """Pairs of the functions of one translation unit; the same for the same seed and compilers."""
    random = Random(seed)
    for versions in compile_all(seed, count):
        short = list(dict.fromkeys(block for name, block in versions.items() if not name.endswith("-O0")))
        base = next(iter(versions.values()), None)
        named = canonical_or_none(base, LiveSet()) if base else None
        if named is None:
            continue
        for name, original in versions.items():
            if 0 < len(original) <= LONGEST:
                yield from _pair(original, short, judge, random, name, group_of(named))


def _pair(original: Block, targets: Sequence[Block], judge: Judge, random: Random, source: str, group: str) -> Iterator[Pair]:
    live_out = LiveSet.of([*random.choice(_RESULTS), *_SAVED, "sp", "mem"])
    original, dead = _without_frame(original) if random.random() < 0.5 else (original, DeadStack())
    block = canonical_or_none(original, live_out)
    if block is None:
        return
    renamed = [rename_into(block, target) for target in targets]
    found = judge.pair(block, [target for target in renamed if target is not None], dead_stack=dead, source=source, group=group)
    if found is not None:
        yield found
