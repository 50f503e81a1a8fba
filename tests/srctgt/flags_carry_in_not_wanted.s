// adcs takes in a carry that adds does not.
// live-out: x0,x1
// expect: different
// differs: x0
src:
    adds x0, x0, x2
    adc x1, x1, x3
tgt:
    adcs x0, x0, x2
    adc x1, x1, x3
