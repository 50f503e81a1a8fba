"""What code costs: a fast estimate for search, and llvm-mca as the judge.

from superopt.cost import Objective, estimate, from_syntax, judge, machine

cpu = machine("neoverse-n1")
price = estimate([from_syntax(parse_operation("add x0, x1, x2"))], cpu)
price.cycles, price.bottleneck
"""

from superopt.cost.dependences import Costed
from superopt.cost.errors import JudgeFailed, JudgeRefused, JudgeUnavailable, TableError, UnknownCpu
from superopt.cost.estimate import Estimate, estimate
from superopt.cost.forms import form_of
from superopt.cost.judge import Judgement, judge, judge_all
from superopt.cost.machine import Machine, known_cpus, machine
from superopt.cost.objective import Objective
from superopt.cost.scheduling import Scheduling
from superopt.cost.syntax import from_syntax

__all__ = [
    "Costed",
    "Estimate",
    "JudgeFailed",
    "JudgeRefused",
    "JudgeUnavailable",
    "Judgement",
    "Machine",
    "Objective",
    "Scheduling",
    "TableError",
    "UnknownCpu",
    "estimate",
    "form_of",
    "from_syntax",
    "judge",
    "judge_all",
    "known_cpus",
    "machine",
]
