"""``superopt explain``, ``doctor`` and ``cache``; proposers by name; the cache folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_tools import Cli, run_python

from proposer.errors import ProposerUnavailable
from superopt import paths, proposers
from superopt.cli.pairs import both
from verifier.verdict import Certificate, Counterexample, Proved, Refuted, Unknown, Unsupported, Verdict

LOOP = "loop: ldp x4, x5, [x1], #16\nadds x4, x4, x2\nadc x5, x5, x3\nstr x4, [x0, #8]\nsubs x6, x6, #2\nb.ne loop\n"

# --- explain ------------------------------------------------------------------------------------


def test_explain_shows_results_accesses_exit_and_cost(cli: Cli) -> None:
    ran = cli("explain", cli.file("a.s", LOOP))
    assert (ran.status, ran.err) == (0, "")
    for line in (
        "  x1 = x1 + 0x10",
        "  x4 = t1",
        "  z = x6 == 2",
        "  8 at x1 + 8",
        "  8 at x0 + 8 = x2 + mem64[x1]",
        "leaves: jump to loop if x6 != 2, else falls through",
        "cost on neoverse-n1:",
    ):
        assert line in ran.out.splitlines()


def test_explain_as_json_for_some_live_outs(cli: Cli) -> None:
    data = cli("explain", cli.file("a.s", LOOP), "--live-out", "w6,x1,x9", "--cpu", "cortex-a55", "--json").json
    assert data["live_out"] == {"x1": "x1 + 0x10", "w6": "x6[31:0] - 2"}
    assert data["reads"] == [{"address": "x1", "size": 8}, {"address": "x1 + 8", "size": 8}]
    assert data["writes"] == [{"address": "x0 + 8", "size": 8, "value": "x2 + mem64[x1]"}]
    assert data["exit"].startswith("jump to loop if ")
    assert set(data["cost"]) >= {"cpu", "cycles", "latency", "throughput", "micro_ops", "bottleneck", "port_pressure"}
    assert (data["cost"]["cpu"], data["cost"]["instructions"]) == ("cortex-a55", 6)


@pytest.mark.parametrize(
    ("text", "leaves"),
    [
        ("nop\n", "falls through"),
        ("ret\n", "return to x30"),
        ("bl f\n", "call to f"),
        ("br x3\n", "jump to x3"),
        ("b #8\n", "jump to .+8"),
        ("cbz w0, out\n", "jump to out if x0[31:0] == 0, else falls through"),
    ],
)
def test_explain_says_how_a_block_leaves(cli: Cli, text: str, leaves: str) -> None:
    ran = cli("explain", cli.file("a.s", f"mov x9, x9\n{text}"), "--live-out", "x0")
    if text == "nop\n":
        assert ran.status in (0, 3)
        return
    assert f"leaves: {leaves}" in ran.out.splitlines()
    assert "  none: no live register or flag changes" in ran.out.splitlines()


def test_explain_refuses_what_has_no_meaning(cli: Cli) -> None:
    path = cli.file("a.s", "mov x0, x1\nldar x0, [x1]\n")
    ran = cli("explain", path)
    assert (ran.status, ran.out.splitlines()[0]) == (3, "unsupported")
    assert "a.s:2:1: ldar" in cli("explain", path, "--json").json["reason"]


# --- doctor -------------------------------------------------------------------------------------


def test_doctor(cli: Cli) -> None:
    ran = cli("doctor", "--json")
    assert (ran.status, ran.err) == (0, "")
    versions = {part["name"]: part["version"] for part in ran.json["parts"]}
    assert versions["z3-solver"].startswith("5.")
    assert all(part["without"] for part in ran.json["parts"])
    assert ran.json["self_test"] == {"a true pair is proved": "ok", "a wrong pair is refuted": "ok"}
    assert set(ran.json["proposers"]) == set(proposers.SOURCES)


def test_doctor_says_what_is_missing(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    from superopt.cli import doctor

    monkeypatch.setattr(doctor, "_version_of", lambda part: None if part.name == "unicorn" else "1.0")
    monkeypatch.setattr(doctor, "self_test", lambda: {"a true pair is proved": "ok"})
    ran = cli("doctor")
    assert ran.status == 1
    (line,) = [line for line in ran.out.splitlines() if line.strip().startswith("unicorn")]
    assert line.split(maxsplit=2)[1:] == ["MISSING", "counterexamples and proofs are not run on an emulator"]


def test_doctor_does_not_load_torch(cli: Cli) -> None:
    code = "import sys, superopt.cli as cli; cli.run(['doctor', '--json']); print('torch' in sys.modules, 'transformers' in sys.modules)"
    assert run_python(code).splitlines()[-1] == "False False"


# --- cache --------------------------------------------------------------------------------------


@pytest.fixture
def filled(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache with two rewrites."""
    monkeypatch.setitem(proposers.SOURCES, "deleting", proposers.Source("simple_proposers", "Deleting", ""))
    cache = cli.folder / "cache.sqlite"
    text = "\t.globl f\nf:\n\tadd x0, x0, #1\n\tmov x0, x0\n\tb g\ng:\n\tneg x5, x6\n\tmov x2, #5\n\teor x0, x0, x1\n\tret\n"
    ran = cli("optimize", cli.file("f.s", text), "--proposers", "deleting", "--cache", cache, "--no-judge", "--jobs", 1)
    assert ran.status == 0
    return cache


def test_cache_ls_show_stats(cli: Cli, filled: Path) -> None:
    entries = cli("cache", "ls", "--cache", filled, "--json").json
    assert len(entries) >= 2
    assert cli("cache", "ls", "--cache", filled).out.splitlines()[0] == f"{len(entries)} rewrites"
    key = entries[0]["key"]
    shown = cli("cache", "show", key[:12], "--cache", filled)
    assert shown.status == 0
    assert f"key: {key}" in shown.out.splitlines()
    assert {"before:", "after:", "proposer: deleting"} <= set(shown.out.splitlines())
    assert cli("cache", "show", key, "--cache", filled, "--json").json == entries[0]
    assert cli("cache", "show", "none", "--cache", filled).err == "superopt: error: no rewrite has a key starting with 'none'\n"
    assert f"{len(entries)} rewrites have keys" in cli("cache", "show", "", "--cache", filled).err
    assert cli("cache", "stats", "--cache", filled, "--json").json["rewrites"] == len(entries)


def test_exported_rewrites_are_proved_again(cli: Cli, filled: Path) -> None:
    exported, other = cli.folder / "export.jsonl", cli.folder / "other.sqlite"
    assert cli("cache", "export", "--cache", filled, "-o", exported).status == 0
    assert cli("cache", "export", "--cache", filled).out == exported.read_text()
    lines = exported.read_text().splitlines()
    ran = cli("cache", "import", exported, "--cache", other, "--json")
    assert (ran.status, ran.json) == (0, {"stored": len(lines), "refused": 0, "reasons": {}})
    before, after = (cli("cache", "ls", "--cache", cache, "--json").json for cache in (filled, other))
    assert {entry["key"]: entry["after"] for entry in before} == {entry["key"]: entry["after"] for entry in after}
    assert {entry["certificate"]["method"] for entry in after} == {"proved again when imported"}


def test_import_stores_nothing_that_is_not_proved(cli: Cli, filled: Path) -> None:
    honest = [json.loads(line) for line in cli("cache", "export", "--cache", filled).out.splitlines()]
    lies = [
        ("it is not proved here", lambda d: d["rewrite"].update(replacement="")),
        ("it is not proved here", lambda d: d["rewrite"].update(replacement="mov x0, #0")),
        ("it contains something that is no instruction", lambda d: d["rewrite"].update(replacement="mov x0, #0; ret")),
        ("it contains something that is no instruction", lambda d: d["rewrite"].update(replacement="ldar x0, [x1]")),
        ("it uses more registers than it says", lambda d: d["rewrite"].update(replacement="mov x25, x0\nmov x26, x0\nmov x27, x0")),
        ("it holds a branch", lambda d: d["rewrite"].update(replacement="b away")),
        ("its live-outs cannot be read", lambda d: d["question"].update(live_out="everything")),
        ("its block is not in canonical form", lambda d: d["question"].update(live_out="x0")),
        ("its block is not in canonical form", lambda d: d["question"].update(block="mov x7, x9")),
        ("its assumptions are not known here", lambda d: d["question"].update(assumptions=["x0 is even"])),
        ("it asks for processor features", lambda d: d["question"].update(features=["sve"])),
        ("its objective is not known here", lambda d: d["question"].update(objective="beauty:neoverse-n1")),
    ]
    for reason, lie in lies:
        data = json.loads(json.dumps(honest[0]))
        lie(data)
        ran = cli("cache", "import", "-", "--cache", cli.folder / "other.sqlite", "--json", stdin=json.dumps(data).encode())
        assert ran.status == 0
        assert (ran.json["stored"], ran.json["refused"]) == (0, 1), reason
        assert next(iter(ran.json["reasons"])).startswith(reason)
    assert cli("cache", "stats", "--cache", cli.folder / "other.sqlite", "--json").json["rewrites"] == 0


def test_import_of_something_else_stores_nothing(cli: Cli, filled: Path) -> None:
    good = cli("cache", "export", "--cache", filled).out
    for bad in ("not json", "[]", "{}", '{"question": {}, "rewrite": {}}', "\0"):
        ran = cli("cache", "import", "-", "--cache", cli.folder / "new.sqlite", stdin=f"{good}{bad}\n".encode())
        assert (ran.status, ran.out) == (2, "")
        assert "is not an exported rewrite" in ran.err
    assert cli("cache", "stats", "--cache", cli.folder / "new.sqlite", "--json").json["rewrites"] == 0


# --- proposers ----------------------------------------------------------------------------------


def test_names_of_proposers() -> None:
    assert proposers.parse_names("enumerate, model,enumerate") == ("enumerate", "model")
    with pytest.raises(proposers.UnknownProposer, match="known: model, endpoint, enumerate"):
        proposers.parse_names("enumerate,magic")
    with pytest.raises(proposers.UnknownProposer):
        proposers.make("magic")
    assert proposers.make("enumerate").name == "enumerate"


def test_what_is_not_installed_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, factory in (("proposer.no_such_module", "X"), ("no_such_package.module", "X"), ("proposer.enumerate", "NoSuchName")):
        monkeypatch.setitem(proposers.SOURCES, "ghost", proposers.Source(module, factory, ""))
        with pytest.raises(ProposerUnavailable, match="proposer ghost: "):
            proposers.make("ghost")


# --- the cache folder ---------------------------------------------------------------------------


def test_where_the_cache_folder_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("SUPEROPT_CACHE_DIR", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    assert paths.cache_folder() == tmp_path / ".cache" / "superopt"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative/and/so/ignored")
    assert paths.cache_folder() == tmp_path / ".cache" / "superopt"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert paths.cache_folder() == tmp_path / "xdg" / "superopt"
    monkeypatch.setenv("SUPEROPT_CACHE_DIR", str(tmp_path / "mine"))
    assert paths.rewrites_file() == tmp_path / "mine" / "rewrites.sqlite"
    assert (tmp_path / "mine").stat().st_mode & 0o777 == 0o700


# --- two sources of meanings --------------------------------------------------------------------

PROVED = Proved(Certificate("solver", "q", ("z3",), "0", {"nop": "row = VEX"}, 1.0))
REFUTED = Refuted(Counterexample({}, {}, 0, (), True, "screening"))
UNKNOWN = Unknown("timeout", 1.0)
UNSUPPORTED = Unsupported("ldar")


@pytest.mark.parametrize(
    ("rows", "vex", "kind"),
    [
        (PROVED, PROVED, Proved),
        (PROVED, REFUTED, Unknown),
        (REFUTED, PROVED, Unknown),
        (REFUTED, REFUTED, Refuted),
        (REFUTED, UNKNOWN, Refuted),
        (UNSUPPORTED, REFUTED, Refuted),
        (PROVED, UNKNOWN, Unknown),
        (PROVED, UNSUPPORTED, Unsupported),
        (UNKNOWN, PROVED, Unknown),
        (UNSUPPORTED, PROVED, Unsupported),
        (UNSUPPORTED, UNSUPPORTED, Unsupported),
    ],
)
def test_two_verdicts_are_one_proof_only_if_both_are(rows: Verdict, vex: Verdict, kind: type) -> None:
    assert type(both(rows, vex)) is kind
