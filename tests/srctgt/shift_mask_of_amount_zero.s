// A mask of no bits is not a shift by the width.
// live-out: x0
// expect: different
// differs: x0
src:
    mov x8, #1
    lsl x8, x8, x2
    sub x8, x8, #1
    and x0, x1, x8
tgt:
    neg x9, x2
    lsl x8, x1, x9
    lsr x0, x8, x9
