// A borrow chain as a carry chain of complements.
// live-out: x0,x1
// expect: equivalent
src:
    subs x0, x0, x2
    sbc x1, x1, x3
tgt:
    mvn x8, x2
    mvn x9, x3
    cmp xzr, xzr
    adcs x0, x0, x8
    adc x1, x1, x9
