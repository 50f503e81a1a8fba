// A value does not survive a call in a register that callees overwrite.
// live-out: x0,sp,mem
// expect: unknown
src:
    stp x29, x30, [sp, #-16]!
    mov x9, x1
    bl callee
    mov x9, x1
    mov x0, x9
    ldp x29, x30, [sp], #16
    ret
tgt:
    stp x29, x30, [sp, #-16]!
    mov x9, x1
    bl callee
    mov x0, x9
    ldp x29, x30, [sp], #16
    ret
