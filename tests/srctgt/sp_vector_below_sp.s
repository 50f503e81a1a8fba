// A vector stored below sp before sp is lowered.
// live-out: v1,sp,mem
// dead-stack: yes
// expect: different
// differs: write of a byte that the original does not write there
src:
    str q0, [sp, #-16]!
    ldr q1, [sp], #16
tgt:
    stur q0, [sp, #-16]
    sub sp, sp, #16
    ldr q1, [sp], #16
