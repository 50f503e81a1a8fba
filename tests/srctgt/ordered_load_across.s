// Nor does a load.
// expect: unknown
src:
    ldr x0, [x1]
    dmb ishld
tgt:
    dmb ishld
    ldr x0, [x1]
