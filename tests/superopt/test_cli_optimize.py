"""``superopt optimize``: what is written where, and that nothing is ever half written."""

from __future__ import annotations

import json
import os
import signal
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_tools import Cli, Ran, descendants, spawn
from simple_proposers import Deleting, block

from proposer.errors import ProposerUnavailable
from proposer.proposal import Candidate, Context
from semantics.canonical import Canonical
from superopt import proposers

BEFORE = "\t.globl\tf\nf:\n\tadd  x0,x0, 1   // keep me\n\tmov\tx0, x0\n\teor x0 , x0, x1\n\tret\n"
AFTER = "\t.globl\tf\nf:\n\tadd  x0,x0, 1   // keep me\n\teor x0 , x0, x1\n\tret\n"


class Interrupting(Deleting):
    """Is interrupted when asked about the second block."""

    def propose(self, block: Canonical, context: Context) -> Iterator[Candidate]:
        if "neg" in block.text:
            raise KeyboardInterrupt
        yield from super().propose(block, context)


class Failing(Deleting):
    """Fails half way."""

    def propose(self, block: Canonical, context: Context) -> Iterator[Candidate]:
        yield from list(super().propose(block, context))[:1]
        raise RuntimeError("out of ideas")


class Lying(Deleting):
    """Proposes something shorter and wrong."""

    def propose(self, block_: Canonical, context: Context) -> Iterator[Candidate]:
        yield Candidate(block("mov x0, #7"), self.name)


def unavailable() -> Deleting:
    raise ProposerUnavailable("absent", "there is no crystal ball", "buy one")


@pytest.fixture(autouse=True)
def sources(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, factory in {
        "deleting": Deleting,
        "interrupting": Interrupting,
        "failing": Failing,
        "lying": Lying,
        "absent": unavailable,
    }.items():
        monkeypatch.setitem(globals(), f"make_{name}", factory)
        monkeypatch.setitem(proposers.SOURCES, name, proposers.Source(__name__, f"make_{name}", ""))


def optimize(cli: Cli, text: str | bytes, *options: object, who: str = "deleting") -> Ran:
    path = cli.file("f.s", text)
    return cli("optimize", path, "--proposers", who, "--no-cache", "--no-judge", "--jobs", 1, "--budget", 60, *options)


def test_assembly_on_stdout_and_everything_else_on_stderr(cli: Cli) -> None:
    ran = optimize(cli, BEFORE)
    assert (ran.status, ran.out) == (0, AFTER)
    assert "f.s: improved blocks (cycles on neoverse-n1)" in ran.err
    assert [line.split()[:5] for line in ran.err.splitlines() if line.startswith("  f ")] == [["f", "3", "4", "->", "3"]]
    assert "geometric means over improved blocks: 0.750 of the instructions" in ran.err


def test_a_dash_is_standard_output_and_no_file(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(cli.folder)
    assert optimize(cli, BEFORE, "-o", "-").out == AFTER
    assert not (cli.folder / "-").exists()


def test_output_file_keeps_its_mode_and_links_are_followed(cli: Cli) -> None:
    output = cli.file("out.s", "old")
    output.chmod(0o640)
    link = cli.folder / "link.s"
    link.symlink_to(output)
    ran = optimize(cli, BEFORE, "-o", link)
    assert (ran.status, ran.out) == (0, "")
    assert link.is_symlink()
    assert output.read_text() == AFTER
    assert stat.S_IMODE(output.stat().st_mode) == 0o640


def test_a_new_output_file_follows_the_umask(cli: Cli) -> None:
    old = os.umask(0o027)
    try:
        optimize(cli, BEFORE, "-o", cli.folder / "new.s")
    finally:
        os.umask(old)
    assert stat.S_IMODE((cli.folder / "new.s").stat().st_mode) == 0o640


def test_input_and_output_may_be_the_same_file(cli: Cli) -> None:
    assert optimize(cli, BEFORE, "-o", cli.folder / "f.s").status == 0
    assert (cli.folder / "f.s").read_text() == AFTER


def test_a_write_that_fails_leaves_the_old_file_and_no_litter(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    output = cli.file("out.s", "old")
    monkeypatch.setattr("superopt.cli.streams.os.fsync", full)
    ran = optimize(cli, BEFORE, "-o", output)
    assert (ran.status, ran.err.splitlines()[-1]) == (2, f"{output}: error: no space left on device")
    assert output.read_text() == "old"
    assert sorted(path.name for path in cli.folder.iterdir()) == ["f.s", "out.s"]


def test_json(cli: Cli) -> None:
    to_file = optimize(cli, BEFORE, "-o", cli.folder / "out.s", "--json")
    (improved,) = to_file.json["improved"]
    assert (improved["function"], improved["line"], improved["instructions"]) == ("f", 3, [4, 3])
    assert improved["steps"][0]["proposer"] == "deleting"
    assert to_file.err == ""
    to_stdout = optimize(cli, BEFORE, "--json")
    assert to_stdout.out == AFTER
    assert json.loads(to_stdout.err)["improved"][0]["instructions"] == [4, 3]


def test_the_page_is_whole_in_itself_and_escapes_what_it_shows(cli: Cli) -> None:
    page = cli.folder / "report.html"
    text = BEFORE.replace("f\n", '"<script>alert(1)</script>"\n').replace("f:", '"<script>alert(1)</script>":')
    assert optimize(cli, text, "--html", page).status == 0
    html = page.read_text()
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "proved (structural" in html
    assert "http" not in html
    assert html.endswith("</body></html>\n")


def test_unknown_instructions_are_left_alone_and_reported(cli: Cli) -> None:
    ran = optimize(cli, BEFORE.replace("\teor", "\tfrobnicate x0, x1\n\tldar x2, [x3]\n\teor"))
    assert ran.status == 0
    assert ran.out == AFTER.replace("\teor", "\tfrobnicate x0, x1\n\tldar x2, [x3]\n\teor")
    assert "left alone, 1 instruction: frobnicate: unknown instruction" in ran.err


def test_text_that_is_not_utf8_comes_out_as_it_went_in(cli: Cli) -> None:
    path = cli.file("f.s", BEFORE.encode() + b'\t.ascii "\xff\xfe"\n')
    output = cli.folder / "out.s"
    assert cli("optimize", path, "--proposers", "deleting", "--no-cache", "--no-judge", "-o", output, "--jobs", 1).status == 0
    assert output.read_bytes() == AFTER.encode() + b'\t.ascii "\xff\xfe"\n'


def test_a_file_without_instructions_comes_out_as_it_is(cli: Cli) -> None:
    ran = optimize(cli, "\t.data\nx:\t.quad 1\n")
    assert (ran.status, ran.out) == (0, "\t.data\nx:\t.quad 1\n")
    assert "there are no instructions in this file" in ran.err


def test_standard_input(cli: Cli) -> None:
    ran = cli("optimize", "-", "--proposers", "deleting", "--no-cache", "--no-judge", "--jobs", 1, stdin=BEFORE.encode())
    assert (ran.status, ran.out) == (0, AFTER)


def test_what_is_proved_before_an_interrupt_is_written(cli: Cli) -> None:
    text = f"{BEFORE}\t.globl g\ng:\n\tneg x0, x0\n\tmov x0, x0\n\tret\n"
    output = cli.folder / "out.s"
    ran = optimize(cli, text, "-o", output, who="interrupting")
    assert ran.status == 0
    assert output.read_text() == text.replace(BEFORE, AFTER)
    assert "interrupted: what was proved by then is written" in ran.err


def test_wrong_candidates_change_nothing(cli: Cli) -> None:
    ran = optimize(cli, BEFORE, who="lying")
    assert (ran.status, ran.out) == (0, BEFORE)
    assert "candidates of deleting: " in ran.err


def test_a_failing_proposer_is_left_out(cli: Cli) -> None:
    ran = optimize(cli, BEFORE, who="failing,deleting")
    assert (ran.status, ran.out) == (0, AFTER)
    assert "warning: going on without the proposer deleting: RuntimeError: out of ideas" in ran.err


def test_an_unavailable_proposer_is_an_error_only_if_it_was_named(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = optimize(cli, BEFORE, who="absent,deleting")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == "superopt: error: proposer absent: there is no crystal ball (buy one)\n"
    monkeypatch.setattr("superopt.optimizer.options.DEFAULT_PROPOSERS", ("absent", "deleting"))
    ran = cli("optimize", cli.file("f.s", BEFORE), "--no-cache", "--no-judge", "--jobs", 1)
    assert (ran.status, ran.out) == (0, AFTER)
    assert "superopt: warning: going on without a proposer: proposer absent: there is no crystal ball (buy one)" in ran.err


def test_options_reach_the_optimiser(cli: Cli) -> None:
    text = "\t.globl f\nf:\n\tmov x0, #2\n\tmov x1, #4\n\tret\n"
    assert optimize(cli, text).out == text
    assert optimize(cli, text, "--live-out", "x1").out == text.replace("\tmov x0, #2\n", "")
    spill = "\t.globl f\nf:\n\tsub sp, sp, #16\n\tstr x0, [sp]\n\tadd sp, sp, #16\n\tret\n"
    assert "str" in optimize(cli, spill, "--no-dead-stack").out
    assert "str" not in optimize(cli, spill).out


def test_rewrites_are_kept_and_used_again(cli: Cli) -> None:
    path, cache = cli.file("f.s", BEFORE), cli.folder / "deep" / "cache.sqlite"
    first, second = (
        cli("optimize", path, "--proposers", "deleting", "--no-judge", "--cache", cache, "-o", cli.folder / "o.s", "--json", "--jobs", 1)
        for _ in range(2)
    )
    assert [step["cached"] for ran in (first, second) for step in ran.json["improved"][0]["steps"]] == [False, True]
    assert second.json["candidates"] == {}


def test_a_cache_that_is_none_is_refused_and_the_usual_one_is_done_without(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    path, bad = cli.file("f.s", BEFORE), cli.file("cache.sqlite", "this is no database, " * 100)
    ran = cli("optimize", path, "--proposers", "deleting", "--cache", bad, "--jobs", 1)
    assert (ran.status, ran.out) == (2, "")
    assert "cache.sqlite: error: rewrite cache: " in ran.err
    monkeypatch.setenv("SUPEROPT_CACHE_DIR", str(path))  # a file, not a folder
    ran = cli("optimize", path, "--proposers", "deleting", "--no-judge", "--jobs", 1)
    assert (ran.status, ran.out) == (0, AFTER)
    assert "warning: rewrites are not kept for the next run" in ran.err
    monkeypatch.setenv("SUPEROPT_CACHE_DIR", str(cli.folder / "damaged"))
    (cli.folder / "damaged").mkdir()
    for name in ("rewrites.sqlite", "agreement.sqlite"):
        (cli.folder / "damaged" / name).write_text("this is no database, " * 100)
    ran = cli("optimize", path, "--proposers", "deleting", "--no-judge", "--jobs", 1)
    assert (ran.status, ran.out) == (0, AFTER)


def test_a_cache_folder_that_anybody_may_write_is_not_believed(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    shared = cli.folder / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    monkeypatch.setenv("SUPEROPT_CACHE_DIR", str(shared))
    ran = cli("check", cli.file("a.s", "nop"), cli.file("b.s", "nop"))
    assert ran.status == 0
    assert "everybody may write there" in ran.err
    assert list(shared.iterdir()) == []


def test_very_long_blocks_are_cut_into_windows(cli: Cli) -> None:
    lines = [f"\tadd x{n % 7}, x{n % 5}, #{n % 40}\n" for n in range(50_000)]
    text = "\t.globl f\nf:\n" + "".join(lines) + "\tret\n"
    ran = optimize(cli, text, "--budget", "1", "-o", cli.folder / "out.s")
    assert ran.status == 0
    assert "the budget ran out" in ran.err


FUNCTION = "\t.globl f{0}\nf{0}:\n\tadd x0, x0, x1\n\tmov x3, #{0}\n\tadd x0, x0, x3\n\tret\n"


def test_several_processes_share_the_blocks(cli: Cli) -> None:
    text = "".join(FUNCTION.format(n) for n in range(6))
    path, options = cli.file("f.s", text), ("--proposers", "enumerate", "--no-judge", "--budget", 600, "--json")
    results = [cli("optimize", path, *options, "--no-cache", "--jobs", jobs, "-o", cli.folder / f"{jobs}.s") for jobs in (1, 3)]
    assert [ran.status for ran in results] == [0, 0]
    reports = [ran.json for ran in results]
    assert [[block["function"] for block in report["improved"]] for report in reports] == [[f"f{n}" for n in range(6)]] * 2
    assert [(report["blocks"], report["considered"]) for report in reports] == [(6, 6)] * 2
    assert (cli.folder / "1.s").read_text() == (cli.folder / "3.s").read_text() != text


@pytest.mark.parametrize(("jobs", "number"), [(1, signal.SIGINT), (1, signal.SIGTERM), (2, signal.SIGINT), (2, signal.SIGTERM)])
def test_ctrl_c_and_a_request_to_end_write_what_is_proved(cli: Cli, jobs: int, number: int) -> None:
    text = "".join(FUNCTION.format(n) for n in range(400))
    path, output = cli.file("f.s", text), cli.folder / "out.s"
    options = ("-o", output, "--proposers", "enumerate", "--no-cache", "--budget", 600, "--jobs", jobs)
    with spawn("optimize", path, *options, start_new_session=True) as process:
        _wait_for_work(process.pid)
        if number == signal.SIGINT:
            os.killpg(process.pid, number)  # as a terminal does
        else:
            process.send_signal(number)
        assert process.stderr is not None
        assert process.wait(timeout=120) == 0
        messages = process.stderr.read().decode()
    assert "interrupted: what was proved by then is written" in messages
    assert "Traceback" not in messages
    assert output.read_text().startswith("\t.globl f0\nf0:\n")
    assert output.read_text().count("ret") == 400


def _wait_for_work(process: int) -> None:
    """Until all search processes have been at work for a while: they use Unicorn by then."""
    deadline = time.monotonic() + 120
    while not any(_uses_unicorn(found) for found in [process, *descendants(process)]):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    time.sleep(5.0)


def _uses_unicorn(process: int) -> bool:
    try:
        return "libunicorn" in Path(f"/proc/{process}/maps").read_text()
    except OSError:
        return False
