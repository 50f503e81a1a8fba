"""llvm-mca as the judge, and how well the estimate agrees with it."""

from __future__ import annotations

import random
import statistics

import pytest

from grammars.instruction import parse_operation
from superopt.cost import (
    JudgeFailed,
    Judgement,
    JudgeRefused,
    JudgeUnavailable,
    UnknownCpu,
    estimate,
    from_syntax,
    judge,
    judge_all,
    machine,
    mca,
)
from superopt.cost.derive import accepted
from superopt.cost.machine import tabled_cpus
from superopt.cost.shapes import floating_point, integer, memory, vector_integer


def _mca_missing() -> bool:
    try:
        mca.find_tool()
    except JudgeUnavailable:
        return True
    return False


needs_mca = pytest.mark.skipif(_mca_missing(), reason="llvm-mca is not installed")

# Hacker's Delight p20: llvm-mca's own figure for many iterations rates the longer version cheaper on cortex-a72.
P20_O0 = """
sub sp, sp, #16\nstr w0, [sp, #12]\nldr w8, [sp, #12]\nldr w10, [sp, #12]\nmov w9, wzr\nsubs w9, w9, w10\nand w8, w8, w9
str w8, [sp, #8]\nldr w8, [sp, #12]\nldr w9, [sp, #8]\nadd w8, w8, w9\nstr w8, [sp, #4]\nldr w8, [sp, #12]\nldr w9, [sp, #4]
eor w8, w8, w9\nstr w8, [sp]\nldr w8, [sp]\nlsr w8, w8, #2\nldr w9, [sp, #8]\nudiv w8, w8, w9\nstr w8, [sp]\nldr w8, [sp]
ldr w9, [sp, #4]\norr w0, w8, w9\nadd sp, sp, #16
"""
P20_O2 = "neg w8, w0\nand w8, w8, w0\nadd w9, w8, w0\neor w10, w9, w0\nlsr w10, w10, #2\nudiv w8, w10, w8\norr w0, w8, w9"


@needs_mca
def test_straight_line_code_does_not_chain() -> None:
    chained, free = judge(["add x0, x0, x1", "add x0, x2, x1"], "neoverse-n1")
    assert chained == free == pytest.approx((1 + 1 / 3) / 2)


@needs_mca
def test_labels_and_comments_are_left_out() -> None:
    labelled = "again: \n.p2align 2\nadd x0, x0, x1 // LLVM-MCA-END\n# LLVM-MCA-END\nsubs x2, x2, #1\nb.ne again\n"
    first, second = judge([labelled, labelled], "neoverse-n1", loop=True)
    assert first == second == 1.0


@needs_mca
def test_loops_chain() -> None:
    chained, free = judge(["ldr x0, [x0]", "ldr x0, [x1]"], "neoverse-n1", loop=True)
    assert (chained, free) == (4.0, 0.5)


@needs_mca
def test_a_block_judged_alone_or_in_a_batch() -> None:
    blocks = [P20_O0, P20_O2, "", "// nothing", "ldr x0, [x1]\nadd x0, x0, #1"]
    together = judge(blocks, "cortex-a72")
    assert together == [judge([block], "cortex-a72")[0] for block in blocks]
    assert together[2:4] == [0.0, 0.0]
    judged = judge_all(blocks, "cortex-a72")[4]
    assert isinstance(judged, Judgement)
    assert judged.latency == 5
    assert judged.micro_ops == 2
    assert "LLVM version" in judged.version


@needs_mca
@pytest.mark.parametrize("loop", [False, True], ids=["straight", "loop"])
@pytest.mark.parametrize("cpu", tabled_cpus())
def test_unoptimised_code_is_never_cheaper(cpu: str, loop: bool) -> None:
    slow, fast = judge([P20_O0, P20_O2], cpu, loop=loop)
    assert slow > fast


@needs_mca
def test_values_through_memory_are_waited_for() -> None:
    counter = "ldr x8, [sp, #8]\nadd x8, x8, #1\nstr x8, [sp, #8]"
    elsewhere = "ldr x8, [sp, #8]\nadd x8, x8, #1\nstr x8, [sp, #16]"
    assert judge([counter, elsewhere], "neoverse-n1", loop=True) == [6.0, 1.0]
    # Straight-line code loads first and stores last: nothing passes.
    assert len(set(judge([counter, elsewhere], "neoverse-n1"))) == 1


@needs_mca
def test_refused_blocks_do_not_harm_the_others() -> None:
    good = "add x0, x1, x2\nadd x0, x0, x3"
    blocks = [good, "nop\nfrobnicate x0", good, "cas x0, x2, [x1]", "mov x0, x1\nldadd x0, x1, [x2]", good]
    first, unknown, second, unpriced, also, third = judge_all(blocks, "neoverse-n1")
    assert first == second == third
    assert isinstance(first, Judgement)
    assert isinstance(unknown, JudgeRefused)
    assert "mnemonic" in unknown.message
    assert isinstance(unpriced, JudgeRefused)
    assert "cas x0, x2, [x1]" in unpriced.message
    assert isinstance(also, JudgeRefused)
    with pytest.raises(JudgeRefused):
        judge(blocks, "neoverse-n1", loop=True)


@needs_mca
def test_timeout() -> None:
    with pytest.raises(JudgeFailed, match="no answer within"):
        mca.simulate(["udiv x0, x0, x1"], "cortex-a72", iterations=100_000_000, timeout=0.05)


def test_judge_needs_a_known_cpu() -> None:
    with pytest.raises(UnknownCpu):
        judge(["nop"], "z80")


def test_judge_needs_llvm_mca(monkeypatch: pytest.MonkeyPatch) -> None:
    mca.find_tool.cache_clear()
    monkeypatch.setattr("superopt.cost.mca.shutil.which", lambda _: None)
    try:
        with pytest.raises(JudgeUnavailable) as caught:
            judge(["nop"], "neoverse-n1")
        assert "llvm-mca-19" in caught.value.tried
    finally:
        mca.find_tool.cache_clear()


def _random_texts(count: int) -> list[str]:
    generator = random.Random(7)
    groups = [[text for text in group if "label" not in text] for group in (integer(), memory(), vector_integer(), floating_point())]
    for cpu in ("cortex-a72", "cortex-a55"):
        groups = [accepted(group[::3] if len(group) > 300 else group, cpu) for group in groups]
    weights = ((8, 2, 0, 0), (5, 5, 0, 0), (2, 2, 6, 0), (3, 3, 3, 3))
    sizes = [generator.randint(2, 10) for _ in range(count)]
    return ["\n".join(generator.choice(group) for group in generator.choices(groups, generator.choice(weights), k=size)) for size in sizes]


def _ranks(values: list[float]) -> list[float]:
    order = sorted(values)
    return [order.index(value) + (order.count(value) - 1) / 2 for value in values]


@needs_mca
@pytest.mark.parametrize("loop", [False, True], ids=["straight", "loop"])
def test_estimate_ranks_like_llvm_mca(loop: bool) -> None:
    texts = _random_texts(80)
    for cpu in tabled_cpus():
        ours = [
            estimate([from_syntax(parse_operation(line)) for line in text.splitlines()], machine(cpu), loop=loop).cycles for text in texts
        ]
        theirs = judge(texts, cpu, loop=loop, through_memory=False)
        assert statistics.correlation(_ranks(ours), _ranks(theirs)) > 0.94, cpu
