// The carry of the middle word comes from either of two sums.
// live-out: x0,x1,x2
// expect: different
// differs: x2
src:
    adds x0, x0, x3
    adcs x1, x1, x4
    adc x2, x2, x5
tgt:
    adds x0, x0, x3
    cinc x1, x1, cs
    adds x1, x1, x4
    adc x2, x2, x5
