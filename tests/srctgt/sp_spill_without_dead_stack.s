// A spill below the final sp is a store like any other by default.
// live-out: x0,sp,mem
// expect: different
// differs: memory
src:
    str x0, [sp, #-16]!
    ldr x0, [sp], #16
tgt:
    mov x0, x0
