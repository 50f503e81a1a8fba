// sqabs of -128 is 127.
// live-out: v0
// expect: different
// differs: v0
src:
    neg v3.16b, v1.16b
    smax v0.16b, v1.16b, v3.16b
tgt:
    sqabs v0.16b, v1.16b
