// Not 1 for 0.
// live-out: x0
// expect: different
// differs: x0
src:
    udiv x0, x1, x1
tgt:
    mov x0, #1
