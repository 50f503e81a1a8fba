"""How long copies take to be proved equal under ``noalias``: single loads and stores against pairs and vectors.

Run as ``python -m benchmarks.copies``. Prints, for each number of bytes copied, original and candidate, whether the number that
is kept apart is written out or a register of which only a range is known, and the verdict with its seconds.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from semantics.assembler import Instruction, assemble_text
from semantics.assumptions import assume
from semantics.liveset import LiveSet
from verifier.check import Checker, CheckOptions

SIZES = (16, 32, 64)  # bytes copied
LIVE = LiveSet.parse("x0,x1,sp,mem")
SINGLES = {"b": ("ldrb w3", "strb w3", 1), "w": ("ldr w3", "str w3", 4), "x": ("ldr x3", "str x3", 8)}


def singles(load: str, store: str, step: int, size: int) -> Iterator[str]:
    """One load and one store after the other."""
    for at in range(0, size, step):
        yield from (f"{load}, [x0, #{at}]", f"{store}, [x1, #{at}]")


def pairs(size: int) -> Iterator[str]:
    """16 bytes at a time."""
    for at in range(0, size, 16):
        yield from (f"ldp x3, x4, [x0, #{at}]", f"stp x3, x4, [x1, #{at}]")


def vectors(size: int) -> Iterator[str]:
    """All loads, then all stores."""
    yield from (f"ldr q{at // 16}, [x0, #{at}]" for at in range(0, size, 16))
    yield from (f"str q{at // 16}, [x1, #{at}]" for at in range(0, size, 16))


def assembled(lines: Iterator[str]) -> tuple[Instruction, ...]:
    """The instructions of these lines."""
    return tuple(map(assemble_text, lines))


def judged(checker: Checker, original: Sequence[Instruction], candidate: Sequence[Instruction], texts: Sequence[str]) -> str:
    """The verdict under assumptions, and its seconds."""
    premises = tuple(assume(text).word for text in texts)
    started = time.perf_counter()
    verdict = checker.check(original, candidate, CheckOptions(LIVE, premises=premises, assumptions=tuple(texts)))
    return f"{type(verdict).__name__:8} {time.perf_counter() - started:6.2f} s"


def main() -> None:
    """Print the table."""
    with Checker() as checker:
        checker.check(assembled(pairs(16)), assembled(vectors(16)), CheckOptions(LIVE))  # rows are compared with VEX once
        for size in SIZES:
            for name, (load, store, step) in SINGLES.items():
                original = assembled(singles(load, store, step, size))
                for other, candidate in (("pairs", assembled(pairs(size))), ("vectors", assembled(vectors(size)))):
                    fixed = judged(checker, original, candidate, [f"noalias(x0, x1, {size})"])
                    ranged = judged(checker, original, candidate, ["noalias(x0, x1, x2)", f"{size} <= x2 < 4096"])
                    print(f"{size:3} bytes by {name} -> {other:7}   written out: {fixed}   by a range: {ranged}", flush=True)


if __name__ == "__main__":
    main()
