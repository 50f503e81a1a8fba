// It is needed if one byte sticks out.
// live-out: mem
// expect: different
// differs: memory
src:
    strh wzr, [x1, #7]
    str x0, [x1]
tgt:
    str x0, [x1]
