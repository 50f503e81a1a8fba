// A division of sign-extended words.
// live-out: w0
// expect: equivalent
src:
    sxtw x8, w1
    sxtw x9, w2
    sdiv x0, x8, x9
tgt:
    sdiv w0, w1, w2
