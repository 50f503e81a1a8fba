// A fused product rounds once.
// live-out: d0
// expect: different
// differs: v0
src:
    fmul d3, d1, d2
    fadd d0, d3, d0
tgt:
    fmadd d0, d1, d2, d0
