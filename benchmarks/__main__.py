"""Run measurements and print Markdown: `python -m benchmarks [NAME ...] [-o FILE]`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks import peers, speed
from benchmarks.measure import Table, yardstick

MEASUREMENTS: dict[str, Callable[[], Table]] = {
    "parse": speed.parsing,
    "trace": speed.tracing,
    "screen": speed.screening,
    "prove": speed.proving,
    "engines": peers.engines,
    "angr": peers.angr,
    "start": speed.starting,
    "model": speed.sampling,
    "file": speed.whole_file,
}


def main() -> int:
    """Run the named measurements, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MEASUREMENTS))
    parser.add_argument("-o", "--output", type=Path, default=Path(__file__).parent / "RESULTS.md")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.names if name not in MEASUREMENTS]
    if unknown:
        parser.error(f"no measurement is called {unknown[0]}; there are {', '.join(MEASUREMENTS)}")
    parts = ["# Measurements", "", f"Yardstick: a loop of a million Python steps took {yardstick() * 1000:.0f} ms beside these.", ""]
    for name in arguments.names or MEASUREMENTS:
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        table = MEASUREMENTS[name]()
        parts.append(table.markdown())
        print(table.markdown())
    if not arguments.names:
        arguments.output.write_text("\n".join(parts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
