"""``superopt check --batch``: order, broken lines, workers that die, interrupts."""

from __future__ import annotations

import json
import signal
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from cli_tools import Cli, Ran, descendants, spawn

from superopt.cli import batch

TRUE = {"original": "add x0, x1, x2", "candidate": "add x0, x2, x1"}
FALSE = {"original": "sub x0, x1, x2", "candidate": "sub x0, x2, x1"}

# A worker that answers with its line, and dies where the line says so.
FRAGILE = """
import json, os, signal, sys
for line in sys.stdin:
    pair = json.loads(line)
    if pair.get("die"):
        os.kill(os.getpid(), getattr(signal, pair["die"]))
    if pair.get("leave"):
        sys.exit(pair["leave"])
    print(json.dumps({"id": pair["id"], "verdict": "equivalent"}), flush=True)
"""


def run_lines(cli: Cli, *lines: object, jobs: int = 1, options: tuple[str, ...] = ()) -> tuple[Ran, list[dict[str, Any]]]:
    texts = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    ran = cli("check", "--batch", cli.file("pairs.jsonl", b"\n".join(texts) + b"\n"), "--jobs", jobs, *options)
    return ran, [json.loads(line) for line in ran.out.splitlines()]


def test_one_verdict_a_line_in_order(cli: Cli) -> None:
    pairs = [{"id": n, **(TRUE if n % 3 else FALSE)} for n in range(30)]
    ran, answers = run_lines(cli, *pairs, jobs=2)
    assert (ran.status, ran.err) == (0, "")
    assert [answer["id"] for answer in answers] == list(range(30))
    assert [answer["verdict"] for answer in answers] == ["equivalent" if n % 3 else "different" for n in range(30)]
    assert answers[0]["counterexample"]["differences"][0]["what"] == "x0"
    assert "query" not in answers[1]["certificate"]


def test_a_broken_line_harms_no_other(cli: Cli) -> None:
    broken: list[tuple[object, str]] = [
        (b"not json", "not JSON"),
        (b'{"id": 1', "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        ([1, 2], "not a JSON object"),
        ({"original": "nop"}, '"candidate" is missing'),
        ({"original": 5, "candidate": "nop"}, '"original" must be assembly text'),
        ({"original": "bogus", "candidate": "nop"}, "original:1:1: error: unknown instruction"),
        ({"original": "nop", "candidate": ""}, "candidate: error: no instructions"),
        ({"original": "nop\0", "candidate": "nop"}, "original:1:4: error: NUL"),
        ({**TRUE, "live_out": ["x0", "x77"]}, "column 4: 'x77' is no register"),
        ({**TRUE, "live_out": 7}, '"live_out" must be a list of names'),
        ({**TRUE, "timeout": -1}, '"timeout" must be a positive number'),
        ({**TRUE, "timeout": True}, '"timeout" must be a positive number'),
        ({**TRUE, "dead_stack": "yes"}, '"dead_stack" must be true or false'),
        ({**TRUE, "semantics": "mine"}, '"semantics" must be'),
        (b'{"id": 1, "original": "' + b"x" * batch.MAX_LINE + b'", "candidate": "nop"}', "line longer than"),
    ]
    ran, answers = run_lines(cli, *(part for line, _ in broken for part in (line, {"id": "good", **TRUE})))
    assert ran.status == 0
    for (_, reason), bad, good in zip(broken, answers[::2], answers[1::2], strict=True):
        assert bad["verdict"] == "error"
        assert reason in bad["reason"]
        assert (good["id"], good["verdict"]) == ("good", "equivalent")


def test_each_line_has_its_own_demands_and_the_options_are_defaults(cli: Cli) -> None:
    spill = {"original": "str x0, [sp, #-16]!\nldr x0, [sp], #16", "candidate": "mov x0, x0"}
    lines = [
        FALSE,
        {**FALSE, "live_out": ["x5"]},
        {**FALSE, "live_out": "x5,x6"},
        {**FALSE, "live_out": []},
        spill,
        {**spill, "dead_stack": True},
    ]
    _, answers = run_lines(cli, *lines)
    assert [a["verdict"] for a in answers] == ["different", "equivalent", "equivalent", "equivalent", "different", "equivalent"]
    _, answers = run_lines(cli, FALSE, {**FALSE, "live_out": ["x0"]}, options=("--live-out", "x5"))
    assert [a["verdict"] for a in answers] == ["equivalent", "different"]


def test_blank_lines_are_passed_over_and_an_empty_batch_is_fine(cli: Cli) -> None:
    assert run_lines(cli, b"", b"  ", b"")[1] == []
    assert [a["id"] for a in run_lines(cli, b"", {"id": 1, **TRUE}, b"\r")[1]] == [1]


def test_the_last_line_needs_no_line_end(cli: Cli) -> None:
    path = cli.file("pairs.jsonl", json.dumps({"id": 9, **TRUE}))
    assert json.loads(cli("check", "--batch", path, "--jobs", 1).out)["id"] == 9


def test_a_huge_block_is_refused(cli: Cli) -> None:
    _, answers = run_lines(cli, {"original": "mov x0, x1\n" * 50_000, "candidate": "nop"}, TRUE)
    assert [answer["verdict"] for answer in answers] == ["unsupported", "equivalent"]


@pytest.mark.parametrize("jobs", [1, 3])
def test_a_worker_that_dies_costs_its_own_line_only(cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, jobs: int) -> None:
    script = tmp_path / "fragile.py"
    script.write_text(FRAGILE)
    popen = batch.subprocess.Popen
    monkeypatch.setattr(batch.subprocess, "Popen", lambda command, **options: popen([sys.executable, script], **options))
    deaths = {3: {"die": "SIGKILL"}, 4: {"die": "SIGSEGV"}, 8: {"leave": 7}, 9: {"die": "SIGALRM"}}
    _, answers = run_lines(cli, *({"id": n, **deaths.get(n, {})} for n in range(12)), jobs=jobs)
    assert [answer["id"] for answer in answers] == list(range(12))
    assert [n for n, answer in enumerate(answers) if answer["verdict"] != "equivalent"] == sorted(deaths)
    assert answers[3] == {"id": 3, "verdict": "unknown", "reason": "the worker process died (SIGKILL)"}
    assert answers[8]["reason"] == "the worker process ended with status 7"
    assert answers[9]["reason"] == "it took far longer than its time limit"


def test_verdicts_come_before_further_lines_are_sent(cli: Cli) -> None:
    with spawn("check", "--batch", "-", "--jobs", "1") as process:
        assert process.stdin is not None and process.stdout is not None
        for n in range(3):
            process.stdin.write(json.dumps({"id": n, **TRUE}).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == n
        process.stdin.close()
        assert process.wait(timeout=60) == 0
        assert process.stdout.read() == b""


def test_ctrl_c_ends_the_workers_too(cli: Cli) -> None:
    with spawn("check", "--batch", "-", "--jobs", "2") as process:
        assert process.stdin is not None and process.stdout is not None and process.stderr is not None
        process.stdin.write(json.dumps(TRUE).encode() + b"\n")
        process.stdin.flush()
        process.stdout.readline()
        children = descendants(process.pid)
        assert children
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130
        assert b"Traceback" not in process.stderr.read()
    deadline = time.monotonic() + 30
    while any(Path(f"/proc/{child}").exists() for child in children):
        assert time.monotonic() < deadline
        time.sleep(0.05)
