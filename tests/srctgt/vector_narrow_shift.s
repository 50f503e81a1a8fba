// shrn is a shift and a narrowing.
// live-out: v0
// expect: equivalent
src:
    shrn v0.4h, v1.4s, #16
tgt:
    ushr v3.4s, v1.4s, #16
    xtn v0.4h, v3.4s
