// A product for a sum of equal terms is shown for few rounds only.
// live-out: x0
// unroll: 3
// expect: bounded
src:
    mov x2, #0
.Lloop:
    add x2, x2, x0
    subs x1, x1, #1
    b.ne .Lloop
    mov x0, x2
    ret
tgt:
    mul x0, x0, x1
    ret
