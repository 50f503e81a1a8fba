// The other register is live at the end.
// expect: different
// differs: x2
src:
sum:
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
tgt:
sum:
    cbz x1, .Lnone
    mov x9, #0
.Lloop:
    ldr x3, [x0], #8
    add x9, x9, x3
    subs x1, x1, #1
    b.ne .Lloop
    mov x0, x9
    ret
.Lnone:
    mov x0, #0
    ret
