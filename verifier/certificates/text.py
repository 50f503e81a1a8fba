"""A certificate as text for people: the statement, and the meanings of the instructions it uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from grammars.printing import format_operand
from semantics.assembler import Instruction
from semantics.block import Source, execute
from semantics.errors import SemanticsError
from semantics.run.text import show, show_block
from semantics.state import INITIAL, Exit, State
from semantics.words import Word
from verifier.verdict import FLOAT_METHOD

_METHODS = {
    "identical": "Both blocks are the same instructions.",
    "structural": "Both blocks had the same normal form under the prover's own rules, so no solver was asked at the time.",
    "solver": "A solver found no initial state that tells the blocks apart.",
    FLOAT_METHOD: "A solver that was told what floating-point operations compute found no initial state that tells the blocks apart.",
}


def statement_text(record: Mapping[str, Any]) -> str:
    """The statement of a certificate, from its record alone, in Markdown."""
    statement, proof, files = record["statement"], record["proof"], record["files"]
    live_out = statement["live_out"]
    lines = ["# Certificate of equivalence", "", "The block", "", *_block(statement["original"]), ""]
    lines += ["may be replaced by", "", *_block(statement["candidate"]), ""]
    lines += [f"under version {record['contract']} of superopt's contract (docs/contract.md), for every initial state", ""]
    lines += [f"- live afterwards: {', '.join(live_out) or 'nothing'}"]
    lines += [f"- memory that is dead afterwards: {_dead(statement['dead_stack'])}"]
    lines += ["- assumptions: none" if not statement["assumptions"] else "- assumptions, of the initial state:"]
    lines += [f"  - `{assumption}`" for assumption in statement["assumptions"]]
    lines += [f"- beyond the contract: {' and '.join(statement['further'])}"] if statement["further"] else []
    lines += [f"- meanings of the instructions: {_MEANINGS[statement['semantics']]} (meanings.md)", ""]
    lines += ["## How it was proved", "", _METHODS.get(proof["method"], f"By {proof['method']}."), ""]
    lines += [
        f"- solvers: {', '.join(proof['engines']) or 'none'}",
        f"- seconds: {proof['seconds'] or 'not recorded'}",
        *_versions(record["versions"]),
        "",
    ]
    lines += ["## How to check it", "", *_instructions(files)]
    return "\n".join([*lines, ""])


_MEANINGS = {
    "rows": "superopt's own, agreed on with VEX where the list says so",
    "vex": "VEX's",
    "sleigh": "those of SLEIGH's p-code",
    "all": "superopt's own, and VEX's in a second proof",
}


def _block(lines: Sequence[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def _dead(ranges: Sequence[Sequence[int]] | None) -> str:
    if ranges is None:
        return "none"
    more = "".join(f", and bytes {low} to {high - 1} from it up" for low, high in ranges)
    return f"what lies between the lowest stack pointer that the original reaches and its final one{more}"


def _versions(versions: Mapping[str, str]) -> Iterator[str]:
    yield f"- versions: {', '.join(f'{name} {version}' for name, version in versions.items())}"


def _instructions(files: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    queries = {name: file for name, file in files.items() if file.get("role") == "query"}
    if not queries:
        yield "There is no query: the blocks are the same."
    for name, file in queries.items():
        if file["instead_of"]:
            yield f"- `{name}` asks the same as `{file['instead_of']}` in another theory: `unsat` there is as good."
        else:
            yield f"- `z3 {name}`, `bitwuzla {name}` or `cvc5 {name}`: the answer must be `{file['expected']}`."
    if any(file.get("role") == "solved" for file in files.values()):
        yield "- `solved-*.smt2` are the questions asked at the time, after simplification: each `unsat`. They are no proof alone."
    yield "- `superopt recheck .` derives the queries from the blocks again, compares, and asks every solver that is installed."


# --- meanings -----------------------------------------------------------------------------------


def meanings_text(instructions: Sequence[Instruction], sources: Sequence[Source], entries: Mapping[str, Mapping[str, str]]) -> str:
    """What each distinct instruction does, as expressions of the state before it."""
    lines = ["# Meanings", ""]
    for instruction in dict.fromkeys(instructions):
        entry = entries[instruction.text]
        lines += [f"## {instruction.text}", "", f"- encoding: {entry['code']}", f"- row: `{entry['row']}`", f"- digest: {entry['digest']}"]
        lines += [f"- known as: {entry['trust']}", ""]
        for source in sources:
            lines += [*_effect(instruction, source), ""]
    return "\n".join(lines)


def _effect(instruction: Instruction, source: Source) -> Iterator[str]:
    own = source == "rows" and instruction.row.function is not None
    yield f"Effect, by {'the row' if own else 'SLEIGH' if source == 'sleigh' else 'VEX'}:"
    yield ""
    try:
        state = execute((instruction,), source)
    except SemanticsError as error:
        yield f"    none known: {error}"
        return
    yield from (f"    {line}" for line in _state(state))


def _state(state: State) -> Iterator[str]:
    for access in state.accesses:
        if access.kind == "read":
            yield f"reads {access.size} bytes at {show(access.address)}"
    changed = {location: word for location, word in state.registers.items() if word is not INITIAL[location]}
    if changed:
        yield from show_block(changed).splitlines()
    for access in state.accesses:
        if access.kind == "write":
            yield f"writes {access.size} bytes at {show(access.address)}: {show(access.value)}"
    if state.exit is not None:
        yield _exit(state.exit)
    if not changed and not state.accesses and state.exit is None:
        yield "nothing"


def _exit(leave: Exit) -> str:
    target = leave.target
    place = show(target) if isinstance(target, Word) else f"{target:+d} bytes" if isinstance(target, int) else format_operand(target)
    condition = f" if {show(leave.condition)}" if leave.condition is not None else ""
    return f"{leave.kind} to {place}{condition}"
