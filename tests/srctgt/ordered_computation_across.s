// A computation in registers may move across.
// expect: equivalent
src:
    add x2, x3, x4
    ldar x0, [x1]
tgt:
    ldar x0, [x1]
    add x2, x4, x3
