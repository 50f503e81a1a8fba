// A comparison does not see the sign of zero or of a NaN.
// live-out: d0
// expect: different
// differs: v0
src:
    fabs d0, d1
tgt:
    fcmp d1, #0.0
    fneg d3, d1
    fcsel d0, d3, d1, mi
