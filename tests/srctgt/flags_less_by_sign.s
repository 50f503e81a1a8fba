// The sign of a difference is not the order.
// live-out: x0
// expect: different
// differs: x0
src:
    cmp x1, x2
    csel x0, x3, x4, ge
tgt:
    subs x8, x1, x2
    csel x0, x3, x4, pl
