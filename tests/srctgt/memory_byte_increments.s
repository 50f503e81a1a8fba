// Increments of bytes do.
// live-out: mem
// expect: equivalent
src:
    ldrb w2, [x0]
    add w2, w2, #1
    strb w2, [x0]
    ldrb w2, [x1]
    add w2, w2, #1
    strb w2, [x1]
tgt:
    ldrb w2, [x1]
    add w2, w2, #1
    strb w2, [x1]
    ldrb w2, [x0]
    add w2, w2, #1
    strb w2, [x0]
