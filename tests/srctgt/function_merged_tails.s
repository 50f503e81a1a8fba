// Equal ends of two branches are one.
// live-out: x0,x1,x2,mem
// expect: equivalent
src:
    cbz x0, .Lzero
    add x1, x1, #1
    eor x2, x2, x1
    ret
.Lzero:
    add x1, x1, #2
    eor x2, x2, x1
    ret
tgt:
    cmp x0, #0
    cinc x3, xzr, eq
    add x1, x1, #1
    add x1, x1, x3
    eor x2, x1, x2
    ret
