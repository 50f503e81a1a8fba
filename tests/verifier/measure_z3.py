"""Time the ways to call z3, and Bitwuzla, on the queries of this folder: a table of milliseconds of CPU time.

    python tests/verifier/measure_z3.py [--limit SECONDS] [--repeat N] [PATTERN]

Each cell is the fastest of N runs, each run a fresh fork; ``-`` stands for more than the limit, a wrong answer shows as
``WRONG``. CPU time, because wall time says little on a machine that does other things too.
"""

from __future__ import annotations

import argparse
import os
import resource
from collections.abc import Callable
from pathlib import Path

import bitwuzla
import z3

from verifier.solving.engines import ENGINES

QUERIES = Path(__file__).parent / "queries"


def logic(text: str) -> str:
    return text.split("(set-logic ")[1].split(")")[0]


def with_solver(make: Callable[[str], z3.Solver]) -> Callable[[str], str]:
    def solve(text: str) -> str:
        solver = make(text)
        solver.from_string(text)
        return str(solver.check())

    return solve


WAYS: dict[str, Callable[[str], str]] = {
    "default": lambda text: ENGINES["z3"].solve(text, {}).status,
    "Solver": with_solver(lambda text: z3.Solver()),
    "SolverFor": with_solver(lambda text: z3.SolverFor(logic(text))),
    "QF_BV": with_solver(lambda text: z3.SolverFor("QF_BV")),
    "Simple": with_solver(lambda text: z3.SimpleSolver()),
    "qfaufbv": with_solver(lambda text: z3.Tactic("qfaufbv").solver()),
    "bitwuzla": lambda text: ENGINES["bitwuzla"].solve(text, {}).status,
}


def run(way: Callable[[str], str], text: str, limit: int) -> tuple[str, float]:
    """What this way says of the query, if it says it within the limit, and the CPU seconds that it took."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        os.write(write, way(text).encode())
        os._exit(0)
    os.close(write)
    said = os.read(read, 100).decode()
    _, _, used = os.wait4(child, 0)
    os.close(read)
    return said, used.ru_utime + used.ru_stime


def cell(way: Callable[[str], str], text: str, limit: int, repeat: int) -> str:
    """One cell of the table."""
    status = text.split("(set-info :status ")[1].split(")")[0]
    times = list[float]()
    for _ in range(repeat):
        said, seconds = run(way, text, limit)
        if said not in ("", status):
            return "WRONG" if said in ("sat", "unsat") else said or "error"
        if not said:
            break
        times.append(seconds)
    return f"{min(times) * 1000:.0f}" if times else "-"


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("pattern", nargs="?", default="*")
    arguments.add_argument("--limit", type=int, default=10)
    arguments.add_argument("--repeat", type=int, default=3)
    options = arguments.parse_args()
    z3.main_ctx()
    print(f"z3 {z3.get_version_string()}, bitwuzla {bitwuzla.version()}")
    print(f"{'':24}" + "".join(f"{name:>10}" for name in WAYS))
    for path in sorted(QUERIES.glob(options.pattern + ".smt2")):
        text = path.read_text()
        cells = [cell(way, text, options.limit, options.repeat) for way in WAYS.values()]
        print(f"{path.stem:24}" + "".join(f"{found:>10}" for found in cells), flush=True)


if __name__ == "__main__":
    main()
