"""One cheap instruction written as several dearer ones: the table behind de-optimising.

A rule is a pattern of words (see :mod:`proposer.model.words`) and the lines to put in its place. In both, single
lower-case letters are variables: ``d n m a`` registers, ``i j k`` numbers, ``c`` a condition, ``s`` a shift or extension.
On the right ``t`` and ``u`` are fresh registers as wide as the first register of the pattern; ``nw`` and ``nx`` are the
two widths of ``n``, ``nd`` is as wide as the first register; ``ci`` is the inverse of ``c``; and a word in braces is an
expression of the numbers and of ``W``, the width. Rules need not be right in every context: each use is proved.
"""

from __future__ import annotations

from dataclasses import dataclass

_LOGIC = ("and", "orr", "eor", "bic", "orn", "eon")
_SUMS = ("add", "sub")
_FLAGGED = ("adds", "subs", "ands")
_LOADS = ("ldr", "ldrb", "ldrh", "ldrsb", "ldrsh", "ldrsw", "str", "strb", "strh")

_TABLE = """
add d n m s i       -> s t m i | add d n t
sub d n m s i       -> s t m i | sub d n t
cmp n m s i         -> s t m i | cmp n t
cmn n m s i         -> s t m i | cmn n t
tst n m s i         -> s t m i | tst n t
neg d m s i         -> s t m i | neg d t
mvn d m s i         -> s t m i | mvn d t
add d n i           -> mov t i | add d n t
add d n i           -> add t n {i-1} | add d t #1
add d n i           -> add t n {2*i} | sub d t i
add d n i           -> sub t n {-i} | mov d t
sub d n i           -> mov t i | sub d n t
sub d n i           -> mov t {-i} | add d n t
sub d n i           -> sub t n #1 | sub d t {i-1}
and d n i           -> mov t i | and d n t
and d n i           -> mov t {(~i)&((1<<W)-1)} | bic d n t
orr d n i           -> mov t i | orr d n t
eor d n i           -> mov t i | eor d n t
cmp n i             -> mov t i | cmp n t
cmp n i             -> subs t n i
cmn n i             -> mov t i | cmn n t
tst n i             -> ands t n i
tst n i             -> and t n i | cmp t #0
tst n i             -> mov t i | tst n t
cmp n m             -> subs t n m
tst n m             -> ands t n m
tst n m             -> and t n m | cmp t #0
subs d n m          -> cmp n m | sub d n m
subs d n i          -> cmp n i | sub d n i
adds d n m          -> cmn n m | add d n m
ands d n m          -> and d n m | tst d d
ands d n m          -> and d n m | cmp d #0
ands d n i          -> and d n i | cmp d #0
ubfx d n i j        -> lsr t n i | and d t {(1<<j)-1}
ubfx d n i j        -> lsl t n {W-i-j} | lsr d t {W-j}
ubfx d n i j        -> asr t n i | and d t {(1<<j)-1}
ubfx d n i j        -> and t n {((1<<j)-1)<<i} | lsr d t i
sbfx d n i j        -> lsl t n {W-i-j} | asr d t {W-j}
ubfiz d n i j       -> and t n {(1<<j)-1} | lsl d t i
ubfiz d n i j       -> lsl t n i | and d t {((1<<j)-1)<<i}
ubfiz d n i j       -> lsl t n {W-j} | lsr d t {W-i-j}
sbfiz d n i j       -> lsl t n {W-j} | asr d t {W-i-j}
sbfiz d n i j       -> sbfx t n #0 j | lsl d t i
bfi d n i j         -> and t n {(1<<j)-1} | and u d {((1<<W)-1)^(((1<<j)-1)<<i)} | orr d u t lsl i
bfi d n i j         -> ubfiz t n i j | and d d {((1<<W)-1)^(((1<<j)-1)<<i)} | orr d d t
bfi d n i j         -> lsl t n i | and t t {((1<<j)-1)<<i} | and u d {((1<<W)-1)^(((1<<j)-1)<<i)} | orr d t u
bfxil d n i j       -> ubfx t n i j | and d d {((1<<W)-1)^((1<<j)-1)} | orr d d t
bfxil d n i j       -> lsr t n i | bfi d t #0 j
and d n i           -> ubfx t n #0 {i.bit_length()} | mov d t
and d n i           -> lsl t n {W-i.bit_length()} | lsr d t {W-i.bit_length()}
and d n i           -> ubfx d n #0 {i.bit_length()}
uxtb d n            -> and d n #255
uxth d n            -> and d n #65535
sxtb d n            -> lsl t nd {W-8} | asr d t {W-8}
sxth d n            -> lsl t nd {W-16} | asr d t {W-16}
sxtw d n            -> lsl t nx #32 | asr d t #32
sxtb d n            -> and tw n #255 | sxtb d tw
lsl d n i           -> mov t {1<<i} | mul d n t
lsl d n i           -> lsl t n #1 | lsl d t {i-1}
lsl d n i           -> lsl t n {i-1} | add d t t
lsl d n i           -> add t n n | lsl d t {i-1}
lsl d n i           -> and t n {(1<<(W-i))-1} | lsl d t i
lsr d n i           -> lsr t n #1 | lsr d t {i-1}
lsr d n i           -> mov t {1<<i} | udiv d n t
lsr d n i           -> mov t i | lsr d n t
lsr d n i           -> asr t n i | and d t {(1<<(W-i))-1}
lsr d n i           -> ubfx t n i {W-i} | mov d t
asr d n i           -> asr t n {i-1} | asr d t #1
asr d n i           -> mov t i | asr d n t
lsl d n i           -> mov t i | lsl d n t
lsl d n m           -> and t m {W-1} | lsl d n t
lsr d n m           -> and t m {W-1} | lsr d n t
asr d n m           -> and t m {W-1} | asr d n t
ror d n m           -> neg t m | lsl t n t | lsr u n m | orr d t u
ror d n i           -> lsl t n {W-i} | orr d t n lsr i
ror d n i           -> lsl t n {W-i} | lsr u n i | orr d t u
ror d n i           -> lsl t n {W-i} | lsr u n i | add d t u
extr d n m i        -> lsl t n {W-i} | lsr u m i | orr d t u
extr d n m i        -> lsl t n {W-i} | orr d t m lsr i
mul d n m           -> mul t m n | mov d t
madd d n m a        -> mul t n m | add d a t
madd d n m a        -> mul t n m | add d t a
msub d n m a        -> mul t n m | sub d a t
mneg d n m          -> mul t n m | neg d t
mneg d n m          -> neg t n | mul d t m
smull d n m         -> sxtw tx n | sxtw ux m | mul d tx ux
umull d n m         -> mov tw n | mov uw m | mul d tx ux
smaddl d n m a      -> smull t n m | add d a t
umaddl d n m a      -> umull t n m | add d a t
add d n m           -> sub t n m | add d t m lsl #1
add d n m           -> neg t m | sub d n t
add d n m           -> eor t n m | and u n m | add d t u lsl #1
add d n m           -> orr t n m | and u n m | add d t u
add d n m           -> mvn t n | sub t t m | mvn d t
add d n m           -> add t m n | mov d t
add d n n           -> lsl d n #1
add d n n lsl i     -> mov t {(1<<i)+1} | mul d n t
add d n m lsl i     -> mov t {1<<i} | madd d m t n
sub d n n lsl i     -> mov t {1-(1<<i)} | mul d n t
add d n n lsl i     -> lsl t n i | add d t n
sub d n m           -> neg t m | add d n t
sub d n m           -> mvn t m | add t n t | add d t #1
sub d n m           -> sub t m n | neg d t
sub d n m           -> eor t n m | bic u m n | sub d t u lsl #1
neg d m             -> mvn t m | add d t #1
neg d m             -> sub t m #1 | mvn d t
neg d m             -> mov t #0 | sub d t m
neg d m             -> mov t #-1 | mul d m t
mvn d m             -> mov t #-1 | eor d m t
mvn d m             -> neg t m | sub d t #1
mvn d m             -> eor d m {(1<<W)-1}
mvn d m             -> mov t #-1 | sub d t m
eor d n m           -> orr t n m | and u n m | sub d t u
eor d n m           -> bic t n m | bic u m n | orr d t u
eor d n m           -> orr t n m | and u n m | bic d t u
eor d n m           -> mvn t n | eon d t m
eor d n m           -> add t n m | and u n m | sub d t u lsl #1
orr d n m           -> and t n m | eor u n m | orr d t u
orr d n m           -> bic t n m | add d t m
orr d n m           -> mvn t n | mvn u m | and t t u | mvn d t
orr d n m           -> add t n m | and u n m | sub d t u
orr d n m           -> eor t n m | and u n m | eor d t u
and d n m           -> mvn t m | bic d n t
and d n m           -> orr t n m | eor u n m | eor d t u
and d n m           -> mvn t n | mvn u m | orr t t u | mvn d t
and d n m           -> add t n m | orr u n m | sub d t u
and d n m           -> bic t n m | sub d n t
bic d n m           -> mvn t m | and d n t
bic d n m           -> and t n m | eor d n t
bic d n m           -> and t n m | sub d n t
bic d n m           -> orr t n m | sub d t m
orn d n m           -> mvn t m | orr d n t
orn d n m           -> bic t m n | mvn d t
eon d n m           -> eor t n m | mvn d t
eon d n m           -> mvn t m | eor d n t
cset d c            -> mov t #1 | csel d t wzr c
cset d c            -> csetm t c | neg d t
cset d c            -> csetm t c | and d t #1
cset d c            -> cset t ci | eor d t #1
csetm d c           -> cset t c | neg d t
csetm d c           -> mov t #-1 | csel d t wzr c
csetm d c           -> cset t c | sbfx d t #0 #1
cinc d n c          -> cset t c | add d n t
cinc d n c          -> add t n #1 | csel d t n c
cinc d n c          -> csetm t c | sub d n t
cinv d n c          -> mvn t n | csel d t n c
cinv d n c          -> csetm t c | eor d n t
cneg d n c          -> neg t n | csel d t n c
cneg d n c          -> csetm t c | eor u n t | sub d u t
csinc d n m c       -> add t m #1 | csel d n t c
csinv d n m c       -> mvn t m | csel d n t c
csneg d n m c       -> neg t m | csel d n t c
csel d n m c        -> csel t m n ci | mov d t
csel d n m c        -> csetm t c | and u n t | bic t m t | orr d u t
csel d n m c        -> csetm t c | eor u n m | and u u t | eor d m u
mov d n             -> mov t n | mov d t
mov d n             -> orr d n n
mov d n             -> add d n #0
mov d i             -> mov t {i>>1} | add d t {i-(i>>1)}
mov d i             -> mov t {i^1} | eor d t #1
mov d i             -> mov t {i-1} | add d t #1
mov d i             -> mov t {i+1} | sub d t #1
mov d i             -> mov t {i>>4} | lsl d t #4
mov d i             -> mov t {(~i)&((1<<W)-1)} | mvn d t
mov d i             -> movz t {i&65535} | movk t {(i>>16)&65535} lsl #16 | mov d t
rev d n             -> rev16 t n | ror d t {W//2}
rev16 d n           -> rev t n | ror d t {W//2}
udiv d n m          -> udiv t n m | mov d t
ldp d n [ a ]       -> ldr d [ a ] | ldr n [ a {W//8} ]
ldp d n [ a i ]     -> ldr d [ a i ] | ldr n [ a {i+W//8} ]
ldp d n [ a i ]     -> ldr n [ a {i+W//8} ] | ldr d [ a i ]
ldp d n [ a ], i    -> ldp d n [ a ] | add a a i
stp d n [ a ]       -> str d [ a ] | str n [ a {W//8} ]
stp d n [ a i ]     -> str d [ a i ] | str n [ a {i+W//8} ]
stp d n [ a i ]     -> str n [ a {i+W//8} ] | str d [ a i ]
stp d n [ a ], i    -> stp d n [ a ] | add a a i
ldrsw d [ a i ]     -> ldr tw [ a i ] | sxtw d tw
ldrsw d [ a ]       -> ldr tw [ a ] | sxtw d tw
ldrsw d [ a m s i ] -> ldr tw [ a m s i ] | sxtw d tw
ldrsb d [ a ]       -> ldrb tw [ a ] | sxtb d tw
ldrsb d [ a i ]     -> ldrb tw [ a i ] | sxtb d tw
ldrsh d [ a ]       -> ldrh tw [ a ] | sxth d tw
ldrsh d [ a i ]     -> ldrh tw [ a i ] | sxth d tw
ldrb d [ a ]        -> ldrb t [ a ] | and d t #255
ldrb d [ a i ]      -> ldrb t [ a i ] | and d t #255
ldrh d [ a ]        -> ldrh t [ a ] | and d t #65535
ldrh d [ a i ]      -> ldrh t [ a i ] | and d t #65535
ldrh d [ a ]        -> ldrb t [ a ] | ldrb u [ a #1 ] | orr d t u lsl #8
ldrh d [ a i ]      -> ldrb t [ a i ] | ldrb u [ a {i+1} ] | orr d t u lsl #8
str wzr [ a ]       -> mov t #0 | str t [ a ]
str wzr [ a i ]     -> mov t #0 | str t [ a i ]
strb d [ a i ]      -> and tw d #255 | strb tw [ a i ]
strb d [ a ]        -> uxtb tw d | strb tw [ a ]
strh d [ a i ]      -> and tw d #65535 | strh tw [ a i ]
strh d [ a ]        -> uxth tw d | strh tw [ a ]
"""


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern and the lines that replace it, as words."""

    pattern: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]


def _read(text: str) -> list[Rule]:
    found = list[Rule]()
    for line in text.strip().splitlines():
        left, _, right = line.partition("->")
        found.append(Rule(tuple(left.split()), tuple(tuple(part.split()) for part in right.split("|"))))
    return found


def _families() -> list[str]:
    """Rules that look alike for many mnemonics."""
    rules = list[str]()
    for name in (*_LOGIC, *_FLAGGED):
        rules += [f"{name} d n m s i -> s t m i | {name} d n t", f"{name} d n i -> mov t i | {name} d n t"]
    for name in (*_LOGIC, *_SUMS, "mul", "udiv", "sdiv", "lsl", "lsr", "asr"):
        rules += [
            f"{name} d n m -> mov t n | {name} d t m",
            f"{name} d n m -> mov t m | {name} d n t",
            f"{name} d n m -> {name} t n m | mov d t",
        ]
    for name in (*_SUMS, "and", "orr", "eor", "lsl", "lsr", "asr"):
        rules += [f"{name} d n i -> mov t n | {name} d t i", f"{name} d n i -> {name} t n i | mov d t"]
    for name in ("and", "orr", "eor", "add"):
        rules.append(f"{name} d n m s i -> s t m i | {name} d t n")
    for name in _LOADS:
        rules += [
            f"{name} d [ a i ] -> add tx a i | {name} d [ tx ]",
            f"{name} d [ a m ] -> add tx a m | {name} d [ tx ]",
            f"{name} d [ a m s i ] -> add tx a m s i | {name} d [ tx ]",
            f"{name} d [ a m lsl i ] -> lsl tx m i | {name} d [ a tx ]",
            f"{name} d [ a m s ] -> add tx a m s | {name} d [ tx ]",
            f"{name} d [ a ] -> mov tx a | {name} d [ tx ]",
            f"{name} d [ a ], i -> {name} d [ a ] | add a a i",
            f"{name} d [ a i ]! -> add a a i | {name} d [ a ]",
            f"{name} d [ a i ]! -> {name} d [ a i ] | add a a i",
        ]
    return rules


RULES: tuple[Rule, ...] = tuple(_read(_TABLE) + _read("\n".join(_families())))
