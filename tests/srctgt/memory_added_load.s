// Adding a load is never allowed, even with a dead result.
// live-out: x0
// expect: different
// differs: read of a byte that the original does not read there
src:
    mov x0, #1
tgt:
    ldr x2, [x1]
    mov x0, #1
