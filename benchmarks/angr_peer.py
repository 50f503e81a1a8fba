"""The straightforward equivalence checker on angr: run by ``benchmarks.peers`` with an interpreter that has angr.

Reads one JSON object a line (``original`` and ``candidate`` as hex code, ``live_out`` as registers with widths) and
answers each with a verdict and the seconds it took: lift with angr, execute symbolically, ask its solver whether any
live-out register can differ. It stands alone: nothing of superopt is imported here.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from typing import Any

LOAD_ADDRESS = 0x10000
TIMEOUT = 10_000  # milliseconds


def main() -> None:
    """Answer every line of standard input."""
    logging.disable(logging.CRITICAL)
    import angr

    print(json.dumps({"version": angr.__version__}), flush=True)
    for line in sys.stdin:
        pair = json.loads(line)
        started = time.perf_counter()
        try:
            verdict = check(pair)
        except Exception as error:  # whatever angr raises, the answer is that it has none
            verdict = f"error: {type(error).__name__}"
        print(json.dumps({"verdict": verdict, "seconds": time.perf_counter() - started}), flush=True)


def check(pair: dict[str, Any]) -> str:
    """``equivalent``, ``different`` or ``unknown``."""
    from angr import claripy

    inputs = {f"x{i}": claripy.BVS(f"x{i}", 64) for i in range(31)} | {f"q{i}": claripy.BVS(f"q{i}", 128) for i in range(32)}
    first, second = (final_state(bytes.fromhex(pair[name]), inputs) for name in ("original", "candidate"))
    differs = [value(first, name, bits) != value(second, name, bits) for name, bits in pair["live_out"]]
    solver = claripy.Solver(timeout=TIMEOUT)
    solver.add(claripy.Or(*differs))
    try:
        return "different" if solver.satisfiable() else "equivalent"
    except claripy.errors.ClaripySolverInterruptError:
        return "unknown"


def final_state(code: bytes, inputs: dict[str, Any]) -> Any:
    """The state after the code, from symbolic registers."""
    import angr

    project = angr.load_shellcode(code, arch="AARCH64", load_address=LOAD_ADDRESS)
    options = {angr.options.SYMBOL_FILL_UNCONSTRAINED_REGISTERS, angr.options.SYMBOL_FILL_UNCONSTRAINED_MEMORY}
    state = project.factory.blank_state(addr=LOAD_ADDRESS, add_options=options)
    for name, word in inputs.items():
        setattr(state.regs, name, word)
    done = 0
    while done < len(code):
        successors = project.factory.successors(state, num_inst=(len(code) - done) // 4).flat_successors
        if len(successors) != 1:
            raise ValueError(f"{len(successors)} successors")
        (state,) = successors
        if state.addr - LOAD_ADDRESS <= done:
            raise ValueError("left the code")
        done = state.addr - LOAD_ADDRESS
    return state


def value(state: Any, name: str, bits: int) -> Any:
    """The low bits of a register."""
    return getattr(state.regs, name)[bits - 1 : 0]


if __name__ == "__main__":
    main()
