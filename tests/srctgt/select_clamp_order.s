// Clamping at both ends in either order.
// live-out: w0
// expect: equivalent
src:
    cmp w0, #0
    csel w0, wzr, w0, lt
    mov w8, #255
    cmp w0, w8
    csel w0, w8, w0, gt
tgt:
    mov w8, #255
    cmp w0, w8
    csel w8, w8, w0, gt
    cmp w0, #0
    csel w0, w8, wzr, ge
