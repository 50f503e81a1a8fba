// An acquire of half the width.
// expect: different
// differs: x0
src:
    ldar x0, [x1]
    add x0, x0, #0
tgt:
    ldar w0, [x1]
