// SHA's choose: the two terms have no bit in common.
// live-out: x0
// expect: equivalent
src:
    and x8, x0, x1
    bic x9, x2, x0
    eor x0, x8, x9
tgt:
    and x8, x0, x1
    bic x9, x2, x0
    add x0, x8, x9
