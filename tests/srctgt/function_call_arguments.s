// What a call reads must be equal.
// live-out: x0,x30,sp,mem
// expect: unknown
src:
    stp x29, x30, [sp, #-16]!
    add x0, x0, #1
    bl callee
    ldp x29, x30, [sp], #16
    ret
tgt:
    stp x29, x30, [sp, #-16]!
    add x0, x0, #2
    bl callee
    ldp x29, x30, [sp], #16
    ret
