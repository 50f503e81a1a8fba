// An ordered load cannot become a plain one.
// live-out: x0
// expect: unknown
src:
    ldar x0, [x1]
tgt:
    ldr x0, [x1]
