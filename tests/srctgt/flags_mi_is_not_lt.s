// The sign of the difference is not the comparison: it overflows.
// live-out: x0
// expect: different
// differs: x0
src:
    cmp x0, x1
    cset x0, lt
tgt:
    cmp x0, x1
    cset x0, mi
