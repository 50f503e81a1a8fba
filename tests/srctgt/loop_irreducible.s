// A loop with two ways in.
// expect: equivalent
src:
    cbz x0, .Lsecond
.Lfirst:
    add x1, x1, x2
.Lsecond:
    eor x1, x1, x3
    subs x4, x4, #1
    b.ne .Lfirst
    ret
tgt:
    cbz x0, .Lsecond
.Lfirst:
    add x1, x2, x1
.Lsecond:
    eor x1, x3, x1
    subs x4, x4, #1
    b.ne .Lfirst
    ret
