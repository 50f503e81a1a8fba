"""The enumerating proposer on whole blocks: what it finds, that it is right, and that it keeps to its bounds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

import pytest

from proposer.enumerate import Enumerate, Limits
from proposer.enumerate.bench import Bench
from proposer.enumerate.proposer import search
from proposer.proposal import Candidate, Context
from semantics.assembler import Instruction, assemble_text, base_rows
from semantics.block import effects, execute
from semantics.canonical import Canonical, canonicalise
from semantics.frames import DeadStack
from semantics.liveset import LiveSet
from semantics.sampling import draw_instruction
from verifier.check import Checker, CheckOptions
from verifier.verdict import Proved, Refuted

QUICK = Limits(depth=2, elements=600_000_000, candidates=8)
SLOW = ("mul", "madd", "udiv", "sdiv", "msub")


def price(block: Sequence[Instruction]) -> tuple[float, ...]:
    """Instructions, dear ones counted threefold, accesses twice."""
    costs = [3 if i.row.mnemonic in SLOW else 2 if effects(i).uses_memory else 1 for i in block]
    return float(sum(costs)), float(len(block))


def block(text: str, live_out: str) -> Canonical:
    return canonicalise([assemble_text(line) for line in text.split(";")], LiveSet.parse(live_out))


def context(**more: object) -> Context:
    settings: dict[str, object] = {"cpu": "neoverse-n1", "objective": "count", "cost": price, "budget": 900.0}
    return Context(**(settings | more))  # type: ignore[arg-type]


def proposed(given: Canonical, limits: Limits = QUICK, **more: object) -> list[Candidate]:
    return list(Enumerate(limits).propose(given, context(**more)))


def texts(candidates: Sequence[Candidate]) -> list[str]:
    return ["; ".join(i.text for i in candidate.instructions) for candidate in candidates]


@pytest.fixture(scope="module")
def checker() -> Iterator[Checker]:
    with Checker() as one:
        yield one


def proves(checker: Checker, given: Canonical, candidate: Candidate, dead_stack: bool = False) -> bool:
    options = CheckOptions(given.live_out, DeadStack() if dead_stack else None, timeout=60, differential=0)
    verdict = checker.check(given.instructions, candidate.instructions, options)
    assert isinstance(verdict, (Proved, Refuted)), verdict
    return isinstance(verdict, Proved)


# text; live-outs; what the best candidate costs at most
KNOWN = {
    "absolute value by bits": ("asr w8,w0,#31; eor w9,w0,w8; sub w0,w9,w8", "w0", 2),
    "maximum by bits": ("cmp w0,w1; cset w8,lt; neg w8,w8; eor w9,w0,w1; and w9,w9,w8; eor w0,w0,w9", "w0", 2),
    "unsigned minimum": ("cmp x0,x1; csetm x8,hi; bic x9,x0,x8; and x8,x1,x8; orr x0,x8,x9", "x0", 2),
    "sign": ("cmp w0,#0; cset w8,gt; cmp w0,#0; cset w9,lt; sub w0,w8,w9", "w0", 3),
    "clear the lowest one": ("mov w8,w0; sub w9,w8,#1; mov w10,w9; and w0,w8,w10", "w0", 2),
    "isolate the lowest one": ("mov x8,#0; sub x9,x8,x0; and x0,x0,x9", "x0", 2),
    "average, floor": ("and w8,w0,w1; eor w9,w0,w1; lsr w9,w9,#1; add w0,w8,w9", "w0", 3),
    "average, ceiling": ("orr x8,x0,x1; eor x9,x0,x1; lsr x9,x9,#1; sub x0,x8,x9", "x0", 3),
    "smear": ("lsr w8,w0,#4; mov w9,w8; orr w0,w0,w9", "w0", 1),
    "round up to a multiple": ("add x8,x0,#7; lsr x8,x8,#3; lsl x0,x8,#3", "x0", 2),
    "rotate": ("lsl w8,w0,#13; lsr w9,w0,#19; orr w0,w8,w9", "w0", 1),
    "extract from a pair": ("lsr x8,x0,#12; lsl x9,x1,#52; orr x0,x8,x9", "x0", 1),
    "field": ("lsr w8,w0,#5; and w0,w8,#0x1ff", "w0", 1),
    "signed field": ("lsl x8,x0,#20; asr x0,x8,#50", "x0", 1),
    "insert a field": ("and w8,w1,#0xff; lsl w8,w8,#8; mov w9,#0xff00; bic w10,w0,w9; orr w0,w10,w8", "w0", 1),
    "insert at the bottom": ("and w8,w0,#0xffffff00; and w9,w1,#0xff; orr w0,w8,w9", "w0", 1),
    "swap bytes": (
        "and w8,w0,#0xff; lsl w8,w8,#24; and w9,w0,#0xff00; lsl w9,w9,#8; orr w8,w8,w9; "
        "lsr w9,w0,#8; and w9,w9,#0xff00; orr w8,w8,w9; lsr w9,w0,#24; orr w0,w8,w9", "w0", 1,
    ),
    "times five": ("mov w8,#5; mul w0,w0,w8", "w0", 1),
    "times ten": ("mov x8,#10; mul x0,x0,x8", "x0", 2),
    "times minus seven": ("mov w8,#-7; mul w0,w0,w8", "w0", 1),
    "multiply and add": ("mul w8,w0,w1; add w0,w8,w2", "w0", 3),
    "multiply and subtract": ("mul x8,x0,x1; sub x0,x2,x8", "x0", 3),
    "divide by eight": ("mov w8,#8; udiv w0,w0,w8", "w0", 1),
    "remainder by eight": ("mov w8,#8; udiv w9,w0,w8; mul w9,w9,w8; sub w0,w0,w9", "w0", 1),
    "sign extension": ("lsl w8,w0,#24; asr w0,w8,#24", "w0", 1),
    "select by mask": (
        "cmp w0,#0; cset w8,ne; and x8,x8,#1; neg x8,x8; and x9,x1,x8; mvn x8,x8; and x10,x2,x8; orr x0,x9,x10", "x0", 2,
    ),
    "not of a truth value": ("cmp w0,#0; cset w8,eq; eor w8,w8,#1; and w0,w8,#1", "w0", 2),
    "negative": ("lsr w8,w0,#31; and w8,w8,#1; cmp w8,#0; cset w0,ne", "w0", 1),
    "two live-outs": ("add w8,w0,w1; add w9,w0,w1; lsl w0,w8,#1; lsl w1,w9,#2", "w0,w1", 3),
    "address": ("sxtw x8,w1; lsl x8,x8,#2; add x8,x0,x8; ldr w0,[x8]", "w0,mem", 2),
    "two loads": ("lsl x8,x1,#3; add x9,x0,x8; ldr x9,[x9]; add x0,x0,x8; ldr x10,[x0]; add x0,x9,x10", "x0,mem", 4),
    "branch on zero": ("cmp w0,#0; b.eq away", "mem", 1),
    "branch on a sign": ("cmp x0,#0; b.lt away", "mem", 1),
    "branch on a bit": ("tst w0,#4; cset w8,ne; cbnz w8,away", "mem", 1),
}  # fmt: skip

STACK = {
    "sum": ("sub sp,sp,#16; str w0,[sp,#12]; str w1,[sp,#8]; ldr w8,[sp,#12]; ldr w9,[sp,#8]; add w0,w8,w9; add sp,sp,#16; ret", 2),
    "bytes": ("sub sp,sp,#16; str w0,[sp,#12]; ldrb w8,[sp,#13]; add w0,w8,#1; add sp,sp,#16; ret", 3),
    "truth": (
        "sub sp,sp,#16; str x0,[sp,#8]; ldr x8,[sp,#8]; subs x8,x8,#0; cset w8,eq; add sp,sp,#16; tbnz w8,#0,away", 1,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", KNOWN)
def test_known_idioms_are_found_and_proved(name: str, checker: Checker) -> None:
    text, live_out, best = KNOWN[name]
    given = block(text, live_out)
    limits = Limits(depth=3, elements=1_500_000_000, candidates=8) if name == "sign" else QUICK
    found = proposed(given, limits)
    right = [candidate for candidate in found if proves(checker, given, candidate)]
    if price(given.instructions)[0] > best:
        assert right, texts(found)
        assert price(right[0].instructions)[0] <= best, texts(right)
    assert len(right) >= len(found) / 2, texts(found)


@pytest.mark.parametrize("name", STACK)
def test_unoptimised_code_loses_its_stack_slots(name: str, checker: Checker) -> None:
    text, best = STACK[name]
    given = block(text, "w0,sp,x30,mem")
    found = proposed(given, dead_stack=DeadStack())
    right = [candidate for candidate in found if proves(checker, given, candidate, dead_stack=True)]
    assert right and price(right[0].instructions)[0] <= best, texts(found)


def test_live_memory_below_sp_is_kept(checker: Checker) -> None:
    given = block("sub sp,sp,#16; str w0,[sp,#12]; ldr w8,[sp,#12]; add w0,w8,#1; add sp,sp,#16", "w0,sp,mem")
    found = proposed(given)
    assert found
    for candidate in found:
        assert proves(checker, given, candidate), texts([candidate])
        assert any("mem" in effects(i).writes for i in candidate.instructions)


def test_a_load_after_a_store_that_may_overlap_is_kept() -> None:
    given = block("ldr x8,[x0]; str x1,[x2]; ldr x9,[x0]; add x0,x8,x9", "x0,mem")
    for candidate in proposed(given):
        assert [i.row.mnemonic for i in candidate.instructions if effects(i).uses_memory] == ["ldr", "str", "ldr"]


def test_a_load_after_a_store_that_cannot_overlap_is_dropped(checker: Checker) -> None:
    given = block("ldr x8,[x0]; str x1,[x0,#8]; ldr x9,[x0]; add x0,x8,x9", "x0,mem")
    best = proposed(given)[0]
    assert sum(i.row.mnemonic == "ldr" for i in best.instructions) == 1
    assert proves(checker, given, best)


@pytest.mark.parametrize(
    ("text", "live_out"),
    [("str w1,[x0]; str w2,[x0,#2]; mov w3,w1; str w3,[x4]", "mem"), ("str x1,[x0]; str x2,[x3]; mov x5,x6; ldr x7,[x5]", "x7,mem")],
)
def test_stores_keep_their_order(text: str, live_out: str) -> None:
    given = block(text, live_out)
    stored = [access.address for access in execute(given.instructions).accesses if access.kind == "write"]
    for candidate in proposed(given):
        after = [access.address for access in execute(candidate.instructions).accesses if access.kind == "write"]
        assert after == stored


# --- random blocks ----------------------------------------------------------------------------------

_DATA = ("add_sub", "logical", "bits", "conditional", "multiply")


def random_block(random: Random, length: int) -> list[Instruction]:
    """Data processing on x0 to x3."""
    rows = [r for r in base_rows() if r.function and r.function.__module__.rpartition(".")[2] in _DATA and "crc" not in r.mnemonic]
    found = list[Instruction]()
    while len(found) < length:
        one = draw_instruction(random.choice(rows), random.randrange)
        fields = {k: v % 4 if k in "dnma" and v != 31 else v for k, v in one.fields}
        if one.row.valid(fields) and "sp" not in effects(one).writes | effects(one).reads:
            found.append(Instruction(one.row, tuple(fields.items())))
    return found


@pytest.mark.parametrize("seed", range(12))
def test_random_blocks_keep_their_live_outs(seed: int, checker: Checker) -> None:
    random = Random(seed)
    live = LiveSet.parse(random.choice(["x0", "w0,x1", "x0,x1,x2,x3", "w1,nzcv"]))
    given = canonicalise(random_block(random, random.randrange(2, 7)), live)
    limits = Limits(depth=1, elements=60_000_000, trials=400, candidates=4)
    for candidate in proposed(given, limits, seed=seed):
        assert price(candidate.instructions) < price(given.instructions)
        verdict = checker.check(given.instructions, candidate.instructions, CheckOptions(given.live_out, timeout=5, differential=0))
        assert not isinstance(verdict, Refuted), (given.text, texts([candidate]), verdict)


def test_registers_that_are_not_the_blocks_own_are_left_alone() -> None:
    given = block("eor x0,x0,x1; add x0,x0,x1; add x0,x0,#0; sub x2,x0,x1", "x0,x1,x2")
    for scratch in ((0, 0), (2, 0)):
        for candidate in proposed(given, scratch=scratch):
            written = {name for i in candidate.instructions for name in effects(i).writes}
            assert written <= {*given.names, *("x3", "x4")[: scratch[0]], *"nzcv"}


def test_scratch_registers_make_more_possible() -> None:
    given = block("mov w0,#10; mul w1,w1,w0; mov w0,#0", "w0,x1")
    best = {scratch: price(proposed(given, scratch=(scratch, 0))[0].instructions) for scratch in (0, 1)}
    assert best[1] <= best[0] < price(given.instructions)


# --- the protocol -----------------------------------------------------------------------------------


def test_candidates_are_cheaper_distinct_and_best_first() -> None:
    given = block(*KNOWN["swap bytes"][:2])
    found = proposed(given)
    prices = [price(candidate.instructions) for candidate in found]
    assert prices == sorted(prices) and prices[-1] < price(given.instructions)
    assert len(set(texts(found))) == len(found) <= QUICK.candidates
    assert all(candidate.proposer == "enumerate" and candidate.note for candidate in found)


def test_the_same_seed_gives_the_same_candidates() -> None:
    given = block(*KNOWN["maximum by bits"][:2])
    assert texts(proposed(given, seed=5)) == texts(proposed(given, seed=5))


def test_refuted_candidates_are_not_proposed_again() -> None:
    given = block(*KNOWN["rotate"][:2])
    proposer = Enumerate(QUICK)
    first = list(proposer.propose(given, context()))
    proposer.learn(given, first[0], "different", "x0 = 1")
    proposer.learn(given, first[1], "proved", "")
    assert texts(list(proposer.propose(given, context())))[: len(first) - 1] == texts(first[1:])


def test_the_stream_can_be_closed() -> None:
    stream = Enumerate(QUICK).propose(block(*KNOWN["rotate"][:2]), context())
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert list(stream) == []


def test_without_budget_there_is_no_search() -> None:
    given = block(*KNOWN["rotate"][:2])
    bench = Bench.of(given, context(budget=0.0), QUICK)
    assert bench is not None
    search(bench)
    assert bench.trials == 0
    assert proposed(given, budget=0.0) == []


@pytest.mark.parametrize("trials", [1, 7])
def test_trials_are_counted(trials: int) -> None:
    bench = Bench.of(block(*KNOWN["swap bytes"][:2]), context(), Limits(trials=trials))
    assert bench is not None
    search(bench)
    assert bench.trials == trials


def test_elements_are_counted() -> None:
    given = block(*KNOWN["average, floor"][:2])
    bench = Bench.of(given, context(), Limits(elements=1000))
    assert bench is not None
    search(bench)
    assert bench.meter.elements <= 0


@pytest.mark.parametrize("text", ["svc #0; mov x0,x1", "dmb ish; mov x0,x0", "ldxr x0,[x1]; mov x2,x2"])
def test_blocks_without_a_meaning_get_no_candidates(text: str) -> None:
    assert proposed(block(text, "x0,mem")) == []


def test_an_empty_block_gets_no_candidates() -> None:
    assert proposed(canonicalise([], LiveSet.parse("x0"))) == []


def test_blocks_with_vectors_are_edited() -> None:
    given = block("fmov d0,d1; mov x0,x1; fadd d2,d2,d1; mov x3,x0; add x0,x3,#1", "x0,d2")
    assert texts(proposed(given))[0].count(";") < 4
    for candidate in proposed(given):
        assert any(i.row.mnemonic == "fadd" for i in candidate.instructions)
