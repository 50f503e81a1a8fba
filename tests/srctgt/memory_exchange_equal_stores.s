// They do where both store the same value at the same width.
// live-out: mem
// expect: equivalent
src:
    strb w0, [x1]
    strb w0, [x3]
tgt:
    strb w0, [x3]
    strb w0, [x1]
