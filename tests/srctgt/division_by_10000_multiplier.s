// A multiplier one too large: wrong for few numbers.
// live-out: x0
// expect: different
// differs: x0
src:
    movz w8, #0x2710
    udiv w0, w1, w8
tgt:
    movz w8, #0x175a
    movk w8, #0xd1b7, lsl #16
    umull x8, w1, w8
    lsr x0, x8, #45
