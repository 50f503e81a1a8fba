// An unaligned load out of two aligned ones.
// live-out: x0
// expect: equivalent
src:
    ldp x2, x3, [x1]
    extr x0, x3, x2, #8
tgt:
    ldr x0, [x1, #1]
