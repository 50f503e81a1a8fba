"""The optimiser's options: its fields are the command line's flags."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from semantics.liveset import LiveSet
from superopt.cost import Objective

DEFAULT_PROPOSERS = ("model", "enumerate")


@dataclass(frozen=True, slots=True)
class OptimizeOptions:
    """What to optimise for, and how hard.

    Attributes:
        cpu: the processor, one of ``superopt.cost.known_cpus()``.
        objective: what "better" means.
        proposers: names of the proposers, in the order in which they are asked.
        budget: seconds for the whole file.
        timeout: seconds for one proof.
        window: most instructions that are replaced at once.
        live_out: what is live where functions return, instead of AAPCS64's rule, and where the text ends without a return.
        scratch: ``function``: only registers that the function writes anyway; ``aapcs``: also the call-clobbered ones.
        dead_stack: drop stores below the final stack pointer in front of a return.
        use_judge: let llvm-mca confirm each improvement where it is installed.
        seed: for everything random.
    """

    cpu: str = "neoverse-n1"
    objective: Objective = Objective.CYCLES
    proposers: tuple[str, ...] = DEFAULT_PROPOSERS
    budget: float = 120.0
    timeout: float = 10.0
    window: int = 48
    live_out: LiveSet | None = None
    scratch: Literal["function", "aapcs"] = "function"
    dead_stack: bool = True
    use_judge: bool = True
    seed: int = 0
