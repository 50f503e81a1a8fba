// ccmp's flags where its condition fails.
// live-out: w0
// expect: different
// differs: x0
src:
    cmp w0, #10
    ccmp w1, #5, #0, gt
    cset w0, eq
tgt:
    cmp w0, #10
    ccmp w1, #5, #4, gt
    cset w0, eq
