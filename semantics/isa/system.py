"""Ordered, exclusive, atomic, barrier, hint, prefetch and system instructions (Arm ARM C4.1.93, C4.1.94).

Syntax and encoding only: every row is ``ordered``, so that blocks with them are recognised and left alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from semantics.operands.base import Fields
from semantics.row import Row, syntax

# Hints by the number in CRm:op2; 0 is nop, which has a meaning and a row of its own.
HINTS = {
    1: "yield", 2: "wfe", 3: "wfi", 4: "sev", 5: "sevl", 6: "dgh", 7: "xpaclri", 8: "pacia1716", 10: "pacib1716", 12: "autia1716",
    14: "autib1716", 16: "esb", 17: "psb csync", 18: "tsb csync", 20: "csdb", 22: "clrbhb", 24: "paciaz", 25: "paciasp", 26: "pacibz",
    27: "pacibsp", 28: "autiaz", 29: "autiasp", 30: "autibz", 31: "autibsp", 32: "bti", 34: "bti c", 36: "bti j", 38: "bti jc",
}  # fmt: skip
# Hints that llvm-mc 19 prints by a name and that are too new for the table above.
_LATER = (19, 39, 40, 41, 42, 43)


def _ordered(template: str, pattern: str) -> Row:
    return syntax(template, pattern, ordered=True)


def _words(text: str) -> str:
    """The template of a spelling that is nothing but words."""
    mnemonic, _, word = text.partition(" ")
    return f"{mnemonic} {{w:w_{word}}}" if word else mnemonic


def _unnamed(fields: Fields) -> bool:
    return fields["imm"] not in HINTS and fields["imm"] not in (0, *_LATER)


def _hints() -> Iterator[Row]:
    for number, text in HINTS.items():
        yield _ordered(_words(text), f"1101 0101 0000 0011 0010 {number:07b} 11111")
    yield syntax("hint {imm:u7}", "1101 0101 0000 0011 0010 imm:7 11111", constraint=_unnamed, reason="this hint has a name", ordered=True)


def _barriers() -> Iterator[Row]:
    yield _ordered("ssbb", "1101 0101 0000 0011 0011 0000 100 11111")
    yield _ordered("pssbb", "1101 0101 0000 0011 0011 0100 100 11111")
    yield _ordered("dfb", "1101 0101 0000 0011 0011 1100 100 11111")
    yield _ordered("sb", "1101 0101 0000 0011 0011 0000 111 11111")
    plain = "1101 0101 0000 0011 0011 option:4"
    yield syntax("dsb {option:barrier}", f"{plain} 100 11111", constraint=lambda f: f["option"] not in (0, 4, 12), ordered=True)
    yield _ordered("dmb {option:barrier}", f"{plain} 101 11111")
    yield _ordered("isb {option:barrier15}", f"{plain} 110 11111")
    yield _ordered("clrex {option:barrier15}", f"{plain} 010 11111")


# System registers that programs name: op0, op1, CRn, CRm, op2, and whether they can be written.
REGISTERS = {
    "nzcv": (3, 3, 4, 2, 0, True),
    "daif": (3, 3, 4, 2, 1, True),
    "dit": (3, 3, 4, 2, 5, True),
    "ssbs": (3, 3, 4, 2, 6, True),
    "fpcr": (3, 3, 4, 4, 0, True),
    "fpsr": (3, 3, 4, 4, 1, True),
    "tpidr_el0": (3, 3, 13, 0, 2, True),
    "tpidrro_el0": (3, 3, 13, 0, 3, True),
    "tpidr_el1": (3, 0, 13, 0, 4, True),
    "cntfrq_el0": (3, 3, 14, 0, 0, True),
    "cntpct_el0": (3, 3, 14, 0, 1, False),
    "cntvct_el0": (3, 3, 14, 0, 2, False),
    "pmccntr_el0": (3, 3, 9, 13, 0, True),
    "ctr_el0": (3, 3, 0, 0, 1, False),
    "dczid_el0": (3, 3, 0, 0, 7, False),
    "midr_el1": (3, 0, 0, 0, 0, False),
    "mpidr_el1": (3, 0, 0, 0, 5, False),
    "currentel": (3, 0, 4, 2, 2, False),
    "sp_el0": (3, 0, 4, 1, 0, True),
    "spsr_el1": (3, 0, 4, 0, 0, True),
    "elr_el1": (3, 0, 4, 0, 1, True),
    "sctlr_el1": (3, 0, 1, 0, 0, True),
    "ttbr0_el1": (3, 0, 2, 0, 0, True),
    "vbar_el1": (3, 0, 12, 0, 0, True),
    "esr_el1": (3, 0, 5, 2, 0, True),
    "far_el1": (3, 0, 6, 0, 0, True),
}


def _registers() -> Iterator[Row]:
    for name, (op0, op1, crn, crm, op2, writable) in REGISTERS.items():
        place = f"{op0:02b} {op1:03b} {crn:04b} {crm:04b} {op2:03b} t:5"
        yield _ordered(f"mrs {{t:X}}, {{r:w_{name}}}", f"1101010100 1 {place}")
        if writable:
            yield _ordered(f"msr {{r:w_{name}}}, {{t:X}}", f"1101010100 0 {place}")


STATE_FIELDS = {
    "uao": (0, 3), "pan": (0, 4), "spsel": (0, 5), "ssbs": (3, 1), "dit": (3, 2), "tco": (3, 4), "daifset": (3, 6), "daifclr": (3, 7),
}  # fmt: skip
CACHE = {
    "ic ialluis": (0, 1, 0), "ic iallu": (0, 5, 0), "ic ivau": (3, 5, 1), "dc ivac": (0, 6, 1), "dc isw": (0, 6, 2), "dc csw": (0, 10, 2),
    "dc cisw": (0, 14, 2), "dc zva": (3, 4, 1), "dc cvac": (3, 10, 1), "dc cvau": (3, 11, 1), "dc cvap": (3, 12, 1), "dc civac": (3, 14, 1),
}  # fmt: skip


def _system() -> Iterator[Row]:
    for name, opc, low in (("svc", "000", "01"), ("hvc", "000", "10"), ("smc", "000", "11"), ("brk", "001", "00"), ("hlt", "010", "00")):
        yield _ordered(f"{name} {{imm:u16}}", f"11010100 {opc} imm:16 000 {low}")
    yield _ordered("udf {imm:u16}", "0000000000000000 imm:16")
    yield _ordered("eret", "11010110100111110000001111100000")
    for name, (op1, op2) in STATE_FIELDS.items():
        size = "imm:4" if name.startswith("daif") else "000 imm:1"
        kind = "u4" if name.startswith("daif") else "u1"
        yield _ordered(f"msr {{f:w_{name}}}, {{imm:{kind}}}", f"1101010100 0 00 {op1:03b} 0100 {size} {op2:03b} 11111")
    for text, (op1, crm, op2) in CACHE.items():
        target = "11111" if "iall" in text else "t:5"
        operand = "" if "iall" in text else ", {t:X}"
        yield _ordered(_words(text) + operand, f"1101010100 0 01 {op1:03b} 0111 {crm:04b} {op2:03b} {target}")


_OTHERS = (("ldxr", "010", 0), ("ldaxr", "010", 1), ("ldlar", "110", 0), ("ldar", "110", 1), ("stllr", "100", 0), ("stlr", "100", 1))
STATUS = "the status register must be none of the others: unpredictable"
SAME = "the two loaded registers must differ: unpredictable"


def _status_apart(fields: Fields) -> bool:
    status = fields["s"]
    return status not in (fields["t"], fields.get("t2")) and (status != fields["n"] or status == 31)


def _distinct(fields: Fields) -> bool:
    return fields["t"] != fields["t2"]


_SIZES = (("00", "b", "W"), ("01", "h", "W"), ("10", "", "W"), ("11", "", "X"))


def _exclusive() -> Iterator[Row]:
    for size, suffix, letter in _SIZES:
        for name, opc, o0 in _OTHERS:
            yield _ordered(f"{name}{suffix} {{t:{letter}}}, {{a:base}}", f"{size} 001000 {opc} 11111 {o0} 11111 n:5 t:5")
        for name, o0 in (("stxr", 0), ("stlxr", 1)):
            template, pattern = f"{name}{suffix} {{s:W}}, {{t:{letter}}}, {{a:base}}", f"{size} 001000 000 s:5 {o0} 11111 n:5 t:5"
            yield syntax(template, pattern, constraint=_status_apart, reason=STATUS, ordered=True)
        if suffix:
            continue
        for name, o0 in (("ldxp", 0), ("ldaxp", 1)):
            template, pattern = f"{name} {{t:{letter}}}, {{t2:{letter}}}, {{a:base}}", f"{size} 001000 011 11111 {o0} t2:5 n:5 t:5"
            yield syntax(template, pattern, constraint=_distinct, reason=SAME, ordered=True)
        for name, o0 in (("stxp", 0), ("stlxp", 1)):
            template = f"{name} {{s:W}}, {{t:{letter}}}, {{t2:{letter}}}, {{a:base}}"
            pattern = f"{size} 001000 001 s:5 {o0} t2:5 n:5 t:5"
            yield syntax(template, pattern, constraint=_status_apart, reason=STATUS, ordered=True)


def _release_consistent() -> Iterator[Row]:
    for size, suffix, letter in _SIZES:
        yield _ordered(f"ldapr{suffix} {{t:{letter}}}, {{a:base}}", f"{size} 111000 10 1 11111 1 100 00 n:5 t:5")
        yield _ordered(f"stlur{suffix} {{t:{letter}}}, {{a:soff}}", f"{size} 011001 00 0 imm9:9 00 n:5 t:5")
        yield _ordered(f"ldapur{suffix} {{t:{letter}}}, {{a:soff}}", f"{size} 011001 01 0 imm9:9 00 n:5 t:5")
        if suffix:
            yield _ordered(f"ldapurs{suffix} {{t:W}}, {{a:soff}}", f"{size} 011001 11 0 imm9:9 00 n:5 t:5")
            yield _ordered(f"ldapurs{suffix} {{t:X}}, {{a:soff}}", f"{size} 011001 10 0 imm9:9 00 n:5 t:5")
    for size, opc, letter in (("00", "0", "b"), ("01", "0", "h"), ("10", "0", "s"), ("11", "0", "d"), ("00", "1", "q")):
        yield _ordered(f"stlur {{t:{letter}}}, {{a:soff}}", f"{size} 011101 {opc}0 0 imm9:9 10 n:5 t:5")
        yield _ordered(f"ldapur {{t:{letter}}}, {{a:soff}}", f"{size} 011101 {opc}1 0 imm9:9 10 n:5 t:5")
    yield _ordered("ldapursw {t:X}, {a:soff}", "10 011001 10 0 imm9:9 00 n:5 t:5")


ATOMICS = ("ldadd", "ldclr", "ldeor", "ldset", "ldsmax", "ldsmin", "ldumax", "ldumin")
ORDERS = (("", 0, 0), ("a", 1, 0), ("al", 1, 1), ("l", 0, 1))


def _atomic() -> Iterator[Row]:
    for size, suffix, letter in _SIZES:
        for order, acquire, release in ORDERS:
            operands = f"{order}{suffix} {{s:{letter}}}, {{t:{letter}}}, {{a:base}}"
            yield _ordered(f"cas{operands}", f"{size} 0010001 {acquire} 1 s:5 {release} 11111 n:5 t:5")
            head = f"{size} 111000 {acquire} {release} 1 s:5"
            for opc, name in enumerate(ATOMICS):
                yield _ordered(f"{name}{operands}", f"{head} 0 {opc:03b} 00 n:5 t:5")
            yield _ordered(f"swp{operands}", f"{head} 1 000 00 n:5 t:5")


def _prefetches() -> Iterator[Row]:
    """Hints to the caches: they change no state that programs see, and dropping one is no improvement."""
    yield _ordered("prfm {t:prefetch}, {a:uoff8}", "11 111 0 01 10 imm12:12 n:5 t:5")
    yield _ordered("prfum {t:prefetch}, {a:soff}", "11 111 0 00 10 0 imm9:9 00 n:5 t:5")
    template, pattern = "prfm {t:prefetch}, {a:regoff3}", "11 111 0 00 10 1 m:5 option:3 S 10 n:5 t:5"
    yield syntax(template, pattern, constraint=lambda f: f["t"] < 24, reason="this encoding is rprfm", ordered=True)
    yield _ordered("prfm {t:prefetch}, {a:literal}", "11 011 0 00 imm19:19 t:5")


def rows() -> Iterator[Row]:
    """Every ordered row."""
    yield from _hints()
    yield from _prefetches()
    yield from _barriers()
    yield from _system()
    yield from _registers()
    yield from _exclusive()
    yield from _release_consistent()
    yield from _atomic()
