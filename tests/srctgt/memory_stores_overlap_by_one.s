// Stores that share a byte do not commute.
// live-out: mem
// expect: different
// differs: memory
src:
    str x0, [x1]
    str x2, [x1, #7]
tgt:
    str x2, [x1, #7]
    str x0, [x1]
