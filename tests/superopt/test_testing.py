"""The public strategies and the equivalence assertion."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from cli_tools import run_python
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from semantics.assembler import assemble_text, decode
from semantics.liveset import LiveSet
from semantics.machine import MachineState
from superopt.testing import (
    CLASSES,
    InvalidArgument,
    NotEquivalent,
    assert_equivalent,
    blocks,
    machine_state,
    machine_states,
    mutations,
    rewrites,
)
from verifier.differential import contradiction
from verifier.hypothesis_run import smallest_difference

QUICK = settings(max_examples=400, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
ADD = tuple(assemble_text(line) for line in ("ldr x0, [x1]", "add x0, x0, #1", "str x0, [x2]"))


def reaches(what: Callable[[MachineState], bool], **arguments: Any) -> MachineState:
    return find(machine_states(**arguments), what, settings=QUICK, random=Random(1))


POINTERS: dict[str, Any] = {"registers": [], "pointers": ["x1", "x2"]}


def test_pointers_meet_in_every_way() -> None:
    distances = set[int]()

    def noted(state: MachineState) -> bool:
        distances.add((state.x[2] - state.x[1] + 2**63) % 2**64 - 2**63)
        return False

    with pytest.raises(NoSuchExample):
        reaches(noted, **POINTERS)
    assert {0, 8, 16, -8} <= distances
    assert len(distances & {*range(1, 16), *range(-15, 0)}) > 12
    assert distances & {4095, 4096, -4095, -4096}
    assert any(abs(distance) > 1 << 20 for distance in distances)


def test_pointers_reach_page_edges_and_wrap_around() -> None:
    reaches(lambda state: state.x[1] % 4096 > 4088, **POINTERS)
    reaches(lambda state: state.x[1] > 2**64 - 8, **POINTERS)
    reaches(lambda state: any(abs(address - state.x[1]) < 16 for address in state.memory.overrides), **POINTERS)
    assert reaches(lambda state: True, registers=[], pointers=["sp"]).sp % 16 == 0


def test_states_hold_only_what_was_asked_for_and_shrink_to_nothing() -> None:
    assert find(machine_states(registers=["x3", "v1", "z"]), lambda state: True, random=Random(0)) == machine_state()
    smallest = find(machine_states(registers=["x3", "x4"]), lambda state: state.x[3] > 9, random=Random(0))
    assert smallest == machine_state(x3=10)
    assert reaches(lambda state: state.vector[31] != 0 and state.x[30] != 0).n in (0, 1)


@settings(max_examples=60, deadline=None)
@given(st.data(), st.sampled_from(CLASSES))
def test_blocks_are_valid_and_of_their_class(data: st.DataObject, kind: str) -> None:
    block = data.draw(blocks(classes=[kind], max_size=3, registers=3))
    assert 1 <= len(block) <= 3
    for instruction in block:
        assert decode(instruction.code) == instruction
        assert assemble_text(instruction.text) == instruction
        assert (("[" in instruction.text and "[x" in instruction.text) or "[sp" in instruction.text) == (kind == "memory")


@settings(max_examples=30, deadline=None)
@given(mutations(ADD), mutations(ADD, operators=["drop", "off-by-one"]), rewrites(ADD))
def test_mutations_and_rewrites_of_a_block(any_mutant: Any, some_mutant: Any, rewrite: Any) -> None:
    assert any_mutant.block != ADD != some_mutant.block
    assert some_mutant.operator in ("drop", "off-by-one")
    assert rewrite.original != rewrite.candidate


def test_equivalent_blocks_pass() -> None:
    assert_equivalent("add x0, x1, x1\n", "lsl x0, x1, #1\n", max_examples=50)
    assert_equivalent("adds x0, x1, x1", "lsl x0, x1, #1", live_out="x0", max_examples=50)
    assert_equivalent(ADD, ADD, max_examples=20)


DIFFERENT = {
    "value": ("add x0, x1, x2", "sub x0, x1, x2", "x0", "x0"),
    "width": ("add x0, x1, x2", "add w0, w1, w2", None, "x0"),
    "one flag": ("adds x0, x1, x2", "add x0, x1, x2", "x0,n", "n"),
    "stores that overlap": ("str x0, [x1]; str x2, [x3]", "str x2, [x3]; str x0, [x1]", None, "byte at"),
    "way out": ("cbz w0, f", "cbz x0, f", None, "exit"),
    "wider read": ("ldr w0, [x1]", "ldr x0, [x1]; mov w0, w0", None, "read of"),
    "lanes": ("add v0.4s, v1.4s, v2.4s", "add v0.8h, v1.8h, v2.8h", "v0", "v0"),
    "store beside": ("mov x0, #0", "str x1, [sp, #16]; mov x0, #0", None, "byte at"),
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_different_blocks_fail_with_a_reproducer(name: str) -> None:
    original, candidate, live_out, what = DIFFERENT[name]
    texts = [text.replace("; ", "\n") for text in (original, candidate)]
    with pytest.raises(NotEquivalent) as caught:
        assert_equivalent(*texts, live_out=live_out)
    error = caught.value
    assert isinstance(error, AssertionError)
    assert error.difference.what.startswith(what)
    assert all(line.strip() in str(error) for text in texts for line in text.splitlines() if "," in line)
    with pytest.raises(NotEquivalent) as again:
        exec(error.reproducer, {})
    assert (again.value.state, again.value.difference) == (error.state, error.difference)


def test_what_is_found_is_small() -> None:
    with pytest.raises(NotEquivalent) as caught:
        assert_equivalent("udiv x0, x1, x2", "sdiv x0, x1, x2", live_out="x0")
    state = caught.value.state
    assert sum(1 for value in state.x if value) <= 2
    assert min(value for value in state.x if value) <= 2


def test_the_same_arguments_find_the_same_state() -> None:
    found = [smallest_difference(*pair(), LiveSet.everything(), seed=3) for _ in range(2)]
    assert found[0] == found[1] is not None


def pair() -> tuple[Any, Any]:
    return (assemble_text("add x0, x1, x2"),), (assemble_text("orr x0, x1, x2"),)


def test_the_fixed_states_and_hypothesis_agree() -> None:
    assert contradiction(*pair(), LiveSet.everything()) is not None
    assert smallest_difference(*pair(), LiveSet.everything()) is not None


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: machine_states(registers=["x31"]), "registers: 'x31' is none of"),
        (lambda: machine_states(pointers=["w1"]), "pointers: 'w1' is none of"),
        (lambda: machine_state(x0=1 << 64), "x0: 0x10000000000000000 does not fit in 64 bits"),
        (lambda: machine_state(z=2), "z: 0x2 does not fit in 1 bits"),
        (lambda: machine_state(y0=2), "'y0' is none of"),
        (lambda: machine_state(memory={0: 256}), "memory: no byte 0x100 at 0x0"),
        (lambda: blocks(classes=["simd"]), "classes: 'simd' is none of integer"),
        (lambda: blocks(classes=[]), "classes: none is named"),
        (lambda: blocks(min_size=3, max_size=2), "max_size: 2 is not between 3 and 64"),
        (lambda: blocks(registers=0), "registers: 0 is not between 1 and 31"),
        (lambda: blocks(max_size=True), "max_size: a whole number is needed"),
        (lambda: mutations(()), "block: no mutation applies"),
        (lambda: mutations(ADD, operators=["evil"]), "operators: 'evil' is none of operand-swap"),
        (lambda: rewrites(()), "block: none of "),
        (lambda: assert_equivalent("nop", "nop", max_examples=-1), "max_examples: -1 is not between 0"),
        (lambda: assert_equivalent("nop", "nop", pointers=["v0"]), "pointers: 'v0' is none of"),
        (lambda: assert_equivalent("svc #0", "nop"), "original: "),
    ],
)
def test_arguments_are_checked(call: Callable[[], object], message: str) -> None:
    with pytest.raises(InvalidArgument) as caught:
        call()
    assert message in str(caught.value)
    assert isinstance(caught.value, ValueError)


def test_importing_it_starts_no_solver() -> None:
    heavy = run_python(
        "import sys, superopt.testing; print(sorted({'z3', 'bitwuzla', 'torch', 'transformers', 'pytest'} & set(sys.modules)))"
    )
    assert heavy.strip() == "[]"


def test_the_command_line_does_without_hypothesis() -> None:
    loaded = run_python("import sys, superopt.cli.app, verifier.check, verifier.hypothesis_run; print('hypothesis' in sys.modules)")
    assert loaded.strip() == "False"
