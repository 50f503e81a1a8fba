// Aligned words are the same or apart, so half a word cannot be hit.
// live-out: x2,mem
// assume: aligned(x0, 8); aligned(x1, 8)
// expect: equivalent
src:
    str x3, [x0]
    ldrb w2, [x1, #7]
    lsr x4, x3, #56
    cmp x0, x1
tgt:
    ldrb w2, [x1, #7]
    lsr x4, x3, #56
    cmp x0, x1
    csel w2, w4, w2, eq
    str x3, [x0]
