"""The SMT engines, each called once in a process of its own: text in, :class:`Outcome` out.

Every call makes a fresh solver with default options; nothing global is set. z3's main context exists before the
fork, which saves 6 ms for each query; as every query gets a new copy of it, no two queries share a context.

**Which z3.** ``python tests/verifier/measure_z3.py`` measured, with z3 5.4.0 and Bitwuzla 0.9.1, milliseconds of CPU time
(``-``: more than 10 s; all but ``factor`` unsatisfiable):

    =====================  =========  ========  ======================  ==============  ========
    query                  "default"  Solver()  SolverFor(logic named)  SimpleSolver()  Bitwuzla
    =====================  =========  ========  ======================  ==============  ========
    average_64                    34        45                      46              33         7
    ctz_64                        25        24                      23              24        20
    distribute_64                  5         5                       5               4         3
    popcount_32                  213       603                     223             984       856
    popcount_64                 2634      4773                    2564               -         -
    times_1000_32               2441      1929                    2417            3637         3
    magic_32, magic_64             -         -                       -               -         -
    factor_32                    242       113                     252              57        16
    array_swap_stores           6270      6012                    5305            5096      4600
    array_copy_16               6224         -                       -            6932      8652
    array_forward               3685         -                       -            3364         -
    range_swap_three             373       627                     634            1347       751
    =====================  =========  ========  ======================  ==============  ========

So the tactic ``default``, made a solver, is used: the only one that decides all that another z3 does. It probes the formula
itself and does not depend on the logic that the text names. ``SolverFor("QF_BV")`` is out on principle: given a
formula over arrays whose text names QF_ABV, it calls unsatisfiable ones **sat**. Below 50 ms all are alike.
Division by a constant against its magic multiplication (``magic``) is out of reach for everyone.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from verifier.errors import VerifierError
from verifier.solving.wire import Status


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an engine says.

    Attributes:
        status: its answer.
        values: the constants asked for, as unsigned integers, if ``sat``.
        reason: why it is ``unknown``.
    """

    status: Status
    values: Mapping[str, int] = field(default_factory=dict[str, int])
    reason: str = ""


class EngineError(VerifierError):
    """An engine rejects a query; the message is the engine's own."""


@dataclass(frozen=True, slots=True)
class Engine:
    """An SMT engine.

    Attributes:
        load: imports it and gives its name with the version; raises ImportError if it is not installed.
        solve: decides a query (text without check-sat; width in bits by constant to read back, 0 for a Bool); raises
            whatever the engine raises if it cannot read the text.
    """

    load: Callable[[], str]
    solve: Callable[[str, Mapping[str, int]], Outcome]


def _load_z3() -> str:
    z3: Any = importlib.import_module("z3")
    z3.main_ctx()
    return f"z3 {z3.get_version_string()}"


def _solve_z3(query: str, values: Mapping[str, int]) -> Outcome:
    z3: Any = importlib.import_module("z3")
    solver = z3.Tactic("default").solver()
    try:
        solver.from_string(query)
    except z3.Z3Exception as error:
        said = error.value.decode() if isinstance(error.value, bytes) else str(error.value)
        raise EngineError(said) from error
    result = solver.check()
    if result == z3.unsat:
        return Outcome("unsat")
    if result != z3.sat:
        return Outcome("unknown", reason=str(solver.reason_unknown()))
    model = solver.model()
    return Outcome("sat", {name: _z3_value(z3, model, name, width) for name, width in values.items()})


def _z3_value(z3: Any, model: Any, name: str, width: int) -> int:
    """A constant's value; one that the model leaves open is 0."""
    if not width:
        return int(bool(z3.is_true(model.eval(z3.Bool(name), model_completion=True))))
    return int(model.eval(z3.BitVec(name, width), model_completion=True).as_long())


def _load_bitwuzla() -> str:
    bitwuzla: Any = importlib.import_module("bitwuzla")
    return f"bitwuzla {bitwuzla.version()}"


def _solve_bitwuzla(query: str, values: Mapping[str, int]) -> Outcome:
    bitwuzla: Any = importlib.import_module("bitwuzla")
    options = bitwuzla.Options()
    if values:
        options.set(bitwuzla.Option.PRODUCE_MODELS, True)
    parser = bitwuzla.Parser(bitwuzla.TermManager(), options)
    parser.parse(query, True, False)
    solver = parser.bitwuzla()
    result = solver.check_sat()
    if result == bitwuzla.Result.UNSAT:
        return Outcome("unsat")
    if result != bitwuzla.Result.SAT:
        return Outcome("unknown", reason="gave up")
    terms = {term.symbol().strip("|"): term for term in parser.get_declared_funs()}
    return Outcome("sat", {name: int(solver.get_value(terms[name]).value(10)) for name in values})


def _load_cvc5() -> str:
    cvc5: Any = importlib.import_module("cvc5")
    return f"cvc5 {cvc5.__version__}"


def _solve_cvc5(query: str, values: Mapping[str, int]) -> Outcome:
    cvc5: Any = importlib.import_module("cvc5")
    solver = cvc5.Solver(cvc5.TermManager())
    if values:
        solver.setOption("produce-models", "true")
    parser = cvc5.InputParser(solver)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, query, "query")
    symbols = parser.getSymbolManager()
    while not (command := parser.nextCommand()).isNull():
        if "(error" in (said := command.invoke(solver, symbols)):
            raise EngineError(said)
    result = solver.checkSat()
    if result.isUnsat():
        return Outcome("unsat")
    if not result.isSat():
        return Outcome("unknown", reason=str(result.getUnknownExplanation()))
    terms = {term.getSymbol().strip("|"): term for term in symbols.getDeclaredTerms()}
    return Outcome("sat", {name: _cvc5_value(solver.getValue(terms[name])) for name in values})


def _cvc5_value(value: Any) -> int:
    return int(value.getBooleanValue()) if value.isBooleanValue() else int(value.getBitVectorValue(10))


ENGINES: dict[str, Engine] = {
    "z3": Engine(_load_z3, _solve_z3),
    "bitwuzla": Engine(_load_bitwuzla, _solve_bitwuzla),
    "cvc5": Engine(_load_cvc5, _solve_cvc5),
}
"""Every engine that can be asked for by name; cvc5 is not among the dependencies, and is used where it is installed."""
