// A number by itself: 0 for 0.
// live-out: x0
// expect: equivalent
src:
    udiv x0, x1, x1
tgt:
    cmp x1, #0
    cset x0, ne
