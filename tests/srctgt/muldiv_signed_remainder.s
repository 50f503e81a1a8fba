// gcc's signed remainder by 4.
// live-out: w0
// expect: equivalent
src:
    mov w8, #4
    sdiv w9, w1, w8
    msub w0, w9, w8, w1
tgt:
    negs w8, w1
    and w9, w1, #3
    and w8, w8, #3
    csneg w0, w9, w8, mi
