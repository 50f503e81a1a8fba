// Moving a W register clears the upper half.
// live-out: x0
// expect: equivalent
src:
    mov w0, w1
tgt:
    and x0, x1, #0xffffffff
