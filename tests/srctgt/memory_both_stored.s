// Storing to both writes what the original does not.
// live-out: mem
// expect: different
// differs: memory
src:
    cmp x0, #0
    csel x8, x1, x2, eq
    str x3, [x8]
tgt:
    ldr x9, [x1]
    ldr x10, [x2]
    cmp x0, #0
    csel x9, x3, x9, eq
    csel x10, x10, x3, eq
    str x9, [x1]
    str x10, [x2]
