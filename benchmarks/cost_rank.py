"""How well the fast estimate ranks blocks, compared with llvm-mca: Spearman's rank correlation for every CPU.

    python benchmarks/cost_rank.py [--cpu NAME]... [--blocks 300] [--seed 1] [--worst N]

Blocks: random ones of 2 to 12 integer, memory, vector and floating-point instructions, and the basic blocks of what
clang-19 (or gcc) makes of a few C functions at -O0, -O1, -O2 and -O3.  Needs llvm-mca; without a compiler only random
blocks are used.  llvm-mca's figures are its own (``through_memory=False``): it lets no load wait for a store, the
estimate does, which is most of what is missing from 1 in the loops of -O0 code.  The last column but one leaves out
blocks in which a load follows a store.  Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence

from grammars.instruction import parse_operation
from grammars.operands import Operation
from grammars.printing import format_operation
from superopt.cost import Costed, estimate, from_syntax, judge, machine
from superopt.cost.derive import accepted
from superopt.cost.errors import JudgeUnavailable
from superopt.cost.shapes import floating_point, integer, memory, vector_integer

CPUS = ("cortex-a55", "cortex-a72", "neoverse-n1", "neoverse-v2", "apple-m1")

KERNELS = """
typedef unsigned int u; typedef unsigned long ul;
u p20(u x) { u a = x & -x, b = x + a, c = x ^ b; c = (c >> 2) / a; return c | b; }
u popcount(u x) { x -= x >> 1 & 0x55555555; x = (x & 0x33333333) + (x >> 2 & 0x33333333);
  x = (x + (x >> 4)) & 0x0f0f0f0f; return x * 0x01010101 >> 24; }
ul dot(const u *a, const u *b, ul n) { ul s = 0; for (ul i = 0; i < n; i++) s += (ul)a[i] * b[i]; return s; }
double horner(double x, const double *c, int n) { double r = 0; for (int i = 0; i < n; i++) r = r * x + c[i]; return r; }
void saxpy(float *y, const float *x, float a, int n) { for (int i = 0; i < n; i++) y[i] += a * x[i]; }
u crc(u c, const unsigned char *p, ul n) { while (n--) { c ^= *p++; for (int k = 0; k < 8; k++)
  c = c & 1 ? c >> 1 ^ 0xedb88320u : c >> 1; } return c; }
ul gcd(ul a, ul b) { while (b) { ul t = a % b; a = b; b = t; } return a; }
void transpose(int *d, const int *s) { for (int i = 0; i < 4; i++) for (int j = 0; j < 4; j++) d[4*i+j] = s[4*j+i]; }
ul mix(ul z) { z += 0x9E3779B97F4A7C15ul; z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ul;
  z = (z ^ z >> 27) * 0x94D049BB133111EBul; return z ^ z >> 31; }
int find(const char *s, char c) { int i = 0; while (s[i] && s[i] != c) i++; return s[i] ? i : -1; }
void sort3(int *a) { for (int i = 0; i < 3; i++) for (int j = 0; j < 2 - i; j++)
  if (a[j] > a[j+1]) { int t = a[j]; a[j] = a[j+1]; a[j+1] = t; } }
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cpu", action="append", choices=CPUS)
    parser.add_argument("--blocks", type=int, default=300, help="random blocks (default 300)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--worst", type=int, default=0, help="also print this many of the worst misjudged blocks")
    options = parser.parse_args()
    command = f"python benchmarks/cost_rank.py --blocks {options.blocks} --seed {options.seed}"
    groups = {"random": random_blocks(options.blocks, options.seed), "compiled": compiled_blocks()}
    try:
        print(f"`{command}`\n\n| CPU | blocks | number | straight | loop | loop, no store before a load | estimates/s |")
        print("|---|---|---:|---:|---:|---:|---:|")
        for cpu in options.cpu or CPUS:
            for name, blocks in groups.items():
                if blocks:
                    print(row(cpu, name, blocks, options.worst), flush=True)
    except JudgeUnavailable as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def row(cpu: str, name: str, blocks: Sequence[Sequence[Operation]], worst: int) -> str:
    """One line of the table."""
    figures: list[float] = []
    texts = ["\n".join(map(format_operation, block)) for block in blocks]
    costed = [[from_syntax(operation) for operation in block] for block in blocks]
    target = machine(cpu)
    for loop in (False, True):
        ours = [estimate(block, target, loop=loop).cycles for block in costed]
        theirs = judge(texts, cpu, loop=loop, through_memory=False)
        figures.append(spearman(ours, theirs))
        if loop:
            apart = [index for index, block in enumerate(costed) if not loads_and_stores(block)]
            figures.append(spearman([ours[index] for index in apart], [theirs[index] for index in apart]))
        if worst:
            show_worst(texts, ours, theirs, worst, loop)
    start = time.perf_counter()
    for block in costed:
        estimate(block, target)
    rate = len(costed) / (time.perf_counter() - start)
    return f"| {cpu} | {name} | {len(blocks)} | {figures[0]:.3f} | {figures[1]:.3f} | {figures[2]:.3f} | {rate:.0f} |"


def loads_and_stores(block: Sequence[Costed]) -> bool:
    """Whether both a load and a store are in the block."""
    return any("mem" in one.reads for one in block) and any("mem" in one.writes for one in block)


def spearman(left: Sequence[float], right: Sequence[float]) -> float:
    """Spearman's rank correlation; equal values share the mean of their ranks."""
    return statistics.correlation(ranks(left), ranks(right))


def ranks(values: Sequence[float]) -> list[float]:
    order = sorted(values)
    first = {value: order.index(value) for value in set(values)}
    counts = {value: order.count(value) for value in set(values)}
    return [first[value] + (counts[value] - 1) / 2 for value in values]


def show_worst(texts: Sequence[str], ours: Sequence[float], theirs: Sequence[float], count: int, loop: bool) -> None:
    order = sorted(range(len(texts)), key=lambda index: -abs(ours[index] - theirs[index]) / (theirs[index] + 1))
    for index in order[:count]:
        kind = "loop" if loop else "straight"
        print(f"<!-- {kind}: estimate {ours[index]:.2f}, llvm-mca {theirs[index]:.2f}\n{texts[index]}\n-->")


def random_blocks(count: int, seed: int) -> list[list[Operation]]:
    """Blocks of 2 to 12 instructions over few registers, so that dependences are common."""
    generator = random.Random(seed)
    pools = [_simple(texts) for texts in (integer(), memory(), vector_integer(), floating_point())]
    blocks: list[list[Operation]] = []
    for _ in range(count):
        weights = generator.choice(((8, 2, 0, 0), (5, 5, 0, 0), (2, 2, 6, 0), (2, 2, 0, 6), (3, 3, 3, 3)))
        size = generator.randint(2, 12)
        lines = [generator.choice(pool) for pool in generator.choices(pools, weights, k=size)]
        blocks.append([parse_operation(_shuffled(line, generator)) for line in lines])
    return blocks


def _simple(texts: Iterable[str]) -> list[str]:
    """Examples without labels and without what cortex-a72 or cortex-a55 cannot price."""
    lines = [text for text in texts if "label" not in text]
    for cpu in ("cortex-a72", "cortex-a55"):
        lines = accepted(lines, cpu)
    return lines


def _shuffled(line: str, generator: random.Random) -> str:
    """The instruction on random registers: bases are x8 to x10, other registers 0 to 5."""
    line = re.sub(r"\[x\d+", lambda _: f"[x{generator.randint(8, 10)}", line)
    names: dict[str, int] = {}

    def register(found: re.Match[str]) -> str:
        if int(found[2]) >= 8:
            return found[0]
        return f"{found[1]}{names.setdefault(found[2], generator.choice([n for n in range(6) if n not in names.values()]))}"

    return line if "{" in line else re.sub(r"\b([xwbhsdqv])(\d+)\b", register, line)


def compiled_blocks() -> list[list[Operation]]:
    """The basic blocks of KERNELS at four optimisation levels, without calls and duplicates."""
    compiler = shutil.which("clang-19")
    command = [compiler, "--target=aarch64-linux-gnu"] if compiler else []
    if not compiler and shutil.which("aarch64-linux-gnu-gcc"):
        command = ["aarch64-linux-gnu-gcc"]
    if not command:
        return []
    blocks: dict[str, list[Operation]] = {}
    for level in ("-O0", "-O1", "-O2", "-O3"):
        arguments = [*command, level, "-S", "-x", "c", "-fno-asynchronous-unwind-tables", "-ffreestanding", "-o", "-", "-"]
        done = subprocess.run(arguments, input=KERNELS, capture_output=True, text=True, check=True, timeout=60)
        for lines in _basic_blocks(done.stdout):
            operations = [parse_operation(line) for line in lines]
            if len(operations) >= 2:
                blocks.setdefault("\n".join(map(format_operation, operations)), operations)
    return list(blocks.values())


def _basic_blocks(assembly: str) -> list[list[str]]:
    blocks: list[list[str]] = [[]]
    for raw in assembly.splitlines():
        line = raw.split("//")[0].strip()
        if line.endswith(":"):
            blocks.append([])
        elif line and not line.startswith((".", "#")):
            if re.match(r"(b|bl|b\.\w+|cbn?z|tbn?z|ret|blr?|br)\b", line):
                blocks.append([])
            else:
                blocks[-1].append(line)
    return [block for block in blocks if block]


if __name__ == "__main__":
    sys.exit(main())
