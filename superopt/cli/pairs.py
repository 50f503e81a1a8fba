"""A pair of texts judged: the step between files (or lines of a batch) and the checker."""

from __future__ import annotations

import signal
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, assert_never

from semantics.assembler import Instruction, assemble, digest
from semantics.assumptions import Assumption
from semantics.block import effects
from semantics.liveset import LiveSet
from superopt.cli.blocks import CodeBlock, NotOneBlock, aligned, block_in, conflict
from verifier.verdict import Certificate, Proved, Refuted, Unknown, Unsupported, Verdict

if TYPE_CHECKING:
    from verifier.check import Checker

type Meanings = Literal["rows", "vex", "all"]


@dataclass(frozen=True, slots=True)
class Demands:
    """What is asked about a pair; the fields are the command line's flags.

    ``timeout`` in seconds for each proof; ``assume`` holds of the initial state.
    """

    live_out: LiveSet = field(default_factory=LiveSet.everything)
    dead_stack: bool = False
    timeout: float = 10.0
    confirm: bool = False
    semantics: Meanings = "rows"
    assume: tuple[Assumption, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """Bytes of assembly and where they are from."""

    data: bytes
    source: str


class OutOfTime(Exception):
    """The alarm of :func:`alarm` went off."""


def judge(checker: Checker, original: Text, candidate: Text, demands: Demands) -> Verdict:
    """Read both texts and judge the pair.

    Raises GrammarsError for text that is no block of instructions, UnsatisfiablePremises for assumptions that no state satisfies.
    """
    try:
        left, right = block_in(original.data, original.source), block_in(candidate.data, candidate.source)
    except NotOneBlock as error:
        _read_anyway(candidate if error.source == original.source else None)
        return Unsupported(str(error))
    against = conflict(left, right)
    if against is not None:
        return Unsupported(against)
    if left.operations == right.operations:
        return _identical(checker, left, demands)
    for block in (left, right):
        reason = block.unsupported or _relative(block)
        if reason is not None:
            return Unsupported(reason)
    instructions = tuple(assemble(operation) for operation in aligned(left, right))
    return decide(checker, left.instructions, instructions, demands)


def _identical(checker: Checker, block: CodeBlock, demands: Demands) -> Verdict:
    """The same instructions are equivalent whatever they are; still nothing may be assumed that cannot be."""
    texts = tuple(assumption.text for assumption in demands.assume)
    if demands.assume:
        checker.satisfiable([assumption.word for assumption in demands.assume], demands.timeout, texts)
    return Proved(Certificate("identical", "", (), digest(block.instructions), {}, 0.0, texts))


def _read_anyway(text: Text | None) -> None:
    """Bad input is an error even beside a block that is refused."""
    if text is not None:
        try:
            block_in(text.data, text.source)
        except NotOneBlock:
            return


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
    from semantics.frames import DeadStack
    from verifier.check import CheckOptions

    options = CheckOptions(
        live_out=demands.live_out,
        dead_stack=DeadStack() if demands.dead_stack else None,
        timeout=demands.timeout,
        confirm=demands.confirm,
        premises=tuple(assumption.word for assumption in demands.assume),
        assumptions=tuple(assumption.text for assumption in demands.assume),
    )
    match demands.semantics:
        case "rows" | "vex":
            return checker.check(original, candidate, replace(options, semantics=demands.semantics))
        case "all":
            first = checker.check(original, candidate, replace(options, semantics="rows"))
            second = checker.check(original, candidate, replace(options, semantics="vex"))
            return both(first, second)
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
            return Unknown("the proof with one source of meanings is refuted with the other: a fault in this tool", 0.0)
        case (Refuted(), _):
            return rows
        case (_, Refuted()):
            return vex
        case (Proved(), _):
            return _named("with VEX's meanings", vex)
        case _:
            return _named("with the rows' meanings", rows)


def _named(source: str, verdict: Verdict) -> Verdict:
    match verdict:
        case Unknown(reason, seconds):
            return Unknown(f"{source}: {reason}", seconds)
        case Unsupported(what):
            return Unsupported(f"{source}: {what}")
        case Proved() | Refuted():
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


__all__ = ["Demands", "Meanings", "OutOfTime", "Text", "alarm", "both", "decide", "judge"]
