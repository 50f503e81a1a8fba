// Register 31 as an operand of orr is zero.
// live-out: x0
// expect: equivalent
src:
    orr x0, xzr, x1
tgt:
    add x0, x1, #0
