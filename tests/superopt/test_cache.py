"""The rewrite cache: keys, validity, what replaces what, several processes, export and import."""

from __future__ import annotations

import multiprocessing
from dataclasses import replace
from pathlib import Path

import pytest

from superopt.cache import Cache, CacheError, Question, Rewrite

QUESTION = Question("add x0, x0, #1\nadd x0, x0, #1", "x0,mem", (), (), "cycles:neoverse-n1", (0, 0))
REWRITE = Rewrite("add x0, x0, #2", (1.0, 1, 1), (2.0, 2, 2), "meaning", "enumerate", {"method": "structural"}, 1.0)


def anything(_: Rewrite) -> bool:
    return True


def test_every_field_of_a_question_is_in_its_key() -> None:
    changed = [
        replace(QUESTION, block="nop"),
        replace(QUESTION, live_out="x0"),
        replace(QUESTION, assumptions=("dead-stack",)),
        replace(QUESTION, features=("crc",)),
        replace(QUESTION, objective="size:neoverse-n1"),
        replace(QUESTION, scratch=(1, 0)),
    ]
    assert len({QUESTION.key, *(question.key for question in changed)}) == 7


def test_a_rewrite_comes_back_as_it_was_put(tmp_path: Path) -> None:
    with Cache(tmp_path / "deep" / "c.sqlite") as cache:
        assert cache.get(QUESTION, anything) is None
        assert cache.put(QUESTION, REWRITE, anything)
    with Cache(tmp_path / "deep" / "c.sqlite") as cache:
        assert cache.get(QUESTION, anything) == REWRITE


def test_a_rewrite_whose_meaning_changed_is_not_served_and_is_replaced() -> None:
    with Cache(":memory:") as cache:
        cache.put(QUESTION, REWRITE, anything)
        assert cache.get(QUESTION, lambda rewrite: rewrite.semantics == "new meaning") is None
        dearer = replace(REWRITE, cost=(1.5, 1, 1), semantics="new meaning")
        assert cache.put(QUESTION, dearer, lambda rewrite: rewrite.semantics == "new meaning")
        assert cache.get(QUESTION, anything) == dearer


def test_nothing_is_replaced_by_something_weaker() -> None:
    with Cache(":memory:") as cache:
        cache.put(QUESTION, REWRITE, anything)
        assert not cache.put(QUESTION, replace(REWRITE, cost=(1.0, 1, 1), replacement="other"), anything)
        assert not cache.put(QUESTION, replace(REWRITE, cost=(3.0, 0, 0)), anything)
        assert cache.put(QUESTION, replace(REWRITE, cost=(0.5, 1, 1)), anything)


def test_a_fruitless_search_counts_up_to_its_budget_for_its_proposers_and_meanings() -> None:
    with Cache(":memory:") as cache:
        cache.put_fruitless(QUESTION, "m", ["enumerate", "model"], 2.0)
        cache.put_fruitless(QUESTION, "m", ["enumerate", "model"], 1.0)
        assert cache.fruitless(QUESTION, "m", ["model"]) == 2.0
        assert cache.fruitless(QUESTION, "other", ["model"]) == 0.0
        assert cache.fruitless(QUESTION, "m", ["endpoint"]) == 0.0
        cache.put_fruitless(QUESTION, "m", ["enumerate", "model"], 5.0)
        assert cache.fruitless(QUESTION, "m", ["model"]) == 5.0


def test_sightings_are_counted_by_place() -> None:
    with Cache(":memory:") as cache:
        cache.put(QUESTION, REWRITE, anything)
        for place in ("a.s:1", "a.s:1", "b.s:9"):
            cache.note(QUESTION, place)
        (entry,) = cache.entries()
        assert entry.seen == {"a.s:1": 2, "b.s:9": 1}
        assert cache.counts() == {"rewrites": 1, "fruitless": 0, "seen": 3}
        assert cache.find(entry.key[:8]) == [entry]


def test_export_and_import_round_trip_and_only_what_is_valid_enters() -> None:
    with Cache(":memory:") as cache, Cache(":memory:") as other:
        cache.put(QUESTION, REWRITE, anything)
        lines = list(cache.export())
        assert other.load(lines, "x.jsonl", lambda question, rewrite: False) == (0, 1)
        assert other.load([*lines, "\n"], "x.jsonl", lambda question, rewrite: question == QUESTION) == (1, 0)
        assert other.get(QUESTION, anything) == REWRITE


@pytest.mark.parametrize("line", ["{", "[]", "{}", '{"question": {}, "rewrite": {}}', "\x00"])
def test_a_broken_export_is_refused_with_its_line_and_nothing_is_stored(line: str) -> None:
    with Cache(":memory:") as cache, Cache(":memory:") as other:
        cache.put(QUESTION, REWRITE, anything)
        with pytest.raises(CacheError, match=r"x\.jsonl.*line 2"):
            other.load([*cache.export(), line], "x.jsonl", lambda question, rewrite: True)
        assert other.counts()["rewrites"] == 0


def test_a_file_that_is_no_cache_is_named(tmp_path: Path) -> None:
    path = tmp_path / "no.sqlite"
    path.write_bytes(b"this is not a database, whatever its name says" * 100)
    with pytest.raises(CacheError, match=r"no\.sqlite"):
        Cache(path)
    with pytest.raises(CacheError, match="rewrite cache"):
        Cache(tmp_path)


def _hammer(path: Path, number: int) -> None:
    with Cache(path) as cache:
        for i in range(30):
            cache.note(QUESTION, "shared")
            cache.put(QUESTION, replace(REWRITE, cost=(100.0 - i - number / 10, 1, 1)), anything)


def test_several_processes_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_hammer, args=(path, number)) for number in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
    with Cache(path) as cache:
        (entry,) = cache.entries()
        assert entry.seen == {"shared": 90}
        assert entry.rewrite.cost == (70.8, 1, 1)
