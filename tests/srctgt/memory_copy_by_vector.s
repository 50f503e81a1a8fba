// A copy of 16 bytes, loaded before anything is stored.
// live-out: mem
// expect: equivalent
src:
    ldr x2, [x0]
    ldr x3, [x0, #8]
    str x2, [x1]
    str x3, [x1, #8]
tgt:
    ldr q0, [x0]
    str q0, [x1]
