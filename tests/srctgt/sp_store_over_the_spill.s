// A pointer may lead to the spilled register.
// live-out: x0,sp,mem
// dead-stack: yes
// expect: different
// differs: x0
src:
    sub sp, sp, #16
    str x0, [sp]
    str x1, [x2]
    ldr x0, [sp]
    add sp, sp, #16
tgt:
    str x1, [x2]
