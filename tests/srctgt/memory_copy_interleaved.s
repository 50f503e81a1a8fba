// Loads and stores in turns differ where the ranges overlap.
// live-out: mem
// expect: different
// differs: memory
src:
    ldr x2, [x0]
    ldr x3, [x0, #8]
    str x2, [x1]
    str x3, [x1, #8]
tgt:
    ldr x2, [x0]
    str x2, [x1]
    ldr x3, [x0, #8]
    str x3, [x1, #8]
