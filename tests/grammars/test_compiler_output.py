"""Listings from compilers: every line parses, and printing an operation keeps its encoding."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from grammars.listing import Instruction, Listing, format_operation, parse_listing, read_listing

C_SOURCE = r"""
typedef unsigned u32; typedef unsigned long u64;
int s0; double d1; int table[100]; _Thread_local int per_thread; extern int ror(int); extern int printf(const char *, ...);
int choose(int a) { switch (a) { case 1: return 3; case 2: return 8; case 3: return 19; case 4: return choose(a - 1);
    case 5: return 77; case 6: return 5; default: return ror(a); } }
void scale(float *a, float *b, int n) { for (int i = 0; i < n; i++) a[i] = a[i] * b[i] + 1.5f; }
u32 crc(const unsigned char *p, u64 n) { u32 c = ~0u; while (n--) { c ^= *p++;
    for (int k = 0; k < 8; k++) c = c & 1 ? (c >> 1) ^ 0xedb88320 : c >> 1; } return ~c; }
int fetch(int *p) { return __atomic_fetch_add(p, 3, __ATOMIC_SEQ_CST); }
double mix(double x) { return __builtin_sqrt(x) + d1 + __builtin_floor(x) * 3.0; }
int local(void) { return per_thread++ + s0; }
void print(void) { printf("%s; // # /* \"q\" %d\n", "x", table[3]); }
u64 high(u64 a, u64 b) { return (unsigned __int128)a * b >> 64; }
int compare(int a, int b) { return a < b ? a + 1 : (a == 7 && b != 3) ? b : ~a; }
void copy(char *a, const char *b) { __builtin_memcpy(a, b, 37); }
long sum(int *a, int n) { long s = 0; for (int i = 0; i < n; i++) s += a[i] * (long)i; return s; }
u64 masks(u64 a) { return (a & 0xff00ff00ff00ff00) ^ (a | 0x5555555555555555); }
int inline_(int a) { int r; __asm__ volatile("add %w0, %w1, #1 // hi\n\tdmb ish" : "=r"(r) : "r"(a)); return r; }
"""
COMPILERS = {
    "clang-19": ["clang-19", "--target=aarch64-linux-gnu"],
    "gcc": ["aarch64-linux-gnu-gcc"],
}
FLAGS = ["-O0", "-O1 -g", "-O2 -fPIC", "-O3", "-O3 -march=armv8.6-a+sve2", "-Os -mcmodel=tiny -Ds0=plain -Dd1=simple"]


@pytest.fixture(scope="module", params=[(name, flags) for name in COMPILERS for flags in FLAGS], ids=" ".join)
def listing(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Listing:
    name, flags = request.param
    command = COMPILERS[name]
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    folder = tmp_path_factory.mktemp("compiled")
    (folder / "a.c").write_text(C_SOURCE)
    words = [*command, *flags.split(), "-w", "-S", "a.c", "-o", "a.s"]
    subprocess.run(words, cwd=folder, check=True, timeout=120)
    return read_listing(folder / "a.s")


def instructions(listing: Listing) -> list[Instruction]:
    return [statement for statement in listing.statements if isinstance(statement, Instruction)]


def test_every_line_is_read_and_kept(listing: Listing) -> None:
    assert len(instructions(listing)) > 50
    assert listing.replace([]) == listing.text
    covered = "".join(listing.text[slice(*statement.span)] for statement in listing.statements)
    left = re.sub(r"//.*|^\s*#.*|/\*.*?\*/|\s", "", _without_spans(listing), flags=re.MULTILINE)
    assert covered and left == ""


def test_operations_survive_printing(listing: Listing) -> None:
    printed = parse_listing("\n".join(format_operation(statement.operation) for statement in instructions(listing)))
    assert [i.operation for i in instructions(printed)] == [i.operation for i in instructions(listing)]


def test_printing_keeps_encodings(listing: Listing, tmp_path: Path) -> None:
    if shutil.which("llvm-mc-19") is None:
        pytest.skip("llvm-mc-19 is not installed")
    # llvm-mc 19 does not know SVE's names of conditions.
    chosen = [statement for statement in instructions(listing) if statement.operation.mnemonic not in ("b.any", "b.nlast")]
    original = [listing.text[slice(*statement.span)] for statement in chosen]
    printed = [format_operation(statement.operation) for statement in chosen]
    assert encodings(printed) == encodings(original)


def encodings(lines: list[str]) -> list[str]:
    """llvm-mc's encodings and fixups, one for each line."""
    command = ["llvm-mc-19", "-triple=aarch64", "-mattr=+all", "-show-encoding"]
    run = subprocess.run(command, input="\n".join(lines), capture_output=True, text=True, timeout=120, check=True)
    found = re.findall(r"encoding: (\[.*?\])(?:\n\s*// *fixup (.*))?", run.stdout)
    assert len(found) == len(lines)
    return [" ".join(pair) for pair in found]


def _without_spans(listing: Listing) -> str:
    pieces: list[str] = []
    position = 0
    for statement in listing.statements:
        pieces.append(listing.text[position : statement.span[0]])
        position = statement.span[1]
    return "".join([*pieces, listing.text[position:]])
