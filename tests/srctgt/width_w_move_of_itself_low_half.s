// Where only the low half is live, it is nothing.
// live-out: w0
// expect: equivalent
src:
    mov w0, w0
tgt:
    mov x0, x0
