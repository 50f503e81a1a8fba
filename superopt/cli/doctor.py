"""``superopt doctor``: what is installed, and what its absence costs."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from superopt.cli.options import AsJson

if TYPE_CHECKING:
    from rich.console import Console

ASK_SECONDS = 10.0
BROKEN = 1


@dataclass(frozen=True, slots=True)
class Part:
    """Something that superopt uses: a Python package or a program, and what is lost without it."""

    name: str
    kind: str  # package or program
    required: bool
    without: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A part with its version; None if it is absent."""

    part: Part
    found: str | None


PARTS = (
    Part("z3-solver", "package", True, "nothing can be proved"),
    Part("bitwuzla", "package", True, "no second solver: some proofs take longer, none is confirmed"),
    Part("pyvex", "package", True, "no independent meaning to check ours against, and no vector or floating-point instructions"),
    Part("unicorn", "package", True, "counterexamples and proofs are not run on an emulator"),
    Part("numpy", "package", True, "no screening"),
    Part("lark", "package", True, "assembly cannot be read"),
    Part("torch", "package", False, "the proposer model cannot run (pip install 'superopt[llm]')"),
    Part("transformers", "package", False, "the proposer model cannot run (pip install 'superopt[llm]')"),
    Part("safetensors", "package", False, "the shipped model cannot be read (pip install 'superopt[llm]')"),
    Part("cvc5", "package", False, "no third solver"),
    Part("angr", "package", False, "no loading of binaries"),
    Part("pypcode", "package", False, "no third source of meanings, --semantics sleigh (pip install 'superopt[oracles]')"),
    Part("python-sat", "package", False, "recheck --sat needs the program cadical"),
    Part("cadical", "program", False, "recheck --sat uses a solver of python-sat"),
    Part("drat-trim", "program", False, "recheck --sat checks proofs by superopt's own checker alone"),
    Part("llvm-mc-19", "program", False, "encodings are not compared with LLVM's, by conform and in the tests"),
    Part("llvm-mca-19", "program", False, "predicted cycles are those of the built-in tables alone"),
    Part("clang-19", "program", False, "no compiled code in tests and benchmarks"),
    Part("qemu-aarch64", "program", False, "no second emulator for conform, and compiled kernels are not run in tests"),
    Part("aarch64-linux-gnu-gcc", "program", False, "no compiled code in tests and benchmarks"),
)


def doctor(as_json: AsJson = False) -> int:
    """Show what is installed and what is lost without the rest, and prove and refute one small pair.

    Exit status: 0 if all that is required works, else 1.
    """
    from superopt.cli.streams import print_json
    from superopt.cli.tables import console

    findings = [Finding(part, _version_of(part)) for part in PARTS]
    model, proposers, harness, tests = shipped_model(), _proposers(), _harness(), self_test()
    if as_json:
        parts = [asdict(f.part) | {"version": f.found} for f in findings]
        state = {"model": model, "proposers": proposers, "qemu_harness": harness, "cache": _cache_folder(), "self_test": tests}
        print_json({"parts": parts, **state})
    else:
        _print(console(), findings, model, {"harness for qemu": harness, **proposers}, tests)
    missing = any(f.found is None and f.part.required for f in findings)
    return BROKEN if missing or any(outcome != "ok" for outcome in tests.values()) else 0


def _version_of(part: Part) -> str | None:
    if part.kind == "program":
        return _program_version(part.name)
    try:
        return version(part.name)
    except PackageNotFoundError:
        return None


def _program_version(name: str) -> str | None:
    path = shutil.which(name)
    if path is None:
        return None
    try:
        ran = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=ASK_SECONDS, errors="replace", check=False)
    except (OSError, subprocess.TimeoutExpired):
        return "does not answer"
    found = re.search(r"\d+\.\d+(\.\d+)?", ran.stdout) or re.fullmatch(r"\w{1,20}", ran.stdout.strip())
    return found.group() if found else "version unknown"


def shipped_model() -> str:
    """The model that comes with the package, by the metadata of its file; nothing is loaded."""
    import proposer

    folder = Path(proposer.__file__).parent / "model"
    files = sorted(folder.rglob("*.safetensors"))
    if not files:
        return "none in this installation"
    try:
        from safetensors import safe_open
    except ImportError:
        return f"{files[0].name} is there, but the package safetensors is missing"
    try:
        with safe_open(files[0], framework="numpy") as tensors:
            return f"{files[0].name}: {len(list(tensors.keys()))} tensors, {files[0].stat().st_size / 1e6:.1f} MB"
    except Exception as error:  # whatever a damaged file makes of the library
        return f"{files[0].name} cannot be read: {error}"


def _proposers() -> dict[str, str]:
    from proposer.errors import ProposerError
    from superopt.proposers import SOURCES, make

    states = dict[str, str]()
    for name in SOURCES:
        try:
            make(name)
            states[name] = "available"
        except ProposerError as error:
            states[name] = str(error)
    return states


def _harness() -> str:
    """Whether the batch harness for qemu-aarch64 can be built and runs."""
    from superopt.paths import FolderUnusable, usable_folder
    from verifier.qemu import HarnessError, trouble

    try:
        return trouble(usable_folder()) or "available"
    except (FolderUnusable, HarnessError) as error:
        return str(error)


def _cache_folder() -> str:
    from superopt.paths import FolderUnusable, usable_folder

    try:
        return str(usable_folder())
    except FolderUnusable as error:
        return f"unusable: {error}"


def self_test() -> dict[str, str]:
    """One true pair proved by a solver, one wrong pair refuted: ``ok``, or what came out instead."""
    from semantics.liveset import LiveSet
    from superopt.cli.pairs import Demands, Text, judge
    from superopt.cli.steady import SteadyChecker
    from superopt.cli.verdicts import word

    base = Text(b"and w2, w0, w1\norr w3, w0, w1\nadd w0, w2, w3\n", "original")
    true, wrong = Text(b"add w0, w0, w1\n", "candidate"), Text(b"orr w0, w0, w1\n", "candidate")
    outcomes = dict[str, str]()
    with SteadyChecker() as checker:
        for name, candidate, expected in (("a true pair is proved", true, "equivalent"), ("a wrong pair is refuted", wrong, "different")):
            verdict = judge(checker, base, candidate, Demands(live_out=LiveSet.parse("w0"), timeout=30.0))
            outcomes[name] = "ok" if word(verdict) == expected else f"{word(verdict)} instead of {expected}: {verdict}"
    return outcomes


def _print(out: Console, findings: list[Finding], model: str, proposers: dict[str, str], tests: dict[str, str]) -> None:
    from rich.markup import escape

    from superopt.cli.tables import plain_table, print_table

    table = plain_table("part", "version", "without it")
    for finding in findings:
        missing = "MISSING" if finding.part.required else "absent"
        table.add_row(finding.part.name, escape(finding.found or missing), "" if finding.found else escape(finding.part.without))
    print_table(out, "installed", table)
    rest = plain_table("", "")
    rest.show_header = False
    for name, value in (("shipped model", model), ("cache folder", _cache_folder()), *proposers.items(), *tests.items()):
        rest.add_row(escape(name), escape(value))
    print_table(out, "state", rest)
