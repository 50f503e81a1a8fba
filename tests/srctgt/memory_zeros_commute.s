// Stores of zeros commute, of any size.
// live-out: mem
// expect: equivalent
src:
    str xzr, [x1]
    str wzr, [x3]
tgt:
    str wzr, [x3]
    str xzr, [x1]
