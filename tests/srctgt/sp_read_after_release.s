// Registers restored after the frame is released.
// live-out: sp,x19,x20,x29,x30,mem
// expect: different
// differs: read of a byte that the original does not read there
src:
    ldp x19, x20, [sp, #16]
    ldp x29, x30, [sp], #32
tgt:
    ldp x29, x30, [sp], #32
    ldp x19, x20, [sp, #-16]
