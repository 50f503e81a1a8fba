"""Real compiler output, optimised, linked with its driver and run: the program must say what it said before."""

from __future__ import annotations

from pathlib import Path

import pytest
from simple_proposers import Deleting
from support.compile import Compiler, compile_kernel, kernel_names, needs_cross_tools, run_assembly

from grammars.listing import encode_listing, read_listing
from proposer.enumerate import Enumerate
from proposer.proposal import Proposer
from superopt.cache import Cache
from superopt.cost import machine
from superopt.optimizer.file import FileOptimizer
from superopt.optimizer.options import OptimizeOptions
from superopt.optimizer.report import Report
from superopt.optimizer.search import Searcher
from verifier.check import Checker

pytestmark = needs_cross_tools

SAMPLE = kernel_names()[::4]


def optimize(source: Path, output: Path, proposers: list[Proposer], budget: float) -> Report:
    options = OptimizeOptions(budget=budget, use_judge=False)
    with Checker() as checker:
        searcher = Searcher(options, machine(options.cpu), proposers, checker, Cache(":memory:"))
        optimizer = FileOptimizer(read_listing(source), options, searcher)
        output.write_bytes(encode_listing(optimizer.run()))
    return optimizer.report


@pytest.mark.parametrize("name", SAMPLE)
@pytest.mark.parametrize(("compiler", "level"), [("gcc", "-O2"), ("clang", "-O0")])
def test_optimised_kernels_behave_as_before(name: str, compiler: Compiler, level: str, tmp_path: Path) -> None:
    source = compile_kernel(name, tmp_path / "before.s", compiler=compiler, level=level)
    optimize(source, tmp_path / "after.s", [Deleting(), Enumerate()], budget=4.0)
    assert run_assembly(name, tmp_path / "after.s", tmp_path) == run_assembly(name, source, tmp_path)


def test_spilled_temporaries_of_unoptimised_code_go_away(tmp_path: Path) -> None:
    source = compile_kernel("popcount", tmp_path / "before.s", compiler="clang", level="-O0")
    report = optimize(source, tmp_path / "after.s", [Enumerate(), Deleting()], budget=20.0)
    assert report.count_ratio < 0.9
    assert run_assembly("popcount", tmp_path / "after.s", tmp_path) == run_assembly("popcount", source, tmp_path)
