// A condition that always holds.
// live-out: x0
// expect: equivalent
src:
    cmp x0, x0
    b.eq away
tgt:
    b away
