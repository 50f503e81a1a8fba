// A minimum by the sign of the difference overflows.
// live-out: x0
// expect: different
// differs: x0
src:
    cmp x0, x1
    csel x0, x0, x1, lt
tgt:
    sub x8, x0, x1
    asr x9, x8, #63
    and x9, x9, x8
    add x0, x1, x9
