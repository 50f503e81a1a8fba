"""The text tests of ``tests/srctgt``: each source against itself first, then against its target."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from srctgt.cases import Case, all_cases
from srctgt.judging import differences, verdict, verdict_on_itself

from superopt.cli.verdicts import word
from verifier.check import Checker

CASES = all_cases()


@pytest.fixture(scope="module")
def checker() -> Iterator[Checker]:
    with Checker() as opened:
        yield opened


def test_there_are_cases_of_every_verdict() -> None:
    assert len(CASES) >= 40
    assert {"equivalent", "different", "unsupported"} <= {case.headers["expect"] for case in CASES}


PROVABLE = [case for case in CASES if case.headers["expect"] in ("equivalent", "different") and case.name != "ordered_identical"]


@pytest.mark.parametrize("case", PROVABLE, ids=lambda case: case.name)
def test_source_is_equivalent_to_itself(checker: Checker, case: Case) -> None:
    assert word(verdict_on_itself(checker, case)) == "equivalent"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_verdict(checker: Checker, case: Case) -> None:
    found = verdict(checker, case)
    assert word(found) == case.headers["expect"], found
    wanted = case.headers.get("differs", "").split(", ")
    assert differences(found).split(", ")[0] in wanted, found  # which others differ as well depends on the state found
