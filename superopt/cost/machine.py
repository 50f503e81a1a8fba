"""CPUs as schedulers see them: how wide, which ports, and what every instruction form costs.

The data are in ``tables/<cpu>.json`` and are made from LLVM's scheduling models by :mod:`superopt.cost.derive`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache
from importlib.resources import files
from typing import Any, cast

from grammars.operands import Operation
from superopt.cost.errors import TableError, UnknownCpu
from superopt.cost.forms import form_of
from superopt.cost.prepared import Prepared, prepare
from superopt.cost.scheduling import Scheduling, parse_scheduling

# CPUs that LLVM 19 gives the very same scheduling model (AArch64Processors.td, ProcessorModel): their llvm-mca output is
# the same for every instruction, which the tests check where llvm-mca is installed.
ALIASES: Mapping[str, str] = {
    "cortex-a57": "cortex-a72",  # CortexA57Model, made for the A57 and used for every core below
    "cortex-a73": "cortex-a72",
    "cortex-a75": "cortex-a72",
    "cortex-a76": "cortex-a72",
    "cortex-a77": "cortex-a72",
    "cortex-a78": "cortex-a72",
    "cortex-x1": "cortex-a72",
    "grace": "neoverse-v2",  # NeoverseV2Model: the same core under NVIDIA's name
    "apple-m2": "apple-m1",  # CycloneModel, made for the A7 and used for every Apple core
    "apple-m3": "apple-m1",
    "apple-a14": "apple-m1",
}


@dataclass(frozen=True, slots=True)
class Machine:
    """A CPU.  ``dispatch_width`` is micro-operations a cycle; ``window`` is the size of the reorder buffer in
    micro-operations (0 where issue is in order); ``pools`` names the sets of ports; ``overhead`` is what llvm-mca adds
    for filling and draining the pipeline, in cycles."""

    name: str
    dispatch_width: int
    in_order: bool
    ports: tuple[str, ...]
    window: int
    overhead: int
    made_with: str
    pools: Mapping[int, str]
    table: Mapping[str, Scheduling]
    _prepared: dict[Operation, Prepared] = field(default_factory=dict[Operation, Prepared], repr=False, compare=False)

    def prepare(self, operation: Operation) -> Prepared:
        """The instruction with all that pricing needs to know about it (remembered)."""
        found = self._prepared.get(operation)
        if found is None:
            found = prepare(operation, *self.scheduling(form_of(operation)))
            if len(self._prepared) >= _REMEMBERED:
                self._prepared.clear()
            self._prepared[operation] = found
        return found

    def ports_name(self, ports: int) -> str:
        """A set of ports in words: the pool's name, or its ports joined by ``|``."""
        name = self.pools.get(ports)
        return name or "|".join(port for bit, port in enumerate(self.ports) if ports >> bit & 1)

    def scheduling(self, form: str) -> tuple[Scheduling, str]:
        """The cost of a form, and a note on how it was guessed (empty when the table has the form)."""
        exact = self.table.get(form)
        if exact is not None:
            return exact, ""
        nearest = self.nearest_form(form)
        if nearest is None:
            return DEFAULT, f"{form}: not in the table, taken as {DEFAULT.latency} cycles"
        return self.table[nearest], f"{form}: not in the table, taken as {nearest}"

    def nearest_form(self, form: str) -> str | None:
        """The form of the same mnemonic (else of the same mnemonic less a final ``2`` or ``s``) with the most alike
        operands, the first in the alphabet where several are."""
        mnemonic, _, keys = form.partition(" ")
        for stem in (mnemonic, mnemonic.rstrip("2"), mnemonic.rstrip("s")):
            candidates = [known for known in self.table if known.partition(" ")[0] == stem]
            if candidates:
                return min(candidates, key=lambda known: (-_likeness(known.partition(" ")[2], keys), known))
        return None


_REMEMBERED = 200_000

# An instruction about which nothing is known: a load's latency and two micro-operations, so that an unknown
# instruction never looks cheaper than the simple ones that it may replace.
DEFAULT = Scheduling(latency=4, micro_ops=2, ports=())


def known_cpus() -> tuple[str, ...]:
    """The names that :func:`machine` takes: CPUs with a table, then other names of the same scheduling model."""
    return (*tabled_cpus(), *sorted(ALIASES))


@cache
def tabled_cpus() -> tuple[str, ...]:
    """The CPUs that have a table of their own, in alphabetical order."""
    return tuple(sorted(entry.name[:-5] for entry in _tables().iterdir() if entry.name.endswith(".json")))


def resolve_cpu(cpu: str) -> str:
    """The CPU whose table serves ``cpu``.  Raises :class:`UnknownCpu`."""
    name = ALIASES.get(cpu, cpu)
    if name not in tabled_cpus():
        raise UnknownCpu(cpu, known_cpus())
    return name


def machine(cpu: str) -> Machine:
    """The machine description of a CPU.  Raises :class:`UnknownCpu` and :class:`TableError`."""
    return _load(resolve_cpu(cpu))


@cache
def _load(cpu: str) -> Machine:
    return parse_table(cpu, (_tables() / f"{cpu}.json").read_text(encoding="utf-8"))


def _tables() -> Any:
    return files("superopt.cost") / "tables"


def parse_table(cpu: str, text: str) -> Machine:
    """Read a table written by :mod:`superopt.cost.derive`.  Raises :class:`TableError`."""
    try:
        data = cast(dict[str, Any], json.loads(text))
        ports = tuple(cast(list[str], data["ports"]))
        pools = {name: _mask(ports, members) for name, members in data["pools"].items()}
        table: dict[str, Scheduling] = {}
        for operands, value, mnemonics in cast(list[list[str]], data["forms"]):
            scheduling = parse_scheduling(value, pools)
            table |= {f"{mnemonic} {operands}".rstrip(): scheduling for mnemonic in mnemonics.split()}
        return Machine(
            name=cpu,
            dispatch_width=int(data["dispatch_width"]),
            in_order=bool(data["in_order"]),
            ports=ports,
            window=int(data["window"]),
            overhead=int(data["overhead"]),
            made_with=str(data["made_with"]),
            pools={mask: name for name, mask in pools.items()},
            table=table,
        )
    except (KeyError, ValueError, TypeError) as error:
        raise TableError(cpu, f"malformed: {error!r}") from error


def _mask(ports: tuple[str, ...], members: list[str]) -> int:
    return sum(1 << ports.index(member) for member in members)


def _likeness(left: str, right: str) -> float:
    return SequenceMatcher(a=left.split(","), b=right.split(","), autojunk=False).ratio() + (
        0.01 * SequenceMatcher(a=left, b=right, autojunk=False).ratio()
    )
