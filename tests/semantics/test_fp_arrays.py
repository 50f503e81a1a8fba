"""The numpy form of the floating-point functions against the form on Python ints."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable
from random import Random

import numpy as np
import pytest
from fp_corners import instructions, operand

from semantics.fp import arrays
from semantics.fp.arrays import is_fast, on_columns
from semantics.fp.functions import function

COUNT = int(os.environ.get("SUPEROPT_FP_COLUMN", "2000"))
TABLE = instructions()
DIRECTED = {
    f"fp:{name}.f{width}.{mode}": ("", (width, width), width) for name in ("add", "mul") for width in (32, 64) for mode in ("rm", "rz")
}


@pytest.mark.parametrize("name", [*TABLE, *DIRECTED])
def test_columns_are_the_values_one_by_one(name: str) -> None:
    random, (_, widths, _) = Random(zlib.crc32(name.encode())), (TABLE | DIRECTED)[name]
    integer = name.startswith(("fp:convert.s", "fp:convert.u")) or name.endswith(".u32")
    count = COUNT if is_fast(name) else 50
    cases = [tuple(operand(random, width, integer) for width in widths) for _ in range(count)]
    columns, evaluate = on_columns(name), function(name)
    assert columns is not None and evaluate is not None
    found = columns([np.array(column, dtype=np.uint64) for column in zip(*cases, strict=True)])
    assert found.dtype == np.uint64
    wrong = [(case, hex(value), hex(evaluate(case))) for case, value in zip(cases, found.tolist(), strict=True) if value != evaluate(case)]
    assert not wrong[:5]


def test_ordinary_arithmetic_is_fast() -> None:
    names = [
        f"fp:{name}.f{width}.rne"
        for name in ("add", "sub", "mul", "div", "sqrt", "rint", "convert.s64", "convert.u32")
        for width in (32, 64)
    ]
    names += [f"fp:convert.f{width}.{kind}64.rz" for width in (32, 64) for kind in "su"]
    assert all(is_fast(name) for name in names)


def test_no_columns_for_a_name_without_meaning() -> None:
    assert on_columns("fp:nothing.f64") is None and not is_fast("fp:nothing.f64")


def test_a_processor_that_flushes_subnormals_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    halve, args = on_columns("fp:mul.f64.rne"), [np.array([2], dtype=np.uint64), np.array([0x3FE << 52], dtype=np.uint64)]
    one_by_one, fromiter = list[int](), np.fromiter

    def counted(values: Iterable[int], kind: type[np.uint64], count: int) -> object:
        one_by_one.append(count)
        return fromiter(values, kind, count)

    monkeypatch.setattr(arrays.np, "fromiter", counted)
    assert halve is not None and halve(args).tolist() == [1] and not one_by_one
    monkeypatch.setattr(arrays, "_SUMS", np.array([0, 0x3FF << 52, 0xBFF << 52], dtype=np.uint64))
    assert halve(args).tolist() == [1] and one_by_one == [1]
