// An unsigned comparison, wrong for one sign.
// live-out: x0
// expect: different
// differs: x0
src:
    cmp x1, #7
    csel x0, x3, x4, gt
tgt:
    cmp x1, #8
    csel x0, x3, x4, hs
