"""A worker of a conformance run: form keys in, one line of JSON a form out, until its input ends.

It is a process of its own because libVEX, SLEIGH and Unicorn are C code fed with every encoding there is.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

from verifier.conformance.check import Effort, check_forms, open_sources
from verifier.conformance.forms import form_named

MEMORY = 8 << 30  # bytes of address space


def main() -> None:
    """Serve the parent process; the argument is JSON: ``folder``, ``agreements`` and the fields of Effort."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent process decides
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard), hard))
    given: dict[str, Any] = json.loads(sys.argv[1])
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # nothing else may get between the answers
    effort = Effort(**given["effort"])
    agreements = Path(given["agreements"]) if given["agreements"] else None
    with open_sources(Path(given["folder"]), effort, agreements) as sources:
        for line in sys.stdin:
            forms = [form_named(key) for key in json.loads(line)]
            for result in check_forms(forms, sources, effort):
                answers.write(json.dumps(result.as_json()) + "\n")
                answers.flush()


if __name__ == "__main__":
    main()
