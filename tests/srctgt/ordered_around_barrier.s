// Code on both sides of a barrier, each rewritten.
// expect: equivalent
src:
    add x2, x0, x1
    str x2, [x3]
    dmb ish
    add x4, x0, #0
    ldr x5, [x3]
tgt:
    add x2, x1, x0
    str x2, [x3]
    dmb ish
    mov x4, x0
    ldr x5, [x3]
