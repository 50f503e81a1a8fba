// Two comparisons and one conditional comparison.
// live-out: x0
// expect: equivalent
src:
    cmp x1, #3
    cset x4, eq
    cmp x2, #4
    cset x5, eq
    and x0, x4, x5
tgt:
    cmp x1, #3
    ccmp x2, #4, #0, eq
    cset x0, eq
