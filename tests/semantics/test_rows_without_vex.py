"""AES, SHA and non-temporal pairs: rows against the emulator and llvm-mc; the S-box against its definition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest
from peer import assemble_all, disassemble_all, needs_llvm_mc
from test_rows_emulator import differences, states_for

from semantics import simplify as s
from semantics.assembler import assemble_text
from semantics.isa import no_allocate, simd_aes, simd_sha
from semantics.row import Row
from semantics.run.ints import evaluate
from semantics.sampling import samples
from semantics.words import Word

ROWS = (*simd_aes.rows(), *simd_sha.rows(), *no_allocate.rows())
INSTANCES = 8
CODE = 0x1234_5678_9000  # where no pointer points


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.mnemonic)
def test_meaning_is_the_emulators(row: Row) -> None:
    for made in samples(row, Random(row.template).randrange, INSTANCES):
        states = [replace(state, pc=CODE) for state in states_for((), 1)]
        assert not list(differences(made, states))


@needs_llvm_mc
def test_encodings_are_llvms() -> None:
    made = [one for row in ROWS for one in samples(row, Random(2).randrange, INSTANCES)]
    assert assemble_all([one.text for one in made]) == [one.code for one in made]
    texts = [" ".join((text or "").split()) for text in disassemble_all([one.code for one in made])]
    assert texts == [one.text for one in made]
    assert [assemble_text(text).code for text in texts] == [one.code for one in made]


def _evaluated(word: Word) -> int:
    return evaluate([word], {}, lambda address, size: 0)[0]


def _bytes(values: Sequence[int]) -> Word:
    return s.const(int.from_bytes(bytes(values), "little"), 128)


def test_s_box() -> None:
    """Every byte, against inversion by search and FIPS 197's affine map written out bit by bit."""
    for start in range(0, 256, 16):
        values = range(start, start + 16)
        expected = int.from_bytes(bytes(map(_s_box, values)), "little")
        assert _evaluated(simd_aes.sub_bytes(_bytes(values))) == expected
        assert _evaluated(simd_aes.inverse_sub_bytes(s.const(expected, 128))) == int.from_bytes(bytes(values), "little")


def _product(a: int, b: int) -> int:
    product = 0
    for i in range(8):
        product ^= (a << i) * (b >> i & 1)
    for degree in range(14, 7, -1):
        product ^= (0x11B << (degree - 8)) * (product >> degree & 1)
    return product


def _s_box(value: int) -> int:
    inverse = next((x for x in range(256) if _product(value, x) == 1), 0)
    bits = [sum(inverse >> ((i + k) % 8) & 1 for k in (0, 4, 5, 6, 7)) + (0x63 >> i) & 1 for i in range(8)]
    return sum(bit << i for i, bit in enumerate(bits))
