"""Text tests of the judge: one file holds a block, a candidate, and the verdict that is expected.

    // Why this case is here.
    // live-out: x0
    // expect: equivalent
    src:
        add x0, x1, x2
    tgt:
        add x0, x2, x1

Further headers: ``dead-stack: yes``, ``semantics: vex``, ``unroll: 3``, ``assume: x0 < 8; z == 1``, ``further: constant-time``, and
``differs:`` with what comes out different.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
HEADERS = ("live-out", "dead-stack", "semantics", "unroll", "assume", "further", "expect", "differs")
VERDICTS = ("equivalent", "bounded", "different", "unknown", "unsupported")

_HEADER = re.compile(r"//\s*([a-z-]+):\s*(.*?)\s*$")


@dataclass(frozen=True)
class Case:
    """One file."""

    path: Path
    headers: Mapping[str, str]
    source: str
    target: str

    @property
    def name(self) -> str:
        return self.path.stem


def read_case(path: Path) -> Case:
    """The case in a file; ValueError for a file that is none."""
    text = path.read_text(encoding="utf-8")
    parts = re.split(r"^(src|tgt):[ \t]*\n", text, flags=re.MULTILINE)
    if [*parts[1::2]] != ["src", "tgt"]:
        raise ValueError(f"{path.name}: needs src: and tgt:, each once and in this order")
    headers = dict[str, str]()
    for line in parts[0].splitlines():
        found = _HEADER.match(line)
        if found and found[1] in HEADERS:
            headers[found[1]] = found[2]
    if headers.get("expect") not in VERDICTS:
        raise ValueError(f"{path.name}: needs a header `// expect:` with one of {', '.join(VERDICTS)}")
    return Case(path, headers, parts[2], parts[4])


def all_cases() -> list[Case]:
    """Every case of the folder, by name."""
    return [read_case(path) for path in sorted(FOLDER.glob("*.s"))]
