"""What a model is told: the canonical block, its live-outs and the CPU, and nothing else."""

from __future__ import annotations

from proposer.proposal import Context
from semantics.block import effects
from semantics.canonical import Canonical

MAX_REASON = 400  # characters of an error or counterexample that go into a prompt
_MAX_SHOWN = 2000  # characters of a failed reply that go into a prompt

type Message = dict[str, str]

_SYSTEM = (
    "You optimise AArch64 machine code. You are given one straight-line block and must write a cheaper block with the "
    "same effect for every initial state. Answer with one fenced code block of plain A64 instructions, one a line, and "
    "nothing else: no labels, no directives, no comments."
)


def conversation(block: Canonical, context: Context) -> list[Message]:
    goal = {"cycles": "fewest cycles", "size": "fewest bytes", "count": "fewest instructions"}.get(context.objective, context.objective)
    written = sorted({name for i in block.instructions for name in effects(i).writes if name[0] in "xv" and name != "v"}, key=_numbered)
    lines = [
        f"CPU: {context.cpu}. Aim: {goal}.",
        f"Live after the block: {block.live_out or 'nothing'}.",
        f"Registers that may be overwritten: {', '.join(written) or 'none'}.",
    ]
    if context.dead_stack:
        lines.append("Memory below the final sp is dead.")
    lines.append(f"```asm\n{block.text}\n```")
    return [{"role": "system", "content": _SYSTEM}, {"role": "user", "content": "\n".join(lines)}]


def _numbered(name: str) -> tuple[str, int]:
    return name[0], int(name[1:])


def _printable(text: str) -> str:
    kept = "".join(c if c.isprintable() or c == "\n" else " " for c in text)
    return kept[:MAX_REASON]


def with_repair(messages: list[Message], reply: str, problem: str) -> list[Message]:
    """The conversation continued: a reply that failed, and why."""
    request = f"{_printable(problem)}\nWrite the whole corrected block."
    return [*messages, {"role": "assistant", "content": reply[:_MAX_SHOWN]}, {"role": "user", "content": request}]
