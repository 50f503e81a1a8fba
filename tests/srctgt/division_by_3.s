// Unsigned by 3.
// live-out: x0
// expect: equivalent
src:
    movz w8, #0x3
    udiv w0, w1, w8
tgt:
    movz w8, #0xaaab
    movk w8, #0xaaaa, lsl #16
    umull x8, w1, w8
    lsr x0, x8, #33
