// The flags given for the other case must make the final condition fail.
// live-out: x0
// expect: different
// differs: x0
src:
    cmp x1, #3
    cset x4, eq
    cmp x2, #4
    cset x5, eq
    and x0, x4, x5
tgt:
    cmp x1, #3
    ccmp x2, #4, #4, eq
    cset x0, eq
