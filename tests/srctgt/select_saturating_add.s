// An unsigned saturating addition by the smaller of x and ~y.
// live-out: x0
// expect: equivalent
src:
    adds x0, x0, x1
    csinv x0, x0, xzr, cc
tgt:
    mvn x8, x1
    cmp x0, x8
    csel x0, x0, x8, lo
    add x0, x0, x1
