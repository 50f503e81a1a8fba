"""Functions as compilers write them: against themselves, against another optimisation level, and against mutants."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support.compile import compile_kernel, needs_cross_tools

from grammars.errors import GrammarsError
from grammars.listing import read_listing
from semantics.assembler import Instruction, assemble_text
from semantics.block import effects
from semantics.errors import SemanticsError
from semantics.liveset import LiveSet
from verifier.check import Checker, CheckOptions
from verifier.functions.concrete import Pair
from verifier.functions.graph import Function, Line, functions_of
from verifier.functions.judge import check_functions
from verifier.functions.segments import Ends
from verifier.verdict import Bounded, Proved

pytestmark = needs_cross_tools

RESULT = LiveSet.of(["w0", "v0", "sp", "mem", "x18", *(f"x{i}" for i in range(19, 31)), *(f"d{i}" for i in range(8, 16))])
SAMPLE = ("gcd", "gray_code", "fnv", "utf8")
ACROSS = {
    "crc": ("crc32_nibbles", "crc32_table", "crc16_ccitt"),
    "string_scan": ("scan_length", "find_byte", "compare_strings", "to_lower"),
    "gcd": ("gcd_euclid",),
    "isqrt": ("isqrt32",),
}
"""Functions of which gcc -O1 and -O2 are proved equivalent."""

CHANGES = {
    "add": "sub",
    "sub": "add",
    "lsr": "asr",
    "asr": "lsr",
    "eor": "orr",
    "orr": "eor",
    "cbz": "cbnz",
    "cbnz": "cbz",
    "ldrb": "ldrsb",
}
CONDITIONS = ("eq", "ne", "lt", "ge", "gt", "le", "hi", "ls", "hs", "lo")


@pytest.fixture(scope="module")
def checker() -> Iterator[Checker]:
    with Checker() as opened:
        yield opened


def compiled(name: str, folder: Path, level: str) -> dict[str | None, Function]:
    assembly = compile_kernel(name, folder / f"{name}{level}.s", level=level)
    return {function.name: function for function in functions_of(read_listing(assembly))}


def with_inserted(function: Function, place: int) -> Function:
    """The same function with an instruction that does nothing in front of point ``place``."""
    line = Line(assemble_text("mov x28, x28"), function.lines[place].place, None, None)
    moved = tuple(
        replace(one, target=one.target + 1) if isinstance(one.target, int) and one.target > place else one for one in function.lines
    )
    return replace(function, lines=(*moved[:place], line, *moved[place:]), labels={})


@pytest.mark.parametrize("kernel", SAMPLE)
def test_a_function_is_equivalent_to_itself(checker: Checker, tmp_path: Path, kernel: str) -> None:
    rng = random.Random(kernel)
    for name, function in compiled(kernel, tmp_path, "-O1").items():
        again = with_inserted(function, rng.randrange(len(function.lines)))
        assert isinstance(check_functions(checker, function, again, CheckOptions(timeout=20.0)), Proved), name


@pytest.mark.parametrize("kernel", ACROSS)
def test_levels_of_optimisation_agree(checker: Checker, tmp_path: Path, kernel: str) -> None:
    first, second = (compiled(kernel, tmp_path, level) for level in ("-O1", "-O2"))
    for name in ACROSS[kernel]:
        options = CheckOptions(live_out=RESULT, timeout=20.0)
        assert isinstance(check_functions(checker, first[name], second[name], options), Proved), name


def test_mutants_that_run_differently_are_never_proved(checker: Checker, tmp_path: Path) -> None:
    rng, judged, distinguished = random.Random(7), 0, 0
    for kernel in ("gray_code", "gcd", "popcount"):
        for function in compiled(kernel, tmp_path, "-O1").values():
            mutant = mutated(function, rng)
            runs = Pair(function, mutant, Ends(RESULT, LiveSet.everything(), None))
            if mutant is function or not runs.runnable():
                continue
            differs = runs.contradiction(200, seed=11) is not None
            # No runs before the proof: it is the proof that must not be found.
            found = check_functions(checker, function, mutant, CheckOptions(live_out=RESULT, timeout=0.7, differential=0))
            judged, distinguished = judged + 1, distinguished + differs
            assert not (differs and isinstance(found, Proved | Bounded)), function.name
    assert judged >= 8
    assert distinguished >= judged // 2


def mutated(function: Function, rng: random.Random) -> Function:
    """The function with one instruction changed; the function itself if nothing that was tried can be."""
    for _ in range(200):
        place = rng.randrange(len(function.lines))
        line = function.lines[place]
        other = None if line.event is not None else _changed(line.instruction, rng)
        if other is not None and (effects(other).exit is None) == (effects(line.instruction).exit is None):
            return replace(function, lines=(*function.lines[:place], replace(line, instruction=other), *function.lines[place + 1 :]))
    return function


def _changed(instruction: Instruction, rng: random.Random) -> Instruction | None:
    mnemonic, _, operands = instruction.text.partition(" ")
    if mnemonic.startswith("b."):
        text = f"b.{rng.choice(CONDITIONS)} {operands}"
    elif mnemonic in CHANGES and rng.random() < 0.5:
        text = f"{CHANGES[mnemonic]} {operands}"
    else:
        head, sign, value = instruction.text.rpartition("#")
        text = f"{head}#{int(value) ^ 1}" if sign and value.isdecimal() else instruction.text
    try:
        found = assemble_text(text)
    except (SemanticsError, GrammarsError):
        return None
    return found if found != instruction else None
