// A compare-exchange and a branch on the smaller.
// live-out: x0,x1
// expect: equivalent
src:
    cmp x0, x1
    csel x2, x0, x1, lo
    csel x1, x1, x0, lo
    mov x0, x2
    cbnz x0, away
tgt:
    cmp x0, x1
    csel x2, x0, x1, ls
    csel x1, x1, x0, ls
    mov x0, x2
    cbnz x2, away
