// bfi w clears the upper half.
// live-out: x0
// expect: different
// differs: x0
src:
    and x8, x1, #0xff
    and x9, x0, #0xffffffffffff00ff
    orr x0, x9, x8, lsl #8
tgt:
    bfi w0, w1, #8, #8
