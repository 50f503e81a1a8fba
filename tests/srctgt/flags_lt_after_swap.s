// a < b is b > a, signed.
// live-out: x0
// expect: equivalent
src:
    cmp x0, x1
    cset x0, lt
tgt:
    cmp x1, x0
    cset x0, gt
