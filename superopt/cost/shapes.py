"""Every shape of instruction that the cost tables cover: one example text for each scheduling form.

Examples may name forms that do not exist (``mul v0.2d, ...``): the assembler inside llvm-mca refuses those, and
:mod:`superopt.cost.derive` drops them.  So the lists below are products of mnemonics and operand patterns, not a copy
of the manual.  In patterns, ``R`` is ``x`` and ``w`` in turn and ``T`` runs over vector arrangements.  Register numbers
are 0 to 3 so that an example can be repeated on other registers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, product

_ALL = ("8b", "16b", "4h", "8h", "2s", "4s", "1d", "2d")
_FLOAT = ("4h", "8h", "2s", "4s", "2d")


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _spread(mnemonics: str, *patterns: str) -> Iterator[str]:
    """All mnemonics with all patterns; ``R`` stands for both ``x`` and ``w``."""
    for mnemonic, pattern in product(_words(mnemonics), patterns):
        widths = ("x", "w") if "R" in pattern else ("",)
        for width in widths:
            yield f"{mnemonic} {pattern.replace('R', width)}".rstrip()


def _shifts(kinds: str = "lsl lsr asr") -> Iterator[str]:
    yield ""
    for kind in _words(kinds):
        yield f", {kind} #9"
    yield ", lsl #3"


def integer() -> Iterator[str]:
    """Data processing on general registers (Arm ARM C4.1.86 and C4.1.87)."""
    plain = "add sub adds subs"
    logical = "and orr eor orn eon bic ands bics"
    for shift in _shifts():
        yield from _spread(plain, f"R0, R1, R2{shift}")
        yield from _spread("cmp cmn neg negs", f"R0, R1{shift}")
    for shift in _shifts("lsl lsr asr ror"):
        yield from _spread(logical, f"R0, R1, R2{shift}")
        yield from _spread("tst mvn", f"R0, R1{shift}")
    for kind, amount in product(_words("uxtb uxth uxtw sxtb sxth sxtw"), ("", " #2")):
        yield from _spread(plain, f"x0, x1, w2, {kind}{amount}", f"w0, w1, w2, {kind}{amount}")
        yield from _spread("cmp cmn", f"x0, w1, {kind}{amount}", f"w0, w1, {kind}{amount}")
    for kind, amount in product(("uxtx", "sxtx"), ("", " #2")):
        yield from _spread(plain, f"x0, x1, x2, {kind}{amount}")
        yield from _spread("cmp cmn", f"x0, x1, {kind}{amount}")
    yield from _spread(plain, "R0, R1, #3", "R0, R1, #3, lsl #12")
    yield from _spread("cmp cmn", "R0, #3", "R0, #3, lsl #12")
    yield from _spread("and orr eor ands", "R0, R1, #15")
    yield from _spread("tst", "R0, #15")
    yield from _spread("mov", "R0, R1", "R0, #3", "R0, #0")
    yield from _spread("movn movk", "R0, #3", "R0, #3, lsl #16")
    yield from _spread("adc adcs sbc sbcs", "R0, R1, R2")
    yield from _spread("ngc ngcs", "R0, R1")
    yield from _spread("mul mneg udiv sdiv lsl lsr asr ror", "R0, R1, R2")
    yield from _spread("smulh umulh", "x0, x1, x2")
    yield from _spread("smull umull smnegl umnegl", "x0, w1, w2")
    yield from _spread("madd msub", "R0, R1, R2, R3")
    yield from _spread("smaddl umaddl smsubl umsubl", "x0, w1, w2, x3")
    yield from _spread("lsl lsr asr ror", "R0, R1, #3")
    yield from _spread("ubfx sbfx bfi bfxil ubfiz sbfiz", "R0, R1, #3, #4")
    yield from _spread("bfc", "R0, #3, #4")
    yield from _spread("extr", "R0, R1, R2, #3")
    yield from _spread("uxtb uxth sxtb sxth", "w0, w1")
    yield from _spread("sxtb sxth sxtw", "x0, w1")
    yield from _spread("clz cls rbit rev rev16 rev32 rev64 ctz cnt abs", "R0, R1")
    yield from _spread("smax smin umax umin", "R0, R1, R2", "R0, R1, #3")
    yield from _spread("csel csinc csinv csneg", "R0, R1, R2, eq")
    yield from _spread("cinc cinv cneg", "R0, R1, eq")
    yield from _spread("cset csetm", "R0, eq")
    yield from _spread("ccmp ccmn", "R0, R1, #3, eq", "R0, #3, #3, eq")
    yield from _spread("crc32b crc32h crc32w crc32cb crc32ch crc32cw", "w0, w1, w2")
    yield from _spread("crc32x crc32cx", "w0, w1, x2")
    yield from _spread("adr adrp", "x0, label")
    yield from ("rmif x0, #3, #5", "setf8 w0", "setf16 w0", "cfinv", "axflag", "xaflag")


def branches() -> Iterator[str]:
    """Branches, exceptions, hints, barriers and system registers (Arm ARM C4.1.88)."""
    yield from ("b label", "b.eq label", "bl label", "br x0", "blr x0", "ret", "ret x0")
    yield from _spread("cbz cbnz", "R0, label")
    yield from _spread("tbz tbnz", "R0, #3, label")
    yield from ("nop", "hint #34", "yield", "svc #0", "brk #1", "hlt #1", "bti c", "paciasp", "autiasp", "xpaclri")
    yield from ("dmb ish", "dsb ish", "isb", "mrs x0, nzcv", "msr nzcv, x0", "mrs x0, tpidr_el0", "mrs x0, fpcr", "msr fpcr, x0")


_ADDRESSES = ("[x1]", "[x1, #16]!", "[x1], #16")
_REGISTER_OFFSETS = ("[x1, x2]", "[x1, w2, uxtw]", "[x1, w2, sxtw]", "[x1, x2, sxtx]")


def _loads_of(mnemonics: str, register: str, shift: int) -> Iterator[str]:
    scaled = (f"[x1, x2, lsl #{shift}]", f"[x1, w2, uxtw #{shift}]", f"[x1, w2, sxtw #{shift}]", f"[x1, x2, sxtx #{shift}]")
    for mnemonic in _words(mnemonics):
        for address in (*_ADDRESSES, *_REGISTER_OFFSETS, *(scaled if shift else ())):
            yield f"{mnemonic} {register}, {address}"


def memory() -> Iterator[str]:
    """Loads and stores of general and scalar floating-point registers (Arm ARM C4.1.89)."""
    yield from _loads_of("ldr str", "x0", 3)
    yield from _loads_of("ldr str", "w0", 2)
    yield from _loads_of("ldrb strb ldrsb", "w0", 0)
    yield from _loads_of("ldrsb", "x0", 0)
    yield from _loads_of("ldrh strh ldrsh", "w0", 1)
    yield from _loads_of("ldrsh", "x0", 1)
    yield from _loads_of("ldrsw", "x0", 2)
    for shift, register in enumerate(("b0", "h0", "s0", "d0", "q0")):
        yield from _loads_of("ldr str", register, shift)
        yield from _spread("ldur stur", f"{register}, [x1, #3]")
        yield from (f"ldr {register}, label",)
    yield from _spread("ldur stur ldtr sttr", "R0, [x1, #3]")
    yield from _spread("ldurb sturb ldurh sturh ldursb ldursh ldtrb sttrb ldtrh sttrh ldtrsb ldtrsh", "w0, [x1, #3]")
    yield from _spread("ldursb ldursh ldursw ldtrsb ldtrsh ldtrsw", "x0, [x1, #3]")
    yield from ("ldr x0, label", "ldr w0, label", "ldrsw x0, label")
    yield from _spread("prfm", "pldl1keep, [x1]", "pldl1keep, [x1, x2]", "pldl1keep, [x1, x2, lsl #3]", "pldl1keep, label")
    yield from _spread("prfum", "pldl1keep, [x1, #3]")
    for register, address in product(("x", "w", "s", "d", "q"), _ADDRESSES):
        yield from _spread("ldp stp", f"{register}0, {register}2, {address}")
    for register in ("x", "w", "s", "d", "q"):
        yield from _spread("ldnp stnp", f"{register}0, {register}2, [x1]")
    yield from (f"ldpsw x0, x2, {address}" for address in _ADDRESSES)


def atomics() -> Iterator[str]:
    """Exclusive, ordered and atomic accesses (Arm ARM C3.2.6 to C3.2.9)."""
    yield from _spread("ldxr ldaxr ldar stlr ldlar stllr ldapr ldapur stlur", "R0, [x1]")
    yield from _spread("ldxrb ldaxrb ldarb stlrb ldaprb ldxrh ldaxrh ldarh stlrh ldaprh ldapurb stlurb ldapurh stlurh", "w0, [x1]")
    yield from _spread("stxr stlxr", "w0, R2, [x1]")
    yield from _spread("stxrb stlxrb stxrh stlxrh", "w0, w2, [x1]")
    yield from _spread("ldxp ldaxp", "R0, R2, [x1]")
    yield from _spread("stxp stlxp", "w0, R2, R3, [x1]")
    orders = ("", "a", "l", "al")
    for stem, order in product(_words("ldadd ldclr ldeor ldset ldsmax ldsmin ldumax ldumin swp cas"), orders):
        yield from _spread(f"{stem}{order}", "R0, R2, [x1]")
        yield from _spread(f"{stem}{order}b {stem}{order}h", "w0, w2, [x1]")
    for stem, order in product(_words("stadd stclr steor stset stsmax stsmin stumax stumin"), ("", "l")):
        yield from _spread(f"{stem}{order}", "R0, [x1]")


def _same(mnemonics: str, count: int, arrangements: Iterable[str], scalars: str = "") -> Iterator[str]:
    """Vector instructions whose ``count`` operands have one arrangement, and their scalar forms."""
    for mnemonic in _words(mnemonics):
        for arrangement in arrangements:
            yield f"{mnemonic} {', '.join(f'v{number}.{arrangement}' for number in range(count))}"
        for scalar in scalars:
            yield f"{mnemonic} {', '.join(f'{scalar}{number}' for number in range(count))}"


def vector_integer() -> Iterator[str]:
    """Integer vector instructions (Arm ARM C4.1.90)."""
    yield from _same("and orr eor bic orn bsl bit bif", 3, ("8b", "16b"))
    yield from _same("add sub cmeq cmge cmgt cmhi cmhs cmtst sshl ushl srshl urshl", 3, _ALL, "d")
    yield from _same("sqadd uqadd sqsub uqsub sqshl uqshl sqrshl uqrshl", 3, _ALL, "bhsd")
    yield from _same("mul mla mls pmul saba uaba sabd uabd shadd uhadd shsub uhsub srhadd urhadd", 3, _ALL)
    yield from _same("smax smin umax umin smaxp sminp umaxp uminp addp", 3, _ALL)
    yield from _same("sqdmulh sqrdmulh sqrdmlah sqrdmlsh", 3, ("4h", "8h", "2s", "4s"), "hs")
    yield from _same("zip1 zip2 uzp1 uzp2 trn1 trn2", 3, _ALL)
    yield from _same("abs neg sqabs sqneg suqadd usqadd", 2, _ALL, "bhsd")
    yield from _same("mov mvn not cnt rbit rev16 rev32 rev64 cls clz", 2, _ALL)
    for arrangement, mnemonic in product(_ALL, _words("cmeq cmge cmgt cmle cmlt")):
        yield f"{mnemonic} v0.{arrangement}, v1.{arrangement}, #0"
    yield from _spread("cmeq cmge cmgt cmle cmlt", "d0, d1, #0")
    for arrangement in _ALL:
        shifts = "shl sshr ushr ssra usra srshr urshr srsra ursra sri sli sqshl uqshl sqshlu"
        yield from _spread(shifts, f"v0.{arrangement}, v1.{arrangement}, #3")
        yield from _spread("movi mvni", f"v0.{arrangement}, #3", f"v0.{arrangement}, #0", f"v0.{arrangement}, #3, lsl #8")
        yield from _spread("movi mvni", f"v0.{arrangement}, #3, msl #8")
        yield from _spread("orr bic", f"v0.{arrangement}, #3", f"v0.{arrangement}, #3, lsl #8")
        yield from _spread("ext", f"v0.{arrangement}, v1.{arrangement}, v2.{arrangement}, #3")
    yield from _spread("shl sshr ushr ssra usra srshr urshr srsra ursra sri sli sqshl uqshl", "d0, d1, #3")
    yield from ("movi d0, #0", "movi d0, #0xff", "movi v0.2d, #0xff")
    yield from vector_widening()
    yield from vector_lanes()


_NARROW = {"8b": "8h", "16b": "8h", "4h": "4s", "8h": "4s", "2s": "2d", "4s": "2d"}


def vector_widening() -> Iterator[str]:
    """Vector instructions that change the width of elements."""
    for narrow, wide in _NARROW.items():
        two = "2" if narrow in ("16b", "8h", "4s") else ""
        for stem in _words(
            "saddl uaddl ssubl usubl smull umull smlal umlal smlsl umlsl sabal uabal sabdl uabdl pmull sqdmull sqdmlal sqdmlsl"
        ):
            yield f"{stem}{two} v0.{wide}, v1.{narrow}, v2.{narrow}"
        for stem in _words("smull umull smlal umlal smlsl umlsl sqdmull sqdmlal sqdmlsl"):
            yield f"{stem}{two} v0.{wide}, v1.{narrow}, v2.{narrow[-1]}[1]"
        for stem in _words("saddw uaddw ssubw usubw"):
            yield f"{stem}{two} v0.{wide}, v1.{wide}, v2.{narrow}"
        for stem in _words("addhn subhn raddhn rsubhn"):
            yield f"{stem}{two} v0.{narrow}, v1.{wide}, v2.{wide}"
        for stem in _words("xtn sqxtn uqxtn sqxtun"):
            yield f"{stem}{two} v0.{narrow}, v1.{wide}"
        for stem in _words("shrn rshrn sqshrn uqshrn sqrshrn uqrshrn sqshrun sqrshrun"):
            yield f"{stem}{two} v0.{narrow}, v1.{wide}, #3"
        for stem in _words("sxtl uxtl"):
            yield f"{stem}{two} v0.{wide}, v1.{narrow}"
        for shift in ("3", "8", "16", "32"):
            yield from _spread(f"sshll{two} ushll{two} shll{two}", f"v0.{wide}, v1.{narrow}, #{shift}")
    for narrow, wide in (("8b", "4h"), ("16b", "8h"), ("4h", "2s"), ("8h", "4s"), ("2s", "1d"), ("4s", "2d")):
        yield from _spread("saddlp uaddlp sadalp uadalp", f"v0.{wide}, v1.{narrow}")
    yield from ("pmull v0.1q, v1.1d, v2.1d", "pmull2 v0.1q, v1.2d, v2.2d")
    for narrow, wide in (("b", "h"), ("h", "s"), ("s", "d")):
        yield from _spread("sqxtn uqxtn sqxtun", f"{narrow}0, {wide}1")
        yield from _spread("sqshrn uqshrn sqrshrn uqrshrn sqshrun sqrshrun", f"{narrow}0, {wide}1, #3")
        yield from _spread("sqdmull sqdmlal sqdmlsl", f"{wide}0, {narrow}1, {narrow}2")


def vector_lanes() -> Iterator[str]:
    """Lanes, duplication, reduction, permutation and by-element arithmetic."""
    for size, general in (("b", "w"), ("h", "w"), ("s", "w"), ("d", "x")):
        yield from (
            f"mov v0.{size}[1], {general}1",
            f"mov v0.{size}[1], v1.{size}[0]",
            f"mov {size}0, v1.{size}[1]",
            f"dup {size}0, v1.{size}[1]",
        )
        yield from _spread("umov smov mov", f"w0, v1.{size}[1]", f"x0, v1.{size}[1]")
    for arrangement in _ALL:
        size = arrangement[-1]
        general = "x" if size == "d" else "w"
        yield from (f"dup v0.{arrangement}, {general}1", f"dup v0.{arrangement}, v1.{size}[1]")
        yield from _spread("addv smaxv sminv umaxv uminv fmaxv fminv fmaxnmv fminnmv", f"{size}0, v1.{arrangement}")
        yield from _spread("mul mla mls sqdmulh sqrdmulh", f"v0.{arrangement}, v1.{arrangement}, v2.{size}[1]")
        yield from _spread("fmul fmla fmls fmulx", f"v0.{arrangement}, v1.{arrangement}, v2.{size}[1]")
    for arrangement, scalar in (("8b", "h"), ("16b", "h"), ("4h", "s"), ("8h", "s"), ("4s", "d")):
        yield from _spread("saddlv uaddlv", f"{scalar}0, v1.{arrangement}")
    yield "addp d0, v1.2d"
    for scalar in "hsd":
        yield from _spread("fmul fmla fmls fmulx", f"{scalar}0, {scalar}1, v2.{scalar}[1]")
    for arrangement, count, mnemonic in product(("8b", "16b"), range(1, 5), ("tbl", "tbx")):
        table = ", ".join(f"v{number}.16b" for number in range(count))
        yield f"{mnemonic} v0.{arrangement}, {{{table}}}, v2.{arrangement}"
    for mnemonic, short in product(("sdot", "udot", "usdot"), (("2s", "8b"), ("4s", "16b"))):
        yield from (f"{mnemonic} v0.{short[0]}, v1.{short[1]}, v2.{short[1]}", f"{mnemonic} v0.{short[0]}, v1.{short[1]}, v2.4b[1]")
    yield from _spread("aese aesd aesmc aesimc sha1su1 sha256su0", "v0.16b, v1.16b", "v0.4s, v1.4s")
    yield from ("sha256h q0, q1, v2.4s", "sha256h2 q0, q1, v2.4s", "sha256su1 v0.4s, v1.4s, v2.4s", "sha1h s0, s1")
    yield from ("sha1c q0, s1, v2.4s", "sha1p q0, s1, v2.4s", "sha1m q0, s1, v2.4s", "sha1su0 v0.4s, v1.4s, v2.4s")
    yield from ("eor3 v0.16b, v1.16b, v2.16b, v3.16b", "bcax v0.16b, v1.16b, v2.16b, v3.16b")
    yield from ("rax1 v0.2d, v1.2d, v2.2d", "xar v0.2d, v1.2d, v2.2d, #3")


def floating_point() -> Iterator[str]:
    """Scalar and vector floating point (Arm ARM C4.1.90)."""
    yield from _same("fadd fsub fmul fdiv fmax fmin fmaxnm fminnm fnmul fmulx fabd", 3, _FLOAT, "hsd")
    yield from _same("frecps frsqrts facge facgt fcmeq fcmge fcmgt", 3, _FLOAT, "hsd")
    yield from _same("fmla fmls faddp fmaxp fminp fmaxnmp fminnmp", 3, _FLOAT)
    yield from _same("fabs fneg fsqrt frinta frinti frintm frintn frintp frintx frintz frecpe frsqrte frecpx", 2, _FLOAT, "hsd")
    yield from _same("fmadd fmsub fnmadd fnmsub", 4, (), "hsd")
    yield from _spread("urecpe ursqrte", "v0.2s, v1.2s", "v0.4s, v1.4s")
    for arrangement in _FLOAT:
        yield from _spread("fcmeq fcmge fcmgt fcmle fcmlt", f"v0.{arrangement}, v1.{arrangement}, #0.0")
        yield from _spread("fmov", f"v0.{arrangement}, #1.0")
    for scalar in "hsd":
        yield from _spread("fcmeq fcmge fcmgt fcmle fcmlt", f"{scalar}0, {scalar}1, #0.0")
        yield from _spread("fcmp fcmpe", f"{scalar}0, {scalar}1", f"{scalar}0, #0.0")
        yield from (f"fccmp {scalar}0, {scalar}1, #3, eq", f"fccmpe {scalar}0, {scalar}1, #3, eq")
        yield from (f"fcsel {scalar}0, {scalar}1, {scalar}2, eq", f"fmov {scalar}0, {scalar}1", f"fmov {scalar}0, #1.0")
        yield from _spread("faddp fmaxp fminp fmaxnmp fminnmp", f"{scalar}0, v1.2{scalar}")
        for general in "xw":
            yield from (f"fmov {scalar}0, {general}1", f"fmov {general}0, {scalar}1")
            yield from _spread("scvtf ucvtf", f"{scalar}0, {general}1", f"{scalar}0, {general}1, #3")
            yield from _spread("fcvtzs fcvtzu", f"{general}0, {scalar}1, #3")
    yield from ("fmov x0, v1.d[1]", "fmov v0.d[1], x1", "fjcvtzs w0, d1")
    yield from _conversions()


def _conversions() -> Iterator[str]:
    to_integer = "fcvtzs fcvtzu fcvtas fcvtau fcvtms fcvtmu fcvtns fcvtnu fcvtps fcvtpu"
    for general, scalar in product("xw", "hsd"):
        yield from _spread(to_integer, f"{general}0, {scalar}1")
    yield from _same(f"{to_integer} scvtf ucvtf", 2, _FLOAT, "hsd")
    for arrangement in _FLOAT:
        yield from _spread("fcvtzs fcvtzu scvtf ucvtf", f"v0.{arrangement}, v1.{arrangement}, #3")
    yield from _spread("fcvtzs fcvtzu scvtf ucvtf", "s0, s1, #3", "d0, d1, #3")
    yield from (f"fcvt {to}0, {source}1" for to, source in product("hsd", "hsd") if to != source)
    yield from ("fcvtl v0.4s, v1.4h", "fcvtl v0.2d, v1.2s", "fcvtl2 v0.4s, v1.8h", "fcvtl2 v0.2d, v1.4s")
    yield from ("fcvtn v0.4h, v1.4s", "fcvtn v0.2s, v1.2d", "fcvtn2 v0.8h, v1.4s", "fcvtn2 v0.4s, v1.2d")
    yield from ("fcvtxn v0.2s, v1.2d", "fcvtxn2 v0.4s, v1.2d", "fcvtxn s0, d1")


def vector_memory() -> Iterator[str]:
    """Structure loads and stores (Arm ARM C4.1.89)."""
    addresses = ("[x1]", "[x1], #{size}", "[x1], x2")
    for count, arrangement in product(range(1, 5), _ALL):
        listed = ", ".join(f"v{number}.{arrangement}" for number in range(count))
        size = count * (8 if arrangement in ("8b", "4h", "2s", "1d") else 16)
        stems = "ld1 st1" if count == 1 else f"ld1 st1 ld{count} st{count}"
        for address in addresses:
            yield from _spread(stems, f"{{{listed}}}, {address.format(size=size)}")
        element = count * {"b": 1, "h": 2, "s": 4, "d": 8}[arrangement[-1]]
        for address in addresses:
            yield f"ld{count}r {{{listed}}}, {address.format(size=element)}"
    for count, (size, width) in product(range(1, 5), {"b": 1, "h": 2, "s": 4, "d": 8}.items()):
        listed = ", ".join(f"v{number}.{size}" for number in range(count))
        for address in addresses:
            yield from _spread(f"ld{count} st{count}", f"{{{listed}}}[1], {address.format(size=count * width)}")


def shapes() -> list[str]:
    """Every example text once, in a fixed order."""
    groups = (integer(), branches(), memory(), atomics(), vector_integer(), floating_point(), vector_memory())
    return list(dict.fromkeys(chain.from_iterable(groups)))
