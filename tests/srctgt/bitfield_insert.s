// bfi against mask, shift and or.
// live-out: x0
// expect: equivalent
src:
    and x2, x1, #0xff
    bic x0, x0, x3
    lsl x2, x2, #8
    and x0, x0, #0xffffffffffff00ff
    orr x0, x0, x2
tgt:
    bic x0, x0, x3
    bfi x0, x1, #8, #8
