// The carry of an addition by comparing the sum.
// live-out: x0,x1
// expect: equivalent
src:
    adds x0, x0, x2
    adc x1, x1, x3
tgt:
    add x0, x0, x2
    cmp x0, x2
    cinc x1, x1, lo
    add x1, x1, x3
