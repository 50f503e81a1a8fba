// A 64-bit shift takes one bit more of the amount.
// live-out: w0
// expect: different
// differs: x0
src:
    lsr w0, w1, w2
tgt:
    mov w9, w1
    lsr x0, x9, x2
