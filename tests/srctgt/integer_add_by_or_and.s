// x + y is (x | y) + (x & y).
// live-out: x0
// expect: equivalent
src:
    orr x8, x0, x1
    and x9, x0, x1
    add x0, x8, x9
tgt:
    add x0, x1, x0
