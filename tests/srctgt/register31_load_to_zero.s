// A load to xzr has no result, but it stays allowed to drop it.
// live-out: x0
// expect: equivalent
src:
    ldr xzr, [x1]
    mov x0, x2
tgt:
    mov x0, x2
