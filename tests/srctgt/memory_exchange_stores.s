// Two stores to pointers that may be equal do not commute.
// live-out: mem
// expect: different
// differs: memory
src:
    str x0, [x1]
    str x2, [x3]
tgt:
    str x2, [x3]
    str x0, [x1]
