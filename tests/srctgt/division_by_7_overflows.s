// The sum loses its carry.
// live-out: x0
// expect: different
// differs: x0
src:
    movz w8, #0x7
    udiv w0, w1, w8
tgt:
    movz w8, #0x4925
    movk w8, #0x2492, lsl #16
    umull x8, w1, w8
    lsr x8, x8, #32
    add w8, w8, w1
    lsr w0, w8, #3
