// The overflow of y - x is not that of x - y.
// live-out: w0
// expect: different
// differs: x0
src:
    sub w8, w0, w1
    eor w9, w0, w1
    eor w10, w0, w8
    and w9, w9, w10
    lsr w0, w9, #31
tgt:
    cmp w1, w0
    cset w0, vs
