// The largest multiple is one.
// live-out: w0
// expect: different
// differs: x0
src:
    movz w8, #0x7
    udiv w9, w1, w8
    msub w9, w9, w8, w1
    cmp w9, #0
    cset w0, eq
tgt:
    movz w8, #0x6db7
    movk w8, #0xb6db, lsl #16
    mul w8, w1, w8
    movz w9, #0x4924
    movk w9, #0x2492, lsl #16
    cmp w8, w9
    cset w0, lo
