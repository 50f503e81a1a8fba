// cmp with a negative number is cmn.
// live-out: nzcv
// expect: equivalent
src:
    mov x1, #-5
    cmp x0, x1
tgt:
    cmn x0, #5
