// Spilled after the store, it is not overwritten.
// live-out: x0,sp,mem
// dead-stack: yes
// expect: equivalent
src:
    sub sp, sp, #16
    str x1, [x2]
    str x0, [sp]
    ldr x0, [sp]
    add sp, sp, #16
tgt:
    str x1, [x2]
