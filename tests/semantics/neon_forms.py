"""Texts of Advanced SIMD integer instructions, one for each form: the operations times their arrangements."""

from __future__ import annotations

from collections.abc import Iterator

NARROW = ("8b", "16b", "4h", "8h", "2s", "4s")
ALL = (*NARROW, "2d")
BYTES = ("8b", "16b")
HALF_AND_WORD = ("4h", "8h", "2s", "4s")
LONG = (("8h", "8b", "16b"), ("4s", "4h", "8h"), ("2d", "2s", "4s"))
"""Wide arrangement, narrow one, and that of the second form, which uses the upper half."""
WIDTHS = {"b": 8, "h": 16, "s": 32, "d": 64}

THREE = {
    ALL: "add sub cmeq cmge cmgt cmhi cmhs cmtst sshl ushl srshl urshl sqshl uqshl sqrshl uqrshl sqadd uqadd sqsub uqsub addp "
    "zip1 zip2 uzp1 uzp2 trn1 trn2",
    NARROW: "mul mla mls smax smin umax umin smaxp sminp umaxp uminp sabd uabd saba uaba shadd uhadd shsub uhsub srhadd urhadd",
    BYTES: "and orr eor bic orn bsl bit bif pmul",
    HALF_AND_WORD: "sqdmulh sqrdmulh",
}
TWO = {
    ALL: "abs neg sqabs sqneg suqadd usqadd",
    NARROW: "clz cls rev64",
    BYTES: "cnt not rbit rev16",
    ("8b", "16b", "4h", "8h"): "rev32",
}
SCALAR = {
    "d": "add sub cmeq cmge cmgt cmhi cmhs cmtst sshl ushl srshl urshl",
    "bhsd": "sqshl uqshl sqrshl uqrshl sqadd uqadd sqsub uqsub",
    "hs": "sqdmulh sqrdmulh",
}
LONG_THREE = "saddl uaddl ssubl usubl sabal uabal sabdl uabdl smlal umlal smlsl umlsl smull umull"
WIDE_THREE = "saddw uaddw ssubw usubw"
NARROW_THREE = "addhn subhn raddhn rsubhn"
NARROW_TWO = "xtn sqxtn uqxtn sqxtun"
NARROW_SHIFTS = "shrn rshrn sqshrn sqrshrn uqshrn uqrshrn sqshrun sqrshrun"
RIGHT_SHIFTS = "sshr ushr ssra usra srshr urshr srsra ursra sri"
LEFT_SHIFTS = "shl sli sqshl uqshl sqshlu"
BY_ELEMENT = "mul mla mls sqdmulh sqrdmulh"
LONG_BY_ELEMENT = "smull umull smlal umlal smlsl umlsl sqdmull sqdmlal sqdmlsl"


def forms() -> list[str]:
    """Every text, registers d = 0, n = 1, m = 2."""
    return [*_same(), *_shifts(), *_lengths(), *_lanes(), *_tables()]


def _width(arrangement: str) -> int:
    return WIDTHS[arrangement[-1]]


def _same() -> Iterator[str]:
    for arrangements, names in THREE.items():
        for name in names.split():
            yield from (f"{name} v0.{a}, v1.{a}, v2.{a}" for a in arrangements)
    for arrangements, names in TWO.items():
        for name in names.split():
            yield from (f"{name} v0.{a}, v1.{a}" for a in arrangements)
    for name in ("cmeq", "cmge", "cmgt", "cmle", "cmlt"):
        yield from (f"{name} v0.{a}, v1.{a}, #0" for a in ALL)
        yield f"{name} d0, d1, #0"
    for letters, names in SCALAR.items():
        for name in names.split():
            yield from (f"{name} {x}0, {x}1, {x}2" for x in letters)
    for name in ("abs", "neg"):
        yield f"{name} d0, d1"
    for name in ("sqabs", "sqneg", "suqadd", "usqadd"):
        yield from (f"{name} {x}0, {x}1" for x in "bhsd")


def _shifts() -> Iterator[str]:
    for a in ALL:
        width = _width(a)
        for name in RIGHT_SHIFTS.split():
            yield from (f"{name} v0.{a}, v1.{a}, #{k}" for k in (1, width // 2 + 1, width))
        for name in LEFT_SHIFTS.split():
            yield from (f"{name} v0.{a}, v1.{a}, #{k}" for k in (0, width // 2 + 1, width - 1))
    for name in RIGHT_SHIFTS.split():
        yield f"{name} d0, d1, #64"
    for wide, narrow, upper in LONG:
        width = _width(narrow)
        for name in NARROW_SHIFTS.split():
            yield from (f"{name} v0.{narrow}, v1.{wide}, #{k}" for k in (1, width))
            yield f"{name}2 v0.{upper}, v1.{wide}, #{width - 1}"
        for name in ("sshll", "ushll"):
            yield from (f"{name} v0.{wide}, v1.{narrow}, #{k}" for k in (0, width - 1))
            yield f"{name}2 v0.{wide}, v1.{upper}, #1"
        yield f"shll v0.{wide}, v1.{narrow}, #{width}"
    for name in NARROW_SHIFTS.split()[2:]:
        yield from (f"{name} {x}0, {y}1, #{WIDTHS[x]}" for x, y in ("bh", "hs", "sd"))


def _lengths() -> Iterator[str]:
    for wide, narrow, upper in LONG:
        for name in LONG_THREE.split():
            yield f"{name} v0.{wide}, v1.{narrow}, v2.{narrow}"
            yield f"{name}2 v0.{wide}, v1.{upper}, v2.{upper}"
        for name in WIDE_THREE.split():
            yield f"{name} v0.{wide}, v1.{wide}, v2.{narrow}"
            yield f"{name}2 v0.{wide}, v1.{wide}, v2.{upper}"
        for name in NARROW_THREE.split():
            yield f"{name} v0.{narrow}, v1.{wide}, v2.{wide}"
            yield f"{name}2 v0.{upper}, v1.{wide}, v2.{wide}"
        for name in NARROW_TWO.split():
            yield f"{name} v0.{narrow}, v1.{wide}"
            yield f"{name}2 v0.{upper}, v1.{wide}"
    for wide, narrow, upper in LONG[1:]:
        for name in ("sqdmull", "sqdmlal", "sqdmlsl"):
            yield f"{name} v0.{wide}, v1.{narrow}, v2.{narrow}"
            yield f"{name}2 v0.{wide}, v1.{upper}, v2.{upper}"
            yield f"{name} {wide[-1]}0, {narrow[-1]}1, {narrow[-1]}2"
    for name in ("saddlp", "uaddlp", "sadalp", "uadalp"):
        yield from (
            f"{name} v0.{w}, v1.{n}" for w, n in (("4h", "8b"), ("8h", "16b"), ("2s", "4h"), ("4s", "8h"), ("1d", "2s"), ("2d", "4s"))
        )
    yield from ("pmull v0.8h, v1.8b, v2.8b", "pmull2 v0.8h, v1.16b, v2.16b", "addp d0, v1.2d")


def _lanes() -> Iterator[str]:
    for name in ("addv", "smaxv", "sminv", "umaxv", "uminv"):
        yield from (f"{name} {a[-1]}0, v1.{a}" for a in ("8b", "16b", "4h", "8h", "4s"))
    for name in ("saddlv", "uaddlv"):
        yield from (f"{name} {x}0, v1.{a}" for x, a in (("h", "8b"), ("h", "16b"), ("s", "4h"), ("s", "8h"), ("d", "4s")))
    for name in BY_ELEMENT.split():
        yield from (f"{name} v0.{a}, v1.{a}, v2.{a[-1]}[{i}]" for a in HALF_AND_WORD for i in (0, 3))
    for wide, narrow, upper in LONG[1:]:
        for name in LONG_BY_ELEMENT.split():
            yield f"{name} v0.{wide}, v1.{narrow}, v2.{narrow[-1]}[1]"
            yield f"{name}2 v0.{wide}, v1.{upper}, v2.{narrow[-1]}[3]"
    for a in ALL:
        x, general = a[-1], "x" if a[-1] == "d" else "w"
        yield from (f"dup v0.{a}, v1.{x}[1]", f"dup v0.{a}, {general}1")
    for x, last in (("b", 15), ("h", 7), ("s", 3), ("d", 1)):
        general = "x" if x == "d" else "w"
        yield from (f"ins v0.{x}[{last}], {general}1", f"ins v0.{x}[0], v1.{x}[{last}]", f"dup {x}0, v1.{x}[{last}]")
        yield f"umov {general}0, v1.{x}[{last}]"
    for register, x in (("w", "b"), ("w", "h"), ("x", "b"), ("x", "h"), ("x", "s")):
        yield f"smov {register}0, v1.{x}[1]"


def _tables() -> Iterator[str]:
    for a in BYTES:
        for count in (1, 2, 3, 4):
            registers = ", ".join(f"v{i}.16b" for i in range(4, 4 + count))
            yield from (f"tbl v0.{a}, {{{registers}}}, v1.{a}", f"tbx v0.{a}, {{{registers}}}, v1.{a}")
        yield from (f"ext v0.{a}, v1.{a}, v2.{a}, #{k}" for k in (0, 5, 7))
        yield f"movi v0.{a}, #165"
    yield from (
        "movi v0.2d, #0xff00ff0000ffff00",
        "movi d0, #0xff",
        "movi v0.4s, #1, msl #8",
        "mvni v0.8h, #3, lsl #8",
        "movi v0.2s, #7, lsl #24",
    )
    yield from (
        "bic v0.4s, #255, lsl #16",
        "orr v0.8h, #85",
        "fmov d0, x1",
        "fmov x0, d1",
        "fmov x0, v1.d[1]",
        "fmov v0.d[1], x1",
        "fmov s0, w1",
    )
