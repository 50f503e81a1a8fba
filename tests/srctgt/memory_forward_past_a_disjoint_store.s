// A store at another offset from the same pointer cannot overlap.
// live-out: x2,mem
// expect: equivalent
src:
    str x0, [x1]
    str x3, [x1, #8]
    ldr x2, [x1]
tgt:
    mov x2, x0
    stp x0, x3, [x1]
