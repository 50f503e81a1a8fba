"""Queries refuted by SAT solvers: the proofs are checked, and what a checker refuses does not count."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from semantics.liveset import LiveSet
from verifier.agreement import Agreements
from verifier.certificates import sat as certificate_sat
from verifier.certificates.bitblast import TooLarge
from verifier.certificates.folder import check_target, files_of, read, write
from verifier.certificates.queries import QUERY, Query, Statement, queries
from verifier.certificates.recheck import Rechecker, Said, with_proofs
from verifier.certificates.sat import OWN, Refutation, checked, refute
from verifier.solvers import Solvers
from verifier.verdict import Certificate

SUM = Statement(("and w2, w0, w1", "orr w3, w0, w1", "add w0, w2, w3"), ("add w0, w0, w1",), LiveSet.parse("w0"))
WRONG = Statement(("add w0, w0, w1",), ("orr w0, w0, w1",), LiveSet.parse("w0"))
MEMORY = Statement(("ldr w0, [x1]", "ldr w2, [x1, #4]"), ("ldp w0, w2, [x1]",), LiveSet.parse("x0,x2"))

needs_solver = pytest.mark.skipif(
    shutil.which("cadical") is None and not certificate_sat.find_spec("pysat"), reason="neither cadical nor python-sat is installed"
)


def query(statement: Statement) -> Query:
    return queries(statement)[QUERY]


@needs_solver
@pytest.mark.parametrize("statement", [SUM, MEMORY], ids=["sum", "memory"])
def test_a_true_statement(statement: Statement, tmp_path: Path) -> None:
    found = refute(tmp_path, QUERY, query(statement), 60.0)
    assert found.proved and not found.rejected
    assert found.status == "unsat" and found.checkers[OWN] == "verified"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["query.cnf", "query.drat"]
    assert (tmp_path / "query.cnf").read_text().startswith("p cnf ")


@needs_solver
def test_a_false_statement(tmp_path: Path) -> None:
    found = refute(tmp_path, QUERY, query(WRONG), 60.0)
    assert (found.status, found.checkers) == ("sat", {})
    assert not found.proved
    assert not (tmp_path / "query.drat").exists()


@needs_solver
def test_without_cadical_a_solver_of_pysat_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pysat.solvers", reason="python-sat is not installed")
    monkeypatch.setattr(certificate_sat.shutil, "which", lambda name: None)
    found = refute(tmp_path, QUERY, query(SUM), 60.0)
    assert found.solver == "PySAT's CaDiCaL" and found.proved
    monkeypatch.setattr(certificate_sat, "find_spec", lambda name: None)
    assert refute(tmp_path, QUERY, query(SUM), 60.0).solver == "no SAT solver"


def test_too_large_a_query_is_not_refuted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def large(self: object, word: object) -> None:
        raise TooLarge("gates", 5)

    monkeypatch.setattr(certificate_sat.Blaster, "assert_", large)
    found = refute(tmp_path, QUERY, query(SUM), 60.0)
    assert (found.status, found.reason) == ("unknown", "more than 5 gates")


# --- checkers --------------------------------------------------------------------------------------


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of programs that comes first."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return folder


def program(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    formula, proof = tmp_path / "f.cnf", tmp_path / "f.drat"
    formula.write_text("p cnf 1 2\n1 0\n-1 0\n")
    proof.write_text("0\n")
    return formula, proof


def test_installed_checkers_are_asked(programs: Path, files: tuple[Path, Path]) -> None:
    assert set(checked(*files, 10.0)) == {OWN}
    program(
        programs,
        "drat-trim",
        'for last; do :; done; case "$last" in *.lrat) echo hints > "$last";; esac\necho "c noise"; echo "s VERIFIED"',
    )
    program(programs, "cake_lpr", 'test -s "$2" && echo "s VERIFIED UNSAT"')
    program(programs, "lrat-check", 'test -s "$2" && echo "c VERIFIED"')
    program(programs, "gratgen", 'echo hints > "$4"')
    program(programs, "gratchk", 'test "$1" = unsat && test -s "$3" && echo "s VERIFIED UNSAT"')
    names = ["drat-trim", "cake_lpr", "lrat-check", "gratchk", OWN]
    assert checked(*files, 10.0) == dict.fromkeys(names, "verified")


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("s NOT VERIFIED", "rejected"),
        ("s VERIFIED\ns NOT VERIFIED", "rejected"),
        ("s TIMEOUT", "undecided"),
        ("s VERIFIED, or so", "undecided"),
        ("", "undecided"),
    ],
)
def test_only_the_literal_answer_of_a_checker_counts(programs: Path, files: tuple[Path, Path], said: str, verdict: str) -> None:
    program(programs, "drat-trim", f"cat <<'END'\n{said}\nEND\nexit 0")
    assert checked(*files, 10.0)["drat-trim"] == verdict


def test_a_broken_proof_and_another_formula_are_rejected(files: tuple[Path, Path]) -> None:
    formula, proof = files
    assert checked(formula, proof, 10.0)[OWN] == "verified"
    proof.write_text("2 0\n")
    formula.write_text("p cnf 2 2\n1 2 0\n-1 -2 0\n")
    assert checked(formula, proof, 10.0)[OWN] == "rejected"


@pytest.mark.parametrize(
    ("checkers", "proved", "rejected"),
    [
        ({OWN: "verified"}, True, False),
        ({"drat-trim": "verified", OWN: "rejected"}, True, False),  # more than RUP, which ours does not know
        ({"drat-trim": "rejected", OWN: "undecided"}, False, True),
        ({OWN: "rejected"}, False, True),
        ({OWN: "undecided"}, False, False),
        ({}, False, False),
    ],
)
def test_what_checkers_say_together(checkers: dict[str, certificate_sat.Verdict], proved: bool, rejected: bool) -> None:
    found = Refutation("unsat", "cadical", 3, checkers)
    assert (found.proved, found.rejected) == (proved, rejected)


# --- in a recheck ----------------------------------------------------------------------------------

VERIFIED = Refutation("unsat", "cadical", 3, {OWN: "verified"})
UNCHECKED = Refutation("unsat", "cadical", 3, {OWN: "undecided"})
SATISFIABLE = Refutation("sat", "cadical", 3, {})


def test_a_checked_proof_counts_like_an_engine() -> None:
    wanted = {QUERY: query(SUM)}
    unknown, refuted = {QUERY: [Said("z3", "unknown", 1.0)]}, {QUERY: [Said("z3", "sat", 1.0)]}
    assert with_proofs("undecided", wanted, unknown, {QUERY: VERIFIED}) == "proved"
    assert with_proofs("undecided", wanted, unknown, {QUERY: UNCHECKED}) == "undecided"
    assert with_proofs("undecided", wanted, unknown, {QUERY: SATISFIABLE}) == "refuted"
    assert with_proofs("proved", wanted, {QUERY: [Said("z3", "unsat", 1.0)]}, {QUERY: SATISFIABLE}) == "contradiction"
    assert with_proofs("undecided", wanted, refuted, {QUERY: VERIFIED}) == "contradiction"
    assert with_proofs("refuted", wanted, refuted, {QUERY: VERIFIED}) == "contradiction"
    assert with_proofs("refuted", wanted, refuted, {QUERY: SATISFIABLE}) == "refuted"


@needs_solver
def test_a_recheck_without_any_smt_solver(tmp_path: Path) -> None:
    folder = tmp_path / "c"
    write(folder, files_of(SUM, Certificate("solver", "", (), "", {}, 0.1)))
    with Solvers(jobs=1) as solvers:
        rechecker = Rechecker(solvers, Agreements(solvers), (), 60.0, sat=True)
        found = rechecker.finish(rechecker.start(read(folder)))
    assert found.outcome == "proved" and found.proofs[QUERY].proved and not found.rejected
    check_target(folder)  # what was written there belongs to the certificate
