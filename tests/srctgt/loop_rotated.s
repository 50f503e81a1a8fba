// The test at the top against the test at the bottom.
// live-out: x0,x30,sp,mem
// expect: equivalent
src:
    mov x2, #0
.Lhead:
    cbz x1, .Lend
    ldr x3, [x0], #8
    add x2, x2, x3
    sub x1, x1, #1
    b .Lhead
.Lend:
    mov x0, x2
    ret
tgt:
    cbz x1, .Lnone
    mov x2, #0
.Lloop:
    ldr x3, [x0], #8
    add x2, x2, x3
    subs x1, x1, #1
    b.ne .Lloop
    mov x0, x2
    ret
.Lnone:
    mov x0, #0
    ret
