// A signal handler may overwrite what lies below sp before it is read, also where it is dead in the end.
// live-out: x1,sp,mem
// dead-stack: yes
// expect: different
// differs: write of a byte that the original does not write there
src:
    sub sp, sp, #16
    str x0, [sp, #8]
    ldr x1, [sp, #8]
    add sp, sp, #16
tgt:
    str x0, [sp, #-8]
    sub sp, sp, #16
    ldr x1, [sp, #8]
    add sp, sp, #16
