// A multiple of 5 by the inverse of 5.
// live-out: w0
// expect: equivalent
src:
    movz w8, #0x5
    udiv w9, w1, w8
    msub w9, w9, w8, w1
    cmp w9, #0
    cset w0, eq
tgt:
    movz w8, #0xcccd
    movk w8, #0xcccc, lsl #16
    mul w8, w1, w8
    movz w9, #0x3333
    movk w9, #0x3333, lsl #16
    cmp w8, w9
    cset w0, ls
