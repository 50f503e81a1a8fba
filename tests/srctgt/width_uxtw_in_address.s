// The extension of a W index in an address.
// live-out: x0,mem
// expect: equivalent
src:
    mov w2, w2
    ldr x0, [x1, x2, lsl #3]
tgt:
    ldr x0, [x1, w2, uxtw #3]
