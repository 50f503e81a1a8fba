"""Pairs of texts with branches, calls or ordered instructions inside: read, paired function by function, and judged."""

from __future__ import annotations

import hashlib
import time
from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from grammars.listing import Listing, decode_listing, parse_listing
from grammars.statements import Directive, Instruction
from semantics.assembler import Instruction as Meaning
from semantics.assembler import digest
from semantics.items import item_of
from superopt.cli.blocks import MAX_LINES, check_instructions
from verifier.functions.argument import IDENTICAL
from verifier.functions.errors import NotAFunction
from verifier.functions.graph import Function, data_of, functions_of
from verifier.verdict import Bounded, Certificate, Proved, Refuted, Unknown, Unsupported, Verdict

if TYPE_CHECKING:
    from superopt.cli.pairs import Text
    from verifier.check import Checker, CheckOptions

MINIMUM = 0.2  # seconds for each further function when the time for all is up


def judge_functions(checker: Checker, original: Text, candidate: Text, options: CheckOptions, *, whole: bool, unroll: int = 0) -> Verdict:
    """The verdict on two texts of one or more functions each.

    ``whole``: places elsewhere that the texts jump to may look at everything; otherwise only live-outs matter there.
    ``unroll``: where no proof is found, how many rounds of loops to compare. Raises GrammarsError for bad input.
    """
    pairs = function_pairs(original, candidate)
    if isinstance(pairs, Unsupported):
        return pairs
    if not pairs:
        return _identical(checker, _listing(original), options)
    found, started = list[Verdict](), time.monotonic()
    for one, other in pairs:
        left_over = max(2 * options.timeout - (time.monotonic() - started), MINIMUM)
        verdict = _judge(checker, one, other, replace(options, timeout=min(options.timeout, left_over)), whole, unroll)
        if isinstance(verdict, Refuted):
            return verdict
        found.append(_about(one, verdict) if len(pairs) > 1 else verdict)
    return next((verdict for verdict in found if not isinstance(verdict, Proved | Bounded)), None) or _together(found)


def function_pairs(original: Text, candidate: Text) -> list[tuple[Function, Function]] | Unsupported:
    """The functions of two texts that are to be compared; none if all are the same. Raises GrammarsError for bad input."""
    from verifier.functions.judge import same_code

    listings = _listing(original), _listing(candidate)
    if any(listing.text.count("\n") > MAX_LINES for listing in listings):
        return Unsupported(f"more than {MAX_LINES} lines")
    if _content(listings[0]) == _content(listings[1]):
        return []
    try:
        left, right = functions_of(listings[0]), functions_of(listings[1])
    except NotAFunction as error:
        return Unsupported(str(error))
    pairs = _paired(left, right)
    refusal = _names(left, right) if pairs is None else _data(listings, (*left, *right))
    if pairs is None or refusal is not None:
        return Unsupported(refusal or "")
    return [] if all(same_code(one, other) for one, other in pairs) else pairs


def _listing(text: Text) -> Listing:
    listing = parse_listing(decode_listing(text.data, text.source), text.source)
    check_instructions(listing)
    return listing


def _paired(left: tuple[Function, ...], right: tuple[Function, ...]) -> list[tuple[Function, Function]] | None:
    """The functions that are to be compared: by name, or whatever their names if there is one in each text."""
    if len(left) == len(right) == 1:
        return [(left[0], right[0])]
    by_name = {function.name: function for function in right}
    if len(by_name) != len(right) or len({f.name for f in left}) != len(left) or {f.name for f in left} != by_name.keys():
        return None
    if any(function.entries != by_name[function.name].entries for function in left):
        return None
    return [(function, by_name[function.name]) for function in left]


def _names(left: tuple[Function, ...], right: tuple[Function, ...]) -> str:
    names = [
        ", ".join(sorted(" = ".join(sorted(function.entries)) or function.name or "code without a name" for function in side))
        for side in (left, right)
    ]
    return f"the texts do not hold the same functions: {names[0]} in {left[0].source}, {names[1]} in {right[0].source}"


def _data(listings: tuple[Listing, Listing], functions: tuple[Function, ...]) -> str | None:
    """Why names of data cannot be compared; or None."""
    if data_of(listings[0]) == data_of(listings[1]):
        return None
    for function in functions:
        for name, place in function.references.items():
            if place == "data":
                return f"{function.source}: {name} is data, and the files do not hold the same data"
    return None


def _judge(checker: Checker, original: Function, candidate: Function, options: CheckOptions, whole: bool, unroll: int) -> Verdict:
    from verifier.functions.judge import check_functions

    return check_functions(checker, original, candidate, options, whole=whole, unroll=unroll)


def _content(listing: Listing) -> list[object]:
    """A text without its layout and comments."""
    return [
        (s.name, s.arguments) if isinstance(s, Directive) else s.operation if isinstance(s, Instruction) else s.name
        for s in listing.statements
    ]


def _identical(checker: Checker, listing: Listing, options: CheckOptions) -> Verdict:
    """The same instructions are equivalent whatever they are; still nothing may be assumed that cannot be."""
    if options.premises:
        checker.satisfiable(options.premises, options.timeout, options.stated)
    items = (item_of(statement.operation) for statement in listing.statements if isinstance(statement, Instruction))
    instructions = tuple(item for item in items if isinstance(item, Meaning))
    return Proved(
        Certificate("identical", "", (), digest(instructions), {}, 0.0, options.stated if options.premises else (), argument=(IDENTICAL,))
    )


def _about(function: Function, verdict: Verdict) -> Verdict:
    """A verdict on one of several functions, saying which."""
    match verdict:
        case Unknown(reason, seconds):
            return Unknown(f"{function.name}: {reason}", seconds)
        case Unsupported(what):
            return Unsupported(f"{function.name}: {what}")
        case Bounded(rounds, certificate, reason):
            return Bounded(rounds, certificate, f"{function.name}: {reason}")
        case Proved() | Refuted():
            return verdict
    assert_never(verdict)


def _together(found: list[Verdict]) -> Verdict:
    """One verdict on functions of which each is proved, or compared for a number of rounds."""
    certificates = [verdict.certificate for verdict in found if isinstance(verdict, Proved | Bounded)]
    methods = {certificate.method for certificate in certificates}
    certificate = Certificate(
        "simulation" if "simulation" in methods else certificates[0].method,
        "\n".join(certificate.query for certificate in certificates if certificate.query),
        tuple(dict.fromkeys(engine for certificate in certificates for engine in certificate.engines)),
        certificates[0].semantics if len(certificates) == 1 else _digest(certificates),
        {text: label for certificate in certificates for text, label in certificate.sources.items()},
        sum(certificate.seconds for certificate in certificates),
        certificates[0].assumptions,
        argument=tuple(part for certificate in certificates for part in certificate.argument),
    )
    bounded = [verdict for verdict in found if isinstance(verdict, Bounded)]
    if not bounded:
        return Proved(certificate)
    return Bounded(min(verdict.rounds for verdict in bounded), certificate, bounded[0].reason)


def _digest(certificates: list[Certificate]) -> str:
    return hashlib.sha256(" ".join(certificate.semantics for certificate in certificates).encode()).hexdigest()
