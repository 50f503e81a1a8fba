// Increments of words that overlap do not commute.
// live-out: mem
// expect: different
// differs: memory
src:
    ldr w2, [x0]
    add w2, w2, #1
    str w2, [x0]
    ldr w2, [x1]
    add w2, w2, #1
    str w2, [x1]
tgt:
    ldr w2, [x1]
    add w2, w2, #1
    str w2, [x1]
    ldr w2, [x0]
    add w2, w2, #1
    str w2, [x0]
