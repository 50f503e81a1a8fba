// A mask from a condition that need not be 0 or 1.
// live-out: x0
// expect: different
// differs: x0
src:
    cmp x2, #0
    csel x0, x0, x1, ne
tgt:
    neg x8, x2
    eor x9, x0, x1
    and x9, x9, x8
    eor x0, x1, x9
