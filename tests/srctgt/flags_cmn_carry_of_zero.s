// cmn's carry is not that of a comparison with the negation, for zero alone.
// live-out: x0
// expect: different
// differs: x0
src:
    cmn x1, x2
    cset x0, cs
tgt:
    neg x8, x2
    cmp x1, x8
    cset x0, hs
