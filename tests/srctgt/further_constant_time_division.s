// A remainder by shifts instead of a division tells less.
// live-out: x0
// further: constant-time
// expect: equivalent
src:
    mov x9, #16
    udiv x8, x1, x9
    msub x0, x8, x9, x1
tgt:
    and x0, x1, #15
