// Two loads of neighbours and one pair.
// live-out: x0,x2
// expect: equivalent
src:
    ldr x0, [x1]
    ldr x2, [x1, #8]
tgt:
    ldp x0, x2, [x1]
