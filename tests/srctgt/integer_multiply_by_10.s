// Multiplication by a constant as shifts.
// live-out: x0
// expect: equivalent
src:
    mov x1, #10
    mul x0, x0, x1
tgt:
    add x0, x0, x0, lsl #2
    lsl x0, x0, #1
