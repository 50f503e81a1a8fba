// Stores of the same word at two places that overlap.
// live-out: mem
// expect: different
// differs: memory
src:
    str x0, [x1]
    str x0, [x3]
tgt:
    str x0, [x3]
    str x0, [x1]
