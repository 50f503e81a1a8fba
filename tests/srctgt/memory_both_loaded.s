// Loading from both pointers reads what the original does not.
// live-out: x0,mem
// expect: different
// differs: read of a byte that the original does not read there
src:
    cmp x0, #0
    csel x8, x1, x2, eq
    ldr x0, [x8]
tgt:
    cmp x0, #0
    ldr x8, [x1]
    ldr x9, [x2]
    csel x0, x8, x9, eq
