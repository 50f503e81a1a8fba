// One store for two: another thread may see the second before the first.
// live-out: mem
// further: same-access-size
// expect: different
// differs: access 1: a write of 4 bytes becomes a write of 8 bytes
src:
    str wzr, [x0]
    str wzr, [x0, #4]
tgt:
    str xzr, [x0]
