// cmn's carry is that of a comparison with the negation, but for zero.
// live-out: x0
// expect: equivalent
src:
    cmn x1, x2
    cset x0, cs
tgt:
    neg x8, x2
    cmp x1, x8
    cset x9, hs
    cmp x2, #0
    csel x0, x9, xzr, ne
