// Register 31 as base of add is sp, not zero.
// live-out: x0
// expect: different
// differs: x0
src:
    add x0, sp, #16
tgt:
    mov x0, #16
