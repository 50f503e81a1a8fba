// Another function is called.
// expect: unknown
src:
    stp x29, x30, [sp, #-16]!
    bl callee
    ldp x29, x30, [sp], #16
    ret
tgt:
    stp x29, x30, [sp, #-16]!
    bl other
    ldp x29, x30, [sp], #16
    ret
