"""Instances of the integer vector rows, chosen so that a test of them is quick and yet meets every meaning."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from random import Random

from semantics.assembler import Instruction
from semantics.row import Row
from semantics.sampling import instance, samples

MODULES = ("simd_same", "simd_misc", "simd_shift", "simd_wide", "simd_move", "simd_memory")

STEPS = {"simd_same": 2, "simd_misc": 2, "simd_memory": 4}
"""One row of so many neighbours is taken: of two arrangements with one lane width; not always the same addressing mode."""

BASES = (3, 31)
"""Base registers: states are made once for each."""


def rows(module: str) -> list[Row]:
    return list(import_module(f"semantics.isa.{module}").rows())


def instances(module: str) -> Iterator[Instruction]:
    """One for each row taken: with drawn operands, or every fifth time with all registers equal."""
    step = STEPS.get(module, 1)
    for number, row in enumerate(rows(module)):
        if number % step != number // step % step:
            continue
        drawn = samples(row, Random(number).randrange, 4)
        made = drawn[0 if number % 5 == 0 else -1]
        if module == "simd_memory":
            made = instance(row, dict(made.fields) | {"n": BASES[number // step % 2]})
        yield made
