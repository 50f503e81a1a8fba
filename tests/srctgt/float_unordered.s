// A NaN by its bits.
// live-out: w0
// expect: equivalent
src:
    fcmp d1, d1
    cset w0, vs
tgt:
    fmov x8, d1
    and x8, x8, #0x7fffffffffffffff
    mov x9, #0x7ff0000000000000
    cmp x8, x9
    cset w0, hi
