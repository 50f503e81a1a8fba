// An increment of the lower half loses the carry: for two values in 2^32.
// live-out: mem
// expect: different
// differs: memory
src:
    ldr x2, [x0]
    add x2, x2, #1
    str x2, [x0]
    ldr x2, [x0]
    add x2, x2, #1
    str x2, [x0]
tgt:
    ldr w2, [x0]
    add w2, w2, #2
    str w2, [x0]
