"""The optimiser on small listings: what it may and may not change, and that what it writes is right."""

from __future__ import annotations

import pytest
from simple_proposers import Deleting, Saying

from grammars.listing import parse_listing
from proposer.errors import ProposerUnavailable
from proposer.proposal import Proposer
from superopt.cache import Cache
from superopt.cost import Objective, machine
from superopt.optimizer.file import FileOptimizer
from superopt.optimizer.options import OptimizeOptions
from superopt.optimizer.report import Report
from superopt.optimizer.search import Searcher
from superopt.optimizer.slices import spans
from superopt.proposers import Guarded
from verifier.check import Checker

HEAD = "\t.text\n\t.globl\tf\n\t.type\tf, %function\nf:\n"
TAIL = "\tret\n\t.size\tf, .-f\n"


def optimize(body: str, proposer: Proposer, cache: Cache | None = None, **options: object) -> tuple[str, Report]:
    settings = OptimizeOptions(**{"use_judge": False, "budget": 60.0, **options})  # pyright: ignore[reportArgumentType]
    with Checker() as checker:
        searcher = Searcher(settings, machine(settings.cpu), [proposer], checker, cache or Cache(":memory:"))
        optimizer = FileOptimizer(parse_listing(HEAD + body + TAIL, "f.s"), settings, searcher)
        text = optimizer.run()
    assert text.startswith(HEAD) and text.endswith(TAIL)
    return text[len(HEAD) : -len(TAIL)], optimizer.report


def test_a_redundant_instruction_goes_and_the_rest_stays_byte_for_byte() -> None:
    text, report = optimize("\tadd  x0,x0, 1   // keep me\n\tmov\tx0, x0\n\teor x0 , x0, x1\n", Deleting())
    assert text == "\tadd  x0,x0, 1   // keep me\n\teor x0 , x0, x1\n"
    (block,) = report.improved
    assert (block.function, block.line, block.instructions_before, block.instructions_after) == ("f", 5, 4, 3)
    assert report.count_ratio == pytest.approx(0.75)


def test_dead_code_goes_but_what_is_live_at_the_return_stays() -> None:
    text, _ = optimize("\tmov x9, #1\n\tmov x0, #2\n\tmov x19, #3\n\tmov x1, #4\n", Deleting())
    assert text == "\tmov x0, #2\n\tmov x19, #3\n\tmov x1, #4\n"


def test_live_out_of_the_user_replaces_the_rule_of_the_abi() -> None:
    from semantics.liveset import LiveSet

    text, _ = optimize("\tmov x0, #2\n\tmov x1, #4\n", Deleting(), live_out=LiveSet.parse("x1,sp"))
    assert text == "\tmov x1, #4\n"


@pytest.mark.parametrize(
    ("tail", "live_out", "rewritten"),
    [
        ("", "x0", True),
        ("\t.p2align 2\n", "x0", True),
        ("", None, False),
        ("\t.word 1\n", "x0", False),
        ("\tb.eq elsewhere\n", "x0", False),
        ("\tldar x3, [x4]\n", "x0", False),
    ],
)
def test_a_piece_of_code_ends_where_the_text_ends_if_the_user_says_what_is_live(tail: str, live_out: str | None, rewritten: bool) -> None:
    from semantics.liveset import LiveSet

    settings = OptimizeOptions(use_judge=False, live_out=LiveSet.parse(live_out) if live_out else None)
    text = "\tmov x9, #1\n\tadd x0, x0, x1\n"
    with Checker() as checker:
        searcher = Searcher(settings, machine(settings.cpu), [Deleting()], checker, Cache(":memory:"))
        result = FileOptimizer(parse_listing(text + tail, "piece.s"), settings, searcher).run()
    assert result == (text.replace("\tmov x9, #1\n", "") if rewritten else text) + tail


def test_a_wrong_candidate_is_never_applied() -> None:
    proposer = Saying(["mov x0, #0"], ["add x0, x1, #1"], ["nop"], [])
    body = "\tadd x0, x1, x2\n\tadd x0, x0, x3\n"
    text, report = optimize(body, proposer)
    assert text == body
    assert report.improved == []
    assert report.candidates["saying"]["different"] >= 3


def test_a_candidate_in_canonical_names_comes_back_in_the_originals() -> None:
    proposer = Saying(["eor x0, x1, x2"])
    text, _ = optimize("\torr x5, x7, x3\n\tand x6, x7, x3\n\tsub x5, x5, x6\n\tmov x1, x5\n", proposer)
    assert "\teor x5, x7, x3\n\tmov x1, x5\n" in text


def test_scratch_registers_are_those_that_the_function_writes() -> None:
    # The candidate wants a register that the block does not have.
    proposer = Saying(["add x3, x1, x2", "add x0, x3, x3"])
    body = "\tlsl x0, x1, #1\n\tlsl x5, x2, #1\n\tadd x0, x0, x5\n"
    text, _ = optimize(body, proposer)
    assert text in (body, "\tadd x5, x1, x2\n\tadd x0, x5, x5\n")


def test_a_register_that_the_function_never_writes_is_not_clobbered() -> None:
    # Callers in the same file may keep values in x2: gcc's -fipa-ra. A candidate may not use it even if it is dead.
    proposer = Saying(["add x1, x1, x2", "add x0, x1, x1"])
    body = "\tlsl x0, x1, #1\n\tadd x0, x0, x2\n\tadd x0, x0, x2\n"
    assert optimize(body, proposer)[0] == body


def test_stores_to_dead_stack_go_only_if_asked() -> None:
    body = "\tsub sp, sp, #16\n\tstr x0, [sp, #8]\n\tadd x0, x0, #1\n\tadd sp, sp, #16\n"
    assert optimize(body, Deleting())[0] == "\tadd x0, x0, #1\n"
    assert optimize(body, Deleting(), dead_stack=False)[0] == body


def test_a_store_that_is_read_before_the_return_stays() -> None:
    body = "\tsub sp, sp, #16\n\tstr x0, [sp, #8]\n\tldr x1, [sp, #8]\n\tadd x1, x1, x0\n\tadd sp, sp, #16\n"
    text, _ = optimize(body, Deleting())
    assert "str" in text or "ldr" not in text


def test_unknown_instructions_are_left_alone_and_reported() -> None:
    body = "\tmov x0, x0\n\tldxr x1, [x2]\n\tmov x3, x3\n\tfrobnicate x1\n\tmov x4, x4\n"
    text, report = optimize(body, Deleting())
    assert text == "\tldxr x1, [x2]\n\tfrobnicate x1\n"
    assert any("frobnicate" in reason for reason in report.skipped)


def test_no_window_crosses_a_label_or_a_cfi_directive() -> None:
    body = "\tmov x9, #1\n.L1:\n\tmov x9, #1\n\tmov x0, x9\n"
    text, _ = optimize(body, Deleting())
    assert ".L1:\n\tmov x9, #1\n" in text


def test_the_cache_serves_a_second_run_without_a_proposer() -> None:
    cache = Cache(":memory:")
    body = "\tadd x0, x0, #1\n\tmov x0, x0\n\tadd x0, x0, x1\n"
    first, _ = optimize(body, Deleting(), cache)
    second, report = optimize(body.replace("x1", "x7"), Saying(), cache)
    assert first == "\tadd x0, x0, #1\n\tadd x0, x0, x1\n" and second == first.replace("x1", "x7")
    assert report.improved[0].steps[0].cached


def test_the_objective_decides() -> None:
    # Two shifts and an add against one multiplication: fewer instructions, more cycles.
    proposer = Saying(["mul x0, x0, x1"])
    body = "\tmov x1, #5\n\tadd x0, x0, x0, lsl #2\n"
    assert optimize(body, proposer, objective=Objective.CYCLES)[0] == body


def test_an_interrupt_keeps_what_is_proved() -> None:
    class Interrupting(Deleting):
        def propose(self, block, context):  # type: ignore[no-untyped-def]
            if not any(outcome == "proved" for outcome, _ in self.learnt):
                yield from super().propose(block, context)
            raise KeyboardInterrupt

    body = "\tmov x9, #1\n\tmov x0, #2\n.L2:\n\tmov x9, #3\n\tmov x1, #4\n"
    text, report = optimize(body, Interrupting())
    assert report.interrupted
    assert text == "\tmov x0, #2\n.L2:\n\tmov x9, #3\n\tmov x1, #4\n"


@pytest.mark.parametrize("length", [1, 2, 5, 12, 13, 40])
def test_slices_cover_a_window_and_respect_the_limit(length: int) -> None:
    found = list(spans(length, (12, 6)))
    assert all(0 <= start < stop <= length and stop - start <= 12 for start, stop in found)
    assert {i for start, stop in found for i in range(start, stop)} == set(range(length))


def test_a_proposer_that_fails_is_left_out_and_the_search_goes_on() -> None:
    class Failing(Deleting):
        name = "failing"

        def propose(self, block, context):  # type: ignore[no-untyped-def]
            raise ProposerUnavailable(self.name, "the server is gone", "start it")
            yield

    warnings = list[str]()
    text, _ = optimize("\tmov x0, x0\n\teor x0, x0, x1\n", Guarded(Failing(), warnings.append))
    assert text == "\tmov x0, x0\n\teor x0, x0, x1\n"
    assert warnings == ["going on without the proposer failing: proposer failing: the server is gone (start it)"]
