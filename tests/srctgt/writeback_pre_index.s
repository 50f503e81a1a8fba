// Pre-indexed store and an addition before.
// live-out: x1,mem
// expect: equivalent
src:
    add x1, x1, #-16
    str x0, [x1]
tgt:
    str x0, [x1, #-16]!
