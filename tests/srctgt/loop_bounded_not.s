// Unrolling finds the difference in the third round.
// live-out: x0
// unroll: 4
// expect: different
// differs: x0
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
    cmp x1, #3
    cinc x0, x0, eq
    ret
