// A store on one side of a branch cannot be made on both.
// live-out: x0,mem
// expect: different
// differs: read of a byte that the original does not read there
src:
    cbz x0, .Lskip
    str x1, [x2]
.Lskip:
    ret
tgt:
    ldr x3, [x2]
    cmp x0, #0
    csel x3, x3, x1, eq
    str x3, [x2]
    ret
