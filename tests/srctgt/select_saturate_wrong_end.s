// A signed saturation to the wrong end.
// live-out: w0
// expect: different
// differs: x0
src:
    adds w8, w0, w1
    asr w9, w8, #31
    eor w9, w9, #0x80000000
    csel w0, w9, w8, vs
tgt:
    adds w8, w0, w1
    asr w9, w8, #31
    eor w9, w9, #0x7fffffff
    csel w0, w9, w8, vs
