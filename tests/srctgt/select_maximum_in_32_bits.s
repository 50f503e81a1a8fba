// The same in 32 bits overflows.
// live-out: w0
// expect: different
// differs: x0
src:
    cmp w0, w1
    csel w0, w0, w1, gt
tgt:
    sub w8, w0, w1
    bic w8, w8, w8, asr #31
    add w0, w1, w8
