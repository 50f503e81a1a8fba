"""superopt conform: tables, exit statuses, and that a run goes on where it was interrupted."""

from __future__ import annotations

import json
import signal
import sqlite3
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cli_tools import Cli, descendants, spawn

from verifier.conformance.campaign import Campaign, Places
from verifier.conformance.check import Effort
from verifier.conformance.errors import ConformanceError, ResumeError
from verifier.conformance.forms import form_named, matching
from verifier.conformance.result import Disagreement, FormResult
from verifier.conformance.store import Finished
from verifier.conformance.versions import result_key

EFFORT = Effort(states=40)
SMULH = "smulh {d:X}, {n:X}, {m:X}"


def test_a_sample_agrees_and_is_not_done_twice(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forms of every class, as in continuous integration."""
    table = cli.folder / "table.md"
    arguments = ("conform", "--sample", 14, "--states", 40, "--seed", 6, "--jobs", 1, "-o", table)
    first = cli(*arguments)
    assert first.status == 0, first.err
    assert first.out == ""
    assert "0  unexplained disagreements" in first.err
    text = table.read_text()
    assert "| forms | 14 |" in text
    assert "`superopt conform --states 40 --sample 14 --seed 6`" in text
    assert (cli.folder / "table.md.resume").exists()
    monkeypatch.setattr(Campaign, "_start", None)  # nobody may be started again
    again = cli(*arguments, "--json")
    assert (again.status, table.read_text()) == (0, text)
    assert again.json["summary"]["forms"] == len(again.json["forms"]) == 14


def kept(path: Path, result: FormResult, effort: Effort = EFFORT) -> None:
    finished = Finished(path)
    finished.put(result_key(form_named(result.form), effort), result)
    finished.close()


def smulh() -> FormResult:
    return FormResult(SMULH, "multiply", "row", 3, {"agree": 3})


def test_an_unexplained_disagreement_is_exit_status_1(cli: Cli) -> None:
    result = smulh()
    result.disagree(Disagreement("qemu", "smulh x0, x1, x2 (0x9b427c20)", "x0 is 0x1, found 0x2"))
    kept(cli.folder / "state", result)
    ran = cli("conform", "--only", "smulh", "--states", 40, "--resume", cli.folder / "state")
    assert ran.status == 1
    assert "superopt: unexplained: qemu: smulh x0, x1, x2 (0x9b427c20): x0 is 0x1, found 0x2" in ran.err
    assert "| unexplained disagreements | 1 |" in ran.out


def test_an_explained_one_is_exit_status_0(cli: Cli) -> None:
    result = smulh()
    result.disagree(Disagreement("qemu", "smulh", "x0 is 0x1, found 0x2", cause="known"))
    kept(cli.folder / "state", result)
    assert cli("conform", "--only", "smulh", "--states", 40, "--resume", cli.folder / "state").status == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--states", 0), "--states must be from 1 to 1000000, not 0"),
        (("--sample", 0), "--sample must be at least 1, not 0"),
        (("--only", "nosuch*"), "--only: no mnemonic matches 'nosuch*'"),
        (("--jobs", 0), "--jobs must be from 1 to 256, not 0"),
        (("-o", "/nosuch/table.md"), "no such directory"),
    ],
)
def test_bad_usage_is_one_line(cli: Cli, arguments: tuple[object, ...], message: str) -> None:
    ran = cli("conform", *arguments)
    assert ran.status == 2
    assert message in ran.err
    assert len(ran.err.splitlines()) == 1


def test_a_resume_file_that_is_none_is_one_line(cli: Cli) -> None:
    bad = cli.file("state", "not a database, but long enough to be taken for one")
    ran = cli("conform", "--only", "smulh", "--resume", bad)
    assert ran.status == 2
    assert str(bad) in ran.err
    assert len(ran.err.splitlines()) == 1


def test_a_resume_file_with_other_contents_is_an_error(tmp_path: Path) -> None:
    kept(tmp_path / "state", smulh())
    with sqlite3.connect(tmp_path / "state") as connection:
        connection.execute("UPDATE finished SET result = ?", (json.dumps({"form": 1}),))
    connection.close()
    with pytest.raises(ResumeError):
        Finished(tmp_path / "state").get(result_key(form_named(SMULH), EFFORT))


def test_sources_that_are_not_there_are_named_and_have_no_vote(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(cli.folder / "state", smulh())
    monkeypatch.setattr("verifier.conformance.check.trouble", lambda folder: "it is broken")
    ran = cli("conform", "--only", "smulh", "--states", 40, "--resume", cli.folder / "state")
    assert ran.status == 0
    assert "superopt: warning: qemu-aarch64 has no vote: it is broken" in ran.err


def test_doctor_tries_the_harness(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("superopt.cli.doctor.self_test", dict)
    monkeypatch.setenv("PATH", "")
    found = cli("doctor", "--json").json["qemu_harness"]
    assert found == "not installed: qemu-aarch64, clang-19 or aarch64-linux-gnu-gcc"


# --- workers: a stand-in that answers at once, and dies when asked to ----------------------------

DIVISIONS = matching("[su]div")
FATAL = DIVISIONS[2].key


def campaign(finished: Finished, progress: Callable[[int, int], None] = lambda done, total: None) -> Campaign:
    return Campaign(DIVISIONS, EFFORT, Places(Path(), None), finished, progress, worker="conformance_worker")


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "verifier"))
    monkeypatch.setenv("FATAL_FORM", "")


@pytest.mark.usefixtures("stand_in")
def test_results_come_in_the_order_of_the_forms() -> None:
    seen = list[tuple[int, int]]()
    ran = campaign(Finished(None), lambda done, total: seen.append((done, total)))
    ran.run(2)
    assert [result.form for result in ran.ordered()] == [form.key for form in DIVISIONS]
    assert seen == [(done, 4) for done in range(5)]


@pytest.mark.usefixtures("stand_in")
def test_a_form_that_kills_its_worker_costs_itself_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FATAL_FORM", FATAL)
    finished = Finished(None)
    ran = campaign(finished)
    ran.run(1)
    assert len(ran.ordered()) == 4
    bad = [result for result in ran.ordered() if result.unexplained]
    assert [result.form for result in bad] == [FATAL]
    assert bad[0].disagreements[0].source == "tool"
    assert "status 7" in bad[0].disagreements[0].detail
    assert finished.get(result_key(DIVISIONS[2], EFFORT)) is None


@pytest.mark.usefixtures("stand_in")
def test_workers_that_never_begin_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FATAL_FORM", DIVISIONS[0].key)
    with pytest.raises(ConformanceError, match="status 7"):
        campaign(Finished(None)).run(1)


@pytest.mark.usefixtures("stand_in")
def test_an_interrupt_keeps_what_is_done(tmp_path: Path) -> None:
    def interrupt(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    first = Finished(tmp_path / "state")
    with pytest.raises(KeyboardInterrupt):
        campaign(first, interrupt).run(1)
    first.close()
    again = campaign(Finished(tmp_path / "state"))
    again._start = lambda: pytest.fail("too early")  # type: ignore[method-assign]
    with pytest.raises(pytest.fail.Exception, match="too early"):
        again.run(1)
    assert len(again.results) == 2


def test_an_interrupted_command_says_how_to_go_on(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(self: Campaign, jobs: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Campaign, "run", interrupted)
    table = cli.folder / "table.md"
    ran = cli("conform", "--only", "smulh", "-o", table)
    assert ran.status == 130
    assert "0 of 1 forms finished; they are kept in" in ran.err
    assert not table.exists()


def test_a_request_to_end_takes_the_workers_along(tmp_path: Path, cache_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPEROPT_CACHE_DIR", str(cache_folder))
    running = spawn("conform", "--jobs", 1, "--states", 4000, "-o", tmp_path / "table.md")
    try:
        deadline = time.monotonic() + 60
        started = set[int]()
        while not ((tmp_path / "table.md.resume").exists() and started) and time.monotonic() < deadline:
            time.sleep(0.05)
            started = descendants(running.pid)
        running.send_signal(signal.SIGTERM)
        _, said = running.communicate(timeout=60)
    finally:
        running.kill()
    assert started
    assert running.returncode == 130
    assert b"the same command goes on from there" in said
    deadline = time.monotonic() + 30
    while any(map(lives, started)) and time.monotonic() < deadline:  # the workers' own children end with their inputs
        time.sleep(0.05)
    assert not any(map(lives, started))


def lives(process: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False


def test_the_key_of_a_result_covers_effort_and_row() -> None:
    form = form_named(SMULH)
    keys = {result_key(form, effort) for effort in (EFFORT, Effort(states=41), Effort(states=40, seed=1), Effort(states=40, timeout=1.0))}
    other = replace(form.row)
    other.__dict__["digest"] = "another meaning"
    assert len(keys | {result_key(replace(form, row=other), EFFORT)}) == 5
