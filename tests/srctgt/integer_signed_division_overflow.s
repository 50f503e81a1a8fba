// INT_MIN / -1 is INT_MIN in A64, as negation is.
// live-out: x0
// expect: equivalent
src:
    mov x1, #-1
    sdiv x0, x0, x1
tgt:
    neg x0, x0
