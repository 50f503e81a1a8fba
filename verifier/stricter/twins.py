"""Two initial states in which the original tells the same and the candidate does not: counterexamples to constant time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from semantics.locations import LOCATIONS
from semantics.memory_image import MASK64, MemoryImage, splitmix64
from semantics.run.functions import has_arbitrary
from semantics.run.ints import Compiled, compile_words
from semantics.words import Word, topological, variables
from verifier import counterexample as cx
from verifier.screen import Assignment, Premised, samples
from verifier.stricter.leaks import SECOND, SECOND_MEMORY, Leak, Question
from verifier.verdict import Counterexample, Difference

ROWS = 48  # first states to look at

type Twins = tuple[Assignment, Assignment]


def search(question: Question, given: Premised | None) -> Twins | None:
    """Two states that answer the question with no, if some are met; none where functions stand for themselves."""
    if has_arbitrary([*question.known, *question.words, question.premise]):
        return None
    run = compile_words([*question.known, *question.words, question.premise])
    inputs = variables([*question.known, *question.words, question.premise])
    shown = frozenset(name for name in variables(question.known) if name[0] == "x" or name == "sp")
    rows = samples(inputs, shown, ROWS, 3, given)
    for number, first in enumerate(rows):
        for other in _variants(first, rows[number - 1], frozenset(variables(question.known))):
            if _differ(run, question, first, other):
                return first, other
    return None


def _variants(first: Assignment, source: Assignment, known: frozenset[str]) -> Iterator[Assignment]:
    """States near ``first``: other secrets, or another value in one register, or other memory, taken from ``source``."""
    elsewhere = splitmix64(first.seed)
    fixed = {name: value for name, value in first.inputs.items() if name not in LOCATIONS}
    secret = {name: value for name, value in source.inputs.items() if name not in known}
    yield replace(first, inputs={**first.inputs, **secret, **fixed})
    yield replace(first, seed=elsewhere)
    yield replace(first, inputs={**first.inputs, **secret, **fixed}, seed=elsewhere)
    for name, value in first.inputs.items():
        if name in LOCATIONS:
            for changed in (source.inputs[name], value ^ 1, value ^ 8):
                yield replace(first, inputs={**first.inputs, name: changed})


def _differ(run: Compiled, question: Question, first: Assignment, other: Assignment) -> bool:
    left, right = (run(one.inputs, MemoryImage(one.seed, dict(one.memory)).read) for one in (first, other))
    known = len(question.known)
    return left[-1] == right[-1] == 1 and left[:known] == right[:known] and left != right


def wanted(goal: Word) -> dict[str, Word]:
    """What to read back from a model of a goal over two states."""
    found = cx.model_values(goal)
    for number, word in enumerate(_second_bytes(goal)):
        found[f"second{number}.at"], found[f"second{number}"] = word.args[0], word
    return found


def from_model(question: Question, goal: Word, values: Mapping[str, int]) -> Twins | None:
    """The two states that a solver's model describes, if they answer the question with no."""
    one = cx.from_model(goal, values)
    names = variables([*question.known, *question.words, question.premise])
    if has_arbitrary([*question.known, *question.words]):
        return None
    first = replace(one, inputs={name: one.inputs.get(name, 0) for name in names})
    memory = {values[f"second{i}.at"] & MASK64: values[f"second{i}"] for i, _ in enumerate(_second_bytes(goal))}
    inputs = {name: one.inputs.get(name + SECOND if name in LOCATIONS else name, 0) for name in names}
    other = Assignment(inputs, memory, 0)
    run = compile_words([*question.known, *question.words, question.premise])
    return (first, other) if _differ(run, question, first, other) else None


def _second_bytes(goal: Word) -> list[Word]:
    return [word for word in topological([goal]) if word.op == "uf" and word.attrs[0] == SECOND_MEMORY]


def counterexample(leaks: Sequence[Leak], twins: Twins, found_by: str) -> Counterexample:
    """The two states as one counterexample."""
    words = [leak.word for leak in leaks]
    states = [Counterexample(one.inputs, cx.bytes_read(words, one), one.seed, (), None, found_by) for one in twins]
    run = compile_words(words)
    values = [run(one.inputs, MemoryImage(one.seed, dict(one.memory)).read) for one in twins]
    differences = tuple(
        Difference(f"constant time: {leak.what}", "tells the same in both states", f"{a:#x} and {b:#x}")
        for leak, a, b in zip(leaks, *values, strict=True)
        if a != b
    )
    return replace(states[0], differences=differences, second=states[1])
