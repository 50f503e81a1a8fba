// A store into the middle by its bytes.
// live-out: mem
// expect: equivalent
src:
    str w0, [x1]
    str w2, [x1, #3]
tgt:
    str w0, [x1]
    strb w2, [x1, #3]
    lsr w8, w2, #8
    strh w8, [x1, #4]
    lsr w8, w2, #24
    strb w8, [x1, #6]
