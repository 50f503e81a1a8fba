// Nor is a store that puts back what was there.
// live-out: x0,mem
// expect: different
// differs: write of a byte that the original does not write there
src:
    ldr x0, [x1]
tgt:
    ldr x0, [x1]
    str x0, [x1]
