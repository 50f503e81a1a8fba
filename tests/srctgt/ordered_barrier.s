// Nor are barriers.
// expect: unsupported
src:
    str x0, [x1]
    dmb ish
tgt:
    str x0, [x1]
