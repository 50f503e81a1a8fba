// Halves done one after the other differ where they overlap.
// live-out: mem
// expect: different
// differs: memory
src:
    ldr q0, [x0]
    ldr q1, [x1]
    eor v0.16b, v0.16b, v1.16b
    str q0, [x2]
tgt:
    ldr x3, [x0]
    ldr x5, [x1]
    eor x3, x3, x5
    str x3, [x2]
    ldr x4, [x0, #8]
    ldr x6, [x1, #8]
    eor x4, x4, x6
    str x4, [x2, #8]
