// Eight byte loads are one.
// live-out: x0
// expect: equivalent
src:
    ldrb w2, [x1]
    ldrb w3, [x1, #1]
    ldrb w4, [x1, #2]
    ldrb w5, [x1, #3]
    orr x2, x2, x3, lsl #8
    orr x2, x2, x4, lsl #16
    orr x2, x2, x5, lsl #24
    ldrb w3, [x1, #4]
    ldrb w4, [x1, #5]
    ldrb w5, [x1, #6]
    ldrb w6, [x1, #7]
    orr x2, x2, x3, lsl #32
    orr x2, x2, x4, lsl #40
    orr x2, x2, x5, lsl #48
    orr x0, x2, x6, lsl #56
tgt:
    ldr x0, [x1]
