"""The checker of refutations: it follows real proofs, and nothing that does not prove passes."""

from __future__ import annotations

import itertools
import random
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from semantics import simplify as s
from semantics.words import Word
from verifier.certificates.bitblast import Blaster, dimacs
from verifier.certificates.rup import Checker, Exhausted, ProofError, check_refutation, parse_dimacs, parse_proof

SMALL = "p cnf 3 6\n1 2 3 0\n1 -2 0\n-1 2 0\n-1 -2 3 0\n-3 1 0\n-3 -1 0\n"
PROOF = ["-3 0", "1 0", "0"]


def test_a_proof_is_followed() -> None:
    assert check_refutation(SMALL, PROOF) == 2  # the empty clause follows as soon as 1 does
    assert check_refutation(SMALL, ["c a comment", "", *PROOF]) == 2


def test_an_empty_clause_and_conflicting_units_need_no_proof() -> None:
    assert check_refutation("p cnf 1 1\n0\n", []) == 0
    assert check_refutation("p cnf 2 3\n1 0\n-1 2 0\n-2 0\n", []) == 0


@pytest.mark.parametrize(
    ("formula", "proof", "said"),
    [
        ("p cnf 2 2\n1 2 0\n-1 -2 0\n", ["1 0", "0"], "step 1: the clause 1 does not follow"),
        ("p cnf 2 3\n1 2 0\n-1 2 0\n1 -2 0\n", ["2 0", "0"], r"step 2: the clause \(empty\) does not follow"),
        ("p cnf 2 3\n1 2 0\n-1 2 0\n1 -2 0\n", ["2 0"], "ends without the empty clause"),
        ("p cnf 2 3\n1 2 0\n-1 2 0\n1 -2 0\n", [], "ends without the empty clause"),
        (SMALL, ["d 1 -2 0", "d -1 2 0", *PROOF], "does not follow"),
        (SMALL, ["x 0"], "not a clause"),
        (SMALL, ["1 2"], "not a clause"),
        (SMALL, ["1 0 2 0"], "not a clause"),
    ],
)
def test_what_does_not_prove_is_refused(formula: str, proof: list[str], said: str) -> None:
    with pytest.raises(ProofError, match=said):
        check_refutation(formula, proof)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1 0\n",
        "p cnf 1 2\n1 0\n",
        "p cnf 1 1\n2 0\n",
        "p cnf 1 1\n1\n",
        "p cnf 1 1\np cnf 1 1\n1 0\n",
        "p sat 1 1\n1 0\n",
        "p cnf 1 1\na 0\n",
    ],
)
def test_damaged_formulas(text: str) -> None:
    with pytest.raises(ProofError):
        parse_dimacs(text)


def test_deleting_what_decides_a_literal_or_is_not_there_changes_nothing() -> None:
    formula = "p cnf 3 4\n1 0\n-1 2 0\n-2 3 0\n-3 -2 0\n"
    assert check_refutation(formula, ["d 1 0", "d 7 8 0", "0"]) == 0


def test_time_is_limited() -> None:
    with pytest.raises(Exhausted):
        Checker(parse_dimacs(SMALL), seconds=-1).check(parse_proof(PROOF))


def satisfiable(clauses: Sequence[Sequence[int]], variables: int) -> bool:
    return any(
        all(any(values[abs(literal) - 1] == (literal > 0) for literal in clause) for clause in clauses)
        for values in itertools.product((False, True), repeat=variables)
    )


def test_random_proofs_never_refute_what_is_satisfiable() -> None:
    """Lemmas at random, deletions in between: whatever is accepted follows from the formula."""
    chance, accepted = random.Random(5), 0
    for _ in range(600):
        variables = chance.randint(2, 5)
        clauses = [_clause(chance, variables) for _ in range(chance.randint(3, 14))]
        checker = Checker(clauses)
        lemmas = list[list[int]]()
        for _ in range(6):
            lemma = _clause(chance, variables) if chance.random() < 0.9 else []
            try:
                checker.check(iter([(True, lemma)]))
            except ProofError as error:
                if error.step:
                    continue
            lemmas.append(lemma)
            if chance.random() < 0.3:
                checker._delete(chance.choice(clauses))  # pyright: ignore[reportPrivateUsage]
        for lemma in lemmas:
            accepted += 1
            assert checker.refuted or not satisfiable([*clauses, *([-literal] for literal in lemma)], variables)
        if checker.refuted:
            assert not satisfiable(clauses, variables)
    assert accepted > 300


def _clause(chance: random.Random, variables: int) -> list[int]:
    size = chance.randint(1, 3)
    return [chance.choice((1, -1)) * chance.randint(1, variables) for _ in range(size)]


# --- proofs by solvers ----------------------------------------------------------------------------

X, Y = s.var("x", 12), s.var("y", 12)
THEOREMS = {
    "average": s.eq((X & Y) + s.lshr(X ^ Y, s.const(1, 12)), s.truncate(s.lshr(s.zext(X, 13) + s.zext(Y, 13), s.const(1, 13)), 12)),
    "or": s.eq((X | Y) - Y, X & ~Y),
    "maximum": s.eq(X + ((Y - X) & s.sext(s.ult(X, Y), 12)), s.ite(s.ult(X, Y), Y, X)),
}


def formula_of(theorem: Word) -> str:
    blaster = Blaster()
    blaster.assert_(s.not_(theorem))
    return dimacs(*blaster.clauses())


@pytest.fixture(scope="module", params=sorted(THEOREMS))
def refutation(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, list[str]]:
    """A formula and CaDiCaL's proof."""
    if shutil.which("cadical") is None:
        pytest.skip("cadical is not installed")
    formula, proof = (tmp_path_factory.mktemp("proof") / name for name in ("f.cnf", "f.drat"))
    text = formula_of(THEOREMS[request.param])
    formula.write_text(text)
    ran = subprocess.run(["cadical", "-q", "--no-binary", str(formula), str(proof)], capture_output=True, check=False)
    assert ran.returncode == 20
    return text, proof.read_text().splitlines()


def test_proofs_of_cadical(refutation: tuple[str, list[str]]) -> None:
    assert check_refutation(*refutation) > 10


def test_mutated_proofs_are_rejected_or_still_prove(refutation: tuple[str, list[str]]) -> None:
    """Half of the lemmas left out, or a literal dropped from one: most such proofs fail, and none is misread."""
    formula, proof = refutation
    chance, rejected = random.Random(3), 0
    for _ in range(12):
        broken = [line for line in proof if line.startswith("d") or chance.random() < 0.5]
        rejected += _rejected(formula, broken)
        place = chance.randrange(len(proof))
        literals = proof[place].split()
        if not proof[place].startswith("d") and len(literals) > 2:
            rejected += _rejected(formula, [*proof[:place], " ".join(literals[1:]), *proof[place + 1 :]])
    assert rejected > 8


def _rejected(formula: str, proof: list[str]) -> bool:
    try:
        check_refutation(formula, proof)
    except ProofError:
        return True
    return False


def test_a_mutated_formula_is_rejected(refutation: tuple[str, list[str]]) -> None:
    """Without its last clause, the negated theorem, a formula is satisfiable: no proof of it may pass."""
    formula, proof = refutation
    clauses = parse_dimacs(formula)
    weaker = dimacs(max(abs(literal) for clause in clauses for literal in clause), clauses[:-1])
    assert _rejected(weaker, proof)


def test_proofs_of_pysat() -> None:
    solvers = pytest.importorskip("pysat.solvers", reason="python-sat is not installed")
    formula = formula_of(THEOREMS["average"])
    for name in ("cadical153", "glucose4", "lingeling"):
        with solvers.Solver(name=name, with_proof=True, bootstrap_with=parse_dimacs(formula)) as solver:
            assert solver.solve() is False
            assert check_refutation(formula, solver.get_proof()) > 10


def test_the_child_process_of_pysat(tmp_path: Path) -> None:
    pytest.importorskip("pysat.solvers", reason="python-sat is not installed")
    import sys

    from verifier.certificates.sat import OWN, SAT, UNSAT, _run, checked  # pyright: ignore[reportPrivateUsage]

    formula, proof = tmp_path / "f.cnf", tmp_path / "f.drat"
    command = [sys.executable, "-m", "verifier.certificates.pysat_child", str(formula), str(proof)]
    formula.write_text(formula_of(THEOREMS["or"]))
    assert _run(command, 60)[0] == UNSAT
    assert checked(formula, proof, 60)[OWN] == "verified"
    formula.write_text("p cnf 2 1\n1 -2 0\n")
    assert _run(command, 60)[0] == SAT
