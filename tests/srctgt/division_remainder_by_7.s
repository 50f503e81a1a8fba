// The remainder.
// live-out: x0
// expect: equivalent
src:
    movz w8, #0x7
    udiv w0, w1, w8
    msub w0, w0, w8, w1
tgt:
    movz w8, #0x4925
    movk w8, #0x2492, lsl #16
    umull x8, w1, w8
    lsr x8, x8, #32
    sub w9, w1, w8
    add w8, w8, w9, lsr #1
    lsr w0, w8, #2
    movz w9, #0x7
    movk w9, #0x0, lsl #16
    msub w0, w0, w9, w1
