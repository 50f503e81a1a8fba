// Forwarded, it may.
// live-out: x0,sp,mem
// dead-stack: yes
// expect: equivalent
src:
    sub sp, sp, #16
    str x0, [x2]
    ldr x0, [x2]
    add sp, sp, #16
tgt:
    str x0, [x2]
