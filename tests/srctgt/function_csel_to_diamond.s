// A select as a branch, the condition inverted.
// expect: equivalent
src:
    cmp x0, x1
    csel x0, x0, x1, lt
    ret
tgt:
    cmp x0, x1
    b.ge .Lother
    ret
.Lother:
    mov x0, x1
    ret
