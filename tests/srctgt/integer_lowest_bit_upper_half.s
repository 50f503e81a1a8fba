// The lowest set bit, with a mask that is right in the lower half only.
// live-out: x0
// expect: different
// differs: x0
src:
    neg x8, x0
    and x0, x0, x8
tgt:
    sub w8, w0, #1
    bic x0, x0, x8
