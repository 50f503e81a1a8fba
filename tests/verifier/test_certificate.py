"""Certificates: real pairs proved, written and proved again by every solver; and whatever was tampered with is found."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from srctgt.cases import Case, all_cases
from srctgt.judging import demands

from semantics import simplify as s
from semantics.frames import DeadStack
from semantics.liveset import LiveSet
from semantics.simplify import slices, sums
from semantics.words import Word
from superopt.cli.certificates import NoCertificate, statement_of
from superopt.cli.pairs import Text
from verifier.agreement import Agreements
from verifier.agreement.verdict import Agreement
from verifier.certificates.folder import CertificateError, check_target, files_of, read, solved_scripts, write
from verifier.certificates.queries import PREMISES, QUERY, VEX_QUERY, Query, Statement, Underivable, queries
from verifier.certificates.recheck import CHANGED, EQUAL, SAME, Rechecked, Rechecker, Said, alone, derived, installed, judged
from verifier.solvers import Solvers
from verifier.verdict import Certificate

ENGINES = installed(("z3", "bitwuzla", "cvc5"))
PROOF = Certificate("solver", "", ("z3 0",), "", {}, 0.1)
AVERAGE = Statement(("and w2, w0, w1", "eor w3, w0, w1", "add w0, w2, w3, lsr #1"), ("add x0, x0, x1",), LiveSet.parse("x30"))
SUM = Statement(("and w2, w0, w1", "orr w3, w0, w1", "add w0, w2, w3"), ("add w0, w0, w1",), LiveSet.parse("w0"))
TRUE = [case for case in all_cases() if case.headers["expect"] == "equivalent" and case.name != "ordered_identical"]
FALSE = [case for case in all_cases() if case.headers["expect"] == "different"]


def statement(case: Case) -> Statement:
    return statement_of(Text(case.source.encode(), "src"), Text(case.target.encode(), "tgt"), demands(case), Path("certificate"))


def one_block(case: Case) -> bool:
    """Whether the case is about single blocks, of instructions that have meanings."""
    try:
        queries(statement(case))
    except (NoCertificate, Underivable):
        return False
    return True


DIVISIONS = ("division_", "muldiv_sdiv_narrow", "muldiv_udiv_narrow")  # as bit vectors out of reach of every solver
SLOW = ("muldiv_by_itself", "bits_crc_by_bytes", "vector_saturating_add")
SOLVED = [case for case in TRUE if not case.name.startswith((*DIVISIONS, *SLOW)) and one_block(case)]


@pytest.fixture(scope="module")
def solvers() -> Iterator[Solvers]:
    with Solvers(jobs=2) as pool:
        yield pool


@pytest.fixture(scope="module")
def rechecker(solvers: Solvers) -> Rechecker:
    return Rechecker(solvers, Agreements(solvers), ENGINES, 60.0)


def stored(folder: Path, about: Statement = SUM, proof: Certificate = PROOF) -> Path:
    write(folder, files_of(about, proof))
    return folder


def again(rechecker: Rechecker, folder: Path) -> Rechecked:
    return rechecker.finish(rechecker.start(read(folder)))


# --- real pairs -------------------------------------------------------------------------------------


def test_there_are_enough_pairs() -> None:
    assert len(SOLVED) >= 60


@pytest.mark.parametrize("case", SOLVED[::3], ids=lambda case: case.name)
def test_true_pairs_are_proved_again_without_our_rules(case: Case, rechecker: Rechecker, tmp_path: Path) -> None:
    found = again(rechecker, stored(tmp_path / "c", statement(case)))
    assert (found.outcome, found.derivation) == ("proved", SAME), found
    assert len(found.engines) == len(ENGINES)


@pytest.mark.parametrize("case", [case for case in FALSE if one_block(case)][::4], ids=lambda case: case.name)
def test_no_certificate_of_a_wrong_pair_passes(case: Case, rechecker: Rechecker, tmp_path: Path) -> None:
    """Where the query can be derived at all, the solvers do not answer unsat."""
    folder = stored(tmp_path / "c", statement(case))
    quick = Rechecker(rechecker._solvers, rechecker._agreements, ENGINES[:2], 2.0)  # pyright: ignore[reportPrivateUsage]
    assert again(quick, folder).outcome in ("refuted", "undecided")


def test_a_wrong_rule_of_the_simplifier_is_found(monkeypatch: pytest.MonkeyPatch, rechecker: Rechecker, tmp_path: Path) -> None:
    """With a rule that forgets a carry, the simplifier calls two blocks equal; the certificate's query does not."""
    honest = sums.linear

    def wrong(parts: Sequence[tuple[int, Word]], constant: int, width: int) -> Word:
        if width == 64 and [c for c, _ in parts] == [1, 1] and not constant:
            return s.or_(*(word for _, word in parts))
        return honest(parts, constant, width)

    pair = Statement(("add x0, x1, x2",), ("orr x0, x1, x2",), LiveSet.parse("x0"))
    with monkeypatch.context() as patch:
        patch.setattr(sums, "linear", wrong)
        from semantics.block import execute

        left, right = (execute(block).get("x0") for block in pair.instructions)
        assert left is right
        folder = stored(tmp_path / "c", pair)
        assert again(rechecker, folder).outcome == "refuted"


def test_a_wrong_distance_is_found(monkeypatch: pytest.MonkeyPatch, rechecker: Rechecker, tmp_path: Path) -> None:
    """If the rules put two addresses at a distance that they do not have, the claim about it fails."""
    from semantics.simplify import addresses

    honest = addresses.apart
    monkeypatch.setattr(addresses, "apart", lambda a, b: 8 if honest(a, b) is None else honest(a, b))  # type: ignore[misc]
    swap = Statement(("str x0, [x1]", "str x2, [x3]"), ("str x2, [x3]", "str x0, [x1]"), LiveSet.everything())
    assert again(rechecker, stored(tmp_path / "c", swap)).outcome == "refuted"


def test_slices_are_not_pushed_in_queries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deriving does not so much as call the rules, but for addresses."""

    def never(*args: object) -> Word:
        raise AssertionError(args)

    expected = queries(SUM)[QUERY].text
    monkeypatch.setattr(slices, "_push_extract", never)
    monkeypatch.setattr(sums, "from_terms", never)
    slices._extracted.clear()  # pyright: ignore[reportPrivateUsage]
    assert queries(SUM)[QUERY].text == expected


@pytest.mark.parametrize("name", ["division_by_7", "division_signed_by_10", "muldiv_udiv_narrow"])
def test_divisions_are_proved_over_the_integers(name: str, solvers: Solvers, tmp_path: Path) -> None:
    (case,) = [case for case in TRUE if case.name == name]
    found = again(Rechecker(solvers, Agreements(solvers), ("z3",), 60.0), stored(tmp_path / "c", statement(case)))
    assert found.outcome == "proved" and len(found.engines) == 1
    assert {query: answers[0].status for query, answers in found.said.items()} == {
        QUERY: "unknown",
        "query-integers.smt2": "unsat",
    }


# --- statements --------------------------------------------------------------------------------------


def test_meanings_of_both_sources(rechecker: Rechecker, tmp_path: Path) -> None:
    everything = replace(SUM, semantics="all", assumptions=("x0 < 64",))
    assert set(queries(everything)) == {QUERY, VEX_QUERY, PREMISES}
    found = again(rechecker, stored(tmp_path / "c", everything))
    assert found.outcome == "proved"
    assert {name: answers[0].status for name, answers in found.said.items()} == {QUERY: "unsat", VEX_QUERY: "unsat", PREMISES: "sat"}
    assert set(queries(replace(SUM, semantics="vex"))) == {QUERY}


def test_assumptions_matter_and_must_be_possible(rechecker: Rechecker, tmp_path: Path) -> None:
    given = Statement(("and x0, x0, #63",), ("mov x0, x0",), LiveSet.parse("x0"), assumptions=("x0 < 64",))
    assert again(rechecker, stored(tmp_path / "a", given)).outcome == "proved"
    assert again(rechecker, stored(tmp_path / "b", replace(given, assumptions=()))).outcome == "refuted"
    nobody = replace(given, candidate=("mov x0, #1",), assumptions=("x0 < 64", "x0 > 64"))
    assert again(rechecker, stored(tmp_path / "c", nobody)).outcome == "refuted"


def test_further_demands(rechecker: Rechecker, tmp_path: Path) -> None:
    pair = Statement(("ldr w0, [x1]", "ldr w2, [x1, #4]"), ("ldp w0, w2, [x1]",), LiveSet.parse("x0,x2"))
    assert again(rechecker, stored(tmp_path / "a", pair)).outcome == "proved"
    with pytest.raises(Underivable, match="access 1"):
        queries(replace(pair, further=("same-access-size",)))
    secret = Statement(("and x0, x1, #7",), ("and x0, x1, #7", "udiv x2, x0, x0"), LiveSet.parse("x0"))
    assert again(rechecker, stored(tmp_path / "b", secret)).outcome == "proved"
    assert again(rechecker, stored(tmp_path / "c", replace(secret, further=("constant-time",)))).outcome in ("refuted", "undecided")


def test_dead_stack(rechecker: Rechecker, tmp_path: Path) -> None:
    spill = Statement(("str x0, [sp, #-16]!", "ldr x0, [sp], #16"), ("nop",), LiveSet.everything(), DeadStack(((0, 8),)))
    folder = stored(tmp_path / "c", spill)
    assert read(folder).statement == spill
    assert again(rechecker, folder).outcome == "proved"


def test_identical_blocks_of_any_kind(rechecker: Rechecker, tmp_path: Path) -> None:
    ordered = Statement(("ldaxr x0, [x1]",), ("ldaxr x0, [x1]",), LiveSet.everything())
    found = again(rechecker, stored(tmp_path / "c", ordered, replace(PROOF, method="identical")))
    assert (found.outcome, found.derivation, dict(found.said)) == ("proved", EQUAL, {})
    with pytest.raises(Underivable):
        files_of(replace(ordered, candidate=("nop",)), PROOF)


def test_live_fpsr_is_refused() -> None:
    with pytest.raises(Underivable, match="fpsr"):
        queries(Statement(("fadd d0, d1, d2",), ("fadd d0, d2, d1",), LiveSet.parse("d0,fpsr")))


def test_what_was_asked_at_the_time_is_kept_as_scripts() -> None:
    first, second = "(set-logic QF_BV)\n(assert true)\n", "(set-logic QF_ABV)\n(assert false)\n"
    assert solved_scripts(f"{first}\n{second}") == [f"{first}(check-sat)\n", f"{second}(check-sat)\n"]
    assert solved_scripts("") == []


def test_undecided_but_for_the_simplified_question(solvers: Solvers, tmp_path: Path) -> None:
    """Division by its magic number: no solver decides the query, and the rules' own question is told apart from a proof."""
    (case,) = [case for case in TRUE if case.name == "division_by_7"]
    asked = "(set-logic QF_BV)\n(declare-const x (_ BitVec 8))\n(assert (distinct x x))\n"
    folder = stored(tmp_path / "c", statement(case), replace(PROOF, query=asked))
    quick = Rechecker(solvers, Agreements(solvers), ("bitwuzla",), 0.5)
    found = again(quick, folder)
    assert found.outcome == "simplified only"
    assert found.engines == ()


# --- folders -----------------------------------------------------------------------------------------


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    found = read(stored(tmp_path / "c"))
    assert found.statement == SUM
    assert found.scripts == {QUERY: queries(SUM)[QUERY].text}
    assert found.same_meanings
    text = (tmp_path / "c" / "statement.md").read_text()
    assert "add w0, w0, w1" in text and "w0" in text and "z3 query.smt2" in text
    meanings = (tmp_path / "c" / "meanings.md").read_text()
    assert "x0 = zext64(x2[31:0] + x3[31:0])" in meanings or "x0 = zext64(x3[31:0] + x2[31:0])" in meanings


def test_an_older_certificate_is_replaced_and_nothing_else(tmp_path: Path) -> None:
    folder = stored(tmp_path / "c")
    (folder / "query.cnf").write_text("p cnf 0 0\n")
    stored(folder, AVERAGE)
    assert read(folder).statement == AVERAGE
    assert not (folder / "query.cnf").exists()
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(CertificateError, match=r"holds more than a certificate \(notes.txt\)"):
        stored(folder)
    other = tmp_path / "other"
    other.mkdir()
    check_target(other)
    (other / "a.txt").write_text("")
    file = tmp_path / "file"
    file.write_text("")
    link = tmp_path / "link"
    link.symlink_to(folder)
    for place in (other, file, link):
        with pytest.raises(CertificateError):
            stored(place)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c", "file", "link", "other"]


def test_nothing_is_left_of_a_certificate_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from verifier.certificates import folder as certificate_folder

    honest, written = certificate_folder._write_file, list[Path]()  # pyright: ignore[reportPrivateUsage]

    def full(path: Path, data: bytes) -> None:
        written.append(path)
        if len(written) == 3:
            raise OSError(28, "No space left on device")
        honest(path, data)

    monkeypatch.setattr(certificate_folder, "_write_file", full)
    with pytest.raises(CertificateError, match="no space left"):
        stored(tmp_path / "c")
    assert list(tmp_path.iterdir()) == []


def edited(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    record = json.loads((folder / "certificate.json").read_text())
    change(record)
    (folder / "certificate.json").write_text(json.dumps(record))


def rehashed(folder: Path, name: str, text: str) -> None:
    """A file changed, and its hash with it."""
    from hashlib import sha256

    (folder / name).write_text(text)
    edited(folder, lambda record: record["files"][name].update(sha256=sha256(text.encode()).hexdigest()))


def restated(folder: Path) -> None:
    from verifier.certificates.text import statement_text

    rehashed(folder, "statement.md", statement_text(json.loads((folder / "certificate.json").read_text())))


DAMAGES: dict[str, Callable[[Path], object]] = {
    "query removed": lambda folder: (folder / QUERY).unlink(),
    "query cut": lambda folder: (folder / QUERY).write_text("(check-sat)\n"),
    "meanings edited": lambda folder: (folder / "meanings.md").write_text("x0 = x0"),
    "statement edited": lambda folder: (folder / "statement.md").write_text("Everything is equal."),
    "statement edited and hashed": lambda folder: rehashed(folder, "statement.md", "Everything is equal."),
    "no record": lambda folder: (folder / "certificate.json").unlink(),
    "record cut": lambda folder: (folder / "certificate.json").write_text('{"format": "superopt cert'),
    "another record": lambda folder: (folder / "certificate.json").write_text("[]"),
    "another format": lambda folder: edited(folder, lambda record: record.update(version=2)),
    "another contract": lambda folder: edited(folder, lambda record: record.update(contract=0)),
    "file elsewhere": lambda folder: edited(folder, lambda record: record["files"].update({"../x": {"sha256": "", "role": "query"}})),
    "no statement": lambda folder: edited(folder, lambda record: record.pop("statement")),
    "no such register": lambda folder: edited(folder, lambda record: record["statement"].update(live_out=["x77"])),
    "no instruction": lambda folder: edited(folder, lambda record: record["statement"].update(candidate=["foo x0"])),
    "candidate is a number": lambda folder: edited(folder, lambda record: record["statement"].update(candidate=[7])),
    "several lines": lambda folder: edited(folder, lambda record: record["statement"].update(candidate=["nop\nnop"])),
    "other block": lambda folder: edited(folder, lambda record: record["statement"].update(candidate=["sub w0, w0, w1"])),
    "fewer live-outs": lambda folder: edited(folder, lambda record: record["statement"].update(live_out=["x7"])),
    "other encoding": lambda folder: edited(folder, lambda record: record["meanings"]["add w0, w0, w1"].update(code="00000000")),
}


@pytest.mark.parametrize("name", sorted(DAMAGES))
def test_damaged_folders(name: str, tmp_path: Path) -> None:
    folder = stored(tmp_path / "c")
    DAMAGES[name](folder)
    with pytest.raises(CertificateError) as caught:
        derived(read(folder))
    assert str(caught.value).startswith(f"{folder}: error: ") and "\n" not in str(caught.value)


def places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a tree of JSON."""
    for key in list(data) if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ():
        yield (*path, key)
        yield from places(data[key], (*path, key))


def test_no_change_of_a_record_does_more_than_be_refused(tmp_path: Path) -> None:
    """Each value of the record removed, or replaced by each of several others, the statement written anew where that is possible."""
    folder = stored(tmp_path / "c", replace(SUM, assumptions=("x0 < 8",), dead_stack=DeadStack(((0, 8),))))
    text, refused = (folder / "certificate.json").read_text(), 0
    for path in places(json.loads(text)):
        for value in (None, 5, "x", [], [[]], {"x": 1}, "remove"):
            record = json.loads(text)
            inside = record
            for key in path[:-1]:
                inside = inside[key]
            inside[path[-1]] = value
            if value == "remove":
                del inside[path[-1]]
            (folder / "certificate.json").write_text(json.dumps(record))
            try:
                derived(read(folder))
            except CertificateError:
                refused += 1
    assert refused > 200


def test_a_consistent_lie_is_seen_through(tmp_path: Path) -> None:
    """Blocks edited, statement and hashes made to fit: the query is not theirs."""
    folder = stored(tmp_path / "c")
    edited(folder, lambda record: record["statement"].update(candidate=["add w0, w0, w0"]))
    edited(
        folder, lambda record: record["meanings"].update({"add w0, w0, w0": {**record["meanings"]["add w0, w0, w1"], "code": "0b000000"}})
    )
    restated(folder)
    with pytest.raises(CertificateError, match="is not the query that the blocks and their meanings give"):
        derived(read(folder))


def test_a_trivial_query_in_place_of_the_real_one(tmp_path: Path) -> None:
    folder = stored(tmp_path / "c")
    rehashed(folder, QUERY, "(set-logic QF_BV)\n(assert false)\n(check-sat)\n")
    with pytest.raises(CertificateError, match="is not the query"):
        derived(read(folder))


def test_other_meanings_are_told_and_the_query_of_now_counts(rechecker: Rechecker, tmp_path: Path) -> None:
    """A record that claims to be of another version hides nothing: what is proved is derived now."""
    wrong = replace(SUM, candidate=("sub w0, w0, w1",))
    folder = stored(tmp_path / "c", wrong)
    rehashed(folder, QUERY, queries(SUM)[QUERY].text)
    edited(folder, lambda record: record.update(judge="0" * 64, foundations="0" * 64))
    restated(folder)
    assert not read(folder).same_meanings
    found = again(rechecker, folder)
    assert (found.outcome, found.derivation) == ("refuted", CHANGED)


def test_an_instruction_that_the_sources_disagree_on(solvers: Solvers, tmp_path: Path) -> None:
    class Distrustful(Agreements):
        def of(self, instruction: object, timeout: float = 10.0) -> Agreement:
            return Agreement("disagree", "x0")

    found = again(Rechecker(solvers, Distrustful(solvers), ("z3",), 60.0), stored(tmp_path / "c"))
    assert found.outcome == "untrusted"
    assert "and w2, w0, w1: sources disagree about x0" in found.reason


# --- what answers come to ----------------------------------------------------------------------------


def said(*statuses: str) -> list[Said]:
    return [Said("an engine", status, 0.1) for status in statuses]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("first", "second", "outcome"),
    [
        (["unsat", "unsat"], ["unsat"], "proved"),
        (["unknown", "unsat"], ["unsat", "unknown"], "proved"),
        (["unknown"], ["unsat"], "undecided"),
        (["sat"], ["unsat"], "refuted"),
        (["unknown"], ["sat"], "refuted"),
        (["sat", "unsat"], ["unsat"], "contradiction"),
        ([], ["unsat"], "undecided"),
    ],
)
def test_outcomes(first: list[str], second: list[str], outcome: str) -> None:
    wanted = {"a": Query("unsat", (), ""), "b": Query("unsat", (), "")}
    assert judged(wanted, {"a": said(*first), "b": said(*second)}) == outcome


@pytest.mark.parametrize(
    ("bits", "integers", "outcome", "who"),
    [
        (["unsat"], ["unsat"], "proved", ["an engine"]),
        (["unknown"], ["unsat"], "proved", ["an engine"]),
        (["unsat"], ["unknown"], "proved", ["an engine"]),
        (["unknown"], ["unknown"], "undecided", []),
        (["unknown"], ["sat"], "refuted", []),
        (["unsat"], ["sat"], "contradiction", []),
        (["sat"], ["unsat"], "contradiction", []),
    ],
)
def test_one_question_in_two_theories(bits: list[str], integers: list[str], outcome: str, who: list[str]) -> None:
    wanted = {"a": Query("unsat", (), ""), "a-integers": Query("unsat", (), "", instead_of="a")}
    answers = {"a": said(*bits), "a-integers": said(*integers)}
    assert judged(wanted, answers) == outcome
    assert outcome != "proved" or list(alone(wanted, answers)) == who


def test_each_engine_must_have_answered_every_question() -> None:
    wanted = {"a": Query("unsat", (), ""), "b": Query("sat", (), "")}
    answers = {
        "a": [Said("one", "unsat", 0.1), Said("two", "unsat", 0.1)],
        "b": [Said("one", "unknown", 0.1), Said("two", "sat", 0.1)],
    }
    assert judged(wanted, answers) == "proved"
    assert alone(wanted, answers) == ("two",)


def test_a_lying_engine_is_a_contradiction(monkeypatch: pytest.MonkeyPatch, rechecker: Rechecker, tmp_path: Path) -> None:
    honest = Rechecker._answer  # pyright: ignore[reportPrivateUsage]

    def lying(self: Rechecker, ticket: Any) -> Said:
        found = honest(self, ticket)
        return replace(found, status="sat") if found.engine.startswith("bitwuzla") else found

    monkeypatch.setattr(Rechecker, "_answer", lying)
    assert again(rechecker, stored(tmp_path / "c")).outcome == "contradiction"


def test_engines_that_are_not_installed() -> None:
    assert installed(("z3", "no_such_solver_at_all")) == ("z3",)


def test_operations_left_open_are_not_refuted(rechecker: Rechecker, tmp_path: Path) -> None:
    """x + 0.0 is x for all x but -0.0; uninterpreted, it may be anything: the answer sat says nothing."""
    sums = Statement(("fadd d0, d1, d2", "fadd d0, d0, d3"), ("fadd d0, d2, d3", "fadd d0, d1, d0"), LiveSet.parse("d0"))
    assert again(rechecker, stored(tmp_path / "c", sums)).outcome == "undecided"
