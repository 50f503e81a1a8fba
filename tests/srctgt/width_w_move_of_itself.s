// mov w0, w0 is not nothing: the upper half goes.
// live-out: x0
// expect: different
// differs: x0
src:
    mov w0, w0
tgt:
    mov x0, x0
