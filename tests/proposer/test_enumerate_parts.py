"""The pieces of the enumerating proposer: concrete runs, outcomes, graphs, allocation, templates and pools."""

from __future__ import annotations

import time
from random import Random

import numpy as np
import pytest

from proposer.enumerate.allocation import allocate
from proposer.enumerate.execution import Lanes, run
from proposer.enumerate.graph import ZERO, Graph, build, cleaned, cone, demanded, merged
from proposer.enumerate.hunt import Hunt, Wealth
from proposer.enumerate.observation import Observation
from proposer.enumerate.pool import STATES, Meter, Pool, call, extend, fingerprints
from proposer.enumerate.registers import footing
from proposer.enumerate.states import Selection, Universe
from proposer.enumerate.templates import NUMBERS, Numbers, binaries, complete, fixed
from proposer.enumerate.terms import Apply, Leaf, define, steps
from semantics.assembler import Instruction, assemble_text, base_rows
from semantics.block import execute
from semantics.frames import DeadStack
from semantics.liveset import LiveSet
from semantics.locations import WIDTHS
from semantics.run.ints import evaluate
from semantics.sampling import draw_instruction
from semantics.words import variables

ALL = LiveSet.everything()
FEW = Numbers((1, 3, 31), (1, 2, 255), (3, 8))
ENDLESS = 1e9  # seconds


def block(text: str) -> tuple[Instruction, ...]:
    return tuple(assemble_text(line) for line in text.split(";"))


def selection(*pointers: str, seed: int = 3) -> Selection:
    return Selection(Universe(256, seed, frozenset(pointers)), range(STATES))


def differing(original: str, candidate: str, live_out: str, *pointers: str, dead_stack: bool = False) -> int:
    states = selection(*pointers)
    return int(
        Observation(states, block(original), LiveSet.parse(live_out), dead_stack=DeadStack() if dead_stack else None)
        .differing(block(candidate))
        .sum()
    )


def meter() -> Meter:
    return Meter(time.monotonic() + ENDLESS, 1 << 40)


# --- states and runs --------------------------------------------------------------------------------


def test_columns_depend_on_seed_and_name_only() -> None:
    one, two = Universe(128, 1, frozenset({"x1"})), Universe(128, 1, frozenset({"x1"}))
    two.column("x9", 64)
    for name in ("x0", "x1", "sp", "n", "v3", "label:a"):
        width = WIDTHS.get(name, 64)
        assert np.array_equal(one.column(name, width), two.column(name, width))
    assert not np.array_equal(one.column("x0", 64), Universe(128, 2).column("x0", 64))
    assert set(np.unique(one.column("n", 1))) == {0, 1}


def test_columns_hold_corners() -> None:
    column = Universe(768, 0).column("x0", 64)
    assert isinstance(column, np.ndarray)
    assert {0, (1 << 64) - 1, 1, 1 << 63} <= set(column.tolist())


def test_replaced_rows_come_in_while_old_ones_stay() -> None:
    states = selection()
    more = states.with_rows([100, 101, 3])
    assert more.count == STATES and {0, 1, 100, 101} <= set(more.rows)
    assert {100, 101, 102} <= set(more.with_rows([102]).rows)


def test_memory_is_the_same_in_one_piece_and_in_bytes() -> None:
    states = selection()
    address = states.column("x5", 64)
    assert isinstance(address, np.ndarray)
    whole = states.memory(address, 8)
    for row in range(0, STATES, 7):
        pieces = [states.byte(row, (int(address[row]) + i) % (1 << 64)) for i in range(8)]
        assert int(whole[row]) == int.from_bytes(bytes(pieces), "little")


_RUNS = [
    "add x0,x1,w2,sxtw #2; subs w3,w0,w1; csel x4,x0,x3,lt; adc x5,x4,x4",
    "str x1,[x0]; ldr w2,[x0,#2]; strb w2,[x3]; ldrsh x4,[x0,#-1]; ldp x5,x6,[x3],#16; stp w5,w6,[x0,#-8]!; ldr x7,[x3,#-16]",
    "stp x29,x30,[sp,#-32]!; str q1,[sp,#16]; ldr x2,[sp,#24]; ldrb w4,[sp,#8]; ldp x29,x30,[sp],#32",
    "ldr q0,[x0]; str q0,[x1,#4]; ldr d2,[x0,#8]; str x3,[x0]; ldr s4,[x0,#6]",
    "ldr x0,[x0]; ldr x1,[x0]; str x1,[x0,#4]; ldr x2,[x0]",
]


@pytest.mark.parametrize("text", _RUNS)
def test_runs_agree_with_the_meaning_of_the_whole_block(text: str) -> None:
    instructions = block(text)
    meaning = execute(instructions)
    bases = frozenset(name for name in variables([a.address for a in meaning.accesses]) if name in WIDTHS)
    states = selection(*bases)
    final = run(Lanes(states), instructions)[-1]
    wanted = list(meaning.registers.items())
    for row in range(0, STATES, 3):
        values = {name: _value(states.column(name, word.width), row) for name, word in variables([w for _, w in wanted]).items()}

        def memory(address: int, size: int, row: int = row) -> int:
            return sum(states.byte(row, (address + i) % (1 << 64)) << (8 * i) for i in range(size))

        for (location, _), value in zip(wanted, evaluate([word for _, word in wanted], values, memory), strict=True):
            assert _value(final.get(location), row) == value, location


def _value(column: object, row: int) -> int:
    limbs = column if isinstance(column, tuple) else (column,)
    return sum(int(limb[row]) << (64 * i) for i, limb in enumerate(limbs))  # type: ignore[index]


# --- outcomes ---------------------------------------------------------------------------------------


def test_only_live_bits_count() -> None:
    assert differing("mov w0,w1", "mov x0,x1", "x0") > 0
    assert differing("mov w0,w1", "mov x0,x1", "w0") == 0
    assert differing("mov x0,x1; mov x2,x3", "mov x0,x1", "x0") == 0


def test_memory_is_compared_at_every_byte() -> None:
    assert differing("str x1,[x0]", "str w1,[x0]", "mem", "x0") > 0
    assert differing("str w1,[x0]; str w2,[x0]", "str w2,[x0]", "mem", "x0") == 0
    assert differing("str w1,[x0]; str w2,[x3]", "str w2,[x3]; str w1,[x0]", "mem", "x0", "x3") > 0
    assert differing("str w1,[x0]; str w2,[x0,#4]", "stp w1,w2,[x0]", "mem", "x0") == 0
    assert differing("ldr w1,[x0]; str w1,[x0]", "mov x0,x0", "mem", "x0") == 0


def test_no_byte_more_may_be_touched() -> None:
    assert differing("ldr w1,[x0]", "ldr x1,[x0]", "w1", "x0") == STATES
    assert differing("ldr x1,[x0]", "ldr w1,[x0]", "w1", "x0") == 0
    assert differing("ldr w1,[x0]; str w1,[x0,#4]", "ldr w1,[x0]; str w1,[x0]; str w1,[x0,#4]", "w1", "x0") == STATES
    below = ("sub sp,sp,#16; str x0,[sp]; ldr x1,[sp]; add sp,sp,#16", "str x0,[sp,#-16]; ldr x1,[sp,#-16]")
    assert differing(*below, "x1,sp,mem", "sp") == STATES


def test_dead_stack_is_not_compared() -> None:
    pair = ("sub sp,sp,#16; str x0,[sp]; add sp,sp,#16", "mov x0,x0")
    assert differing(*pair, "x0,sp,mem", "sp") > 0
    assert differing(*pair, "x0,sp,mem", "sp", dead_stack=True) == 0
    above = ("str x0,[sp]; add sp,sp,#0", "mov x0,x0")
    assert differing(*above, "x0,sp,mem", "sp", dead_stack=True) > 0


def test_ways_out_are_compared() -> None:
    assert differing("cmp x0,#0; b.eq a", "cbz x0,a", "mem") == 0
    assert differing("cbz x0,a", "cbz w0,a", "mem") > 0
    assert differing("cbz x0,a", "cbz x0,b", "mem") > 0
    assert differing("b a", "mov x0,x0", "mem") == STATES
    assert differing("br x1", "br x2", "mem") > 0
    assert differing("ret x1", "br x1", "mem") == STATES


# --- registers, graphs, allocation ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "read", "written"),
    [
        ("add w0,w1,w2,lsl #3", "nm", "d"), ("bfi x0,x1,#3,#4", "nd", "d"), ("ldp x0,x1,[x2],#16", "n", "n t t2"),
        ("str w1,[x0,w3,uxtw #2]", "n m t", ""), ("subs wzr,w1,#3", "n", ""), ("ldr x0,[sp,#8]", "", "t"),
        ("movk x0,#3", "d", "d"), ("csel x0,x1,xzr,eq", "n", "d"), ("fmov x0,d1", "", "d"), ("cbz w3,a", "n", ""),
    ],
)  # fmt: skip
def test_registers_are_found_by_running_the_row(text: str, read: str, written: str) -> None:
    feet = footing(assemble_text(text))
    assert feet is not None
    assert {slot.field for slot in feet.slots if slot.read} == set(read.split() if " " in read else read)
    assert {slot.field for slot in feet.slots if slot.written} == set(written.split())


def test_instructions_with_hidden_registers_are_not_renamed() -> None:
    assert footing(assemble_text("bl a")) is None


def graph_of(text: str, live_out: str = "x0", *pointers: str) -> tuple[Graph, Observation]:
    observation = Observation(selection(*pointers), block(text), LiveSet.parse(live_out), dead_stack=None)
    graph = build(observation.block, observation.trail, observation.live_out)
    assert graph is not None
    return graph, observation


def shown(found: tuple[Instruction, ...] | None) -> str | None:
    return None if found is None else "; ".join(i.text for i in found)


def test_useless_nodes_go() -> None:
    graph, _ = graph_of("add x1,x2,x3; cmp x1,#3; mov x4,#5; add x0,x2,#1; cset x5,eq")
    assert shown(allocate(cleaned(graph), range(6))) == "add x0, x2, #1"


def test_flags_that_are_read_stay() -> None:
    graph, _ = graph_of("cmp x1,#3; cset x0,eq")
    assert shown(allocate(cleaned(graph), [0])) == "cmp x1, #3; cset x0, eq"


def test_equal_values_are_merged() -> None:
    graph, observation = graph_of("mov x8,x1; eor x9,x1,x1; add x10,x8,x9; mov w11,w10; str w11,[x2]; add x0,x10,#1", "x0,mem", "x2")
    found = allocate(merged(graph), range(12))
    assert shown(found) == "str w1, [x2]; add x0, x1, #1"
    assert found is not None and not observation.differing(found).any()


def test_a_value_that_is_already_there_costs_nothing() -> None:
    graph, _ = graph_of("mov x8,x0; add x0,x0,#1; mov x0,x8")
    assert allocate(merged(graph), [0, 8]) == ()


def test_values_in_a_circle_cannot_be_moved() -> None:
    graph, _ = graph_of("mov x8,x0; mov x0,x1; mov x1,x8", "x0,x1")
    assert allocate(merged(graph), [0, 1, 8]) is None


def test_operands_that_are_overwritten_are_copied_first() -> None:
    graph, observation = graph_of("mov x8,x1; bfi x8,x2,#4,#8; add x0,x8,x1", "x0,x1")
    found = allocate(merged(graph), [0, 8])
    assert found is not None and not observation.differing(found).any()


def test_there_may_be_too_few_registers() -> None:
    graph, _ = graph_of("add x8,x1,x2; sub x9,x1,x2; mul x0,x8,x9", "x0,x1,x2")
    assert allocate(graph, [0, 8]) is not None
    assert allocate(graph, [0]) is None


def test_loads_do_not_overwrite_a_base_that_is_written_back() -> None:
    graph, observation = graph_of("ldr x3,[x1],#8; ldr x4,[x1],#8; add x0,x3,x4", "x0,x1", "x1")
    found = allocate(graph, [0, 1, 3, 4])
    assert found is not None and not observation.differing(found).any()


@pytest.mark.parametrize("seed", range(40))
def test_allocation_keeps_the_outcome_of_random_blocks(seed: int) -> None:
    random = Random(seed)
    rows = [row for row in base_rows() if row.function and "target" not in row.parameters and "literal" not in row.template]
    instructions = list[Instruction]()
    while len(instructions) < 8:
        one = draw_instruction(random.choice(rows), random.randrange)
        names = ("d", "n", "m", "a", "t", "t2")
        fields = {name: value % 6 if name in names and value != 31 else value for name, value in one.fields}
        if one.row.valid(fields):
            instructions.append(Instruction(one.row, tuple(fields.items())))
    live = LiveSet.parse("x0,w1,x2,mem,sp,nzcv")
    observation = Observation(selection("sp", *(f"x{i}" for i in range(3)), seed=seed), instructions, live, dead_stack=None)
    graph = build(observation.block, observation.trail, live)
    assert graph is not None
    made = [found for found in (allocate(variant, range(8)) for variant in (graph, cleaned(graph), merged(graph))) if found is not None]
    assert made
    for found in made:
        assert not observation.differing(found).any(), shown(found)


def test_cones_and_demands() -> None:
    graph, _ = graph_of("add x8,x1,x2; ldr x9,[x8]; add w0,w9,w1", "w0", "x1")
    last = graph.outputs[0].value
    assert demanded(graph, last) == 32
    load = graph.nodes[1].defs[0][1]
    assert demanded(graph, load) == 32 and demanded(graph, graph.nodes[0].defs[0][1]) == 64
    assert list(cone(graph, last))[:2] == [load, 1]


# --- templates, terms, pools ------------------------------------------------------------------------


def test_fixed_templates_compute_what_their_instructions_do() -> None:
    states = selection()
    for template in fixed(frozenset({0, 1}), FEW):
        instruction = Instruction(template.row, tuple(complete(template.row, dict(template.fields)).items()))
        columns = {f"x{NUMBERS[name]}": states.column(f"x{NUMBERS[name]}", 64) for name in template.sources}
        after = run(Lanes(states), [instruction])[-1].general(NUMBERS["d"])
        assert (call(template.run, **columns) == after).all(), instruction.text  # type: ignore[arg-type]


def test_binary_templates_compute_what_their_instructions_do() -> None:
    states = selection()
    first, second = (states.column(name, 64) for name in ("x1", "x2"))
    count = 0
    for operation in binaries("value", frozenset({0, 1})):
        for shape in operation.shapes(FEW):
            instruction = Instruction(shape.row, tuple(complete(shape.row, dict(shape.fields)).items()))
            after = run(Lanes(states), [instruction])[-1].general(NUMBERS["d"])
            operand = call(shape.run, x2=second)  # type: ignore[arg-type]
            assert (call(operation.run, x1=first, x2=operand) == after).all(), instruction.text  # type: ignore[arg-type]
            count += 1
    assert count > 200


def test_comparisons_are_found() -> None:
    assert {operation.rows[0].mnemonic for operation in binaries("flags", frozenset({1}))} == {"subs", "adds", "ands", "bics"}


def leaves(*names: str) -> list[tuple[int, np.ndarray]]:
    states = selection()
    columns = [(int(name[1:]), states.column(name, 64)) for name in names]
    return [*columns, (ZERO, np.zeros(STATES, dtype=np.uint64))]  # type: ignore[list-item]


def test_pools_keep_one_entry_for_each_column() -> None:
    pool = Pool.of(leaves("x0", "x1"), 100_000)
    extend(pool, frozenset({1}), FEW, meter())
    assert len(np.unique(fingerprints(pool.columns))) == len(pool.hows) > 300
    assert all(isinstance(pool.term(i), Apply) for i in range(3, len(pool.hows)))


def test_pools_are_bounded() -> None:
    pool = Pool.of(leaves("x0", "x1"), 50)
    extend(pool, frozenset({1}), FEW, meter())
    assert len(pool.hows) == 50
    small = Pool.of(leaves("x0", "x1"), 100_000)
    extend(small, frozenset({1}), FEW, Meter(time.monotonic() + ENDLESS, 1000))
    assert len(small.hows) < 300


@pytest.mark.parametrize(
    ("text", "depth", "size"),
    [("add x0,x1,x2,lsl #3", 1, 1), ("eor x8,x1,x2; and x0,x8,x1,lsr #1", 2, 2), ("cmp x1,x2; csel x0,x1,x2,lt", 2, 2)],
)
def test_hunts_find_terms_that_compute_the_target(text: str, depth: int, size: int) -> None:
    graph, observation = graph_of(text)
    target = graph.outputs[0].value
    given = [(value, graph.columns[value]) for value in (1, 2)] + [(ZERO, np.zeros(STATES, dtype=np.uint64))]
    hunt = Hunt(given, graph.columns[target], (1 << 64) - 1, frozenset({1}), Wealth(FEW, FEW, FEW, FEW), meter(), 100_000)
    found = list(hunt.depth(depth))
    assert found and min(term.size for term in found) <= size
    for term in found[:20]:
        changed = define(graph, target, term, graph.columns[target])
        made = None if changed is None else allocate(changed, [0, 3, 4, 5])
        if made is not None:
            assert not observation.differing(made).any(), shown(made)


def test_shared_parts_of_terms_are_made_once() -> None:
    row, fields = next(o for o in binaries("value", frozenset({1})) if o.rows[0].mnemonic == "eor").rows[0], (("sf", 1),)
    inner = Apply(row, fields, (("n", Leaf(1)), ("m", Leaf(2))))
    outer = Apply(row, fields, (("n", inner), ("m", inner)))
    assert list(steps(outer)) == [inner, outer] and outer.size == 2


def test_the_stack_pointer_is_not_taken_for_zero() -> None:
    graph, _ = graph_of("add x8,x1,#0; add x0,x8,#1")
    row = assemble_text("add x0,x1,#4").row
    term = Apply(row, (("imm12", 4), ("sf", 1)), (("n", Leaf(ZERO)),))
    assert define(graph, graph.outputs[0].value, term, graph.columns[0]) is None
