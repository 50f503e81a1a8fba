// An atomic addition made twice.
// expect: different
// differs: x1
src:
    ldadd x0, x1, [x2]
    add x3, x3, #0
tgt:
    ldadd x0, x1, [x2]
    ldadd x0, x1, [x2]
