"""``superopt explain``: what a block computes, touches and costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from superopt.cli.options import AsJson, Cpu, LiveOut

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from semantics.liveset import LiveSet
    from semantics.state import Exit, State
    from semantics.words import Word
    from superopt.cost import Estimate

File = Annotated[str, typer.Argument(metavar="BLOCK", help="Assembly text of one block; - is standard input.")]


def explain(file: File, live_out: LiveOut = None, cpu: Cpu = "neoverse-n1", as_json: AsJson = False) -> int:
    """Show a block's results as expressions of its inputs, the memory it touches, how it leaves, and its cost.

    Exit status: 0, 2 for bad input, 3 for a block whose meaning is not known.
    """
    from semantics.block import execute
    from superopt.cli.blocks import NotOneBlock, block_in
    from superopt.cli.options import live_set
    from superopt.cli.streams import print_json, read_input
    from superopt.cost import machine
    from superopt.pricing import price

    machine(cpu)
    live = live_set(live_out)
    data, name = read_input(file)
    try:
        block = block_in(data, name)
    except NotOneBlock as error:
        return _unsupported(str(error), as_json)
    if block.unsupported is not None:
        return _unsupported(block.unsupported, as_json)
    state, cost = execute(block.instructions), price(block.instructions, machine(cpu))
    if as_json:
        print_json(as_data(state, live, cost, cpu))
    else:
        _print(state, live, cost, cpu)
    return 0


def _unsupported(reason: str, as_json: bool) -> int:
    from superopt.cli.problems import one_line
    from superopt.cli.streams import print_json
    from superopt.cli.verdicts import UNDECIDED

    if as_json:
        print_json({"verdict": "unsupported", "reason": one_line(reason)})
    else:
        print(f"unsupported\nreason: {one_line(reason)}")
    return UNDECIDED


def results(state: State, live: LiveSet) -> dict[str, Word]:
    """The live-outs that the block changes, at their live widths, by the names of the command line."""
    from semantics import simplify as s
    from semantics.liveset import LiveSet
    from semantics.locations import LOCATIONS
    from semantics.state import INITIAL

    changed = dict[str, "Word"]()
    for location in LOCATIONS:
        word = state.get(location)
        if location in live and word is not INITIAL[location]:
            low = s.truncate(word, live.bits(location))
            if low is not s.truncate(INITIAL[location], live.bits(location)):
                changed[LiveSet.of({location: live.bits(location)}).names()[0]] = low
    return changed


def leaving(exit_: Exit | None) -> str:
    """How the block is left, in words."""
    from grammars.printing import format_operand
    from semantics.run.text import show
    from semantics.words import Word

    if exit_ is None:
        return "falls through"
    if isinstance(exit_.target, Word):
        target = show(exit_.target)
    elif isinstance(exit_.target, int):
        target = f".{exit_.target:+d}"
    else:
        target = format_operand(exit_.target)
    condition = f" if {show(exit_.condition)}, else falls through" if exit_.condition is not None else ""
    return f"{exit_.kind} to {target}{condition}"


def as_data(state: State, live: LiveSet, cost: Estimate, cpu: str) -> dict[str, Any]:
    """Everything as plain data."""
    from semantics.run.text import show

    return {
        "live_out": {name: show(word) for name, word in results(state, live).items()},
        "reads": [{"address": show(a.address), "size": a.size} for a in state.accesses if a.kind == "read"],
        "writes": [{"address": show(a.address), "size": a.size, "value": show(a.value)} for a in state.accesses if a.kind == "write"],
        "exit": leaving(state.exit),
        "cost": {
            "cpu": cpu,
            "cycles": cost.cycles,
            "latency": cost.latency,
            "throughput": cost.throughput,
            "micro_ops": cost.micro_ops,
            "instructions": cost.instructions,
            "bottleneck": cost.bottleneck,
            "port_pressure": dict(cost.port_pressure),
            "guessed": list(cost.guessed),
        },
    }


def _print(state: State, live: LiveSet, cost: Estimate, cpu: str) -> None:
    from semantics.run.text import show, show_block

    words = results(state, live)
    print("results, in terms of the initial state:")
    print(_indented(show_block(words)) if words else "  none: no live register or flag changes")
    accesses: Mapping[str, list[str]] = {
        "bytes read:": [f"{a.size} at {show(a.address)}" for a in state.accesses if a.kind == "read"],
        "bytes written:": [f"{a.size} at {show(a.address)} = {show(a.value)}" for a in state.accesses if a.kind == "write"],
    }
    for title, lines in accesses.items():
        if lines:
            print(title)
            print(_indented("\n".join(lines)))
    print(f"leaves: {leaving(state.exit)}")
    print("\n".join(_cost_lines(cost, cpu)))


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())


def _cost_lines(cost: Estimate, cpu: str) -> Iterator[str]:
    yield f"cost on {cpu}:"
    yield f"  {cost.instructions} instructions, {cost.micro_ops} micro-ops"
    yield f"  {cost.cycles:g} cycles: latency {cost.latency:g}, reciprocal throughput {cost.throughput:g}, limited by {cost.bottleneck}"
    pressure = ", ".join(f"{ports} {cycles:g}" for ports, cycles in cost.port_pressure.items())
    if pressure:
        yield f"  cycles of work by port: {pressure}"
    yield from (f"  guessed: {note}" for note in cost.guessed)
