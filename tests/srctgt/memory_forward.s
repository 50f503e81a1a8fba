// A load right after the store to the same address.
// live-out: x0,x1,x2,mem
// expect: equivalent
src:
    str x0, [x1, #8]
    ldr x2, [x1, #8]
tgt:
    str x0, [x1, #8]
    mov x2, x0
