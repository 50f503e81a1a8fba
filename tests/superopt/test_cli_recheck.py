"""``superopt check --certificate``, ``superopt cache export --certificates`` and ``superopt recheck``."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cli_tools import Cli

from semantics.assembler import assemble_text
from superopt.cache import Cache, Question, Rewrite
from superopt.cli.certificates import safe_name
from verifier.certificates.recheck import installed
from verifier.version import proof_digest

TRUE = "and w2, w0, w1\norr w3, w0, w1\nadd w0, w2, w3\n", "add w0, w0, w1\n"
ENGINES = installed(("z3", "bitwuzla", "cvc5"))


@pytest.fixture(scope="module")
def proved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate, made without the command line."""
    from semantics.liveset import LiveSet
    from superopt.cli.certificates import save
    from verifier.certificates.queries import Statement
    from verifier.verdict import Certificate

    folder = tmp_path_factory.mktemp("certificates") / "sum"
    blocks = (tuple(text.strip().splitlines()) for text in TRUE)
    save(folder, Statement(*blocks, LiveSet.parse("w0")), Certificate("solver", "", ("z3",), "", {}, 0.1))
    return folder


@pytest.fixture
def certificate(proved: Path, tmp_path: Path) -> Path:
    """A copy to do anything to."""
    return Path(shutil.copytree(proved, tmp_path / "sum"))


def test_a_proof_is_written_and_proved_again(cli: Cli) -> None:
    folder = cli.folder / "deep" / "c"
    ran = cli.check(*TRUE, "--live-out", "w0", "--certificate", folder)
    assert (ran.status, ran.err) == (0, "")
    assert {"certificate.json", "meanings.md", "query.smt2", "statement.md"} <= {path.name for path in folder.iterdir()}
    ran = cli("recheck", folder)
    assert (ran.status, ran.err) == (0, "")
    line, last = ran.out.splitlines()
    assert line.startswith(f"proved: {folder}: same query; query.smt2: z3 ") and line.count("unsat") == len(ENGINES)
    assert last == "1 proved"


def test_further_demands_are_in_the_certificate(cli: Cli) -> None:
    folder = cli.folder / "c"
    options = ("--live-out", "x0", "--assume", "x1 < 8", "--semantics", "all", "--constant-time", "--dead-stack", "--certificate", folder)
    ran = cli.check("and x0, x1, #7\n", "mov x0, x1\n", *options)
    assert (ran.status, ran.err) == (0, "")
    record = json.loads((folder / "certificate.json").read_text())["statement"]
    assert record["assumptions"] == ["x1 < 8"] and record["further"] == ["constant-time"]
    assert (record["semantics"], record["dead_stack"], record["live_out"]) == ("all", [], ["x0"])
    assert {"query.smt2", "query-vex.smt2", "assumptions.smt2"} <= set(record_files(folder))
    assert cli("recheck", folder, "--engine", "z3").status == 0


def record_files(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "certificate.json").read_text())["files"]


def test_nothing_is_written_without_a_proof(cli: Cli) -> None:
    ran = cli.check("add x0, x0, #1\n", "add x0, x0, #2\n", "--certificate", cli.folder / "c")
    assert ran.status == 1
    assert "nothing is proved, so no certificate is written" in ran.err
    assert not (cli.folder / "c").exists()


def test_a_folder_of_something_else_is_left_alone(cli: Cli) -> None:
    cli.file("notes.txt", "mine")
    ran = cli.check(*TRUE, "--live-out", "w0", "--certificate", cli.folder)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == f"{cli.folder}: error: holds something that is no certificate; it is left alone\n"


def test_a_proof_about_several_blocks_has_none_yet(cli: Cli) -> None:
    loop = "f: cbz x0, 1f\nadd x1, x1, {0}\n1: ret\n"
    ran = cli.check(loop.format("x2"), loop.format("x2, lsl #0"), "--certificate", cli.folder / "c", "--json")
    if ran.status != 0:
        assert ran.status in (2, 3) and not (cli.folder / "c").exists()
        if ran.json["verdict"] == "equivalent":
            assert "this proof has no certificate" in ran.json["no_certificate"]


def test_a_batch_has_a_folder_for_each_proof(cli: Cli) -> None:
    pairs: list[dict[str, Any]] = [
        {"id": "sum", "original": "add x0, x1, x2", "candidate": "add x0, x2, x1"},
        {"id": "../../etc/x y", "original": "mov x0, x0", "candidate": "nop"},
        {"id": "wrong", "original": "add x0, x1, x2", "candidate": "sub x0, x2, x1"},
        {"id": "sum", "original": "eor x0, x1, x2", "candidate": "eor x0, x2, x1"},
        {"id": 7, "original": "nop", "candidate": "mov x1, x1", "certificates": "/nowhere"},
        {"original": "and x0, x1, x2", "candidate": "and x0, x2, x1"},
    ]
    parent = cli.folder / "certificates"
    batch = cli.file("pairs.jsonl", "\n".join(map(json.dumps, pairs)))
    ran = cli("check", "--batch", batch, "--certificate", parent, "--jobs", 1)
    assert ran.status == 0
    answers = [json.loads(line) for line in ran.out.splitlines()]
    folders = [Path(answer["certificate_folder"]).name if "certificate_folder" in answer else None for answer in answers]
    assert folders[0] == "sum" and folders[2] is None and folders[4] == "7"
    assert folders[1] == safe_name("../../etc/x y") and str(folders[3]).startswith("sum-") and str(folders[5]).startswith("pair-")
    assert sorted(path.name for path in parent.iterdir()) == sorted(str(name) for name in folders if name is not None)
    ran = cli("recheck", parent, "--engine", "bitwuzla")
    assert (ran.status, ran.out.splitlines()[-1]) == (0, "5 proved")


@pytest.mark.parametrize("name", ["plain-1.2", "Ünicode", "", ".hidden", "a" * 200, "a/b", "..", "x\0y", "\ud800"])
def test_names_of_folders(name: str) -> None:
    safe = safe_name(name)
    assert 0 < len(safe) <= 80 and safe[0] not in ".-" and all(c.isascii() and (c.isalnum() or c in "._+-") for c in safe)
    assert (safe == name) == (name == "plain-1.2")


def test_names_that_look_alike_once_safe_stay_apart() -> None:
    assert safe_name("a/b") != safe_name("a?b")


# --- rewrites of the cache ---------------------------------------------------------------------------


def test_rewrites_of_the_cache(cli: Cli) -> None:
    path, parent = cli.folder / "rewrites.sqlite", cli.folder / "certificates"
    block, replacement = "add x0, x1, x2\nmov x0, x0", "add x0, x2, x1"
    meanings = proof_digest([assemble_text(line) for line in (*block.splitlines(), replacement)])
    question = Question(block, "x0,sp,mem", ("dead-stack+0..16",), (), "count:neoverse-n1", (0, 0))
    with Cache(path) as cache:
        proof = {"method": "solver", "engines": ["z3 5"], "sources": {replacement: "row = VEX"}}
        cache.put(question, Rewrite(replacement, (1.0,), (2.0,), meanings, "enumerate", proof), lambda rewrite: True)
        other = Question("mov x0, x1", "x0,sp,mem", (), (), "count:neoverse-n1", (0, 0))
        cache.put(other, Rewrite("mov x0, x2", (1.0,), (2.0,), "0" * 64, "enumerate", proof), lambda rewrite: True)
    ran = cli("cache", "export", "--cache", path, "--certificates", parent)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        f"1 certificates written to {parent}, 1 rewrites without one",
        "1 without: it was proved with other meanings",
    ]
    (folder,) = parent.iterdir()
    assert folder.name == question.key[:16]
    assert json.loads((folder / "certificate.json").read_text())["statement"]["dead_stack"] == [[0, 16]]
    assert cli("recheck", parent, "--engine", "z3").status == 0
    lines = cli.folder / "out.jsonl"
    assert cli("cache", "export", "--cache", path, "--certificates", parent, "-o", lines).status == 0
    assert len(lines.read_text().splitlines()) == 2


# --- recheck -----------------------------------------------------------------------------------------


def test_as_json(cli: Cli, certificate: Path) -> None:
    data = cli("recheck", certificate, "--json", "--engine", "z3,bitwuzla").json
    assert data["summary"] == {"proved": 1}
    (entry,) = data["certificates"]
    assert (entry["outcome"], entry["derivation"], entry["sat"], entry["reason"]) == ("proved", "same query", {}, "")
    assert [name.partition(" ")[0] for name in entry["proved_by"]] == ["z3", "bitwuzla"]
    assert [answer["status"] for answer in entry["queries"]["query.smt2"]] == ["unsat", "unsat"]


def test_damaged_certificates_are_one_line_each(cli: Cli, certificate: Path, tmp_path: Path) -> None:
    parent = tmp_path / "all"
    for name in ("a", "b", "c"):
        shutil.copytree(certificate, parent / name)
    (parent / "b" / "query.smt2").write_text("(check-sat)\n")
    (parent / "d").mkdir()
    ran = cli("recheck", parent, "--engine", "z3")
    assert ran.status == 2
    assert ran.err.splitlines() == [
        f"{parent}/b: error: query.smt2 is not the file that the certificate was made with",
        f"{parent}/d: error: certificate.json: no such file or directory",
    ]
    assert ran.out.splitlines()[-1] == "2 damaged; 2 proved"


def test_not_decided(cli: Cli) -> None:
    magic = "mov w1, #0xaaab\nmovk w1, #0xaaaa, lsl #16\numull x0, w0, w1\nlsr x0, x0, #33\n", "mov w1, #3\nudiv w0, w0, w1\n"
    folder = cli.folder / "c"
    assert cli.check(*magic, "--live-out", "x0", "--certificate", folder).status == 0
    ran = cli("recheck", folder, "--timeout", "0.3", "--engine", "bitwuzla")
    assert (ran.status, ran.err) == (3, "")
    assert "bitwuzla 0" in ran.out and "timeout" in ran.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "nowhere: error: no such folder"),
        (["."], "holds no certificates"),
        (["c", "--engine", "yices"], "--engine takes z3, bitwuzla, cvc5, not 'yices'"),
        (["c", "--timeout", "-1"], "--timeout must be a positive number"),
        (["c", "--jobs", "0"], "--jobs must be from 1"),
        ([], "Missing argument"),
    ],
)
def test_bad_usage(cli: Cli, arguments: list[str], said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(cli.folder)
    ran = cli("recheck", *arguments)
    assert ran.status == 2 and said in ran.err and len(ran.err.splitlines()) == 1


def test_results_are_kept_and_not_sought_again(cli: Cli, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    results = cli.folder / "results.jsonl"
    first = cli("recheck", certificate, "--engine", "z3", "--results", results)
    assert first.status == 0
    (line,) = results.read_text().splitlines()
    with open(results, "a") as file:
        file.write('{"torn')

    from verifier.certificates.recheck import Rechecker

    asked = list[object]()
    honest = Rechecker.start

    def start(self: Rechecker, stored: Any) -> Any:
        asked.append(stored)
        return honest(self, stored)

    monkeypatch.setattr(Rechecker, "start", start)
    again = cli("recheck", certificate, "--engine", "z3", "--results", results)
    assert (again.status, again.out, asked) == (0, first.out, [])
    assert cli("recheck", certificate, "--engine", "bitwuzla", "--results", results).status == 0  # another question
    assert len(asked) == 1
    entry = json.loads(line)
    assert entry["entry"]["outcome"] == "proved"


def test_a_contradiction_is_loud(cli: Cli, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from verifier.certificates.recheck import Rechecker, Said

    honest = Rechecker._answer  # pyright: ignore[reportPrivateUsage]

    def lying(self: Rechecker, ticket: Any) -> Said:
        found = honest(self, ticket)
        return replace(found, status="sat") if found.engine.startswith("z3") else found

    monkeypatch.setattr(Rechecker, "_answer", lying)
    ran = cli("recheck", certificate, "--engine", "z3,bitwuzla")
    assert ran.status == 1
    assert ran.err == f"{certificate}: CONTRADICTION between solvers: one of them is wrong; keep this folder\n"
    ran = cli("recheck", certificate, "--engine", "z3")
    assert ran.status == 1 and ran.out.startswith("refuted: ")


@pytest.mark.skipif(shutil.which("cadical") is None, reason="cadical is not installed")
def test_with_a_sat_solver(cli: Cli, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = cli("recheck", certificate, "--engine", "z3", "--sat")
    assert (ran.status, ran.err) == (0, "")
    assert "cadical unsat, proof verified by superopt's own RUP checker" in ran.out
    assert {"query.cnf", "query.drat"} <= {path.name for path in certificate.iterdir()}

    from verifier.certificates import sat as certificate_sat

    monkeypatch.setattr(certificate_sat, "_own", lambda formula, proof, seconds: "rejected")
    ran = cli("recheck", certificate, "--engine", "z3", "--sat")
    assert ran.status == 1
    assert ran.err == f"{certificate}: query.smt2: the SAT solver's proof is REJECTED\n"


@pytest.mark.skipif(shutil.which("z3") is None, reason="no program z3 on the path")
def test_the_query_is_a_script_for_any_solver(certificate: Path) -> None:
    ran = subprocess.run(["z3", str(certificate / "query.smt2")], capture_output=True, text=True, check=False, timeout=60)
    assert (ran.stdout, ran.stderr) == ("unsat\n", "")
