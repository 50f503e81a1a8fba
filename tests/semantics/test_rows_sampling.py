from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from semantics.assembler import assemble_text, base_rows, decode, rows
from semantics.row import Row, syntax
from semantics.sampling import NoInstance, draw_fields, draw_instruction, samples


def row_named(template: str) -> Row:
    return next(row for row in rows() if row.template == template)


ADD = "add {d:R}, {n:R}, {m:shifted}"


def test_samples_are_valid_distinct_and_reproducible() -> None:
    for row in rows()[::37]:
        first, second = (samples(row, Random(5).randrange, 10) for _ in range(2))
        assert first == second
        assert len(set(first)) == len(first)
        assert all(row.valid(dict(made.fields)) for made in first)


def test_register_31_equal_registers_and_edges_are_common() -> None:
    made = [dict(found.fields) for found in samples(row_named(ADD), Random(1).randrange, 200)]
    assert sum(31 in (f["d"], f["n"], f["m"]) for f in made) > 20
    assert sum(len({f["d"], f["n"], f["m"]}) < 3 for f in made) > 20
    assert {f["sf"] for f in made} == {0, 1}
    assert {0, 31} <= {f["imm6"] for f in made}
    assert {f["shift"] for f in made} == {0, 1, 2}


def test_one_register_forms_yield_every_value() -> None:
    assert {dict(made.fields)["n"] for made in samples(row_named("ret {n:X}"), Random(0).randrange, 32)} == set(range(32))


def test_a_row_without_fields_has_one_instance() -> None:
    assert [made.text for made in samples(row_named("nop"), Random(0).randrange, 5)] == ["nop"]


def test_a_row_that_nothing_satisfies_is_reported() -> None:
    impossible = syntax("nothing {d:X}", "000000000000000000000000000 d:5", constraint=lambda fields: False)
    with pytest.raises(NoInstance, match="nothing"):
        draw_fields(impossible, Random(0).randrange)


@st.composite
def instructions(draw: st.DrawFn) -> object:
    row = draw(st.sampled_from(base_rows()))
    return draw_instruction(row, lambda n: draw(st.integers(0, n - 1)))


@settings(deadline=None)
@given(instructions())
def test_a_choose_of_hypothesis_makes_a_strategy(made: object) -> None:
    assert decode(getattr(made, "code")) == made  # noqa: B009
    assert assemble_text(str(made)) == made
