// An index that counts up for a pointer and a count that counts down.
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
    mov x4, #0
    cbz x1, .Lend
.Lloop:
    ldr x3, [x0, x4, lsl #3]
    add x4, x4, #1
    add x2, x2, x3
    cmp x4, x1
    b.ne .Lloop
.Lend:
    mov x0, x2
    ret
