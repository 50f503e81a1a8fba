// Without mem a store of something else to the same place is as good.
// live-out: x0
// expect: equivalent
src:
    str x0, [x1]
tgt:
    str xzr, [x1]
