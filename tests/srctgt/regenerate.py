"""Write what the judge says into the headers ``expect`` and ``differs`` of the cases; review the changes before keeping them.

Run as ``python tests/srctgt/regenerate.py [NAME ...]``.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from srctgt.cases import Case, all_cases  # noqa: E402
from srctgt.judging import differences, verdict  # noqa: E402
from superopt.cli.verdicts import word  # noqa: E402
from verifier.check import Checker  # noqa: E402


def with_headers(text: str, expect: str, differs: str) -> str:
    """The file's text with its two headers as they should be."""
    text = re.sub(r"^// differs:.*\n", "", text, flags=re.MULTILINE)
    lines = f"// expect: {expect}\n" + (f"// differs: {differs}\n" if differs else "")
    return re.sub(r"^// expect:.*\n", lambda found: lines, text, count=1, flags=re.MULTILINE)


def regenerate(checker: Checker, case: Case) -> None:
    """Judge one case and rewrite its file if that changes it."""
    found = verdict(checker, case)
    old = case.path.read_text(encoding="utf-8")
    new = with_headers(old, word(found), differences(found))
    if new != old:
        print(f"{case.name}: {case.headers['expect']} -> {word(found)} {differences(found)}")
        case.path.write_text(new, encoding="utf-8")


def main() -> None:
    """Regenerate the cases named, or all."""
    wanted = set(sys.argv[1:])
    with Checker() as checker:
        for case in all_cases():
            if not wanted or case.name in wanted:
                regenerate(checker, case)


if __name__ == "__main__":
    main()
