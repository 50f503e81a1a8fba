// A label that is a target cuts the block; the code around it may still be rewritten.
// live-out: x0,mem
// expect: equivalent
src:
    add x0, x0, #1
    cbz x1, .Lmiddle
    add x0, x0, #2
.Lmiddle:
    add x0, x0, #3
    ret
tgt:
    add x2, x0, #6
    add x0, x0, #4
    cmp x1, #0
    csel x0, x0, x2, eq
    ret
