// Two endless loops.
// expect: equivalent
src:
    mov x0, #1
.Lloop:
    add x0, x0, #1
    b .Lloop
tgt:
.Lloop:
    b .Lloop
