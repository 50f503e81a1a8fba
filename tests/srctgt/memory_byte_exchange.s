// An exchange of bytes stores in either order.
// live-out: mem
// expect: equivalent
src:
    ldrb w2, [x0]
    ldrb w3, [x1]
    strb w3, [x0]
    strb w2, [x1]
tgt:
    ldrb w2, [x0]
    ldrb w3, [x1]
    strb w2, [x1]
    strb w3, [x0]
