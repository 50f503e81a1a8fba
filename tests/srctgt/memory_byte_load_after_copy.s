// A byte copied does not change its source.
// live-out: x3,mem
// expect: equivalent
src:
    ldrb w2, [x0]
    strb w2, [x1]
    ldrb w3, [x0]
tgt:
    ldrb w2, [x0]
    strb w2, [x1]
    mov w3, w2
