// A copy of 32 bytes; that many are apart by what is assumed of the length.
// live-out: x0,x1,mem
// assume: noalias(x0, x1, x2); 32 <= x2 < 4096
// expect: equivalent
src:
    ldr x3, [x0]
    str x3, [x1]
    ldr x3, [x0, #8]
    str x3, [x1, #8]
    ldr x3, [x0, #16]
    str x3, [x1, #16]
    ldr x3, [x0, #24]
    str x3, [x1, #24]
tgt:
    ldp q0, q1, [x0]
    stp q0, q1, [x1]
