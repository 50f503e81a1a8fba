// The sign of a difference is not the order.
// live-out: v0
// expect: different
// differs: v0
src:
    cmgt v0.2d, v1.2d, v2.2d
tgt:
    sub v3.2d, v2.2d, v1.2d
    sshr v0.2d, v3.2d, #63
