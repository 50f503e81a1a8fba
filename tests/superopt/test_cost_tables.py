"""The cost tables, and how they are made from llvm-mca's answers."""

from __future__ import annotations

import json
import random
from importlib.resources import files

import pytest

from grammars.instruction import parse_operation
from superopt.cost import UnknownCpu, known_cpus, machine, mca, pools
from superopt.cost.derive import CPUS, accepted, renumbered
from superopt.cost.errors import JudgeUnavailable, TableError
from superopt.cost.forms import form_of
from superopt.cost.machine import ALIASES, DEFAULT, parse_table, resolve_cpu, tabled_cpus
from superopt.cost.scheduling import format_scheduling, parse_scheduling
from superopt.cost.shapes import integer, memory, shapes, vector_integer
from superopt.errors import SuperoptError


def _mca_missing() -> bool:
    try:
        return mca.find_tool().major != 19
    except JudgeUnavailable:
        return True


needs_mca = pytest.mark.skipif(_mca_missing(), reason="llvm-mca 19, which made the tables, is not installed")


def test_every_cpu_of_the_deriving_program_has_a_table() -> None:
    assert set(CPUS) == set(tabled_cpus())
    assert set(ALIASES.values()) <= set(CPUS)


@pytest.mark.parametrize("cpu", tabled_cpus())
def test_table_is_consistent(cpu: str) -> None:
    target = machine(cpu)
    assert target.dispatch_width >= 2
    assert target.in_order == (target.window == 0)
    assert "llvm-mca" in target.made_with
    assert len(target.table) > 2500
    every_port = (1 << len(target.ports)) - 1
    for form, cost in target.table.items():
        assert 0 <= cost.latency <= 120, form
        assert 1 <= cost.micro_ops <= 64, form
        assert len(cost.late) <= form.count(",") + 1, form
        for mask, cycles in cost.ports:
            assert mask and mask & every_port == mask, form
            assert cycles >= 1, form
            assert mask in target.pools, form


@pytest.mark.parametrize("cpu", tabled_cpus())
def test_entries_round_trip(cpu: str) -> None:
    target = machine(cpu)
    by_name = {name: mask for mask, name in target.pools.items()}
    for cost in set(target.table.values()):
        assert parse_scheduling(format_scheduling(cost, target.pools), by_name) == cost


def test_tables_are_small_and_one_entry_a_line() -> None:
    texts = [(files("superopt.cost") / "tables" / f"{cpu}.json").read_text() for cpu in tabled_cpus()]
    assert sum(map(len, texts)) < 400_000
    for text in texts:
        data = json.loads(text)
        assert text.count("\n") == len(data["forms"]) + len(data) + 3
        assert data["made_by"].startswith("python -m superopt.cost.derive")


def test_unknown_cpu_names_the_known_ones() -> None:
    with pytest.raises(UnknownCpu) as caught:
        machine("cortex-a1")
    assert isinstance(caught.value, SuperoptError)
    assert caught.value.cpu == "cortex-a1"
    assert caught.value.known == known_cpus()
    assert "neoverse-n1" in str(caught.value)


def test_other_names_of_a_model() -> None:
    assert machine("cortex-a76") is machine("cortex-a72")
    assert resolve_cpu("grace") == "neoverse-v2"
    assert set(known_cpus()) == set(CPUS) | set(ALIASES)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"ports": []}'])
def test_malformed_table(text: str) -> None:
    with pytest.raises(TableError) as caught:
        parse_table("broken", text)
    assert caught.value.table == "broken"


def test_unknown_forms_are_guessed_and_said_so() -> None:
    target = machine("neoverse-n1")
    cost, guess = target.scheduling("add x,x,x,rotated")
    assert cost == target.table["add x,x,x"]
    assert "add x,x,x,rotated" in guess
    cost, guess = target.scheduling("frobnicate x,x")
    assert cost == DEFAULT
    assert "frobnicate" in guess
    cost, guess = target.scheduling("umull2 v.2d,v.4s,v.16s")
    assert cost == target.table["umull2 v.2d,v.4s,v.4s"]
    assert guess


def test_known_figures() -> None:
    # Arm's Neoverse N1 optimisation guide: ALU 1 cycle on three ports, load 4, shifted by more than 4: 2 cycles on M.
    target = machine("neoverse-n1")
    assert target.table["add x,x,x"].latency == 1
    assert target.table["ldr x,[i]"].latency == 4
    assert target.table["add x,x,x,lsl"].latency == 2
    (mask, cycles), *rest = target.table["add x,x,x"].ports
    assert (mask.bit_count(), cycles, rest) == (3, 1, [])
    # Arm's Cortex-A55 guide: divisions occupy the divider; multiplications accumulate early.
    assert machine("cortex-a55").in_order
    assert machine("cortex-a72").table["madd x,x,x,x"].accumulate == (3, 3)
    assert machine("neoverse-v2").table["mov x,x"].latency == 0


def test_one_even_pool() -> None:
    ports = ("M", "S.0", "S.1", "L")
    known = pools.declared_pools(ports) | pools.learn_pools([{"M": 0.33, "S.0": 0.33, "S.1": 0.34}])
    three = frozenset({"M", "S.0", "S.1"})
    assert pools.decompose({"M": 0.33, "S.0": 0.33, "S.1": 0.34}, 0.333, known) == ((three, 1),)
    both = pools.decompose({"M": 0.33, "S.0": 0.33, "S.1": 0.34, "L": 1.0}, 1.0, known)
    assert both is not None
    assert dict(both) == {three: 1, frozenset({"L"}): 1}
    assert pools.decompose({"M": 3.0}, 3.0, known) == ((frozenset({"M"}), 3),)
    assert pools.decompose({}, 0.1, known) == ()


def test_uneven_and_idle_ports() -> None:
    known = pools.declared_pools(("M", "S.0", "S.1", "L2", "L01.0", "L01.1")) | {frozenset({"M", "S.0", "S.1"})}
    uneven = pools.decompose({"M": 0.25, "S.0": 0.375, "S.1": 0.375}, 0.333, known)
    assert uneven == ((frozenset({"M", "S.0", "S.1"}), 1),)
    # llvm-mca never picks L2 when it is idle, but its reciprocal throughput counts it.
    idle = pools.decompose({"L01.0": 0.5, "L01.1": 0.5}, 0.333, known)
    assert idle == ((frozenset({"L2", "L01.0", "L01.1"}), 1),)


def test_names_of_pools() -> None:
    ports = ("M", "S.0", "S.1", "V0", "V1")
    assert pools.pool_name(frozenset({"S.0", "S.1"}), ports) == "S"
    assert pools.pool_name(frozenset({"M", "S.0", "S.1"}), ports) == "M|S"
    assert pools.pool_name(frozenset({"V1"}), ports) == "V1"
    assert pools.short_port_names(["A57UnitI.0", "A57UnitL"]) == {"A57UnitI.0": "I.0", "A57UnitL": "L"}


def test_examples_are_repeated_on_other_registers() -> None:
    assert renumbered("ldr q0, [x1, w2, uxtw #4]", 4) == "ldr q4, [x5, w6, uxtw #4]"
    assert renumbered("sha1h s0, s1", 8) == "sha1h s8, s9"


def _sample(count: int) -> list[str]:
    return random.Random(20).sample([text for text in shapes() if "label" not in text], count)


@needs_mca
@pytest.mark.parametrize("cpu", CPUS)
def test_tables_say_what_llvm_mca_says(cpu: str) -> None:
    texts = accepted(_sample(150), cpu)
    assert len(texts) > 75
    table = machine(cpu).table
    for text, region in zip(texts, mca.simulate(texts, cpu, iterations=1, prelude=mca.PRELUDE), strict=True):
        cost = table.get(form_of(parse_operation(text)))
        if cost is not None:
            assert (cost.latency, cost.micro_ops) == region.infos[0][:2], text


@needs_mca
@pytest.mark.parametrize(("alias", "cpu"), ALIASES.items())
def test_aliases_have_the_same_model(alias: str, cpu: str) -> None:
    texts = accepted([*integer(), *memory(), *vector_integer()][::7], cpu)
    texts = accepted(texts, alias)
    assert len(texts) > 150
    ours = mca.simulate(texts, cpu, iterations=20, prelude=mca.PRELUDE)
    theirs = mca.simulate(texts, alias, iterations=20, prelude=mca.PRELUDE)
    assert ours == theirs


@needs_mca
def test_refused_instructions_are_dropped() -> None:
    texts = ["add x0, x1, x2", "frob x0", "ldr x0, [x1]", "ldr b0, label", "cas x0, x2, [x1]", "ret"]
    assert accepted(texts, "cortex-a55") == ["add x0, x1, x2", "ldr x0, [x1]", "ret"]
    assert accepted(["cas x0, x2, [x1]"], "cortex-a55") == accepted([], "cortex-a55") == []
