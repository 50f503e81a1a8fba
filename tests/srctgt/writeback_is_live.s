// The base after the access counts.
// live-out: x0,x1
// expect: different
// differs: x1
src:
    ldr x0, [x1], #8
tgt:
    ldr x0, [x1]
