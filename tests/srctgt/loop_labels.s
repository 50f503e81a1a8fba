// The labels of the two loops name the same place: the start of the block.
// live-out: x0,x1
// expect: equivalent
src:
again:
    add x0, x0, x1
    sub x1, x1, #1
    cbnz x1, again
tgt:
top:
    madd x0, x1, x28, x0
    msub x0, x1, x28, x0
    add x0, x0, x1
    sub x1, x1, #1
    cbnz x1, top
