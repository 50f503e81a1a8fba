// A maximum of 32-bit numbers by 64-bit arithmetic.
// live-out: w0
// expect: equivalent
src:
    cmp w0, w1
    csel w0, w0, w1, gt
tgt:
    sxtw x8, w0
    sub x8, x8, w1, sxtw
    bic x8, x8, x8, asr #63
    add w0, w1, w8
