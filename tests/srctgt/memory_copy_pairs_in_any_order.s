// Loads among themselves and disjoint stores commute.
// live-out: mem
// expect: equivalent
src:
    ldp x2, x3, [x0]
    ldp x4, x5, [x0, #16]
    stp x2, x3, [x1]
    stp x4, x5, [x1, #16]
tgt:
    ldp x4, x5, [x0, #16]
    ldp x2, x3, [x0]
    stp x4, x5, [x1, #16]
    stp x2, x3, [x1]
