// A rotation by two shifts and orr.
// live-out: w0
// expect: equivalent
src:
    lsl w8, w1, w2
    neg w9, w2
    lsr w10, w1, w9
    orr w0, w8, w10
tgt:
    neg w9, w2
    ror w0, w1, w9
