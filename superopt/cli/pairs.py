"""A pair of texts judged: the step between files (or lines of a batch) and the checker."""

from __future__ import annotations

import signal
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, assert_never

from semantics.assembler import Instruction, assemble, digest
from semantics.assumptions import Assumption
from semantics.block import effects
from semantics.liveset import LiveSet
from superopt.cli.blocks import CodeBlock, NotOneBlock, aligned, block_in, conflict
from verifier.verdict import Bounded, Certificate, Proved, Refuted, Unknown, Unsupported, Verdict

if TYPE_CHECKING:
    from verifier.check import Checker, CheckOptions

type Meanings = Literal["rows", "vex", "sleigh", "all"]


@dataclass(frozen=True, slots=True)
class Demands:
    """What is asked about a pair; the fields are the command line's flags.

    ``timeout`` in seconds for each proof; ``assume`` holds of the initial state; ``unroll`` is how many rounds of
    loops to compare where there is no proof for any number; ``hypothesis`` is how many states to draw after a proof.
    """

    live_out: LiveSet = field(default_factory=LiveSet.everything)
    dead_stack: bool = False
    timeout: float = 10.0
    confirm: bool = False
    semantics: Meanings = "rows"
    assume: tuple[Assumption, ...] = ()
    constant_time: bool = False
    same_access_size: bool = False
    unroll: int = 0
    hypothesis: int = 0


@dataclass(frozen=True, slots=True)
class Text:
    """Bytes of assembly and where they are from."""

    data: bytes
    source: str


CONTRADICTION = "the proof with one source of meanings is refuted with another: a fault in this tool"


class OutOfTime(Exception):
    """The alarm of :func:`alarm` went off."""


def judge(checker: Checker, original: Text, candidate: Text, demands: Demands) -> Verdict:
    """Read both texts and judge the pair.

    Raises GrammarsError for text that is no block of instructions, UnsatisfiablePremises for assumptions that no state satisfies.
    """
    try:
        left, right = block_in(original.data, original.source), block_in(candidate.data, candidate.source)
    except NotOneBlock:
        return _functions(checker, original, candidate, demands, whole=True)
    against = conflict(left, right)
    if against is not None:
        return Unsupported(against)
    if left.operations == right.operations:
        return _identical(checker, left, demands)
    if _goes_round(left) or _goes_round(right):
        # What one round must leave for the next is not what is live at the end.
        around = _functions(checker, original, candidate, replace(demands, constant_time=False, same_access_size=False), whole=False)
        if not isinstance(around, Proved) or not _options(demands).further:
            return around
    for block in (left, right):
        reason = block.unsupported or _relative(block)
        if reason is not None:
            found = _functions(checker, original, candidate, demands, whole=False) if block.unsupported is not None else None
            return Unsupported(reason) if found is None or isinstance(found, Unsupported) else found
    instructions = tuple(assemble(operation) for operation in aligned(left, right))
    verdict = decide(checker, left.instructions, instructions, demands)
    if isinstance(verdict, Proved) and (_goes_round(left) or _goes_round(right)):
        again = decide(checker, left.instructions, instructions, _every_round(left.instructions, instructions, demands))
        if not isinstance(again, Proved):
            return Unknown(f"--{_options(demands).further[0]} was not shown of the rounds after the first", 0.0)
    return verdict


def _identical(checker: Checker, block: CodeBlock, demands: Demands) -> Verdict:
    """The same instructions are equivalent whatever they are; still nothing may be assumed that cannot be."""
    options = _options(demands)
    if options.premises:
        checker.satisfiable(options.premises, options.timeout, options.assumptions)
    return Proved(Certificate("identical", "", (), digest(block.instructions), {}, 0.0, options.assumptions, options.further))


def _functions(checker: Checker, original: Text, candidate: Text, demands: Demands, *, whole: bool) -> Verdict:
    """The verdict on texts that are no blocks: several blocks, or ordered instructions in one."""
    from superopt.cli.functions import judge_functions

    def check(options: CheckOptions) -> Verdict:
        options = replace(options, differential=max(options.differential, demands.hypothesis))
        return judge_functions(checker, original, candidate, options, whole=whole, unroll=demands.unroll)

    verdict, further = _with_each_source(demands, check), _options(demands).further
    if further and isinstance(verdict, Proved | Bounded):
        return Unsupported(f"--{further[0]} is for single blocks without ordered instructions")
    return verdict


def _goes_round(block: CodeBlock) -> bool:
    """Whether the block branches back to its own start."""
    symbol = block.instructions[-1].symbol if block.instructions else None
    return symbol is not None and block.symbols.get(symbol.name) == "start"


def _every_round(left: Sequence[Instruction], right: Sequence[Instruction], demands: Demands) -> Demands:
    """What makes one round stand for all: whatever either block reads is left alike for the next, and nothing is assumed."""
    live = demands.live_out | LiveSet.of(["mem", *_needed(left), *_needed(right)])
    return replace(demands, live_out=live, assume=())


def _needed(instructions: Sequence[Instruction]) -> set[str]:
    """The locations that are read before they are written."""
    needed, written = set[str](), set[str]()
    for instruction in instructions:
        found = effects(instruction)
        needed |= found.reads - written
        written |= found.writes
    return needed


def _relative(block: CodeBlock) -> str | None:
    """Why a place cannot be compared: it is counted from something that rewriting moves."""
    for instruction in block.instructions:
        symbol, fixed = instruction.symbol, False
        if symbol is not None and symbol.name == ".":
            fixed = _beyond_end(symbol.addend, instruction, block)
        elif symbol is None or not symbol.addend or block.symbols.get(symbol.name) not in ("start", "end"):
            leaving = effects(instruction).exit
            target = leaving.target if leaving is not None else None
            fixed = not isinstance(target, int) or _beyond_end(target, instruction, block)
        if not fixed:
            return f"{block.source}: {instruction.text}: a place counted from an instruction of the block"
    return None


def _beyond_end(offset: int, instruction: Instruction, block: CodeBlock) -> bool:
    """Behind the block nothing moves with respect to its last instruction."""
    return instruction is block.instructions[-1] and offset >= 4 and effects(instruction).exit is not None


def decide(checker: Checker, original: tuple[Instruction, ...], candidate: tuple[Instruction, ...], demands: Demands) -> Verdict:
    """The verdict on two blocks."""
    return _with_each_source(demands, lambda options: checker.check(original, candidate, options))


def _options(demands: Demands) -> CheckOptions:
    """The demands as the checker takes them, but for the meanings."""
    from semantics.frames import DeadStack
    from verifier.check import CheckOptions

    return CheckOptions(
        live_out=demands.live_out,
        dead_stack=DeadStack() if demands.dead_stack else None,
        timeout=demands.timeout,
        confirm=demands.confirm,
        premises=tuple(assumption.word for assumption in demands.assume),
        assumptions=tuple(assumption.text for assumption in demands.assume),
        constant_time=demands.constant_time,
        same_access_size=demands.same_access_size,
        hypothesis=demands.hypothesis,
    )


def _with_each_source(demands: Demands, check: Callable[[CheckOptions], Verdict]) -> Verdict:
    """The verdict of a check by the meanings that are asked for."""
    options = _options(demands)
    match demands.semantics:
        case "rows" | "vex" | "sleigh":
            return check(replace(options, semantics=demands.semantics))
        case "all":
            first = check(replace(options, semantics="rows"))
            second = check(replace(options, semantics="vex"))
            third = check(replace(options, semantics="sleigh"))
            return with_third(both(first, second), third)
    assert_never(demands.semantics)


def both(rows: Verdict, vex: Verdict) -> Verdict:
    """One verdict of two independent ones: proved or refuted only if neither says otherwise."""
    match rows, vex:
        case Proved(certificate), Proved(other):
            sources = {text: "row = VEX, proved with each" for text in certificate.sources}
            engines = tuple(dict.fromkeys((*certificate.engines, *other.engines)))
            queries = "\n".join(part for part in (certificate.query, other.query) if part)
            method = certificate.method if certificate.method == other.method else f"{certificate.method} and {other.method}"
            seconds = certificate.seconds + other.seconds
            return Proved(replace(certificate, method=method, query=queries, engines=engines, sources=sources, seconds=seconds))
        case (Proved(), Refuted()) | (Refuted(), Proved()):
            return Unknown(CONTRADICTION, 0.0)
        case (Refuted(), _):
            return rows
        case (_, Refuted()):
            return vex
        case (Proved(), _):
            return _named("with VEX's meanings", vex)
        case _:
            return _named("with the rows' meanings", rows)


def with_third(verdict: Verdict, sleigh: Verdict) -> Verdict:
    """What rows and VEX say, and SLEIGH's vote: it may confirm or contradict, and is no veto where it has no meaning or no answer.

    On its own it can only show a difference, and that only if the emulator has shown it too.
    """
    match verdict, sleigh:
        case (Proved(), Refuted()) | (Refuted(), Proved()):
            return Unknown(CONTRADICTION, 0.0)
        case (Proved(certificate), Proved(other)):
            return Proved(_labelled(certificate, "and with SLEIGH", other.seconds))
        case (Proved(certificate), Unsupported(what)):
            return Proved(_labelled(certificate, f"not with SLEIGH (unsupported: {what})", 0.0))
        case (Proved(certificate), Unknown(reason, seconds)):
            return Proved(_labelled(certificate, f"not with SLEIGH (unknown: {reason})", seconds))
        case (Unknown() | Unsupported(), Refuted(counterexample)) if counterexample.replayed:
            return sleigh
        case _:
            return verdict


def _labelled(certificate: Certificate, what: str, seconds: float) -> Certificate:
    sources = {text: f"{label}, {what}" for text, label in certificate.sources.items()}
    return replace(certificate, sources=sources, seconds=certificate.seconds + seconds)


def _named(source: str, verdict: Verdict) -> Verdict:
    match verdict:
        case Unknown(reason, seconds):
            return Unknown(f"{source}: {reason}", seconds)
        case Unsupported(what):
            return Unsupported(f"{source}: {what}")
        case Proved() | Bounded() | Refuted():
            return verdict
    assert_never(verdict)


@contextmanager
def alarm(seconds: float) -> Generator[None]:
    """Raise OutOfTime in the main thread once ``seconds`` have passed: the last resort against work that no limit covers."""

    def ring(number: int, frame: object) -> None:
        raise OutOfTime

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)


__all__ = ["Demands", "Meanings", "OutOfTime", "Text", "alarm", "both", "decide", "judge", "with_third"]
