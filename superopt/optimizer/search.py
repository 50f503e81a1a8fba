"""One slice: candidates from the cache and the proposers, judged; the best proved one comes out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from grammars.errors import GrammarsError
from grammars.instruction import parse_operation
from proposer.proposal import Candidate, Context, CostKey, Outcome, Proposer, Tally
from semantics.assembler import Instruction, assemble
from semantics.errors import SemanticsError
from superopt.cache import Cache, Question, Rewrite
from superopt.cost import Machine
from superopt.optimizer.options import OptimizeOptions
from superopt.optimizer.slices import Slice
from superopt.pricing import cost_of
from verifier.check import Checker, CheckOptions
from verifier.verdict import Bounded, Certificate, Proved, Refuted, Unknown, Unsupported, Verdict
from verifier.version import proof_digest

type Block = tuple[Instruction, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A proved replacement of a slice, in the original names, with how it was found.

    ``canonical`` is the replacement of the slice's canonical block; ``certificate`` is what is known of the proof, which
    holds no query if it is the cache's.
    """

    instructions: Block
    canonical: Block
    proposer: str
    certificate: Certificate
    cached: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where a slice stands: its name, and what decides on a replacement there.

    ``accept`` is quick and comes before the proof: is the code around it cheaper by the built-in model? ``confirm`` comes
    after it, and may ask llvm-mca.
    """

    name: str
    accept: Callable[[Block], bool]
    confirm: Callable[[Block], bool]


@dataclass(slots=True)
class Searcher:
    """Searches slices with a set of proposers; remembers in the cache what it finds.

    ``least_budget`` has the seconds below which it is pointless to ask a proposer.
    """

    options: OptimizeOptions
    machine: Machine
    proposers: Sequence[Proposer]
    checker: Checker
    cache: Cache
    least_budget: Mapping[str, float] = field(default_factory=dict[str, float])
    tallies: dict[str, Tally] = field(default_factory=dict[str, Tally])
    proof_seconds: float = 0.0

    def search(self, part: Slice, budget: float, place: Place) -> Found | None:
        """The first replacement that the place takes: the cache's, else the proposers' within ``budget`` seconds."""
        block = part.canonical.instructions
        question = self.question(part)
        stored = self.cache.get(question, lambda rewrite: self._valid(block, rewrite))
        if stored is not None:
            renamed = _parse(stored.replacement) or ()
            replacement = part.canonical.restore(renamed, part.scratch)
            if replacement is not None and place.accept(replacement) and place.confirm(replacement):
                self.cache.note(question, place.name)
                return Found(replacement, renamed, stored.proposer, recorded(stored), True)
        meanings = proof_digest(block)
        asked = [proposer for proposer in self.proposers if self.least_budget.get(proposer.name, 0.0) <= budget]
        names = [proposer.name for proposer in asked]
        if not asked or self.cache.fruitless(question, meanings, names) >= budget:
            return None
        found = self._ask(part, asked, budget, place)
        if found is None:
            self.cache.put_fruitless(question, meanings, names, budget)
        return found

    def question(self, part: Slice) -> Question:
        """The cache's question for a slice."""
        objective = f"{self.options.objective.value}:{self.options.cpu}"
        assumptions = (str(part.dead_stack),) if part.dead_stack is not None else ()
        spare = part.spare
        return Question(part.canonical.text, str(part.canonical.live_out), assumptions, (), objective, (min(spare[0], 2), min(spare[1], 2)))

    def _valid(self, block: Block, rewrite: Rewrite) -> bool:
        replacement = _parse(rewrite.replacement)
        return replacement is not None and proof_digest((*block, *replacement)) == rewrite.semantics

    def _ask(self, part: Slice, asked: Sequence[Proposer], budget: float, place: Place) -> Found | None:
        cost = cost_of(self.machine, self.options.objective)
        before = cost(part.canonical.instructions)
        deadline = time.monotonic() + budget
        seen: set[Block] = {part.canonical.instructions}
        for candidate in self._candidates(part, asked, deadline):
            if candidate.instructions in seen:
                self._count(candidate, "copies")
                continue
            seen.add(candidate.instructions)
            replacement = part.canonical.restore(candidate.instructions, part.scratch)
            if replacement is None or not place.accept(replacement):
                self._tell(part, candidate, "not cheaper", "")
                continue
            verdict = self._judge(part, candidate, max(deadline - time.monotonic(), 0.5))
            if isinstance(verdict, Proved) and place.confirm(replacement):
                question = self.question(part)
                rewrite = _rewrite(candidate, cost(candidate.instructions), before, verdict.certificate)
                self.cache.put(question, rewrite, lambda stored: self._valid(part.canonical.instructions, stored))
                self.cache.note(question, place.name)
                return Found(replacement, candidate.instructions, candidate.proposer, verdict.certificate, False)
        return None

    def _candidates(self, part: Slice, asked: Sequence[Proposer], deadline: float) -> Iterator[Candidate]:
        """Every proposer in turn, each with an equal share of the time that is left."""
        for number, proposer in enumerate(asked):
            share = (deadline - time.monotonic()) / (len(asked) - number)
            if share <= 0:
                return
            context = Context(
                self.options.cpu,
                self.options.objective.value,
                cost_of(self.machine, self.options.objective),
                share,
                part.spare,
                part.dead_stack,
                self.options.seed,
            )
            yield from self._stream(proposer, part, context)

    def _stream(self, proposer: Proposer, part: Slice, context: Context) -> Iterator[Candidate]:
        """One proposer's candidates, for a while."""
        # Proposers keep to their budget; what a batch has brought by then is worth judging.
        until = time.monotonic() + max(3 * context.budget, context.budget + 1.0)
        for candidate in proposer.propose(part.canonical, context):
            yield candidate
            if time.monotonic() > until:
                return

    def _judge(self, part: Slice, candidate: Candidate, left: float) -> Verdict:
        options = CheckOptions(part.canonical.live_out, part.dead_stack, min(self.options.timeout, left), explain=False)
        started = time.monotonic()
        verdict = self.checker.check(part.canonical.instructions, candidate.instructions, options)
        self.proof_seconds += time.monotonic() - started
        match verdict:
            case Proved():
                self._tell(part, candidate, "proved", "")
            case Refuted(counterexample):
                self._tell(part, candidate, "different", ", ".join(d.what for d in counterexample.differences))
            case Unknown(reason) | Bounded(reason=reason):
                self._tell(part, candidate, "unknown", reason)
            case Unsupported(what):
                self._tell(part, candidate, "unsupported", what)
        return verdict

    def _tell(self, part: Slice, candidate: Candidate, outcome: Outcome, message: str) -> None:
        self._count(candidate, outcome)
        for proposer in self.proposers:
            if proposer.name == candidate.proposer:
                proposer.learn(part.canonical, candidate, outcome, message)

    def _count(self, candidate: Candidate, kind: str) -> None:
        self.tallies.setdefault(candidate.proposer, Tally()).add(kind)


def _rewrite(candidate: Candidate, cost: CostKey, before: CostKey, certificate: Certificate) -> Rewrite:
    proof = {"method": certificate.method, "engines": certificate.engines, "sources": dict(certificate.sources)}
    text = "\n".join(i.text for i in candidate.instructions)
    return Rewrite(text, cost, before, certificate.semantics, candidate.proposer, proof)


def recorded(rewrite: Rewrite) -> Certificate:
    """What the cache knows of a rewrite's proof."""
    proof = rewrite.certificate
    sources = {str(text): str(label) for text, label in dict(proof.get("sources", {})).items()}
    engines = tuple(map(str, proof.get("engines", ())))
    return Certificate(str(proof.get("method", "a proof that is not recorded")), "", engines, rewrite.semantics, sources, 0.0)


def _parse(text: str) -> Block | None:
    try:
        return tuple(assemble(parse_operation(line, "<cache>")) for line in text.splitlines())
    except (GrammarsError, SemanticsError):
        return None
