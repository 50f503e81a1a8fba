"""The fast estimate: what it charges for, and what can never make a block look cheaper."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grammars.instruction import parse_operation
from superopt.cost import Costed, Estimate, Objective, estimate, from_syntax, machine
from superopt.cost.bounds import one_machine, port_sets
from superopt.cost.derive import renumbered
from superopt.cost.machine import known_cpus, tabled_cpus
from superopt.cost.shapes import floating_point, integer, memory, vector_integer

OUT_OF_ORDER = [cpu for cpu in tabled_cpus() if not machine(cpu).in_order]

# Hacker's Delight p20 (next higher number with as many ones), as clang 19 compiles it at -O0 and -O2.
P20_O0 = """
sub sp, sp, #16; str w0, [sp, #12]; ldr w8, [sp, #12]; ldr w10, [sp, #12]; mov w9, wzr; subs w9, w9, w10
and w8, w8, w9; str w8, [sp, #8]; ldr w8, [sp, #12]; ldr w9, [sp, #8]; add w8, w8, w9; str w8, [sp, #4]
ldr w8, [sp, #12]; ldr w9, [sp, #4]; eor w8, w8, w9; str w8, [sp]; ldr w8, [sp]; lsr w8, w8, #2; ldr w9, [sp, #8]
udiv w8, w8, w9; str w8, [sp]; ldr w8, [sp]; ldr w9, [sp, #4]; orr w0, w8, w9; add sp, sp, #16
"""
P20_O2 = "neg w8, w0; and w8, w8, w0; add w9, w8, w0; eor w10, w9, w0; lsr w10, w10, #2; udiv w8, w10, w8; orr w0, w8, w9"

POPCOUNT_SCALAR = """
lsr w9, w0, #1; mov w8, #16843009; and w9, w9, #1431655765; sub w9, w0, w9; lsr w10, w9, #2; and w9, w9, #858993459
and w10, w10, #858993459; add w9, w10, w9; add w9, w9, w9, lsr #4; and w9, w9, #252645135; mul w8, w9, w8; lsr w0, w8, #24
"""
POPCOUNT_VECTOR = "fmov d0, x0; cnt v0.8b, v0.8b; uaddlv h0, v0.8b; fmov w0, s0"


def block(text: str) -> list[Costed]:
    lines = [line.strip() for line in text.replace("\n", ";").split(";")]
    return [from_syntax(parse_operation(line)) for line in lines if line]


def price(text: str, cpu: str = "neoverse-n1", *, loop: bool = False) -> Estimate:
    return estimate(block(text), machine(cpu), loop=loop)


@pytest.mark.parametrize("cpu", known_cpus())
def test_unoptimised_code_is_never_cheaper(cpu: str) -> None:
    slow, fast = price(P20_O0, cpu), price(P20_O2, cpu)
    for objective in Objective:
        assert objective.better(fast, slow)
    assert price(P20_O0, cpu, loop=True).cycles >= price(P20_O2, cpu, loop=True).cycles


def test_shorter_is_not_faster() -> None:
    scalar, vector = price(POPCOUNT_SCALAR, "cortex-a72"), price(POPCOUNT_VECTOR, "cortex-a72")
    assert Objective.COUNT.better(vector, scalar)
    assert Objective.SIZE.better(vector, scalar)
    assert vector.instructions * 3 == scalar.instructions
    assert vector.latency > scalar.latency / 2


def test_empty_block_costs_nothing() -> None:
    for loop in (False, True):
        empty = estimate([], machine("neoverse-n1"), loop=loop)
        assert (empty.cycles, empty.micro_ops, empty.instructions) == (0, 0, 0)
        assert estimate([], machine("cortex-a55"), loop=loop).cycles == 0


@pytest.mark.parametrize("cpu", ["cortex-a72", "neoverse-n1", "neoverse-v2"])
def test_chain_has_the_sum_of_its_latencies(cpu: str) -> None:
    assert price("add x0, x0, x1\n" * 7, cpu).latency == 7
    assert price("ldr x0, [x0]\n" * 3, cpu).latency == 12


def test_in_order_forwarding() -> None:
    # Results are written in the third cycle but feed an addition in the next, a shifted operand one later.
    assert price("add x0, x0, x1\n" * 7, "cortex-a55").latency == 6 + 3
    assert price("add x0, x1, x0, lsl #3\n" * 4, "cortex-a55").latency == 3 * 2 + 3
    assert price("cmp x0, x1; csel x0, x2, x3, eq", "cortex-a55").latency == 3 + 3


def test_in_order_issue_does_not_overtake() -> None:
    early = price("mul x9, x1, x2; ldr x0, [x3]; add x4, x5, x6; add x0, x0, #1", "cortex-a55")
    late = price("ldr x0, [x3]; add x0, x0, #1; add x4, x5, x6; mul x9, x1, x2", "cortex-a55")
    assert early.cycles < late.cycles
    slow, fast = "ldr x0, [x3]; add x0, x0, #1; add x4, x5, x6", "ldr x0, [x3]; add x4, x5, x6; add x0, x0, #1"
    assert price(slow).cycles == price(fast).cycles


def test_independent_work_is_bound_by_ports() -> None:
    muls = "\n".join(f"mul x{number}, x{number + 8}, x{number + 16}" for number in range(6))
    found = price(muls, "cortex-a72")
    assert found.throughput == 6
    assert found.bottleneck == "latency"
    assert found.latency == 5 + 5
    assert found.port_pressure == {"M": 6.0}
    assert price(muls, "cortex-a72", loop=True).bottleneck == "M"


def test_ports_shared_by_different_work() -> None:
    # Three ports do additions, one of them multiplications by shifts: alone each would fit in fewer cycles.
    adds = "\n".join(f"add x{number}, x20, x21" for number in range(4))
    shifts = "\n".join(f"add x{number}, x20, x21, lsl #9" for number in range(4, 6))
    assert price(adds).throughput == pytest.approx(4 / 3)
    assert price(f"{adds}\n{shifts}").throughput == 2
    assert price(f"{adds}\n{adds}\n{shifts}").throughput == pytest.approx(10 / 3)


def test_value_through_memory_is_waited_for() -> None:
    through = price("str x0, [sp, #8]; ldr x1, [sp, #8]; add x1, x1, #1")
    beside = price("str x0, [sp, #8]; ldr x1, [sp, #16]; add x1, x1, #1")
    assert through.latency == beside.latency + 1
    # The address is written alike, but the base has changed between.
    moved = price("str x0, [x9]; add x9, x9, #8; ldr x1, [x9]")
    assert moved.latency == 1 + 4
    pushed = price("str x0, [sp, #-16]!; ldr x1, [sp]")
    assert pushed.latency == 1 + 4
    spilled = "ldr x8, [sp, #8]; add x8, x8, #1; str x8, [sp, #8]"
    assert price(spilled, loop=True).cycles == 4 + 1 + 1


def test_updated_base_is_ready_before_the_load() -> None:
    assert price("ldr x0, [x1], #8; ldr x2, [x1]").latency == 1 + 4
    assert price("ldr x0, [x1], #8", loop=True).cycles == 1


def test_accumulators_are_forwarded() -> None:
    assert price("madd x0, x1, x2, x0", "cortex-a72", loop=True).cycles == 3
    assert price("madd x0, x0, x2, x1", "cortex-a72", loop=True).cycles == 5
    assert price("madd x0, x0, x2, x0", "cortex-a72", loop=True).cycles == 5
    assert price("fmla v0.4s, v1.4s, v2.4s", "neoverse-v2", loop=True).cycles == 2
    assert price("fmla v0.4s, v0.4s, v2.4s", "neoverse-v2", loop=True).cycles == 4


def test_loops_keep_their_chains() -> None:
    assert price("ldr x0, [x0]", loop=True).cycles == 4
    assert price("ldr x0, [x1]", loop=True).cycles == 0.5
    assert price("ldr x0, [x0]", loop=True).bottleneck == "recurrence"
    # A chain through two registers takes two iterations for one round.
    assert price("mov x3, x0; mul x0, x1, x2; mov x1, x3", "cortex-a72", loop=True).cycles == (5 + 1 + 1) / 2


def test_long_loops_are_bound_by_the_window() -> None:
    body = "ldr x0, [x1]; " + "udiv x0, x0, x2; " * 8
    found = price(body, loop=True)
    assert found.cycles >= found.latency * found.micro_ops / machine("neoverse-n1").window


def test_guesses_are_reported() -> None:
    found = price("frobnicate x0, x1; add x0, x1, x2; frobnicate x0, x1")
    assert len(found.guessed) == 1
    assert "frobnicate" in found.guessed[0]
    assert price("add x0, x1, x2").guessed == ()


def test_reads_and_writes_from_syntax() -> None:
    assert from_syntax(parse_operation("str x0, [x1], #8")).reads == {"x0", "x1"}
    assert from_syntax(parse_operation("str x0, [x1], #8")).writes == {"x1", "mem"}
    assert from_syntax(parse_operation("ldp w0, wzr, [sp, #8]")).reads == {"sp", "mem"}
    assert from_syntax(parse_operation("ldp w0, w1, [sp, #8]")).writes == {"x0", "x1"}
    assert from_syntax(parse_operation("adcs x0, x1, x2")).reads == {"x1", "x2", *"nzcv"}
    assert from_syntax(parse_operation("adcs x0, x1, x2")).writes == {"x0", *"nzcv"}
    assert from_syntax(parse_operation("movk x0, #1, lsl #16")).reads == {"x0"}
    assert from_syntax(parse_operation("mov v0.s[1], w1")).reads == {"v0", "x1"}
    assert from_syntax(parse_operation("fmla v0.4s, v1.4s, v2.s[1]")).reads == {"v0", "v1", "v2"}
    assert from_syntax(parse_operation("cmp x0, x1")).writes == frozenset("nzcv")
    assert from_syntax(parse_operation("b.eq away")).writes == frozenset()


def test_objectives_order_differently() -> None:
    long, short = price("add x0, x1, x2; add x3, x4, x5"), price("udiv x0, x1, x2")
    assert Objective("cycles").better(long, short)
    assert Objective("size").better(short, long)
    assert Objective("count").better(short, long)
    assert Objective.SIZE.key(long)[0] == 8
    same = price("add x0, x1, x2; add x3, x4, x5")
    assert not any(objective.better(long, same) for objective in Objective)


# Examples that the monotonicity tests draw from: they read and write registers 0 to 3 and base registers.
EXAMPLES = [text for group in (integer(), memory(), vector_integer(), floating_point()) for text in group if "label" not in text]
FRESH = [text for text in EXAMPLES if not from_syntax(parse_operation(text)).writes & {*"nzcv", "mem"}]


@st.composite
def blocks(draw: st.DrawFn) -> list[Costed]:
    texts = draw(st.lists(st.sampled_from(EXAMPLES), min_size=1, max_size=10))
    return [from_syntax(parse_operation(text)) for text in texts]


@settings(max_examples=150, deadline=None)
@given(blocks(), st.sampled_from(EXAMPLES), st.sampled_from(tabled_cpus()))
def test_appending_never_lowers_the_price(before: list[Costed], added: str, cpu: str) -> None:
    less = estimate(before, machine(cpu))
    more = estimate([*before, from_syntax(parse_operation(added))], machine(cpu))
    assert more.cycles >= less.cycles
    assert more.latency >= less.latency
    assert more.throughput >= less.throughput
    assert Objective.CYCLES.key(more) > Objective.CYCLES.key(less)


@settings(max_examples=150, deadline=None)
@given(st.data(), blocks(), st.sampled_from(FRESH), st.sampled_from(tabled_cpus()))
def test_inserting_useless_work_never_lowers_the_price(data: st.DataObject, before: list[Costed], added: str, cpu: str) -> None:
    """The inserted instruction writes registers of its own, so it takes no dependence away from the others."""
    place = data.draw(st.integers(0, len(before)))
    extra = from_syntax(parse_operation(renumbered(added, 20)))
    after = [*before[:place], extra, *before[place:]]
    assert estimate(after, machine(cpu)).cycles >= estimate(before, machine(cpu)).cycles
    if cpu in OUT_OF_ORDER:
        assert estimate(after, machine(cpu), loop=True).cycles >= estimate(before, machine(cpu), loop=True).cycles - 1e-9


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 4), st.integers(0, 9)), min_size=1, max_size=6))
def test_one_machine_is_the_largest_bound_over_all_sets(jobs: list[tuple[int, int, int]]) -> None:
    sets = [chosen for size in range(1, len(jobs) + 1) for chosen in combinations(jobs, size)]
    expected = max(min(job[0] for job in chosen) + sum(job[1] for job in chosen) + min(job[2] for job in chosen) for chosen in sets)
    assert one_machine(list(jobs)) == expected


def test_sets_of_ports_are_unions_of_overlapping_pools() -> None:
    assert set(port_sets(frozenset([0b0011, 0b0110, 0b1000]))) == {0b0011, 0b0110, 0b0111, 0b1000}
    assert port_sets(frozenset()) == ()
