// It is dead where the stack below sp is.
// live-out: x0,sp,mem
// dead-stack: yes
// expect: equivalent
src:
    str x0, [sp, #-16]!
    ldr x0, [sp], #16
tgt:
    mov x0, x0
