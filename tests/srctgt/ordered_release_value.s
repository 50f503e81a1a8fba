// What is released must be equal.
// expect: different
// differs: byte
src:
    add x0, x0, #1
    stlr x0, [x1]
tgt:
    stlr x0, [x1]
    add x0, x0, #1
