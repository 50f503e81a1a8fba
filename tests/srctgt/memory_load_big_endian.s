// A big-endian load by bytes.
// live-out: x0
// expect: equivalent
src:
    ldrb w2, [x1]
    ldrb w3, [x1, #1]
    ldrb w4, [x1, #2]
    ldrb w5, [x1, #3]
    lsl w2, w2, #24
    orr w2, w2, w3, lsl #16
    orr w2, w2, w4, lsl #8
    orr w0, w2, w5
tgt:
    ldr w8, [x1]
    rev w0, w8
