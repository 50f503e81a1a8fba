// A64 division by zero gives 0, so the quotient is not simply the dividend for a divisor of at most 1.
// live-out: x0
// expect: different
// differs: x0
src:
    udiv x0, x0, x1
tgt:
    cmp x1, #1
    csel x0, x0, xzr, ls
