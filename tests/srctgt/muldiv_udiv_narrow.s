// A division of zero-extended words.
// live-out: x0
// expect: equivalent
src:
    mov w8, w1
    mov w9, w2
    udiv x0, x8, x9
tgt:
    udiv w0, w1, w2
