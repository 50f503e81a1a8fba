// Trailing zeros.
// live-out: x0
// expect: equivalent
src:
    sub x1, x0, #1
    bic x1, x1, x0
    clz x1, x1
    mov x2, #64
    sub x0, x2, x1
tgt:
    rbit x0, x0
    clz x0, x0
