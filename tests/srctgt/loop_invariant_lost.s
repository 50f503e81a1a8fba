// What the loop carries must be live round it, though not at its end.
// live-out: x0
// expect: different
// differs: x0
src:
    mov x2, #0
.Lloop:
    add x2, x2, x3
    subs x1, x1, #1
    b.ne .Lloop
    mov x0, x2
    ret
tgt:
    mov x2, #0
.Lloop:
    add x2, x2, x3
    add x3, x3, #1
    subs x1, x1, #1
    b.ne .Lloop
    mov x0, x2
    ret
