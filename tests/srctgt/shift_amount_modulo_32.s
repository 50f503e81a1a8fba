// The amount counts modulo 32.
// live-out: w0
// expect: different
// differs: x0
src:
    lsl w0, w1, w2
tgt:
    lsl x0, x1, x2
