// Blocks in another order, conditions inverted.
// live-out: x0,x30,sp,mem
// expect: equivalent
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
    mov x2, #0
    cbnz x1, .Lgo
.Lend:
    mov x0, x2
    ret
.Lgo:
    ldr x3, [x0]
    add x0, x0, #8
    add x2, x2, x3
    sub x1, x1, #1
    cbz x1, .Lend
    b .Lgo
