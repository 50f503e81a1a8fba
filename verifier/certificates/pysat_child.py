"""A SAT solver of PySAT in a process of its own; the exit status is as SAT solvers have it.

python -m verifier.certificates.pysat_child FORMULA PROOF
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

from verifier.certificates.rup import parse_dimacs

UNSAT, SAT = 20, 10
SOLVER = "cadical153"


def main() -> int:
    """Solve the formula; write the textual DRAT proof if it is unsatisfiable."""
    formula, proof = Path(sys.argv[1]), Path(sys.argv[2])
    solvers: Any = importlib.import_module("pysat.solvers")
    with solvers.Solver(name=SOLVER, with_proof=True) as solver:
        for clause in parse_dimacs(formula.read_text()):
            solver.add_clause(clause)
        if solver.solve():
            return SAT
        proof.write_text("".join(f"{line}\n" for line in solver.get_proof()))
        return UNSAT


if __name__ == "__main__":
    sys.exit(main())
