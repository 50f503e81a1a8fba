"""Solver processes: answers, limits, and that nothing that goes wrong passes for an answer."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from verifier.errors import EnginesDisagree, SolverError
from verifier.solvers import Answer, Solvers
from verifier.solving import client as solver_client
from verifier.solving.wire import Frames, Reply, Report, encode, reply, report

QUERIES = Path(__file__).parent / "queries"
HEAD = "(set-logic QF_BV)(declare-fun x () (_ BitVec 64))(declare-const y (_ BitVec 64))"
UNSAT = HEAD + "(assert (distinct x x))"
SAT = HEAD + "(assert (= (bvmul x #x0000000000000003) #x0000000000000009))"
MAGIC = (QUERIES / "magic_64.smt2").read_text()
HEAVY = "".join(f"(assert (= (bvmul z{i} z{(i + 1) % 16}) (bvudiv z{(i + 5) % 16} (bvmul z{i} z{i}))))" for i in range(16))
HUGE = "(set-logic QF_BV)" + "".join(f"(declare-const z{i} (_ BitVec 512))" for i in range(16)) + HEAVY

needs_proc = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux's /proc")


def query(name: str) -> str:
    return (QUERIES / f"{name}.smt2").read_text()


def expected(text: str) -> str:
    return text.split("(set-info :status ")[1].split(")")[0]


@pytest.fixture(scope="module")
def solvers() -> Iterator[Solvers]:
    with Solvers(jobs=2) as pool:
        yield pool


@pytest.fixture
def fakes(monkeypatch: pytest.MonkeyPatch) -> Iterator[Solvers]:
    """Solvers with the engines of fake_engines.py."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    with Solvers(jobs=2, server="fake_engines") as pool:
        yield pool


def children(process: int | None) -> list[int]:
    """The processes that this one has started and not buried."""
    return [int(word) for word in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def alive(process: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except FileNotFoundError:
        return False


def eventually(condition: Callable[[], object]) -> bool:
    """Whether it comes true within a very generous time."""
    for _ in range(3000):
        if condition():
            return True
        time.sleep(0.01)
    return False


def server_of(pool: Solvers) -> int:
    assert pool.process is not None
    return pool.process


# --- answers --------------------------------------------------------------------------------------

QUICK = ["abs_64", "average_64", "average_wrong_64", "carry_128", "ctz_32", "ctz_64", "factor_32", "flags_lt_64", "rbit_64"]
QUICK += ["array_swap_4_stores_2", "array_swap_stores_alias", "range_overlap_read", "range_swap_stores", "round_up_pow2_wrong_64"]


@pytest.mark.parametrize("engine", ["z3", "bitwuzla"])
@pytest.mark.parametrize("name", QUICK)
def test_each_engine_decides(solvers: Solvers, name: str, engine: str) -> None:
    answer = solvers.solve(query(name), timeout=60, engines=(engine,))
    assert answer.status == expected(query(name)), answer
    assert answer.engine.startswith(engine + " ")
    assert answer.reason == "" and answer.agreed == () and answer.seconds > 0


@pytest.mark.parametrize("name", ["distribute_64", "square_64", "times_1000_64", "popcount_32"])
def test_what_one_engine_cannot_do_the_other_may(solvers: Solvers, name: str) -> None:
    assert solvers.solve(query(name), timeout=60).status == expected(query(name))


def test_confirmed(solvers: Solvers) -> None:
    answer = solvers.solve(query("average_64"), timeout=60, confirm=True)
    assert answer.status == "unsat"
    assert sorted(name.split()[0] for name in (answer.engine, *answer.agreed)) == ["bitwuzla", "z3"]


def test_confirmation_lasts_as_long_as_the_time_does(fakes: Solvers) -> None:
    answer = fakes.solve(UNSAT, timeout=3, engines=("hang", "z3"), confirm=True)
    assert (answer.status, answer.engine.split()[0], answer.agreed) == ("unsat", "z3", ())


def test_many_come_in_order(solvers: Solvers) -> None:
    texts = [SAT if i % 3 else UNSAT for i in range(50)]
    assert [answer.status for answer in solvers.solve_many(texts, timeout=60)] == ["sat" if i % 3 else "unsat" for i in range(50)]


def test_an_abandoned_batch_is_cancelled(fakes: Solvers) -> None:
    answers = fakes.solve_many([UNSAT, *[SAT] * 5], timeout=1000, engines=("hang", "z3"))
    assert next(answers).status == "unsat"
    answers.close()  # type: ignore[attr-defined]
    assert fakes.solve(SAT, timeout=60).status == "sat"


def test_tickets(fakes: Solvers) -> None:
    slow = fakes.submit(UNSAT, timeout=1000, engines=("hang",))
    quick = fakes.submit(SAT, timeout=60)
    assert fakes.wait_any([slow, quick]) is quick
    assert fakes.wait(quick).status == "sat" and fakes.poll(quick) == fakes.wait(quick)
    assert fakes.poll(slow) is None and not slow.done
    fakes.cancel(slow)
    fakes.cancel(slow)
    assert (fakes.wait(slow).status, fakes.wait(slow).reason) == ("unknown", "cancelled")


def test_a_waiting_query_can_be_cancelled() -> None:
    with Solvers(jobs=1) as pool:
        tickets = [pool.submit(MAGIC, timeout=1000) for _ in range(3)]
        for ticket in tickets:
            pool.cancel(ticket)
        assert pool.solve(UNSAT, timeout=60).status == "unsat"


def test_time_in_the_queue_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    with Solvers(jobs=1, server="fake_engines") as pool:
        answers = pool.solve_many([UNSAT] * 8, timeout=2.2, engines=("sleepy",))
        assert [answer.status for answer in answers] == ["unsat"] * 8


def test_a_busy_machine_does_not_keep_the_second_engine_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    with Solvers(jobs=1, server="fake_engines") as pool:
        assert pool.solve(UNSAT, timeout=1000, engines=("hang", "z3")).status == "unsat"


def test_long_queries_do_not_clog_the_pipes(solvers: Solvers) -> None:
    padding = "".join(f"(assert (bvule x #x{i:064b}))".replace("#x", "#b") for i in range(20000, 40000))
    tickets = [solvers.submit(HEAD + padding + "(assert (= x y))", values=["x"], timeout=120) for _ in range(4)]
    for ticket in tickets:
        answer = solvers.wait(ticket)
        assert answer.status == "sat" and answer.values["x"] <= 20000


# --- values ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["z3", "bitwuzla"])
def test_values_satisfy_the_query(solvers: Solvers, engine: str) -> None:
    text = (
        "(set-logic QF_UFBV)(declare-fun x () (_ BitVec 64)) (declare-const |load 0.at| (_ BitVec 128))\n(declare-const b Bool)"
        "(declare-fun |quoted| () (_ BitVec 7))(declare-fun f ((_ BitVec 64)) (_ BitVec 8))(declare-const free (_ BitVec 1))"
        "(assert (and b (bvugt |load 0.at| (bvshl (_ bv1 128) (_ bv99 128))) (= quoted ((_ extract 6 0) (bvnot x)))))"
        "(assert (= (f x) #x80))(assert (bvslt x (_ bv0 64)))"
    )
    names = ["x", "|load 0.at|", "b", "quoted", "free"]
    answer = solvers.solve(text, values=names, timeout=60, engines=(engine,))
    assert answer.status == "sat" and list(answer.values) == names
    value = answer.values
    assert value["x"] >> 63 == 1 and value["|load 0.at|"] > 1 << 99 and value["b"] == 1
    assert value["quoted"] == ~value["x"] & 127 and value["free"] in (0, 1)
    pinned = text + f"(assert (= x (_ bv{value['x']} 64)))(assert (= |load 0.at| (_ bv{value['|load 0.at|']} 128)))"
    assert solvers.solve(pinned, timeout=60, engines=("z3", "bitwuzla"), confirm=True).status == "sat"


@pytest.mark.parametrize("engine", ["z3", "bitwuzla"])
def test_the_only_solution_is_read_back(solvers: Solvers, engine: str) -> None:
    answer = solvers.solve(
        SAT + "(assert (not (= x y)))(assert (= (bvadd y x) (_ bv1 64)))", values=["y", "x"], timeout=60, engines=(engine,)
    )
    assert answer.values == {"x": 3, "y": 2**64 - 2}


def test_no_values_unless_asked_for_and_satisfiable(solvers: Solvers) -> None:
    assert solvers.solve(SAT, timeout=60).values == {}
    assert solvers.solve(UNSAT, values=["x"], timeout=60).values == {}


@pytest.mark.parametrize("name", ["w", "f", "m"])
def test_only_constants_can_be_read(solvers: Solvers, name: str) -> None:
    text = HEAD + "(declare-fun f ((_ BitVec 8)) Bool)(declare-const m (Array (_ BitVec 64) (_ BitVec 8)))"
    with pytest.raises(SolverError, match=f"not declared as bit-vector or Bool constants: {name}$"):
        solvers.solve(text, values=["x", name], timeout=1)


# --- limits ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("engines", [("z3",), ("bitwuzla",), ("z3", "bitwuzla")])
@needs_proc
def test_timeout(solvers: Solvers, engines: tuple[str, ...]) -> None:
    answer = solvers.solve(MAGIC, timeout=0.3, engines=engines)
    assert (answer.status, answer.reason, answer.values, answer.agreed) == ("unknown", "timeout", {}, ())
    assert [name.split()[0] for name in answer.engine.split(", ")] == list(engines)
    assert answer.seconds >= 0.3
    assert eventually(lambda: not children(solvers.process))


@needs_proc
def test_a_process_that_ignores_signals_is_killed(fakes: Solvers) -> None:
    ticket = fakes.submit(UNSAT, timeout=0.5, engines=("deaf",))
    assert fakes.wait(ticket).reason == "timeout"
    assert eventually(lambda: not children(fakes.process))


@pytest.mark.parametrize("engine", ["z3", "bitwuzla"])
def test_memory(solvers: Solvers, engine: str) -> None:
    answer = solvers.solve(HUGE, timeout=120, engines=(engine,), memory_mib=200)
    assert (answer.status, answer.reason) == ("unknown", "memory")


def test_memory_of_python(fakes: Solvers) -> None:
    assert fakes.solve(UNSAT, timeout=120, engines=("hungry",), memory_mib=200).reason == "memory"


def test_timeout_comes_first_among_reasons(fakes: Solvers) -> None:
    answer = fakes.solve(UNSAT, timeout=2, engines=("abort", "hang"))
    assert answer.reason == "timeout; engine error: fake 1.0 killed by SIGABRT"


@pytest.mark.parametrize(
    "arguments", [{"timeout": 0}, {"timeout": float("nan")}, {"timeout": 1, "memory_mib": 0}, {"timeout": 1, "engines": ()}]
)
def test_arguments_that_make_no_sense(solvers: Solvers, arguments: dict[str, object]) -> None:
    with pytest.raises(SolverError, match="must be"):
        solvers.solve(UNSAT, **arguments)  # type: ignore[arg-type]


# --- faults are not answers -----------------------------------------------------------------------


def test_engines_that_contradict_each_other(fakes: Solvers) -> None:
    for engines in (("z3", "liar"), ("liar", "bitwuzla")):
        with pytest.raises(EnginesDisagree, match="contradict each other") as caught:
            fakes.solve(UNSAT, timeout=60, engines=engines, confirm=True)
        assert caught.value.query == UNSAT
        assert {answer.engine.split()[0]: answer.status for answer in caught.value.answers}["fake"] == "sat"
        assert {answer.status for answer in caught.value.answers} == {"sat", "unsat"}


def test_text_that_no_engine_can_read(solvers: Solvers) -> None:
    text = HEAD + "(assert (= x nowhere))"
    with pytest.raises(SolverError, match="nowhere") as caught:
        solvers.solve(text, timeout=60)
    assert caught.value.query == text
    assert {engine.split()[0] for engine, _ in caught.value.reasons} == {"z3", "bitwuzla"}


@pytest.mark.parametrize("tail", ["(assert (= x y)", "(assert (= x #x0))", "(assert (= x y)))", "(assert x)", "(assert (bvfoo x))"])
@pytest.mark.parametrize("engine", ["z3", "bitwuzla"])
def test_broken_text(solvers: Solvers, tail: str, engine: str) -> None:
    with pytest.raises(SolverError):
        solvers.solve(HEAD + tail, timeout=60, engines=(engine,))


def test_text_that_one_engine_cannot_read(solvers: Solvers) -> None:
    text = "(declare-const i Int)(assert (and (< 3 i) (< i 4)))"
    answer = solvers.solve(text, timeout=60, confirm=True)
    assert (answer.status, answer.engine.split()[0], answer.agreed) == ("unsat", "z3", ())
    assert answer.reason.startswith("engine error: bitwuzla ")


@pytest.mark.parametrize(
    "tail", ["(check-sat)", "(push 1)", "( exit )", "(reset-assertions)", "(get-value (x))", "(set-option :timeout 1)"]
)
def test_commands_that_would_change_the_question(solvers: Solvers, tail: str) -> None:
    with pytest.raises(SolverError, match="must not contain"):
        solvers.solve(UNSAT + tail, timeout=1)


BREAKDOWNS = [
    ("abort", "engine error: fake 1.0 killed by SIGABRT"),
    ("exit", "engine error: fake 1.0 exited with status 0"),
    ("none", "incomplete: too hard"),
]


@pytest.mark.parametrize(("engine", "reason"), BREAKDOWNS)
def test_an_engine_that_breaks_down(fakes: Solvers, engine: str, reason: str) -> None:
    answer = fakes.solve(UNSAT, timeout=60, engines=(engine,))
    assert (answer.status, answer.reason) == ("unknown", reason)


def test_only_the_literal_word_counts(fakes: Solvers) -> None:
    with pytest.raises(SolverError, match="'UNSAT' is not a status"):
        fakes.solve(UNSAT, timeout=60, engines=("shout",))


def test_an_exception_in_an_engine(fakes: Solvers) -> None:
    with pytest.raises(SolverError, match="by zero"):
        fakes.solve(UNSAT, timeout=60, engines=("raise",))
    answer = fakes.solve(UNSAT, timeout=60, engines=("raise", "z3"))
    assert answer.status == "unsat" and "by zero" in answer.reason


def test_an_engine_that_there_is_not(solvers: Solvers) -> None:
    with pytest.raises(SolverError, match="no such engine"):
        solvers.solve(UNSAT, timeout=60, engines=("yices",))
    answer = solvers.solve(UNSAT, timeout=60, engines=("yices", "z3"))
    assert answer.status == "unsat" and "no such engine" in answer.reason


def test_what_an_engine_prints_is_not_an_answer(fakes: Solvers) -> None:
    assert fakes.solve(SAT, timeout=60, engines=("chatty", "liar"), confirm=False).status in ("sat", "unsat")
    assert fakes.solve(UNSAT, timeout=60, engines=("chatty",)).status == "unsat"


@pytest.mark.skipif(importlib.util.find_spec("cvc5") is None, reason="cvc5 is not installed")
def test_cvc5(solvers: Solvers) -> None:
    assert solvers.solve(SAT, values=["x"], timeout=60, engines=("cvc5",)).values == {"x": 3}
    assert solvers.solve(UNSAT, timeout=60, engines=("cvc5",)).status == "unsat"
    with pytest.raises(SolverError):
        solvers.solve(HEAD + "(assert (= x nowhere))", timeout=60, engines=("cvc5",))


@pytest.mark.skipif(importlib.util.find_spec("cvc5") is None, reason="cvc5 is not installed")
def test_cvc5_reads_all_that_we_write(solvers: Solvers) -> None:
    """Arrays, uninterpreted functions, quoted names, truth values, information about the script."""
    head = "(set-info :source ours)(set-logic QF_AUFBV)(declare-const |a b| (_ BitVec 8))(declare-const yes Bool)"
    head += "(declare-const m (Array (_ BitVec 64) (_ BitVec 8)))(declare-fun f ((_ BitVec 8)) (_ BitVec 8))"
    head += "(define-fun t0 () Bool (= |a b| #x05))(assert t0)(assert yes)(assert (= (select m #x0000000000000007) (f |a b|)))"
    answer = solvers.solve(head, values=["|a b|", "yes"], timeout=60, engines=("cvc5",))
    assert (answer.status, answer.values) == ("sat", {"|a b|": 5, "yes": 1})
    assert answer.engine.startswith("cvc5 1.")
    refuted = head + "(assert (not (= (select m #x0000000000000007) (f #x05))))"
    assert solvers.solve(refuted, timeout=60, engines=("cvc5",)).status == "unsat"


@pytest.mark.skipif(importlib.util.find_spec("cvc5") is None, reason="cvc5 is not installed")
def test_cvc5_is_stopped_in_time_and_agrees_with_the_others(solvers: Solvers) -> None:
    answer = solvers.solve(MAGIC, timeout=0.5, engines=("cvc5",))
    assert (answer.status, answer.reason) == ("unknown", "timeout")
    answer = solvers.solve(UNSAT, timeout=60, engines=("z3", "bitwuzla", "cvc5"), confirm=True)
    assert (answer.status, len(answer.agreed)) == ("unsat", 2)


# --- the server -----------------------------------------------------------------------------------


@needs_proc
def test_a_killed_server_is_replaced(fakes: Solvers) -> None:
    tickets = [fakes.submit(UNSAT, timeout=1000, engines=("hang",)) for _ in range(3)]
    first = server_of(fakes)
    assert eventually(lambda: fakes.poll(tickets[0]) is None and len(children(first)) == 2)
    assert eventually(lambda: all(os.readlink(f"/proc/{child}/fd/0") == os.devnull for child in children(first)))  # they are at work
    orphans = children(first)
    os.kill(first, signal.SIGKILL)
    for ticket in tickets:
        answer = fakes.wait(ticket)
        assert (answer.status, answer.reason) == ("unknown", "engine error: the solver server died (killed by signal 9)")
    assert fakes.solve(UNSAT, timeout=60).status == "unsat"
    assert server_of(fakes) != first
    assert eventually(lambda: not any(map(alive, orphans)))


def test_a_server_killed_while_idle_goes_unnoticed() -> None:
    with Solvers() as pool:
        for _ in range(4):
            assert pool.solve(UNSAT, timeout=60).status == "unsat"
            os.kill(server_of(pool), signal.SIGKILL)
            os.waitid(os.P_PID, server_of(pool), os.WEXITED | os.WNOWAIT)


def test_a_server_that_cannot_live(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "stillborn.py").write_text("raise SystemExit(3)\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with Solvers(server="stillborn") as pool:
        answers = list[Answer]()
        with pytest.raises(SolverError, match="died 2 times"):
            answers.extend(pool.solve(UNSAT, timeout=60) for _ in range(3))
        assert all(answer.status == "unknown" for answer in answers)


def test_a_server_that_talks_nonsense(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "babbler.py").write_text("import sys\nsys.stdout.write('\\0\\0\\0\\2{}')\nsys.stdout.flush()\nsys.stdin.read()\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with Solvers(server="babbler") as pool:
        answer = pool.solve(UNSAT, timeout=60)
    assert answer.status == "unknown" and "talks nonsense" in answer.reason


def test_a_server_that_does_not_react(monkeypatch: pytest.MonkeyPatch) -> None:
    with Solvers() as pool:
        assert pool.solve(UNSAT, timeout=60).status == "unsat"
        monkeypatch.setattr(solver_client, "_GRACE", 0.1)
        os.kill(server_of(pool), signal.SIGSTOP)
        assert pool.solve(UNSAT, timeout=0.1).reason == "engine error: the solver server does not answer"
        monkeypatch.undo()
        assert pool.solve(UNSAT, timeout=60).status == "unsat"


def test_an_exception_amid_a_message_costs_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> bool:
        raise KeyboardInterrupt

    with Solvers() as pool:
        other = pool.submit(MAGIC, timeout=1000)
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(solver_client.Client, "_move", interrupted)
            pool.solve(UNSAT, timeout=60)
        assert pool.wait(other).reason == "engine error: the connection to the solver server was interrupted"
        assert pool.solve(UNSAT, timeout=60).status == "unsat"


def test_closing() -> None:
    Solvers().close()
    pool = Solvers()
    ticket = pool.submit(MAGIC, timeout=1000)
    pool.close()
    pool.close()
    assert pool.wait(ticket).reason == "cancelled"
    with pytest.raises(SolverError, match="closed"):
        pool.solve(UNSAT, timeout=1)


def test_a_ticket_of_others(solvers: Solvers) -> None:
    with Solvers() as others:
        ticket = others.submit(MAGIC, timeout=1000)
        with pytest.raises(SolverError, match="elsewhere"):
            solvers.wait(ticket)


@needs_proc
def test_many_queries_leave_nothing_behind(solvers: Solvers) -> None:
    def descriptors(process: int | str) -> int:
        return len(list(Path(f"/proc/{process}/fd").iterdir()))

    server = server_of(solvers) if solvers.solve(UNSAT, timeout=60) else 0
    assert eventually(lambda: not children(server))
    before = descriptors("self"), descriptors(server)
    for i, answer in enumerate(solvers.solve_many([SAT, UNSAT, HEAD + "(assert (= x y))"] * 40, timeout=60, values=["x"])):
        assert answer.status == ("unsat" if i % 3 == 1 else "sat")
    with pytest.raises(SolverError):
        solvers.solve("(assert", timeout=60)
    assert solvers.solve(MAGIC, timeout=0.1).status == "unknown"
    assert eventually(lambda: not children(server))
    assert (descriptors("self"), descriptors(server)) == before


# --- whole programs -------------------------------------------------------------------------------


def program(text: str) -> subprocess.Popen[str]:
    """Start a Python program in a session of its own; it says something when it is ready."""
    path = os.pathsep.join([str(Path(__file__).parent), *filter(None, sys.path)])
    return subprocess.Popen(
        [sys.executable, "-c", f"UNSAT, SAT = {UNSAT!r}, {SAT!r}\n" + textwrap.dedent(text)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path, "PYTHONWARNINGS": "error"},
        start_new_session=True,
    )


def test_importing_is_cheap() -> None:
    run = program("""
        import sys, verifier.solvers
        print([name for name in ("z3", "bitwuzla", "cvc5", "pyvex", "angr", "torch", "numpy", "hypothesis") if name in sys.modules])
    """)
    assert run.communicate() == ("[]\n", "")


def test_the_server_does_not_run_the_users_program() -> None:
    run = program("""
        from verifier.solvers import Solvers
        print("once", flush=True)
        pool = Solvers()
        print(pool.solve(UNSAT, timeout=60).status)
        pool.close()
    """)
    assert run.communicate() == ("once\nunsat\n", "")


@needs_proc
def test_control_c() -> None:
    run = program("""
        import time
        from pathlib import Path
        from verifier.solvers import Solvers
        def idle(server):
            while Path(f"/proc/{server}/task/{server}/children").read_text():
                time.sleep(0.01)
        with Solvers(server="fake_engines") as pool:
            pool.solve(UNSAT, timeout=60)
            server = pool.process
            idle(server)
            print("idle", flush=True)
            try:
                pool.solve(UNSAT, timeout=1000, engines=("hang",))
            except KeyboardInterrupt:
                print("interrupted")
            print(pool.solve(SAT, timeout=60).status, pool.process == server)
            idle(server)
    """)
    assert run.stdout is not None and run.stdout.readline() == "idle\n"
    assert eventually(lambda: any(children(child) for child in children(run.pid)))
    os.killpg(run.pid, signal.SIGINT)
    assert run.communicate() == ("interrupted\nsat True\n", "")


@needs_proc
def test_nothing_outlives_its_user() -> None:
    run = program("""
        from verifier.solvers import Solvers
        pool = Solvers(server="fake_engines")
        pool.wait(pool.submit(UNSAT, timeout=60))
        print(pool.process, flush=True)
        pool.solve(UNSAT, timeout=1000, engines=("deaf", "hang"))
    """)
    assert run.stdout is not None
    server = int(run.stdout.readline())
    assert eventually(lambda: len(children(server)) == 2)
    processes = [server, *children(server)]
    run.kill()
    run.communicate()
    assert eventually(lambda: not any(map(alive, processes)))


def test_after_a_fork_each_has_its_own_server() -> None:
    run = program("""
        import os
        from verifier.solvers import Solvers
        with Solvers() as pool:
            pool.solve(UNSAT, timeout=60)
            server = pool.process
            if os.fork() == 0:
                print(pool.solve(SAT, timeout=60).status, pool.process != server, flush=True)
                pool.close()
                os._exit(0)
            os.wait()
            print(pool.solve(UNSAT, timeout=60).status, pool.process == server)
    """)
    assert run.communicate() == ("sat True\nunsat True\n", "")


# --- the wire -------------------------------------------------------------------------------------


def test_frames_survive_any_cutting() -> None:
    sent = Report(7, 0.5, (Reply("z3 5", "sat", values={"x": 1 << 200}), Reply("b", "unknown", "ünïcode |\n", failed=True)))
    stream = encode(sent) + encode(sent)
    for size in (1, 2, 3, 7, len(stream)):
        frames = Frames()
        bodies = [body for start in range(0, len(stream), size) for body in frames.feed(stream[start : start + size])]
        assert [report(body) for body in bodies] == [sent, sent]


@pytest.mark.parametrize("status", ["UNSAT", "unsat ", "", None, True])
def test_replies_are_checked(status: object) -> None:
    with pytest.raises(ValueError, match="is not a status"):
        reply({"engine": "z3", "status": status})
