"""From a failing state to a counterexample a person can read: confirm, shrink, replay on the emulator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from semantics import simplify as s
from semantics.assembler import Instruction
from semantics.memory_image import MemoryImage
from semantics.run.ints import compile_words, evaluate
from semantics.words import Word, topological, variables
from verifier.obligations import Obligation
from verifier.replay import replay
from verifier.screen import Assignment
from verifier.verdict import Counterexample, Difference

SHRINK_STEPS = 2000  # evaluations spent on making a counterexample readable


def fails(goal: Word, assignment: Assignment) -> bool:
    """Whether ``goal`` is 0 in this state."""
    image = MemoryImage(assignment.seed, dict(assignment.memory))
    return evaluate([goal], assignment.inputs, image.read)[0] == 0


def build(
    obligations: Sequence[Obligation],
    assignment: Assignment,
    original: Sequence[Instruction],
    candidate: Sequence[Instruction],
    found_by: str,
) -> Counterexample:
    """Shrink a failing assignment, describe it and replay it."""
    goal = s.and_(*(o.goal for o in obligations)) if len(obligations) > 1 else obligations[0].goal
    # A goal that is plainly 0 mentions no input; the values shown still need one each.
    shown = variables([w for o in obligations for w in (o.goal, o.original, o.candidate, o.address) if w is not None])
    assignment = replace(assignment, inputs={**dict.fromkeys(shown, 0), **assignment.inputs})
    if fails(goal, assignment):
        assignment = shrink(goal, assignment)
    failed = [o for o in obligations if fails(o.goal, assignment)]
    memory = dict(assignment.memory)
    memory.update(bytes_read([w for o in failed for w in (o.goal, o.original, o.candidate) if w is not None], assignment))
    assignment = replace(assignment, memory=memory)
    return Counterexample(
        inputs=assignment.inputs,
        memory=memory,
        seed=assignment.seed,
        differences=tuple(_describe(o, assignment) for o in failed),
        replayed=replay(failed, assignment, original, candidate),
        found_by=found_by,
    )


def bare(obligations: Sequence[Obligation], assignment: Assignment, found_by: str) -> Counterexample:
    """The failing state as it was met, for those who only want to know that there is one."""
    differences = tuple(Difference(o.what, "", "") for o in obligations[:1])
    return Counterexample(assignment.inputs, assignment.memory, assignment.seed, differences, None, found_by)


def _describe(obligation: Obligation, assignment: Assignment) -> Difference:
    image = MemoryImage(assignment.seed, dict(assignment.memory))

    def value(word: Word | None) -> str:
        if word is None:
            return "-"
        return f"{evaluate([word], assignment.inputs, image.read)[0]:#x}"

    what = obligation.what if obligation.address is None else f"{obligation.what} at {value(obligation.address)}"
    return Difference(what, value(obligation.original), value(obligation.candidate))


def bytes_read(roots: Sequence[Word], assignment: Assignment) -> dict[int, int]:
    """The initial memory that the evaluation of ``roots`` looks at, at most 64 bytes of it."""
    image = MemoryImage(assignment.seed, dict(assignment.memory))
    loads = [word for word in topological(roots) if word.op == "load"]
    addresses = evaluate([word.args[0] for word in loads], assignment.inputs, image.read)
    found: dict[int, int] = {}
    for word, address in zip(loads, addresses, strict=True):
        for i in range(word.width // 8):
            place = (address + i) & ((1 << 64) - 1)
            if len(found) < 64:
                found[place] = image.byte(place)
    return found


# --- shrinking ----------------------------------------------------------------------------------


def shrink(goal: Word, assignment: Assignment) -> Assignment:
    """A failing assignment with as many inputs 0 or small as a bounded greedy search finds."""
    run = compile_words([goal])
    budget = SHRINK_STEPS

    def still_fails(trial: Assignment) -> bool:
        return run(trial.inputs, MemoryImage(trial.seed, dict(trial.memory)).read)[0] == 0

    if assignment.seed and not any(word.op == "load" for word in topological([goal])):
        assignment = replace(assignment, seed=0)
    progress = True
    while progress and budget > 0:
        progress = False
        for name in sorted(assignment.inputs):
            for value in _simpler(assignment.inputs[name]):
                budget -= 1
                trial = replace(assignment, inputs={**assignment.inputs, name: value})
                if budget > 0 and still_fails(trial):
                    assignment, progress = trial, True
                    break
    return assignment


def _simpler(value: int) -> Iterator[int]:
    """Values to try instead of ``value``, simplest first; all strictly smaller."""
    tried: set[int] = set()
    for other in (0, 1, value & 0xFF, value & 0xFFFF, value & 0xFFFF_FFFF, value >> 32, value >> 1, value & (value - 1) if value else 0):
        if other < value and other not in tried:
            tried.add(other)
            yield other


# --- models ------------------------------------------------------------------------------------


def loads_below(goals: Sequence[Word]) -> list[Word]:
    """The initial-memory reads that ``goals`` depend on."""
    return [word for word in topological(goals) if word.op == "load"]


def from_model(goal: Word, values: Mapping[str, int]) -> Assignment:
    """The state a solver's model describes; loads were asked for as ``load N`` and ``load N at``."""
    inputs = {name: values.get(name, 0) for name in variables([goal])}
    memory: dict[int, int] = {}
    for number, word in enumerate(loads_below([goal])):
        address, value = values.get(f"load{number}.at", 0), values.get(f"load{number}", 0)
        for i in range(word.width // 8):
            memory[(address + i) & ((1 << 64) - 1)] = value >> (8 * i) & 0xFF
    return Assignment(inputs, memory, 0)


def model_values(goal: Word) -> dict[str, Word]:
    """What to read back from a solver's model so that :func:`from_model` can rebuild the state."""
    wanted: dict[str, Word] = dict(variables([goal]))
    for number, word in enumerate(loads_below([goal])):
        wanted[f"load{number}.at"], wanted[f"load{number}"] = word.args[0], word
    return wanted
