"""What an instruction reads and writes, guessed from its syntax: enough to price it, nothing to prove with.

The meaning of instructions (``semantics``) knows reads and writes exactly; this serves instructions without a meaning.
"""

from __future__ import annotations

from grammars.operands import Memory, Name, Operation, RegisterList, VectorRegister
from superopt.cost.dependences import MEMORY, Costed
from superopt.cost.prepared import operand_places

_FLAGS = frozenset("nzcv")
_CONDITIONS = "eq ne cs hs cc lo mi pl vs vc hi ls ge lt gt le al nv"
_FLAG_READERS = "adc adcs sbc sbcs ngc ngcs"
_FLAG_WRITERS = "adds subs ands bics cmp cmn tst ccmp ccmn negs ngcs adcs sbcs fcmp fcmpe fccmp fccmpe"
_NO_RESULT = ("st", "cb", "tbz", "tbnz", "cmp", "cmn", "tst", "ccm", "b.", "br", "blr", "ret", "prf", "fcmp", "fccmp", "msr")
_RESULT_AFTER_ALL = ("stxr", "stlxr", "stxp", "stlxp", "bic", "bif", "bit", "bsl", "bf", "bcax")
_READS_RESULT = (
    "movk bfi bfxil bfc bfm mla mls fmla fmls smlal umlal smlsl umlsl sqdmlal sqdmlsl sqrdmlah sqrdmlsh saba uaba sabal "
    "uabal sadalp uadalp sdot udot usdot ssra usra srsra ursra sri sli bsl bit bif tbx suqadd usqadd aese aesd sha1c sha1p "
    "sha1m sha1su0 sha1su1 sha256h sha256h2 sha256su0 sha256su1"
)
_CONDITION_NAMES, _FLAG_READER_NAMES, _FLAG_WRITER_NAMES, _READS_ITS_RESULT = (
    frozenset(words.split()) for words in (_CONDITIONS, _FLAG_READERS, _FLAG_WRITERS, _READS_RESULT)
)
_TWO_RESULTS = ("ldp", "ldnp", "ldxp", "ldaxp")


def from_syntax(operation: Operation) -> Costed:
    """The instruction with its likely reads and writes."""
    operands = operation.operands
    results = _result_count(operation)
    reads: set[str] = set()
    writes: set[str] = set()
    for position, operand in enumerate(operands):
        places = operand_places(operand)
        (writes if position < results else reads).update(places)
        if isinstance(operand, Memory) and operand.mode != "offset":
            writes.add(places[0])
        if position < results and _merges(operation, position):
            reads.update(places)
    _add_flags(operation, reads, writes)
    if any(isinstance(operand, Memory) for operand in operands) and not operation.mnemonic.startswith("prf"):
        (writes if operation.mnemonic.startswith("st") else reads).add(MEMORY)
    return Costed(operation, frozenset(reads), frozenset(writes))


def _result_count(operation: Operation) -> int:
    """How many of the first operands are results."""
    mnemonic = operation.mnemonic
    if mnemonic.startswith(_TWO_RESULTS):
        return 2
    if mnemonic.startswith(_RESULT_AFTER_ALL):
        return 1
    if mnemonic in ("b", "bl") or mnemonic.startswith(_NO_RESULT):
        return 0
    return 1


def _merges(operation: Operation, position: int) -> bool:
    """Whether a result keeps part of its old value."""
    operand = operation.operands[position]
    lane = isinstance(operand, VectorRegister | RegisterList) and operand.index is not None
    upper = operation.mnemonic.endswith("n2")
    immediate = operation.mnemonic in ("orr", "bic") and len(operation.operands) == 2
    return lane or upper or immediate or operation.mnemonic.removesuffix("2") in _READS_ITS_RESULT | {"sha256h2"}


def _add_flags(operation: Operation, reads: set[str], writes: set[str]) -> None:
    conditional = any(isinstance(operand, Name) and operand.text in _CONDITION_NAMES for operand in operation.operands)
    if conditional or operation.mnemonic in _FLAG_READER_NAMES or operation.mnemonic.startswith("b."):
        reads |= _FLAGS
    if operation.mnemonic in _FLAG_WRITER_NAMES:
        writes |= _FLAGS
