// Without mem the contents do not count, but the bytes written still do.
// live-out: x0
// expect: different
// differs: write of a byte that the original does not write there
src:
    str x0, [x1]
tgt:
    str x0, [x1, #8]
