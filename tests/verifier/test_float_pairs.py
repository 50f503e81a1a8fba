"""Every floating-point instruction against every other of its shape, and mutated blocks: the judge against the emulator.

``SUPEROPT_FLOAT_PAIRS=6000`` takes all pairs, ``SUPEROPT_FLOAT_BLOCKS`` is the number of blocks.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import combinations
from random import Random

import pytest

from semantics.assembler import Instruction, assemble_text
from semantics.isa import fp_scalar, simd_fp
from semantics.liveset import LiveSet
from semantics.machine import MachineState
from semantics.row import Row
from verifier.check import Checker, CheckOptions
from verifier.oracle import Emulator, Ran
from verifier.states import random_states
from verifier.verdict import Proved, Refuted, Verdict

PAIRS = int(os.environ.get("SUPEROPT_FLOAT_PAIRS", "150"))
BLOCKS = int(os.environ.get("SUPEROPT_FLOAT_BLOCKS", "120"))
REGISTERS = {"d": 0, "n": 1, "m": 2, "a": 3}

ONE = ("fabs", "fneg", "fsqrt", "frintn", "frintm", "frintz", "frinta", "frecpx")
TWO = ("fadd", "fsub", "fmul", "fdiv", "fmax", "fmin", "fmaxnm", "fminnm", "fnmul", "fabd", "fmulx", "frecps")
THREE = ("fmadd", "fmsub", "fnmadd", "fnmsub")

type Line = list[str]


@pytest.fixture(scope="module")
def checker() -> Iterator[Checker]:
    with Checker() as opened:
        yield opened


@cache
def emulator() -> Emulator:
    return Emulator()


@cache
def states() -> list[MachineState]:
    return random_states(1500, 77)


def judged(checker: Checker, original: Sequence[Instruction], candidate: Sequence[Instruction]) -> Verdict:
    """Without the emulator's word after a proof, which would hide a hole."""
    options = CheckOptions(LiveSet.everything(), timeout=30.0, differential=0)
    return checker.check(original, candidate, options)


def differ(original: Sequence[Instruction], candidate: Sequence[Instruction]) -> bool:
    """Whether the emulator shows a difference in some state."""
    first, second = (b"".join(i.bytes for i in block) for block in (original, candidate))
    for state in states():
        one, other = emulator().run(first, state), emulator().run(second, state)
        assert isinstance(one, Ran) and isinstance(other, Ran)
        if one.state.replace(pc=0) != other.state.replace(pc=0):
            return True
    return False


def instance(row: Row) -> Instruction:
    """Registers 0 to 3 in order, and immediates that are valid."""
    fields = {name: REGISTERS.get(name, 5 if places[0][1] > 2 else 1) for name, places in row.encoding.fields.items()}
    assert row.valid(fields)
    return Instruction(row, tuple(fields.items()))


def alike() -> list[tuple[Row, Row]]:
    shapes: dict[str, list[Row]] = {}
    for row in (*fp_scalar.rows(), *simd_fp.rows()):
        shapes.setdefault(row.template.partition(" ")[2], []).append(row)
    return [pair for rows in shapes.values() for pair in combinations(rows, 2)]


def test_instructions_of_one_shape(checker: Checker) -> None:
    pairs = alike()
    assert len(pairs) > 5000
    verdicts: Counter[str] = Counter()
    for one, other in Random(3).sample(pairs, min(PAIRS, len(pairs))):
        original, candidate = (instance(one),), (instance(other),)
        found = judged(checker, original, candidate)
        assert isinstance(found, (Proved, Refuted)), (original[0].text, candidate[0].text, found)
        confirmed = found.counterexample.replayed if isinstance(found, Refuted) else not differ(original, candidate)
        assert confirmed, (original[0].text, candidate[0].text, found)
        verdicts[type(found).__name__] += 1
    assert verdicts["Refuted"] > 20 * verdicts["Proved"]


# --- blocks and their mutants -------------------------------------------------------------------


def line(random: Random, letter: str) -> Line:
    def registers(count: int) -> Line:
        return [f"{letter}{random.randrange(4)}" for _ in range(count)]

    match random.randrange(8):
        case 0 | 1:
            return [random.choice(ONE), *registers(2)]
        case 2 | 3 | 4:
            return [random.choice(TWO), *registers(3)]
        case 5:
            return [random.choice(THREE), *registers(4)]
        case 6:
            return ["fcmp", *registers(2)]
        case _:
            return ["fcsel", *registers(3), random.choice(("eq", "gt", "mi", "lt", "vs", "hi"))]


def mutant(random: Random, block: Sequence[Line], letter: str) -> list[Line]:
    """Another operation, register or order of operands or lines, or a line less."""
    changed = [list(part) for part in block]
    at = random.randrange(len(changed))
    part = changed[at]
    match random.randrange(5):
        case 0 if len(part) > 3:
            part[2], part[3] = part[3], part[2]
        case 1:
            part[0] = next((random.choice(names) for names in (ONE, TWO, THREE) if part[0] in names), part[0])
        case 2:
            part[1] = f"{letter}{random.randrange(4)}"
        case 3 if len(changed) > 1:
            del changed[at]
        case _:
            other = random.randrange(len(changed))
            changed[at], changed[other] = changed[other], changed[at]
    return changed


def assembled(block: Sequence[Line]) -> tuple[Instruction, ...]:
    return tuple(assemble_text(f"{part[0]} {', '.join(part[1:])}") for part in block)


def test_mutants_are_proved_only_if_the_emulator_agrees(checker: Checker) -> None:
    random, verdicts = Random(17), Counter[str]()
    while verdicts.total() < BLOCKS:
        letter = random.choice("ssdh")
        block = [line(random, letter) for _ in range(random.randrange(1, 5))]
        original, candidate = assembled(block), assembled(mutant(random, block, letter))
        if original == candidate:
            continue
        found = judged(checker, original, candidate)
        texts = [i.text for i in original], [i.text for i in candidate]
        verdicts[type(found).__name__] += 1
        if isinstance(found, Refuted):
            assert found.counterexample.replayed, (*texts, found)
        else:
            assert not differ(original, candidate), (*texts, found)
    assert verdicts["Refuted"] > BLOCKS / 2
