"""How many instruction forms SLEIGH votes on, and how: every form's instances compared with our meaning by proof.

    python -m benchmarks.sleigh --instances 16

Needs pypcode. Instances are those of ``superopt conform``: edge immediates, register 31 in every place, equal registers.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence

from semantics import pcode
from semantics.assembler import base_rows
from verifier.agreement.sleigh import agrees_with_sleigh
from verifier.conformance.forms import Form, all_forms
from verifier.conformance.instances import instances
from verifier.solvers import Solvers


def main(arguments: Sequence[str] | None = None) -> int:
    """The command: 1 if SLEIGH disagrees with a form, 2 without pypcode."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sleigh", description="How SLEIGH votes on the instruction forms")
    parser.add_argument("--instances", type=int, default=16, metavar="N", help="instances of each form, at most (16)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--timeout", type=float, default=10.0, metavar="SECONDS", help="for one proof (10)")
    options = parser.parse_args(arguments)
    try:
        version = pcode.version()
    except pcode.PcodeMissing as error:
        print(error, file=sys.stderr)
        return 2
    forms = [form for form in all_forms() if not form.row.ordered]
    print(f"pypcode {version}, at most {options.instances} instances a form, seed {options.seed}\n")
    print("| forms | number | with an agreement | instances | agree | no vote | undecided | disagree |\n|---|" + "---:|" * 7)
    base, reasons, wrong = set(base_rows()), Counter[str](), list[str]()
    with Solvers() as solvers:
        for name, group in (("general registers", True), ("vectors and floating point", False)):
            chosen = [form for form in forms if (form.row in base) == group]
            counts, agreeing = _votes(chosen, options, solvers, reasons, wrong)
            cells = [len(chosen), agreeing, counts.total(), *(counts[v] for v in ("agree", "no vote", "undecided", "disagree"))]
            print(f"| {name} | {' | '.join(f'{cell:,}' for cell in cells)} |")
    print("\nWhy there is no vote, by instances:\n")
    print("\n".join(f"- {count:,}: {reason}" for reason, count in reasons.most_common()))
    print("\n".join(["", *wrong]) if wrong else "")
    return 1 if wrong else 0


def _votes(
    forms: Sequence[Form], options: argparse.Namespace, solvers: Solvers, reasons: Counter[str], wrong: list[str]
) -> tuple[Counter[str], int]:
    """Votes by verdict, and how many forms have an agreement."""
    counts, agreeing = Counter[str](), set[str]()
    for form in forms:
        for made in instances(form, options.seed, options.instances):
            vote = agrees_with_sleigh(made, solvers.solve, options.timeout)
            counts[vote.verdict] += 1
            if vote.verdict == "agree":
                agreeing.add(form.key)
            elif vote.verdict == "disagree":
                wrong.append(f"{made.text} ({made.code:#010x}): {vote.label} for {dict(vote.values)}")
            else:
                reasons[vote.reason] += 1
    return counts, len(agreeing)


if __name__ == "__main__":
    sys.exit(main())
