// A store does not move across a barrier.
// expect: unknown
src:
    str x0, [x1]
    dmb ish
    add x2, x3, x4
tgt:
    dmb ish
    str x0, [x1]
    add x2, x4, x3
