// ccmn adds.
// live-out: w0
// expect: different
// differs: x0
src:
    cmp x0, #0
    ccmn x1, #1, #0, ne
    cset w0, eq
tgt:
    cmp x0, #0
    ccmp x1, #1, #0, ne
    cset w0, eq
