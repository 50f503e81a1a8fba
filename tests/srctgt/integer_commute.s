// Addition commutes.
// live-out: x0
// expect: equivalent
src:
    add x0, x1, x2
tgt:
    add x0, x2, x1
