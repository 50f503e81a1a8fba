// 64 bits by umulh.
// live-out: x0
// expect: equivalent
src:
    mov x8, #10
    udiv x0, x1, x8
tgt:
    movz x8, #0xcccd
    movk x8, #0xcccc, lsl #16
    movk x8, #0xcccc, lsl #32
    movk x8, #0xcccc, lsl #48
    umulh x8, x1, x8
    lsr x0, x8, #3
