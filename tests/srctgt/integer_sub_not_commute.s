// Subtraction does not commute.
// live-out: x0
// expect: different
// differs: x0
src:
    sub x0, x1, x2
tgt:
    sub x0, x2, x1
