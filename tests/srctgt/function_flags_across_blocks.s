// Flags that a later block reads are live.
// live-out: x4
// expect: different
// differs: x4
src:
    cmp x0, x1
    cbz x2, .Lskip
    add x3, x3, #1
.Lskip:
    cset x4, hi
    ret
tgt:
    cmp x0, x1
    cbz x2, .Lskip
    adds x3, x3, #1
.Lskip:
    cset x4, hi
    ret
