"""One form, or a few at once, put to every source."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from semantics.assembler import Instruction
from semantics.sampling import NoInstance
from verifier.agreement import Agreements
from verifier.conformance import llvm
from verifier.conformance.forms import Form
from verifier.conformance.instances import INSTANCES, instances
from verifier.conformance.result import Disagreement, FormResult
from verifier.conformance.running import Witnesses, run_instances
from verifier.conformance.spelling import Peers, ask_llvm, check_llvm, check_text
from verifier.conformance.votes import Judges, sleigh_votes, vote
from verifier.oracle import Emulator
from verifier.qemu import HarnessError, Qemu, trouble
from verifier.solvers import Solvers

PROOF_SECONDS = 5.0
STATES_EACH = 20  # states for one instance, about: rather fewer instances than fewer
FEWEST = 3


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is done for one form: states run on each emulator, instances, the seed, and seconds for one proof."""

    states: int = 1000
    instances: int = INSTANCES
    seed: int = 0
    timeout: float = PROOF_SECONDS


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything that is asked. ``llvm`` tells whether llvm-mc is."""

    judges: Judges
    witnesses: Witnesses
    llvm: bool


@contextmanager
def open_sources(folder: Path, effort: Effort, agreements: Path | None = None) -> Generator[Sources]:
    """What is installed here. ``folder`` is where the harness for qemu is kept, ``agreements`` a file of agreements with VEX."""
    qemu = None if unusable_qemu(folder) else Qemu(folder)
    unicorn = Emulator()
    with Solvers(jobs=1) as solvers:
        solvers.start()
        known = Agreements(solvers, agreements)
        try:
            judges = Judges(known, sleigh_votes(solvers, effort.timeout), effort.timeout)
            yield Sources(judges, Witnesses(unicorn, qemu), llvm.program() is not None)
        finally:
            known.close()
            unicorn.close()
            if qemu is not None:
                qemu.close()


def unusable_qemu(folder: Path) -> str:
    """Why qemu-aarch64 has no vote, with the harness kept in ``folder``; empty if it has one."""
    try:
        return trouble(folder)
    except HarnessError as error:
        return str(error)


def check_forms(forms: Sequence[Form], sources: Sources, effort: Effort) -> Iterator[FormResult]:
    """The results, in order; llvm-mc is asked about all of them at once."""
    made = [_instances(form, effort) for form in forms]
    everything = [instruction for some in made for instruction in some]
    peers = iter(ask_llvm(everything)) if sources.llvm else None
    for form, some in zip(forms, made, strict=True):
        yield check_instances(form, some, [next(peers) for _ in some] if peers is not None else [], sources, effort)


def _instances(form: Form, effort: Effort) -> list[Instruction]:
    try:
        return instances(form, effort.seed, min(effort.instances, max(effort.states // STATES_EACH, FEWEST)))
    except NoInstance:
        return []


def check_instances(form: Form, made: Sequence[Instruction], peers: Sequence[Peers], sources: Sources, effort: Effort) -> FormResult:
    """One form by these instances; ``peers`` are llvm-mc's answers for each, or nothing."""
    result = FormResult(form.key, form.group, form.kind, len(made))
    if not made:
        result.disagree(Disagreement("tool", form.key, "no instance of it was found"))
    for instruction in made:
        check_text(instruction, result)
    for instruction, peer in zip(made, peers, strict=False):
        check_llvm(instruction, peer, result)
    if form.row.ordered:
        return result
    vote(made, sources.judges, result)
    run_instances(made, effort.states, effort.seed, sources.witnesses, result)
    return result
