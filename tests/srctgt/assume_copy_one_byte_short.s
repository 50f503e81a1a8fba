// The last byte of the source may be the first of the destination.
// live-out: x0,x1,mem
// assume: noalias(x0, 15, x1, 16)
// expect: different
// differs: memory
src:
    ldr x3, [x0]
    str x3, [x1]
    ldr x3, [x0, #8]
    str x3, [x1, #8]
tgt:
    ldr q0, [x0]
    str q0, [x1]
