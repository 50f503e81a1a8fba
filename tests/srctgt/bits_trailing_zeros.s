// Trailing zeros by leading zeros.
// live-out: x0
// expect: equivalent
src:
    rbit x8, x0
    clz x0, x8
tgt:
    sub x8, x0, #1
    bic x8, x8, x0
    clz x8, x8
    mov x9, #64
    sub x0, x9, x8
