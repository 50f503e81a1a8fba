"""``assert_equivalent``: two blocks run from many states, and the smallest state that tells them apart."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator, Sequence

from semantics.assembler import Instruction
from semantics.liveset import LiveSet
from semantics.locations import LOCATIONS
from semantics.machine import MachineState
from superopt.cli.blocks import block_in
from superopt.errors import SuperoptError
from superopt.testing.errors import InvalidArgument, between
from superopt.testing.states import checked_pointers, written_down
from verifier.differential import mentioned
from verifier.hypothesis_run import difference_at, smallest_difference
from verifier.observation import Runnable
from verifier.verdict import Difference

_MOST_EXAMPLES = 1_000_000

type Code = str | Sequence[Instruction]


class NotEquivalent(SuperoptError, AssertionError):
    """Two blocks run differently.

    Attributes:
        state: the initial state, shrunk unless it was given.
        difference: the first observable that differs.
        reproducer: Python text that fails in the same way.
    """

    def __init__(self, message: str, state: MachineState, difference: Difference, reproducer: str) -> None:
        super().__init__(message)
        self.state = state
        self.difference = difference
        self.reproducer = reproducer


def assert_equivalent(
    original: Code,
    candidate: Code,
    *,
    live_out: str | LiveSet | None = None,
    dead_stack: bool = False,
    pointers: Collection[str] | None = None,
    examples: Sequence[MachineState] = (),
    max_examples: int = 200,
    seed: int = 0,
) -> None:
    """Run both blocks on the emulator from many initial states; they must do the same in each.

    Compared are the live registers and flags, memory byte by byte, where control goes, and that the candidate touches no
    byte that the original does not (docs/contract.md). Passing is evidence, not proof.

    Args:
        original: assembly text of one block, or its instructions.
        candidate: what is to replace it.
        live_out: what must come out equal, as ``superopt check --live-out`` takes it; everything by default.
        dead_stack: memory below the final stack pointer is dead.
        pointers: registers that hold overlapping addresses; those that addresses are computed from by default.
        examples: states to try before any that is drawn, see :func:`machine_state`.
        max_examples: states to draw; 0 for only ``examples``.
        seed: of the draws. The same arguments give the same states.

    Raises NotEquivalent with a table of the smallest state found and a reproducer to paste; InvalidArgument;
    GrammarError and NotOneBlock for text that is no block; NotRunnable for a block that needs a linker.
    """
    __tracebackhide__ = True
    between("max_examples", max_examples, 0, _MOST_EXAMPLES)
    between("seed", seed, 0, (1 << 64) - 1)
    checked_pointers("pointers", pointers or ())
    live = _live_set(live_out)
    blocks = _instructions(original, "original"), _instructions(candidate, "candidate")
    found = _among(blocks, examples, live, dead_stack)
    if found is None and max_examples:
        found = smallest_difference(*blocks, live, dead_stack=dead_stack, examples=max_examples, seed=seed, pointers=pointers)
    if found is not None:
        raise _not_equivalent(blocks, *found, live_out, dead_stack)


type _Blocks = tuple[tuple[Instruction, ...], tuple[Instruction, ...]]


def _live_set(live_out: str | LiveSet | None) -> LiveSet:
    if live_out is None:
        return LiveSet.everything()
    return LiveSet.parse(live_out) if isinstance(live_out, str) else live_out


def _instructions(code: Code, name: str) -> tuple[Instruction, ...]:
    if not isinstance(code, str):
        return tuple(code)
    found = block_in(code.encode("utf-8", "surrogatepass"), f"<{name}>")
    if found.unsupported is not None:
        raise InvalidArgument(name, found.unsupported)
    return found.instructions


def _among(
    blocks: _Blocks, examples: Sequence[MachineState], live_out: LiveSet, dead_stack: bool
) -> tuple[MachineState, Difference] | None:
    left, right = map(Runnable.of, blocks)
    for state in examples:
        difference = difference_at(left, right, state, live_out, dead_stack)
        if difference is not None:
            return state, difference
    return None


def _not_equivalent(
    blocks: _Blocks, state: MachineState, difference: Difference, live_out: str | LiveSet | None, dead_stack: bool
) -> NotEquivalent:
    options = ["" if live_out is None else f"    live_out={str(live_out)!r},", "    dead_stack=True," if dead_stack else ""]
    reproducer = "\n".join(
        [
            "from superopt.testing import assert_equivalent, machine_state",
            "",
            "assert_equivalent(",
            *(f"    {_quoted(block)}," for block in blocks),
            *filter(None, options),
            f"    examples=[{written_down(state)}],",
            "    max_examples=0,",
            ")",
        ]
    )
    message = "\n".join(["the blocks run differently", "", *_tables(blocks, state, difference), "", "to see it again:", "", reproducer])
    return NotEquivalent(message, state, difference, reproducer)


def _quoted(block: Sequence[Instruction]) -> str:
    return repr("\n".join(instruction.text for instruction in block) + "\n")


def _tables(blocks: _Blocks, state: MachineState, difference: Difference) -> Iterator[str]:
    from rich.markup import escape

    from superopt.cli.tables import console, plain_table, print_table

    out = io.StringIO()
    screen = console(out)
    code = plain_table("original", "candidate")
    for i in range(max(map(len, blocks))):
        code.add_row(*(escape(block[i].text) if i < len(block) else "" for block in blocks))
    print_table(screen, "code", code)
    inputs = plain_table("input", "value", "decimal")
    named = mentioned([*blocks[0], *blocks[1]])
    for name in LOCATIONS:
        if name in named and state.get(name):
            inputs.add_row(name, hex(state.get(name)), str(state.get(name)) if name[0] != "v" or name == "v" else "")
    if not inputs.rows:
        inputs.add_row("all", "0", "0")
    print_table(screen, "initial state (all else 0)", inputs)
    if state.memory.overrides:
        memory = plain_table("address", "byte")
        for address, byte in sorted(state.memory.overrides.items()):
            memory.add_row(hex(address), f"{byte:02x}")
        print_table(screen, f"initial memory (the rest drawn from seed {state.memory.seed:#x})", memory)
    outcome = plain_table("observable", "original", "candidate")
    outcome.add_row(difference.what, difference.original, difference.candidate)
    print_table(screen, "what differs", outcome)
    return (line.rstrip() for line in out.getvalue().rstrip().splitlines())
