"""VEX's meaning of vector instructions, evaluated on concrete states, against the emulator."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import pytest
from neon_forms import forms
from peer import assemble_all, needs_llvm_mc

from semantics import vex
from semantics.locations import LOCATIONS
from semantics.machine import MachineState
from semantics.run.functions import applied, has_arbitrary
from semantics.run.ints import Function, compile_words
from semantics.run.uninterpreted import uninterpreted
from semantics.state import State
from semantics.vex.execute import IOPS
from semantics.words import topological
from verifier.oracle import Emulator, Ran
from verifier.states import random_states

pytestmark = needs_llvm_mc

STATES = 20


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    emulator = Emulator()
    yield emulator
    emulator.close()


def assembled(texts: Sequence[str]) -> list[tuple[str, int]]:
    words = assemble_all(texts)
    refused = [(text, word) for text, word in zip(texts, words, strict=True) if not isinstance(word, int)]
    assert not refused
    return [(text, word) for text, word in zip(texts, words, strict=True) if isinstance(word, int)]


@cache
def states(count: int, seed: int) -> tuple[MachineState, ...]:
    return tuple(random_states(count, seed))


def difference(code: int, emulator: Emulator, count: int, seed: int, function: Function = uninterpreted) -> str | None:
    """The first location that VEX's meaning and the emulator disagree about, with both values."""
    final = State()
    vex.execute_code(code, final, hex(code))
    run = compile_words([final.get(location) for location in LOCATIONS], function)
    for state in states(count, seed):
        ran = emulator.run(code.to_bytes(4, "little"), state)
        assert isinstance(ran, Ran)
        values = run({location: state.get(location) for location in LOCATIONS}, state.memory.read)
        for location, value in zip(LOCATIONS, values, strict=True):
            if value != ran.state.get(location):
                return f"{location}: VEX {value:#x}, emulator {ran.state.get(location):#x}"
    return None


def uses_functions(code: int) -> bool:
    final = State()
    vex.execute_code(code, final, hex(code))
    return any(word.op == "uf" for word in topological(final.registers.values()))


def test_integer_vectors_are_what_the_emulator_computes(emulator: Emulator) -> None:
    instructions = assembled(forms())
    assert len(instructions) > 700
    wrong = {text: found for text, code in instructions if (found := difference(code, emulator, STATES, 11))}
    assert not wrong


def test_integer_vectors_need_no_uninterpreted_function() -> None:
    assert not [text for text, code in assembled(forms()) if uses_functions(code)]


def test_overlapping_registers(emulator: Emulator) -> None:
    """Source and destination the same register: reads come before writes."""
    texts = [text.replace("v1.", "v0.").replace("v2.", "v0.") for text in forms() if "v2." in text and "[" not in text]
    wrong = {text: found for text, code in assembled(texts) if (found := difference(code, emulator, 5, 12))}
    assert not wrong


def test_a_wrong_operation_is_noticed(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    ((_, saturating), (_, interleaving)) = assembled(["uqadd v0.8h, v1.8h, v2.8h", "zip1 v0.4s, v1.4s, v2.4s"])
    monkeypatch.setitem(IOPS, "Iop_QAdd16Ux8", IOPS["Iop_QAdd16Sx8"])
    monkeypatch.setitem(IOPS, "Iop_InterleaveLO32x4", IOPS["Iop_InterleaveHI32x4"])
    assert difference(saturating, emulator, STATES, 11)
    assert difference(interleaving, emulator, STATES, 11)


FLOATS = [
    *(f"{name} {x}0, {x}1, {x}2" for name in ("fadd", "fsub", "fmul", "fdiv", "fnmul", "fmax", "fmin", "fabd") for x in "sd"),
    *(f"{name} {x}0, {x}1, {x}2" for name in ("frecps", "frsqrts") for x in "sd"),
    *(f"{name} {x}0, {x}1, {x}2, {x}3" for name in ("fmadd", "fmsub", "fnmadd", "fnmsub") for x in "sd"),
    *(f"{name} {x}0, {x}1" for name in ("fabs", "fneg", "fsqrt", "frintn", "frintm", "frintp", "frintz", "frinta", "frintx") for x in "sd"),
    *(f"fcmp {x}0, {x}1" for x in "sd"),
    *(f"fccmp {x}0, {x}1, #5, {condition}" for x in "sd" for condition in ("eq", "lt")),
    *(f"fcmp {x}0, #0.0" for x in "sd"),
    *(f"{name} {x}0, {x}1, {x}2" for name in ("fcmeq", "fcmge", "fcmgt", "facge", "facgt") for x in "sd"),
    *(f"fcsel {x}0, {x}1, {x}2, hi" for x in "sd"),
    *(f"{name} v0.{a}, v1.{a}, v2.{a}" for name in ("fadd", "fsub", "fmul", "fdiv", "fmax", "fmin", "fabd") for a in ("2s", "4s", "2d")),
    *(f"{name} v0.{a}, v1.{a}, v2.{a}" for name in ("fcmeq", "fcmge", "fcmgt", "facge", "facgt", "frecps") for a in ("2s", "4s", "2d")),
    *(f"{name} v0.{a}, v1.{a}" for name in ("fabs", "fneg", "fsqrt", "frecpe", "frsqrte") for a in ("2s", "4s", "2d")),
    *(f"{name} v0.{a}, v1.{a}" for name in ("fcvtzs", "fcvtnu", "scvtf", "ucvtf") for a in ("2s", "4s", "2d")),
    *(f"{name} {r}0, {x}1" for name in ("fcvtns", "fcvtpu", "fcvtms", "fcvtzu", "fcvtas", "fcvtau") for r in "wx" for x in "sd"),
    *(f"{name} {x}0, {r}1" for name in ("scvtf", "ucvtf") for r in "wx" for x in "sd"),
    *(f"fcvtzs {r}0, {x}1, #7" for r in "wx" for x in "sd"),
    *("fcvt d0, s1", "fcvt s0, d1", "fcvt h0, s1", "fcvt s0, h1", "fcvtl v0.2d, v1.2s", "fcvtn v0.2s, v1.2d", "fmul v0.4s, v1.4s, v2.s[3]"),
]  # fmt: skip


def test_floating_point_is_what_the_emulator_computes(emulator: Emulator) -> None:
    wrong = {text: found for text, code in assembled(FLOATS) if (found := difference(code, emulator, STATES, 13, applied))}
    assert not wrong


def test_every_floating_point_function_has_a_meaning() -> None:
    for text, code in assembled(FLOATS):
        final = State()
        vex.execute_code(code, final, text)
        assert not has_arbitrary(final.registers.values()), text
