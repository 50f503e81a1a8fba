"""A whole listing: every window of every block, over and over until nothing gets better or the budget is spent."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from grammars.listing import Edit, Listing, format_operation
from grammars.listing import Instruction as Written
from semantics.assembler import Instruction
from semantics.items import Item, Opaque
from semantics.liveness import LivenessOptions, live_sets, written_registers
from semantics.locations import GENERAL, VECTORS
from semantics.program import Block, Program
from semantics.windows import windows
from superopt.cost import Estimate, JudgeFailed, JudgeRefused, JudgeUnavailable, Machine, Objective, judge_all, machine
from superopt.optimizer.blocks import WorkingBlock, WorkingWindow, surroundings_of
from superopt.optimizer.options import OptimizeOptions
from superopt.optimizer.report import BlockReport, Report, Step
from superopt.optimizer.search import Found, Place, Searcher
from superopt.optimizer.slices import Slice, respects, spans
from superopt.pricing import price
from verifier.certificates.queries import Statement

type Progress = Callable[[int, int, Report], None]

CALL_CLOBBERED = frozenset([*(f"x{i}" for i in range(18)), *(f"v{i}" for i in range(8)), *(f"v{i}" for i in range(16, 32))])


@dataclass(frozen=True, slots=True)
class Round:
    """One pass over all windows: seconds a slice gets at most, and the sizes of slices as parts of the largest."""

    share: float
    parts: tuple[int, ...]

    def sizes(self, window: int) -> tuple[int, ...]:
        """Lengths of the slices, in instructions."""
        return tuple(max(window // part, 2) for part in self.parts)


ROUNDS = (Round(2.0, (1,)), Round(0.2, (4, 8, 16)), Round(1.0, (4, 8)), Round(5.0, (1, 4)))
"""Long slices first, where a language model is at its best, then short ones for the search; longer budgets last.

The first round takes at most half of the budget, so that it reaches every block.
"""
HASTE = 0.3  # seconds that a slice gets at least


@dataclass(slots=True)
class FileOptimizer:
    """One run over a listing; ``run`` may be interrupted, and what is proved by then stays."""

    listing: Listing
    options: OptimizeOptions
    searcher: Searcher
    progress: Progress = field(default=lambda done, total, report: None)
    share: tuple[int, int] = (0, 1)  # this run's number among how many that divide the blocks among them
    report: Report = field(init=False)
    blocks: list[WorkingBlock] = field(init=False)
    machine: Machine = field(init=False)
    _steps: dict[int, list[Step]] = field(default_factory=dict[int, list[Step]])
    _judge_works: bool = True

    def __post_init__(self) -> None:
        self.machine = machine(self.options.cpu)
        self.report = Report(self.listing.source, self.options.cpu, self.options.objective.value)
        self.blocks = self._prepare()

    def run(self) -> str:
        """Optimise, fill the report, and return the new text."""
        self.search()
        return self.listing.replace(self.edits())

    def search(self) -> None:
        """Optimise this run's share of the blocks and fill the report."""
        started = time.monotonic()
        try:
            self._rounds(started + self.options.budget)
        except KeyboardInterrupt:
            self.report.interrupted = True
        self.report.seconds = time.monotonic() - started
        self._summarise()

    def edits(self) -> list[Edit]:
        """What the rewrites so far change in the listing."""
        return [edit for block in self.blocks for working in block.windows for edit in working.edits()]

    # --- preparation ----------------------------------------------------------------------------

    def _prepare(self) -> list[WorkingBlock]:
        program = Program.from_listing(self.listing)
        liveness = live_sets(program, LivenessOptions(self.options.live_out, at_end=self.options.live_out is not None))
        written = {function.index: written_registers(program, function) for function in program.functions}
        self.report.blocks = len(program.blocks)
        found = list[WorkingBlock]()
        for block in program.blocks:
            self._count_skipped(block)
            scratch = self._scratch(written[block.function.index])
            working = WorkingBlock(block)
            for window in windows(block):
                working.windows.append(WorkingWindow(window, surroundings_of(window, liveness, scratch, self.options.dead_stack)))
            if working.windows:
                found.append(working)
        self.report.considered = len(found)
        number, of = self.share
        return found[number::of]

    def _scratch(self, written: frozenset[str]) -> frozenset[str]:
        own = frozenset(name for name in written if name in GENERAL or name in VECTORS)
        return own | CALL_CLOBBERED if self.options.scratch == "aapcs" else own

    def _count_skipped(self, block: Block) -> None:
        if block.frozen is not None:
            self._skip(block.frozen, len(block.items))
            return
        for item in block.items:
            if isinstance(item, Opaque):
                self._skip(f"{item.operation.mnemonic}: {item.reason}", 1)

    def _skip(self, reason: str, count: int) -> None:
        self.report.skipped[reason] = self.report.skipped.get(reason, 0) + count

    # --- search ---------------------------------------------------------------------------------

    def _rounds(self, deadline: float) -> None:
        """Short searches everywhere first, longer ones after, so that a small budget reaches every block."""
        first = max(HASTE, (deadline - time.monotonic()) / 2 / max(sum(len(block.windows) for block in self.blocks), 1))
        for each in (replace(ROUNDS[0], share=min(first, ROUNDS[0].share)), *ROUNDS[1:]):
            for number, block in enumerate(self.blocks):
                self.progress(number, len(self.blocks), self.report)
                for working in block.windows:
                    self._improve(block, working, each, deadline)
                if time.monotonic() > deadline:
                    self.report.exhausted = True
                    return
        self.progress(len(self.blocks), len(self.blocks), self.report)

    def _improve(self, block: WorkingBlock, working: WorkingWindow, each: Round, deadline: float) -> None:
        """Rewrite slices of one window until none can be improved within the round's share."""
        progress = True
        while progress:
            progress = False
            for start, stop in spans(len(working.current), each.sizes(self.options.window)):
                left = deadline - time.monotonic()
                if left <= 0:
                    return
                if self._improve_slice(block, working, start, stop, min(each.share, left)):
                    progress = True
                    break

    def _improve_slice(self, block: WorkingBlock, working: WorkingWindow, start: int, stop: int, budget: float) -> bool:
        part = working.slice(start, stop)
        old = working.current[start:stop]
        before = self._price(block, block.context(working, start, stop, old))

        def accept(replacement: Sequence[Instruction]) -> bool:
            if not respects(replacement, working.surroundings):
                return False
            return self.options.objective.better(self._price(block, block.context(working, start, stop, replacement)), before)

        def confirm(replacement: Sequence[Instruction]) -> bool:
            texts = [_text(block.context(working, start, stop, code)) for code in (old, replacement)]
            return self._judged_cheaper(texts, loop=block.loops)

        proving = self.searcher.proof_seconds
        found = self.searcher.search(part, budget, Place(f"{self.listing.source}:{self._line(block)}", accept, confirm))
        if found is None:
            return False
        self._record(block, part, old, found, self.searcher.proof_seconds - proving)
        working.become((*working.current[:start], *found.instructions, *working.current[stop:]))
        return True

    def _price(self, block: WorkingBlock, items: Sequence[Item]) -> Estimate:
        return price(items, self.machine, loop=block.loops)

    def _judged_cheaper(self, texts: Sequence[str], *, loop: bool) -> bool:
        """llvm-mca's word, where it is installed: a rewrite that it calls slower is not applied."""
        if not self.options.use_judge or not self._judge_works or self.options.objective is not Objective.CYCLES:
            return True
        try:
            before, after = judge_all(texts, self.options.cpu, loop=loop)
        except JudgeUnavailable:
            self._judge_works = False
            self.report.notes.append("llvm-mca is not installed: predicted cycles are those of the built-in model alone")
            return True
        except JudgeFailed:
            return True
        if isinstance(before, JudgeRefused) or isinstance(after, JudgeRefused):
            return True
        return after.cycles <= before.cycles

    # --- report ---------------------------------------------------------------------------------

    def _line(self, block: WorkingBlock) -> int:
        statement = self.listing.statements[block.block.statements[0]]
        return statement.position.line if isinstance(statement, Written) else 0

    def _record(self, block: WorkingBlock, part: Slice, before: Sequence[Instruction], found: Found, proof_seconds: float) -> None:
        certificate = found.certificate
        texts = [tuple(i.text for i in code) for code in (part.canonical.instructions, found.canonical)]
        self._steps.setdefault(block.block.index, []).append(
            Step(
                tuple(i.text for i in before),
                tuple(i.text for i in found.instructions),
                found.proposer,
                "cache" if found.cached else certificate.method,
                () if found.cached else certificate.engines,
                proof_seconds,
                found.cached,
                Statement(texts[0], texts[1], part.canonical.live_out, part.dead_stack),
                certificate,
            )
        )

    def _summarise(self) -> None:
        self.report.proof_seconds = self.searcher.proof_seconds
        self.report.candidates = {name: tally.counts for name, tally in self.searcher.tallies.items()}
        for block in self.blocks:
            steps = self._steps.get(block.block.index)
            if not steps:
                continue
            before, after = (price(items, self.machine, loop=block.loops) for items in (block.original(), block.items()))
            self.report.improved.append(
                BlockReport(
                    block.block.function.name or "-",
                    self._line(block),
                    len(block.original()),
                    len(block.items()),
                    before.cycles,
                    after.cycles,
                    tuple(steps),
                )
            )


def _text(items: Sequence[Item]) -> str:
    return "\n".join(format_operation(item.operation) for item in items)
