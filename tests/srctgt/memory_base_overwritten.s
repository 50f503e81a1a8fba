// The first load overwrites the base of the second.
// live-out: x0,x1
// expect: different
// differs: x0, read of a byte that the original does not read there
src:
    ldr x1, [x1]
    ldr x0, [x1, #8]
tgt:
    ldp x1, x0, [x1]
