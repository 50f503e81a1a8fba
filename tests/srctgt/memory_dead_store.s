// A store that is overwritten whole is not needed.
// live-out: mem
// expect: equivalent
src:
    strb wzr, [x1, #3]
    str x0, [x1]
tgt:
    str x0, [x1]
