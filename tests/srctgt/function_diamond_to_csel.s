// If-conversion of a diamond.
// expect: equivalent
src:
    cmp x0, x1
    b.lt .Lless
    mov x0, x1
.Lless:
    ret
tgt:
    cmp x0, x1
    csel x0, x0, x1, lt
    ret
