// The other way in.
// expect: different
// differs: x1
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
    cbnz x0, .Lsecond
.Lfirst:
    add x1, x1, x2
.Lsecond:
    eor x1, x1, x3
    subs x4, x4, #1
    b.ne .Lfirst
    ret
