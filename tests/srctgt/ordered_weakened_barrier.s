// A barrier of another kind.
// expect: unknown
src:
    str x0, [x1]
    dmb ish
    add x2, x3, x4
tgt:
    str x0, [x1]
    dmb ishst
    add x2, x4, x3
