// Code around a call.
// expect: equivalent
src:
    stp x29, x30, [sp, #-16]!
    add x0, x0, #1
    add x0, x0, #1
    bl callee
    add x0, x0, x0
    ldp x29, x30, [sp], #16
    ret
tgt:
    stp x29, x30, [sp, #-16]!
    add x0, x0, #2
    bl callee
    lsl x0, x0, #1
    ldp x29, x30, [sp], #16
    ret
