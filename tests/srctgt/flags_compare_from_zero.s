// Comparing zero with x is not comparing x with zero.
// live-out: nzcv
// expect: different
// differs: n, c
src:
    cmp x0, #0
tgt:
    cmp xzr, x0
