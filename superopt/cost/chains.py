"""What only chains of dependent instructions show: writeback, accumulators and forwarding, measured with llvm-mca."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from grammars.operands import Memory, Operand, Operation, Register
from grammars.printing import format_operation
from superopt.cost import mca
from superopt.cost.forms import form_of
from superopt.cost.scheduling import Scheduling

Pairs = Sequence[tuple[str, Operation]]

# The operand through which an accumulator is read, by mnemonic; vector instructions accumulate into operand 0.
_GENERAL_ACCUMULATORS = dict.fromkeys(["madd", "msub", "smaddl", "umaddl", "smsubl", "umsubl", "fmadd", "fmsub", "fnmadd", "fnmsub"], 3)
_CRC = 1
_ADDING = (
    "mla mls fmla fmls smlal umlal smlsl umlsl sqdmlal sqdmlsl sqrdmla sqrdmls saba uaba sadalp uadalp sdot udot usdot ssra usra "
    "srsra ursra"
)
_ADDING_STEMS = tuple(_ADDING.split())

# Operand 0 of these is read; of other instructions it is only written.
_READS_FIRST = ("st", "cb", "tb", "cmp", "cmn", "tst", "ccm", "br", "blr", "ret", "movk", "bf")

_CHAIN = "add x25, x25, x26\n" * 4
_LONG = "\nfsqrt d20, d21"


def overhead(cpu: str) -> int:
    """Cycles that llvm-mca adds to every run for filling and draining its pipeline."""
    (region,) = mca.simulate(["add x0, x1, x2"], cpu, iterations=1)
    return region.total_cycles - region.infos[0][0]


def slopes(blocks: Sequence[str], cpu: str, *, timeout: float = 60.0) -> list[float]:
    """Cycles an iteration of every block in the steady state."""
    short = mca.simulate(blocks, cpu, iterations=100, prelude=mca.PRELUDE, timeout=timeout)
    long = mca.simulate(blocks, cpu, iterations=200, prelude=mca.PRELUDE, timeout=timeout)
    return [(more.total_cycles - less.total_cycles) / 100 for more, less in zip(long, short, strict=True)]


def writeback_latencies(cpu: str, examples: Pairs, *, in_order: bool) -> dict[str, int]:
    """Form -> cycles until an updated base can be used.

    Where issue is in order this is 0: the next instruction issues a cycle later, which is late enough.
    """
    chosen = [(text, form_of(operation)) for text, operation in examples if _has_writeback(operation)]
    if in_order:
        return {form: 0 for _, form in chosen}
    blocks = [text for text, _ in chosen]
    ports = [region.reciprocal_throughput for region in mca.simulate(blocks, cpu, iterations=1, prelude=mca.PRELUDE)]
    measured = zip(chosen, slopes(blocks, cpu), ports, strict=True)
    return {form: max(1, round(slope)) if slope > port + 0.5 else 1 for (_, form), slope, port in measured}


def unordered_forms(cpu: str, examples: Pairs, table: Mapping[str, Scheduling]) -> set[str]:
    """On an in-order CPU, the forms that neither wait for earlier results to be written nor make later ones wait.

    Short instructions are tried after a division of 8 cycles, long ones before a ``nop`` of 1; a square root, which is
    unordered itself, shows when the next instruction could issue.
    """
    found: set[str] = set()
    chosen = [(form_of(operation), text) for text, operation in examples]
    probes = ("\nfsqrt d20, d21", "\nudiv x20, x21, x22")
    ends = [region.total_cycles for region in mca.simulate([probe.strip() for probe in probes], cpu, iterations=1)]
    blocks: list[str] = []
    for form, text in chosen:
        after = text.startswith("f")
        short = table[form].first_result < _DIVISION
        blocks.append(f"udiv x20, x21, x22\n{text}{probes[0]}" if short else f"{text}\nnop{probes[after]}")
    regions = mca.simulate(blocks, cpu, iterations=1, prelude=mca.PRELUDE)
    for (form, text), region in zip(chosen, regions, strict=True):
        cost = table[form]
        short = cost.first_result < _DIVISION
        held = _DIVISION - cost.first_result if short else cost.latency - 1
        end = ends[0] if short else ends[text.startswith("f")]
        if region.total_cycles - end < held - cost.micro_ops or (not short and region.total_cycles <= cost.latency + 1):
            found.add(form)
    return found


# The latency of udiv on cortex-a55, the only in-order CPU with a table.
_DIVISION = 8


def accumulator_latencies(cpu: str, examples: Pairs) -> dict[str, tuple[int, int]]:
    """Form -> (operand, cycles from that operand to the result when an instruction of the same form made it)."""
    chosen: list[tuple[str, int, str]] = []
    for _, operation in examples:
        position = accumulator_operand(operation)
        if position is not None:
            looped = with_operand(operation, position, operation.operands[0])
            chosen.append((form_of(operation), position, format_operation(looped)))
    measured = slopes([text for _, _, text in chosen], cpu)
    return {form: (position, round(slope)) for (form, position, _), slope in zip(chosen, measured, strict=True)}


def accumulator_operand(operation: Operation) -> int | None:
    """The operand that the instruction adds to, or None."""
    mnemonic = operation.mnemonic
    if mnemonic in _GENERAL_ACCUMULATORS:
        return _GENERAL_ACCUMULATORS[mnemonic]
    if mnemonic.startswith("crc32"):
        return _CRC
    return 0 if mnemonic.startswith(_ADDING_STEMS) else None


def forwarding(cpu: str, examples: Pairs, table: Mapping[str, Scheduling]) -> dict[str, tuple[int, tuple[int, ...]]]:
    """Form -> (early, late) of :class:`Scheduling`, for CPUs that forward results before their listed latency.

    On an in-order CPU the time at which an instruction issues is seen in the cycles of a run that ends with a long
    square root; a chain of four additions in front of it feeds the operand under test.
    """
    addition = table["add x,x,x"].latency
    if round(slopes(["add x0, x0, x1"], cpu)[0]) == addition:
        return {}
    early = _early(cpu, examples, table)
    late = _late(cpu, examples, addition)
    forms = [form_of(operation) for _, operation in examples]
    return {form: (early.get(form, 0), late.get(form, ())) for form in forms if form in early or form in late}


def _early(cpu: str, examples: Pairs, table: Mapping[str, Scheduling]) -> dict[str, int]:
    """How many cycles before its latency the result of each form feeds an addition."""
    chosen = [(form_of(operation), text, operation) for text, operation in examples if _writes_general(operation)]
    blocks = [f"{text}\nadd x20, {_as_x(operation.operands[0])}, x21{_LONG}" for _, text, operation in chosen]
    blocks.append(f"add x0, x1, x2\nadd x20, x0, x21{_LONG}")
    *cycles, reference = [region.total_cycles for region in mca.simulate(blocks, cpu, iterations=1, prelude=mca.PRELUDE)]
    found: dict[str, int] = {}
    for (form, _, _), total in zip(chosen, cycles, strict=True):
        early = table[form].latency - (total - reference + 1)
        if early > 0:
            found[form] = early
    return found


def _late(cpu: str, examples: Pairs, addition: int) -> dict[str, tuple[int, ...]]:
    """For each operand, how many cycles before an addition's latency its result can be taken."""
    tested: list[tuple[str, int, int]] = []
    blocks: list[str] = []
    for _, operation in examples:
        for position in _general_reads(operation):
            tested.append((form_of(operation), position, len(operation.operands)))
            versions = (with_operand(operation, position, feeder) for feeder in (Register("x25"), Register("x27")))
            blocks += [_CHAIN + format_operation(version) + _LONG for version in versions]
    cycles = [region.total_cycles for region in mca.simulate(blocks, cpu, iterations=1, prelude=mca.PRELUDE)]
    found: dict[str, list[int]] = {}
    for (form, position, count), fed, free in zip(tested, cycles[::2], cycles[1::2], strict=True):
        found.setdefault(form, [0] * count)[position] = max(0, addition - (fed - free + 1))
    return {form: tuple(late) for form, late in found.items()}


def _general_reads(operation: Operation) -> list[int]:
    first = 0 if operation.mnemonic.startswith(_READS_FIRST) else 1
    operands = operation.operands
    return [
        position for position in range(first, len(operands)) if _is_general(operands[position]) or isinstance(operands[position], Memory)
    ]


def _writes_general(operation: Operation) -> bool:
    if not operation.operands or operation.mnemonic.startswith(_READS_FIRST):
        return operation.mnemonic == "movk" or operation.mnemonic.startswith("bf")
    return _is_general(operation.operands[0])


def _is_general(operand: Operand) -> bool:
    return isinstance(operand, Register) and operand.name[0] in "xw" and operand.name[1:].isdigit()


def _has_writeback(operation: Operation) -> bool:
    return any(isinstance(operand, Memory) and operand.mode != "offset" for operand in operation.operands)


def _as_x(operand: Operand) -> str:
    return f"x{operand.name[1:]}" if isinstance(operand, Register) else "x0"


def with_operand(operation: Operation, position: int, operand: Operand) -> Operation:
    """The instruction with another register at ``position`` (as a memory operand's base), in the width it had."""
    old = operation.operands[position]
    if isinstance(old, Memory) and isinstance(operand, Register):
        new: Operand = replace(old, base=operand)
    elif isinstance(old, Register) and isinstance(operand, Register):
        new = Register(old.name[0] + operand.name[1:])
    else:
        new = operand
    operands = operation.operands
    return Operation(operation.mnemonic, (*operands[:position], new, *operands[position + 1 :]))
