// V is not, for -2^63 and 0.
// live-out: x0,n,z,v
// expect: different
// differs: v
src:
    subs x0, x0, x1
tgt:
    neg x8, x1
    adds x0, x0, x8
