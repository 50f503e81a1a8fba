// A signed saturation by 64-bit arithmetic.
// live-out: w0
// expect: equivalent
src:
    adds w8, w0, w1
    asr w9, w8, #31
    eor w9, w9, #0x80000000
    csel w0, w9, w8, vs
tgt:
    sxtw x8, w0
    add x8, x8, w1, sxtw
    mov x9, #0x7fffffff
    mov x10, #-0x80000000
    cmp x8, x9
    csel x8, x8, x9, lt
    cmp x8, x10
    csel x0, x8, x10, gt
