// A loop of four rounds, unrolled.
// live-out: x0,mem
// expect: equivalent
src:
    mov w3, #4
    mov x2, #0
.Lloop:
    ldr x4, [x0], #8
    add x2, x2, x4
    subs w3, w3, #1
    b.ne .Lloop
    mov x0, x2
    ret
tgt:
    ldp x2, x3, [x0]
    ldp x4, x5, [x0, #16]
    add x2, x2, x3
    add x4, x4, x5
    add x0, x2, x4
    ret
