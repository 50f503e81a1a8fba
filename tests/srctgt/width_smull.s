// A product of sign-extended halves.
// live-out: x0
// expect: equivalent
src:
    sxtw x1, w1
    sxtw x2, w2
    mul x0, x1, x2
tgt:
    smull x0, w1, w2
