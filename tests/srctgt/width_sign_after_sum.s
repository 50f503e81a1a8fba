// The sign extension of a truncated sum.
// live-out: x0
// expect: equivalent
src:
    add w8, w1, w2
    sxtw x0, w8
tgt:
    add x8, x1, w2, sxtw
    sbfx x0, x8, #0, #32
