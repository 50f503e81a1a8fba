// The upper half of a store that is half overwritten.
// live-out: mem
// expect: equivalent
src:
    str x0, [x1]
    str w2, [x1]
tgt:
    lsr x8, x0, #32
    stp w2, w8, [x1]
