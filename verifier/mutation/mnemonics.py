"""Mutations that name another instruction: the tables of what gets confused with what."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from grammars.operands import CONDITIONS, Immediate, Name, Operation
from semantics.assembler import mnemonics
from semantics.conditions import PREFERRED, condition_number
from verifier.mutation.base import Alter, renamed, with_operand

type _Others = Callable[[str], Sequence[str]]
"""Other conditions for one."""

_LIKE = (
    ("add", "sub", "orr", "eor", "and", "bic", "orn", "eon"),
    ("adds", "subs", "ands", "bics"),
    ("adc", "sbc", "add", "sub"),
    ("adcs", "sbcs", "adds", "subs"),
    ("madd", "msub"),
    ("smaddl", "smsubl"),
    ("umaddl", "umsubl"),
    ("csel", "csinc", "csinv", "csneg"),
    ("ccmp", "ccmn"),
    ("movz", "movn", "movk"),
    ("clz", "cls", "rbit", "rev", "rev16", "rev32"),
    ("ubfm", "bfm"),
    ("sbfm", "bfm"),
    ("extr", "rorv"),
    ("crc32b", "crc32cb"),
    ("crc32h", "crc32ch"),
    ("crc32w", "crc32cw"),
    ("crc32x", "crc32cx"),
    ("bsl", "bit", "bif"),
    ("mla", "mls", "mul"),
    ("zip1", "zip2", "uzp1", "uzp2", "trn1", "trn2"),
    ("rev64", "rev32", "rev16", "rbit"),
    ("cmeq", "cmtst", "cmge", "cmgt", "cmhi", "cmhs"),
    ("cmeq", "cmle", "cmlt", "cmge", "cmgt"),
    ("movi", "mvni"),
    ("tbl", "tbx"),
    ("dup", "ins"),
    ("fadd", "fsub", "fmul", "fdiv", "fmax", "fmin", "fmaxnm", "fminnm", "fnmul"),
    ("fmadd", "fmsub", "fnmadd", "fnmsub"),
    ("fmla", "fmls"),
    ("fabs", "fneg", "fsqrt", "fmov"),
    ("fcmp", "fcmpe"),
    ("frintn", "frintp", "frintm", "frintz", "frinta", "frintx", "frinti"),
    ("fcvtzs", "fcvtns", "fcvtms", "fcvtps", "fcvtas"),
    ("fcvtzu", "fcvtnu", "fcvtmu", "fcvtpu", "fcvtau"),
    ("fcmeq", "fcmge", "fcmgt", "facge", "facgt"),
    ("addp", "add", "sub"),
    ("smax", "smin", "smaxp", "sminp"),
    ("umax", "umin", "umaxp", "uminp"),
    ("addv", "smaxv", "sminv", "umaxv", "uminv", "saddlv", "uaddlv"),
)
_SHIFTS = (
    ("lslv", "lsrv", "asrv", "rorv"),
    ("shl", "sshr", "ushr", "srshr", "urshr", "sqshl", "uqshl"),
    ("sli", "sri"),
    ("ssra", "usra", "srsra", "ursra"),
    ("sshl", "ushl", "srshl", "urshl", "sqshl", "uqshl"),
    ("shrn", "rshrn"),
)
_SIGNS = (("sdiv", "udiv"), ("smulh", "umulh"), ("cmgt", "cmhi"), ("cmge", "cmhs"), ("ldrsw", "ldr"), ("saddlp", "uaddlp"))
_FLAGS = (("add", "adds"), ("sub", "subs"), ("and", "ands"), ("bic", "bics"), ("adc", "adcs"), ("sbc", "sbcs"))
_SIZES = (
    ("ldrb", "ldrh", "ldr"),
    ("ldurb", "ldurh", "ldur"),
    ("strb", "strh", "str"),
    ("sturb", "sturh", "stur"),
    ("ldrsb", "ldrsh", "ldrsw", "ldr"),
    ("ldursb", "ldursh", "ldursw", "ldur"),
    ("ldp", "ldpsw"),
    ("ld1", "ld1r"),
)
_EXTENDING = (
    ("ldrb", "ldrsb"),
    ("ldrh", "ldrsh"),
    ("ldr", "ldrsw"),
    ("ldurb", "ldursb"),
    ("ldurh", "ldursh"),
    ("ldur", "ldursw"),
    ("ldp", "ldpsw"),
)
_BRANCHES = (("cbz", "cbnz"), ("tbz", "tbnz"), ("b", "bl"), ("br", "blr", "ret"))
_WEAKER = {
    "ldar": "ldr",
    "ldapr": "ldr",
    "stlr": "str",
    "ldaxr": "ldxr",
    "stlxr": "stxr",
    "ldaxp": "ldxp",
    "stlxp": "stxp",
    "stlur": "stur",
}
_ATOMIC = re.compile(r"(ld(?:add|clr|eor|set|[su]max|[su]min)|swp|cas)(al|a|l|)([bh]?)")
_SIGNED = re.compile(r"[su](?=[a-z])")
_BRANCH = re.compile(r"b\.(\w+)")
_NEIGHBOURS = {
    "lt": ("lo", "le", "mi"), "ge": ("hs", "gt", "pl"), "gt": ("hi", "ge"), "le": ("ls", "lt"), "mi": ("lt", "lo"), "pl": ("ge", "hs"),
    "lo": ("lt", "ls", "mi"), "hs": ("ge", "hi", "pl"), "hi": ("gt", "hs"), "ls": ("le", "lo"), "eq": ("ls", "le", "vs"),
    "ne": ("hi", "gt", "vc"), "vs": ("mi",), "vc": ("pl",), "al": ("eq",), "nv": ("ne",),
}  # fmt: skip


def _among(groups: tuple[tuple[str, ...], ...]) -> Alter:
    """Any other mnemonic of a group that has the operation's."""
    table: dict[str, dict[str, None]] = {}
    for group in groups:
        for name in group:
            table.setdefault(name, {}).update(dict.fromkeys(other for other in group if other != name))

    def alter(operation: Operation) -> Iterator[Operation]:
        yield from (renamed(operation, other) for other in table.get(operation.mnemonic, ()))

    return alter


like_operation = _among(_LIKE)
other_shift = _among(_SHIFTS)
other_flags = _among(_FLAGS)
other_size = _among(_SIZES)
sign_extending_load = _among(_EXTENDING)
_signs = _among(_SIGNS)
_branches = _among(_BRANCHES)


@cache
def _known() -> frozenset[str]:
    return mnemonics()


def other_sign(operation: Operation) -> Iterator[Operation]:
    """Signed for unsigned and back: divisions, long multiplications, vector instructions."""
    yield from _signs(operation)
    if _SIGNED.match(operation.mnemonic):
        other = ("u" if operation.mnemonic[0] == "s" else "s") + operation.mnemonic[1:]
        if other in _known() and not operation.mnemonic.startswith(("st", "sub")):
            yield renamed(operation, other)


def wrong_extension(operation: Operation) -> Iterator[Operation]:
    """Sign for zero extension and back, and from another width (what sxtb to uxtw, sbfx, ubfx stand for)."""
    if operation.mnemonic in ("ubfm", "sbfm"):
        other = renamed(operation, "sbfm" if operation.mnemonic == "ubfm" else "ubfm")
        yield other
        for last in (7, 15, 31):
            yield with_operand(operation, 3, Immediate(last))
            yield with_operand(other, 3, Immediate(last))


def inverted_condition(operation: Operation) -> Iterator[Operation]:
    """The opposite condition, whatever tests it."""
    yield from _conditions(operation, lambda name: (PREFERRED[(condition_number(name) or 0) ^ 1],))
    if operation.mnemonic in ("cbz", "cbnz", "tbz", "tbnz"):
        yield from _branches(operation)


def neighbouring_condition(operation: Operation) -> Iterator[Operation]:
    """Signed for unsigned, strict for weak: lt for lo, ge for gt."""
    yield from _conditions(operation, lambda name: _NEIGHBOURS[PREFERRED[condition_number(name) or 0]])


def other_branch(operation: Operation) -> Iterator[Operation]:
    """A jump for a call or a return."""
    if operation.mnemonic in ("b", "bl", "br", "blr", "ret"):
        yield from _branches(operation)


def plain_access(operation: Operation) -> Iterator[Operation]:
    """An ordered access that has lost its order."""
    mnemonic = operation.mnemonic
    size = mnemonic[-1] if mnemonic[-1] in "bh" else ""
    stem = mnemonic.removesuffix(size)
    if stem in _WEAKER:
        yield renamed(operation, _WEAKER[stem] + size)
    found = _ATOMIC.fullmatch(mnemonic)
    if found is not None:
        name, order, size = found.groups()
        weaker = {"al": ("a", "l", ""), "a": ("",), "l": ("",)}.get(order, ())
        yield from (renamed(operation, name + other + size) for other in weaker)


def weaker_barrier(operation: Operation) -> Iterator[Operation]:
    """A barrier of less."""
    if operation.mnemonic in ("dmb", "dsb") and operation.operands:
        for kind in ("ish", "ishld", "ishst", "nsh", "osh", "sy", "ld", "st"):
            if operation.operands[0] != Name(kind):
                yield with_operand(operation, 0, Name(kind))
        if operation.mnemonic == "dsb":
            yield renamed(operation, "dmb")
    if operation.mnemonic == "isb":
        yield Operation("nop")


def _conditions(operation: Operation, others: _Others) -> Iterator[Operation]:
    branch = _BRANCH.fullmatch(operation.mnemonic)
    if branch is not None:
        yield from (renamed(operation, f"b.{name}") for name in others(branch[1]))
    for i, operand in enumerate(operation.operands):
        if isinstance(operand, Name) and operand.text in CONDITIONS:
            yield from (with_operand(operation, i, Name(name)) for name in others(operand.text))
