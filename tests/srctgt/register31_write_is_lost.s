// Writing xzr has no effect but the flags'.
// expect: equivalent
src:
    subs xzr, x0, x1
tgt:
    cmp x0, x1
