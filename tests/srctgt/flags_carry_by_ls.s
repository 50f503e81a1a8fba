// The carry by comparing the sum: strictly less.
// live-out: x0,x1
// expect: different
// differs: x1
src:
    adds x0, x0, x2
    adc x1, x1, x3
tgt:
    add x0, x0, x2
    cmp x0, x2
    cinc x1, x1, ls
    add x1, x1, x3
