// lt is N != V, le is more.
// live-out: x0
// expect: different
// differs: x0
src:
    cset x8, mi
    cset x9, vs
    eor x0, x8, x9
tgt:
    cset x0, le
