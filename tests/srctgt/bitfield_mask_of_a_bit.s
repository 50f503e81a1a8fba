// A mask of a bit, in the lower half only.
// live-out: x0
// expect: different
// differs: x0
src:
    tst x1, #0x10
    csetm x0, ne
tgt:
    sbfx w0, w1, #4, #1
