// A barrier cannot be dropped.
// expect: unknown
src:
    str x0, [x1]
    dmb ish
tgt:
    str x0, [x1]
