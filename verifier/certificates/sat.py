"""Queries of certificates refuted by SAT solvers, with proofs that other programs check.

The query is translated to clauses (:mod:`verifier.certificates.bitblast`), written to the certificate's folder as ``query.cnf``, and
refuted by CaDiCaL, or by a solver of PySAT where that is not installed; its proof is ``query.drat``. The proof is checked by
every checker that is installed, and by our own small one (:mod:`verifier.certificates.rup`), which is named as such.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from verifier.certificates.bitblast import Blaster, TooLarge, dimacs
from verifier.certificates.queries import Query
from verifier.certificates.rup import Exhausted, ProofError, check_refutation

type Verdict = Literal["verified", "rejected", "undecided"]

OWN = "superopt's own RUP checker"
MAX_PROOF = 256 << 20  # bytes
UNSAT, SAT = 20, 10  # exit statuses of SAT solvers


@dataclass(frozen=True, slots=True)
class Refutation:
    """What became of one query.

    Attributes:
        status: ``unsat`` as the solver says, ``sat``, or ``unknown``.
        solver: who refuted it; "construction" where the clauses hold the empty one from the start.
        clauses: how many there are.
        checkers: what each checker says of the proof.
        reason: why the status is ``unknown``.
    """

    status: Literal["unsat", "sat", "unknown"]
    solver: str
    clauses: int
    checkers: dict[str, Verdict]
    reason: str = ""

    @property
    def proved(self) -> bool:
        """Refuted, and some checker accepts the proof; our own refuses proofs that are more than RUP, which another may accept."""
        return self.status == "unsat" and "verified" in self.checkers.values()

    @property
    def rejected(self) -> bool:
        """Refuted by a proof that was checked and accepted by nobody."""
        return self.status == "unsat" and not self.proved and "rejected" in self.checkers.values()


def refute(folder: Path, name: str, query: Query, seconds: float) -> Refutation:
    """Refute one query; writes the clauses and the proof beside it. ``seconds`` for the solver and for each checker."""
    blaster = Blaster()
    try:
        for word in query.asserted:
            blaster.assert_(word)
        variables, clauses = blaster.clauses()
    except TooLarge as error:
        return Refutation("unknown", "", 0, {}, str(error))
    formula, proof = folder / f"{Path(name).stem}.cnf", folder / f"{Path(name).stem}.drat"
    text = dimacs(variables, clauses)
    formula.write_text(text)
    solver, status = _solve(formula, proof, seconds)
    if status != UNSAT:
        proof.unlink(missing_ok=True)
        return Refutation("sat" if status == SAT else "unknown", solver, len(clauses), {}, "" if status == SAT else "no answer in time")
    return Refutation("unsat", solver, len(clauses), checked(formula, proof, seconds))


def _solve(formula: Path, proof: Path, seconds: float) -> tuple[str, int]:
    """The solver's name and its exit status; -1 if it did not get that far."""
    proof.unlink(missing_ok=True)
    cadical = shutil.which("cadical")
    if cadical is not None:
        limit = ["-t", str(max(int(seconds), 1))]
        return "cadical", _run([cadical, "-q", "--no-binary", *limit, str(formula), str(proof)], seconds + 5)[0]
    if find_spec("pysat") is not None:
        return "PySAT's CaDiCaL", _run(
            [sys.executable, "-P", "-m", "verifier.certificates.pysat_child", str(formula), str(proof)], seconds
        )[0]
    return "no SAT solver", -1


def _run(command: Sequence[str], seconds: float) -> tuple[int, str]:
    try:
        ran = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=seconds, check=False, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired):
        return -1, ""
    return ran.returncode, ran.stdout


# --- checkers -----------------------------------------------------------------------------------


def checked(formula: Path, proof: Path, seconds: float) -> dict[str, Verdict]:
    """What each installed checker says of a textual DRAT proof, ours last."""
    found: dict[str, Verdict] = {}
    for name, (programs, check) in _CHECKERS.items():
        if all(shutil.which(program) for program in programs):
            with tempfile.TemporaryDirectory() as scratch:
                found[name] = check(formula, proof, Path(scratch), seconds)
    found[OWN] = _own(formula, proof, seconds)
    return found


def _own(formula: Path, proof: Path, seconds: float) -> Verdict:
    if proof.stat().st_size > MAX_PROOF:
        return "undecided"
    try:
        check_refutation(formula.read_text(), proof.read_text(errors="replace").splitlines(), seconds)
    except ProofError:
        return "rejected"
    except Exhausted:
        return "undecided"
    return "verified"


def _verdict(output: str, good: str, bad: str) -> Verdict:
    lines = {line.strip() for line in output.splitlines()}
    if good in lines and bad not in lines:
        return "verified"
    return "rejected" if bad in lines else "undecided"


def _drat_trim(formula: Path, proof: Path, scratch: Path, seconds: float) -> Verdict:
    command = ["drat-trim", str(formula), str(proof), "-t", str(max(int(seconds), 1))]
    return _verdict(_run(command, seconds + 5)[1], "s VERIFIED", "s NOT VERIFIED")


def _lrat(formula: Path, proof: Path, scratch: Path, seconds: float) -> Path | None:
    """The proof with hints, as drat-trim writes it; that needs no trust."""
    hinted = scratch / "proof.lrat"
    _run(["drat-trim", str(formula), str(proof), "-t", str(max(int(seconds), 1)), "-L", str(hinted)], seconds + 5)
    return hinted if hinted.exists() else None


def _cake_lpr(formula: Path, proof: Path, scratch: Path, seconds: float) -> Verdict:
    hinted = _lrat(formula, proof, scratch, seconds)
    if hinted is None:
        return "undecided"
    return _verdict(_run(["cake_lpr", str(formula), str(hinted)], seconds)[1], "s VERIFIED UNSAT", "s NOT VERIFIED")


def _lrat_check(formula: Path, proof: Path, scratch: Path, seconds: float) -> Verdict:
    hinted = _lrat(formula, proof, scratch, seconds)
    if hinted is None:
        return "undecided"
    return _verdict(_run(["lrat-check", str(formula), str(hinted)], seconds)[1], "c VERIFIED", "c NOT VERIFIED")


def _gratchk(formula: Path, proof: Path, scratch: Path, seconds: float) -> Verdict:
    hinted = scratch / "proof.grat"
    _run(["gratgen", str(formula), str(proof), "-o", str(hinted)], seconds)
    if not hinted.exists():
        return "undecided"
    return _verdict(_run(["gratchk", "unsat", str(formula), str(hinted)], seconds)[1], "s VERIFIED UNSAT", "s ERROR")


type _Check = Callable[[Path, Path, Path, float], Verdict]

_CHECKERS: dict[str, tuple[tuple[str, ...], _Check]] = {
    "drat-trim": (("drat-trim",), _drat_trim),
    "cake_lpr": (("drat-trim", "cake_lpr"), _cake_lpr),
    "lrat-check": (("drat-trim", "lrat-check"), _lrat_check),
    "gratchk": (("gratgen", "gratchk"), _gratchk),
}
