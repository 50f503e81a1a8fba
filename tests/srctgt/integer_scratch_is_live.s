// The same, but the scratch register counts as well.
// live-out: x0,x3
// expect: different
// differs: x3
src:
    mul x3, x1, x2
    add x0, x0, x3
tgt:
    madd x0, x1, x2, x0
