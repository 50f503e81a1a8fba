// By addition it is none for amount 0.
// live-out: w0
// expect: different
// differs: x0
src:
    lsl w8, w1, w2
    neg w9, w2
    lsr w10, w1, w9
    orr w0, w8, w10
tgt:
    lsl w8, w1, w2
    neg w9, w2
    lsr w10, w1, w9
    add w0, w8, w10
