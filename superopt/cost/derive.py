"""Make the cost tables from LLVM's scheduling models: ``python -m superopt.cost.derive [--cpu NAME]...``

Every example of :mod:`superopt.cost.shapes` is given to llvm-mca (a few processes a CPU, each prices hundreds of
instructions as code regions) and the answers are written to ``superopt/cost/tables/<cpu>.json``.  A table is written
when its CPU is complete, so an interrupted run is taken up again with ``--missing``.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from grammars.instruction import parse_operation
from grammars.operands import Operation
from superopt.cost import chains, mca, pools
from superopt.cost.forms import form_of
from superopt.cost.scheduling import Scheduling, format_scheduling
from superopt.cost.shapes import shapes

CPUS = ("cortex-a55", "cortex-a72", "neoverse-n1", "neoverse-v2", "apple-m1")
TABLES = Path(__file__).parent / "tables"

# llvm-mca prints -1 as an unsigned number where the model has no latency (cfinv on apple-m1).
_NO_LATENCY = 10_000

_COPIES = 3
_ITERATIONS = 40
_BATCH = 600


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m superopt.cost.derive", description=__doc__)
    parser.add_argument("--cpu", action="append", choices=CPUS, help="only this CPU (may be repeated)")
    parser.add_argument("--missing", action="store_true", help="skip CPUs that have a table already")
    options = parser.parse_args(arguments)
    for cpu in options.cpu or CPUS:
        path = TABLES / f"{cpu}.json"
        if options.missing and path.exists():
            continue
        text = derive(cpu)
        path.write_text(text, encoding="utf-8")
        print(f"{path.name}: {len(text)} bytes", file=sys.stderr)
    return 0


def derive(cpu: str) -> str:
    """The text of the table of one CPU."""
    examples = _examples(accepted(shapes(), cpu))
    _progress(cpu, f"{len(examples)} forms")
    regions = measure(list(examples), cpu)
    resources = _resources(cpu)
    names = pools.short_port_names(resources)
    ports = tuple(names.values())
    observed = {
        text: ({names[port]: cycles / _COPIES for port, cycles in region.pressure.items()}, region.infos[0][2])
        for text, region in zip(examples, regions, strict=True)
    }
    known = pools.declared_pools(ports) | pools.learn_pools(pressure for pressure, _ in observed.values())
    _progress(cpu, f"{len(known)} pools of ports")
    table: dict[str, Scheduling] = {}
    for (text, operation), region in zip(examples.items(), regions, strict=True):
        latency, micro_ops, _ = region.infos[0]
        if latency > _NO_LATENCY:
            continue
        table[form_of(operation)] = Scheduling(latency, micro_ops, _uses(cpu, text, observed[text], known, ports))
    overhead = chains.overhead(cpu)
    _add_chains(cpu, {text: operation for text, operation in examples.items() if form_of(operation) in table}, table)
    return format_table(cpu, ports, region_width(regions), overhead, table)


def _add_chains(cpu: str, examples: Mapping[str, Operation], table: dict[str, Scheduling]) -> None:
    """Add what only chains of instructions show: forwarding, accumulators and writeback."""
    pairs = list(examples.items())
    in_order = _window(cpu) == 0
    for form, latency in chains.writeback_latencies(cpu, pairs, in_order=in_order).items():
        table[form] = replace(table[form], writeback=latency)
    for form, (operand, latency) in chains.accumulator_latencies(cpu, pairs).items():
        if latency < table[form].latency:
            table[form] = replace(table[form], accumulate=(operand, latency))
    for form, (early, late) in chains.forwarding(cpu, pairs, table).items():
        table[form] = replace(table[form], early=early, late=late)
    for form in chains.unordered_forms(cpu, pairs, table) if in_order else ():
        table[form] = replace(table[form], unordered=True)


def _examples(texts: Sequence[str]) -> dict[str, Operation]:
    """One example for each form: the first text that has it."""
    examples: dict[str, Operation] = {}
    seen: set[str] = set()
    for text in texts:
        operation = parse_operation(text)
        form = form_of(operation)
        if form not in seen:
            seen.add(form)
            examples[text] = operation
    return examples


def accepted(texts: Sequence[str], cpu: str) -> list[str]:
    """The texts that llvm-mca assembles and has a cost for, in order."""
    answers = mca.simulate_each(texts, cpu, iterations=1, prelude=mca.PRELUDE)
    return [text for text, answer in zip(texts, answers, strict=True) if isinstance(answer, mca.Region)]


def renumbered(text: str, step: int) -> str:
    """The instruction on other registers: all numbers (0 to 3 in examples) raised by ``step``."""
    return re.sub(r"\b([xwbhsdqv])(\d+)\b", lambda found: f"{found[1]}{int(found[2]) + step}", text)


def measure(texts: Sequence[str], cpu: str) -> list[mca.Region]:
    """Price each instruction, repeated on independent registers so that only ports limit it."""
    blocks = ["\n".join(renumbered(text, 4 * copy) for copy in range(_COPIES)) for text in texts]
    regions: list[mca.Region] = []
    for start in range(0, len(blocks), _BATCH):
        regions += mca.simulate(blocks[start : start + _BATCH], cpu, iterations=_ITERATIONS, prelude=mca.PRELUDE)
        _progress(cpu, f"{len(regions)} of {len(blocks)} measured")
    return regions


def _uses(
    cpu: str, text: str, observed: tuple[Mapping[str, float], float], known: set[pools.Pool], ports: Sequence[str]
) -> tuple[tuple[int, int], ...]:
    pressure, throughput = observed
    uses = pools.decompose(pressure, throughput, known)
    if uses is None:
        _progress(cpu, f"{text}: pressure {dict(pressure)} fits no pools, taken kind by kind")
        uses = pools.by_kind(pressure)
    return tuple((sum(1 << ports.index(port) for port in pool), cycles) for pool, cycles in uses)


def region_width(regions: Sequence[mca.Region]) -> int:
    """The dispatch width, in micro-operations a cycle, that llvm-mca reports."""
    return regions[0].dispatch_width


def _resources(cpu: str) -> list[str]:
    return mca.resource_names(json.loads(mca.run("nop\n", cpu, iterations=1, arguments=("--json",))))


def _window(cpu: str) -> int:
    """Entries of the reorder buffer; 0 where llvm-mca has none, that is where issue is in order."""
    output = mca.run("add x0, x1, x2\n", cpu, iterations=2, arguments=("--retire-stats",))
    found = re.search(r"Total ROB Entries:\s+(\d+)", output)
    return int(found.group(1)) if found else 0


def format_table(cpu: str, ports: Sequence[str], width: int, overhead: int, table: Mapping[str, Scheduling]) -> str:
    """The JSON text: a header, then one line for every (operands, cost) with the mnemonics that share them."""
    masks = sorted({mask for value in table.values() for mask, _ in value.ports})
    members = {mask: [port for bit, port in enumerate(ports) if mask >> bit & 1] for mask in masks}
    names = {mask: pools.pool_name(frozenset(member), ports) for mask, member in members.items()}
    window = _window(cpu)
    header = {
        "cpu": cpu,
        "made_by": f"python -m superopt.cost.derive --cpu {cpu}",
        "made_with": f"llvm-mca, {mca.find_tool().version}",
        "format": "forms: [operands, 'latency micro-ops pools options', mnemonics]; see superopt/cost/machine.py",
        "dispatch_width": width,
        "in_order": window == 0,
        "window": window,
        "overhead": overhead,
        "ports": list(ports),
        "pools": {names[mask]: member for mask, member in members.items()},
    }
    rows: dict[tuple[str, str], list[str]] = {}
    for form, value in table.items():
        mnemonic, _, operands = form.partition(" ")
        rows.setdefault((operands, format_scheduling(value, names)), []).append(mnemonic)
    lines = [json.dumps([*key, " ".join(sorted(rows[key]))]) for key in sorted(rows)]
    top = [f" {json.dumps(key)}: {json.dumps(value)}," for key, value in header.items()]
    return "\n".join(["{", *top, ' "forms": [', "  " + ",\n  ".join(lines), " ]", "}"]) + "\n"


def _progress(cpu: str, message: str) -> None:
    print(f"{cpu}: {message}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
