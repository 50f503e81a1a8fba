// Stores of the same byte commute.
// live-out: mem
// expect: equivalent
src:
    strb w0, [x1]
    strb w0, [x3]
tgt:
    strb w0, [x3]
    strb w0, [x1]
