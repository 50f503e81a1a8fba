// Post-indexed load and an addition.
// live-out: x0,x1
// expect: equivalent
src:
    ldr x0, [x1], #8
tgt:
    ldr x0, [x1]
    add x1, x1, #8
