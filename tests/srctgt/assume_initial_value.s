// What is assumed of x1 holds before the block, not after its first instruction.
// live-out: x0
// assume: x1 < 16
// expect: different
// differs: x0
src:
    add x1, x1, #8
    cmp x1, #16
    cset x0, lo
tgt:
    mov x0, #1
