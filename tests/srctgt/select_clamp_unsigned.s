// A negative number is large as an unsigned one.
// live-out: w0
// expect: different
// differs: x0
src:
    cmp w0, #0
    csel w0, wzr, w0, lt
    mov w8, #255
    cmp w0, w8
    csel w0, w8, w0, gt
tgt:
    mov w8, #255
    cmp w0, w8
    csel w0, w0, w8, lo
