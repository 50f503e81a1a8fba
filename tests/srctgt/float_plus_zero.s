// -0 + 0 is 0.
// live-out: d0
// expect: different
// differs: v0
src:
    fmov d3, xzr
    fadd d0, d1, d3
tgt:
    fmov d0, d1
