"""Certificates of functions: from texts and arguments to queries, and from proofs to folders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from grammars.errors import GrammarsError
from semantics.errors import SemanticsError
from semantics.frames import DeadStack
from superopt.cli.blocks import CodeBlock, NotOneBlock, block_in, conflict
from superopt.cli.certificates import NoCertificate
from superopt.cli.functions import function_pairs
from superopt.cli.pairs import Demands, Text
from verifier.certificates.arguments import derive
from verifier.certificates.folder import CertificateError, write
from verifier.certificates.functions import CANDIDATE, ORIGINAL, Derived, files_of
from verifier.certificates.queries import Underivable
from verifier.check import CheckOptions
from verifier.functions.graph import Function
from verifier.verdict import Certificate, Unsupported


def save_functions(folder: Path, texts: tuple[Text, Text], demands: Demands, certificate: Certificate) -> None:
    """Write the certificate of a proof about functions. Raises NoCertificate."""
    if demands.semantics == "all":
        raise NoCertificate(folder, "this proof has no certificate: it is one of functions under --semantics all")
    options = CheckOptions(
        live_out=demands.live_out,
        dead_stack=DeadStack() if demands.dead_stack else None,
        semantics=demands.semantics,
        premises=tuple(assumption.word for assumption in demands.assume),
        assumptions=tuple(assumption.text for assumption in demands.assume),
    )
    try:
        write(folder, files_of((texts[0].data, texts[1].data), options, certificate, derived))
    except Underivable as error:
        raise NoCertificate(folder, f"this proof has no certificate: {error.reason}") from None
    except CertificateError as error:
        raise NoCertificate(folder, error.reason) from None


def derived(original: bytes, candidate: bytes, arguments: Sequence[Mapping[str, Any]], options: CheckOptions) -> Derived:
    """The queries of an argument about two texts, which are read as ``superopt check`` reads them. Raises Underivable."""
    first, second = Text(original, ORIGINAL), Text(candidate, CANDIDATE)
    try:
        whole = _whole(first, second)
        pairs = function_pairs(first, second)
    except (GrammarsError, SemanticsError) as error:
        raise Underivable(str(error)) from None
    if isinstance(pairs, Unsupported):
        raise Underivable(pairs.what)
    if not pairs:
        return Derived({}, ("- both texts are the same but for layout, comments and names of places",), ())
    queries, lines = derive(pairs, arguments, options, whole=whole)
    return Derived(queries, lines, _instructions(pairs))


def _whole(original: Text, candidate: Text) -> bool:
    """Whether the texts are functions rather than pieces of code. Raises Underivable for blocks, whose certificates are others."""
    try:
        left, right = block_in(original.data, original.source), block_in(candidate.data, candidate.source)
    except NotOneBlock:
        return True
    against = conflict(left, right)
    if against is not None:
        raise Underivable(against)
    if not any(block.unsupported is not None or _goes_round(block) for block in (left, right)):
        raise Underivable("both texts are single blocks, which are judged otherwise")
    return False


def _goes_round(block: CodeBlock) -> bool:
    symbol = block.instructions[-1].symbol if block.instructions else None
    return symbol is not None and block.symbols.get(symbol.name) == "start"


def _instructions(pairs: Sequence[tuple[Function, Function]]) -> list[Any]:
    """The instructions that are given a meaning."""
    lines = (line for pair in pairs for function in pair for line in function.lines if line.event is None)
    return list(dict.fromkeys(line.instruction for line in lines))
