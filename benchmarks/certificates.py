"""How many certificates each solver proves alone: ``python -m benchmarks.certificates [--timeout S] [--sat]``.

The pairs are those of ``tests/srctgt`` that are equivalent. Their queries are derived without the simplifier's rules. With
``--sat`` they are also refuted as clauses, and superopt's own checker follows the proofs.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from verifier.certificates.queries import Statement

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Derive, ask every engine about every query, and count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--timeout", type=float, default=10.0, metavar="S", help="seconds for each query and solver")
    parser.add_argument("--sat", action="store_true", help="also by a SAT solver with a checked proof")
    arguments = parser.parse_args()
    from verifier.agreement import Agreements
    from verifier.certificates.folder import files_of, read, write
    from verifier.certificates.recheck import Rechecker, installed
    from verifier.solvers import Solvers
    from verifier.verdict import Certificate

    engines = installed(("z3", "bitwuzla", "cvc5"))
    proved: dict[str, list[float]] = {}
    left, derivations, rejected, count = list[str](), list[float](), 0, 0
    with Solvers(jobs=1) as solvers, tempfile.TemporaryDirectory() as scratch:
        rechecker = Rechecker(solvers, Agreements(solvers), engines, arguments.timeout, sat=arguments.sat)
        for name, statement in pairs():
            started = time.perf_counter()
            files = files_of(statement, Certificate("not recorded", "", (), "", {}, 0.0))
            derivations.append(time.perf_counter() - started)
            write(Path(scratch) / name, files)
            found = rechecker.finish(rechecker.start(read(Path(scratch) / name)))
            count += 1
            rejected += found.rejected
            if found.outcome != "proved":
                left.append(f"{name} ({found.outcome})")
            for engine in found.engines:
                seconds = sum(said.seconds for answers in found.said.values() for said in answers if said.engine == engine)
                proved.setdefault(engine, []).append(seconds)
            if found.proofs and all(proof.proved for proof in found.proofs.values()):
                proved.setdefault("SAT solver, proof checked", []).append(0.0)
            print(f"{name}: {found.outcome}, {', '.join(found.engines)}", file=sys.stderr, flush=True)
    print(f"{count} certificates, {arguments.timeout:g} s for each query and solver")
    print(f"files made in {median(derivations) * 1000:.0f} ms (median)")
    print(f"proved by at least one: {count - len(left)}; refused proofs of the SAT solver: {rejected}")
    for engine, times in proved.items():
        print(f"- {engine}: {len(times)}" + (f", median {median(times) * 1000:.0f} ms" if any(times) else ""))
    print(f"not proved: {', '.join(left) or 'none'}")


def pairs() -> Iterator[tuple[str, Statement]]:
    """Names and statements of the equivalent pairs for which a query can be derived."""
    sys.path.insert(1, str(ROOT / "tests"))
    from srctgt.cases import all_cases
    from srctgt.judging import demands

    from superopt.cli.certificates import NoCertificate, statement_of
    from superopt.cli.pairs import Text
    from verifier.certificates.queries import Underivable, queries

    for case in all_cases():
        if case.headers["expect"] != "equivalent":
            continue
        try:
            statement = statement_of(Text(case.source.encode(), "src"), Text(case.target.encode(), "tgt"), demands(case), Path(case.name))
            queries(statement)
        except (NoCertificate, Underivable) as error:
            print(f"{case.name}: no query: {error}", file=sys.stderr)
            continue
        yield case.name, statement


if __name__ == "__main__":
    main()
