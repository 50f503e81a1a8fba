// A multiplier one too large: wrong for large numbers.
// live-out: x0
// expect: different
// differs: x0
src:
    movz w8, #0x3
    udiv w0, w1, w8
tgt:
    movz w8, #0xaaac
    movk w8, #0xaaaa, lsl #16
    umull x8, w1, w8
    lsr x0, x8, #33
